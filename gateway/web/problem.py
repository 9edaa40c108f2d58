"""What is wrong with a question, for doors that answer JSON (RFC 9457): every finding with its place, rule and fix."""

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from gateway.canonical.finding import Ernst, Finding
from gateway.errors import SenderError, Unavailable
from gateway.rules.findings import FindingTexts

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = "5"


def add_to(app: FastAPI, texts: FindingTexts) -> None:
    """Let an application answer our own errors so."""

    def refused(_: Request, error: Exception) -> Response:
        if isinstance(error, SenderError):
            return problem(error.findings, texts)
        return problem((Finding(code="VIX-1901"),), texts, retryable=True)

    app.add_exception_handler(SenderError, refused)
    app.add_exception_handler(Unavailable, refused)
    app.add_exception_handler(Exception, refused)  # its kind is logged by the server, and nothing of its text


def problem(findings: tuple[Finding, ...], texts: FindingTexts, *, retryable: bool = False) -> Response:
    """All findings; the first fault decides the status."""
    first = next((finding for finding in findings if finding.ernst is Ernst.FOUT), findings[0])
    text = texts.text(first)
    content = {
        "type": "about:blank",
        "title": text.rule,
        "status": text.http,
        "detail": text.fix,
        "code": first.code,
        "herhaalbaar": retryable,
        "bevindingen": [_told(finding, texts) for finding in findings],
    }
    headers = {"cache-control": "no-store"}
    if text.http == 401:
        headers["www-authenticate"] = 'Bearer realm="verwijsindex"'
    if retryable:
        headers["retry-after"] = RETRY_SECONDS
    return JSONResponse(content, status_code=text.http, media_type=MEDIA_TYPE, headers=headers)


def _told(finding: Finding, texts: FindingTexts) -> dict[str, str]:
    text = texts.text(finding)
    return {
        "code": finding.code,
        "ernst": finding.ernst.value,
        "plaats": finding.at,
        "regel": text.rule,
        "herstel": text.fix,
        "rule": text.rule_en,
        "fix": text.fix_en,
    }
