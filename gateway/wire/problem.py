"""What is wrong, for formats that answer JSON (RFC 9457): every finding with its place, rule and fix."""

from collections.abc import Mapping
from typing import Any

from gateway.canonical.finding import Finding
from gateway.canonical.receipt import Refusal
from gateway.rules.findings import FindingTexts, leading

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = "5"
_INVALID, _UNPROCESSABLE = 400, 422

Advice = Mapping[str, tuple[str, str]]
"""Advice by code: Dutch, English."""


def status(refusal: Refusal, texts: FindingTexts) -> int:
    """The status of the finding that speaks for all; invalid input is 400 (NL API Design Rules, error-handling)."""
    http = texts.codes[leading(refusal.findings).code].http
    return http if 400 <= http != _UNPROCESSABLE else _INVALID


def content(refusal: Refusal, texts: FindingTexts, advices: Advice) -> dict[str, Any]:
    """All findings, and the advice that holds all the same."""
    first = leading(refusal.findings)
    text = texts.text(first)
    return {
        "type": "about:blank",
        "title": text.rule,
        "status": status(refusal, texts),
        "detail": text.fix,
        "code": first.code,
        "plek": text.whose.value,
        "herhaalbaar": refusal.retryable,
        "bevindingen": [finding(each, texts) for each in refusal.findings],
        "adviezen": advice(refusal.advice, advices),
    }


def finding(told: Finding, texts: FindingTexts) -> dict[str, str]:
    """One finding with its texts."""
    text = texts.text(told)
    return {
        "code": told.code,
        "ernst": told.ernst.value,
        "plaats": told.at,
        "regel": text.rule,
        "herstel": text.fix,
        "rule": text.rule_en,
        "fix": text.fix_en,
    }


def advice(codes: tuple[str, ...], advices: Advice) -> list[dict[str, str]]:
    """Advice with its texts."""
    return [{"code": code, "tekst": advices[code][0], "text": advices[code][1]} for code in codes]


def headers(refusal: Refusal, status: int) -> dict[str, str]:
    """What HTTP wants said beside the content."""
    said = {"cache-control": "no-store"}
    if status == 401:
        said["www-authenticate"] = 'Bearer realm="verwijsindex"'
    if status == 405:
        said["allow"] = leading(refusal.findings).limit
    if refusal.retryable:
        said["retry-after"] = RETRY_SECONDS
    return said
