"""Our own errors as problem details, for the doors that FastAPI serves."""

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from gateway.canonical.finding import Finding
from gateway.canonical.receipt import Refusal
from gateway.errors import SenderError, Unavailable
from gateway.rules.findings import FindingTexts
from gateway.wire import problem


def add_to(app: FastAPI, texts: FindingTexts) -> None:
    """Let an application answer them so."""

    def refused(_: Request, error: Exception) -> Response:
        if isinstance(error, SenderError):
            return answer(Refusal(findings=error.findings), texts)
        return answer(Refusal(findings=(Finding(code="VIX-1901"),), retryable=True), texts)

    app.add_exception_handler(SenderError, refused)
    app.add_exception_handler(Unavailable, refused)
    app.add_exception_handler(Exception, refused)  # its kind is logged by the server, and nothing of its text


def answer(refusal: Refusal, texts: FindingTexts) -> Response:
    """A refusal; the first fault decides the status."""
    status = problem.status(refusal, texts)
    content, headers = problem.content(refusal, texts, {}), problem.headers(refusal, status)
    return JSONResponse(content, status_code=status, media_type=problem.MEDIA_TYPE, headers=headers)
