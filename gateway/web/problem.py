"""What is wrong with a question, for doors that answer JSON (RFC 9457): every finding with its place, rule and fix."""

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from gateway.canonical.finding import Finding
from gateway.errors import SenderError, Unavailable
from gateway.rules.findings import FindingTexts

MEDIA_TYPE = "application/problem+json"


def add_to(app: FastAPI, texts: FindingTexts) -> None:
    """Let an application answer our own errors so."""

    def refused(_: Request, error: Exception) -> Response:
        findings = error.findings if isinstance(error, SenderError) else (Finding(code="VIX-1901"),)
        return problem(findings, texts)

    app.add_exception_handler(SenderError, refused)
    app.add_exception_handler(Unavailable, refused)


def problem(findings: tuple[Finding, ...], texts: FindingTexts) -> Response:
    """All findings; the first decides the status."""
    status = texts.codes[findings[0].code].http
    told = [(finding, texts.text(finding)) for finding in findings]
    content = {
        "type": "about:blank",
        "title": told[0][1].rule,
        "status": status,
        "bevindingen": [
            {
                "code": finding.code,
                "plaats": finding.at,
                "regel": text.rule,
                "herstel": text.fix,
                "rule": text.rule_en,
                "fix": text.fix_en,
            }
            for finding, text in told
        ],
    }
    headers = {"www-authenticate": 'Bearer realm="verwijsindex"'} if status == 401 else {}
    if status == 503:
        headers["retry-after"] = "5"
    return JSONResponse(content, status_code=status, media_type=MEDIA_TYPE, headers=headers)
