"""Findings, questions and advice as an OperationOutcome. No value of a message stands in one."""

from collections.abc import Iterable, Mapping
from typing import Any

from gateway.adapters.senders.fhir.names import ADVIES, BERICHT, BEVINDING, TRANSLATION, own
from gateway.canonical.finding import Ernst, Finding
from gateway.canonical.receipt import Refusal
from gateway.canonical.terms import Question
from gateway.rules.findings import FindingTexts, leading

MOST = 100
_BAD_REQUEST = 400
ASK = "VIX-1802"
"""The code whose fix is the text of a question."""

ISSUES: Mapping[str, str] = {
    "VIX-1001": "structure", "VIX-1002": "not-supported", "VIX-1003": "not-supported", "VIX-1004": "conflict",
    "VIX-1007": "invalid", "VIX-1008": "structure", "VIX-1025": "not-found", "VIX-1026": "not-supported",
    "VIX-1027": "not-supported", "VIX-1028": "too-long", "VIX-1031": "not-supported",
    "VIX-1034": "invariant", "VIX-1035": "not-supported",
    "VIX-1036": "conflict",
    "VIX-1102": "forbidden", "VIX-1105": "value", "VIX-1106": "required", "VIX-1101": "value", "VIX-1103": "required",
    "VIX-1301": "forbidden", "VIX-1302": "forbidden", "VIX-1307": "forbidden",
    "VIX-1401": "not-found", "VIX-1404": "conflict", "VIX-1405": "deleted", "VIX-1406": "code-invalid",
    "VIX-1412": "not-found", "VIX-1413": "conflict", "VIX-1430": "not-found", "VIX-1431": "forbidden",
    "VIX-1432": "not-supported", "VIX-1433": "not-supported", "VIX-1434": "value", "VIX-1435": "value",
    "VIX-1436": "too-costly", "VIX-1801": "code-invalid", "VIX-1802": "code-invalid",
    "VIX-1804": "code-invalid", "VIX-1901": "transient", "VIX-1904": "login", "VIX-1905": "forbidden",
}  # fmt: skip
"""Our code -> IssueType of R4; every other code is a business rule."""
_OTHERS = "business-rule"
_META = {"profile": [own("vi-bevindingen")]}


class Outcomes:
    """Writes OperationOutcomes. `advice` is code -> (Dutch, English)."""

    def __init__(self, texts: FindingTexts, advice: Mapping[str, tuple[str, str]]) -> None:
        self._texts = texts
        self._advice = {
            code: _issue("information", "informational", ADVIES, code, told) for code, told in advice.items()
        }

    def refusal(self, refusal: Refusal) -> dict[str, Any]:
        """Every finding of a refusal, and the advice that holds all the same."""
        return outcome(self.issues(refusal.findings, advice=refusal.advice))

    def issues(
        self, findings: Iterable[Finding], *, questions: Iterable[Question] = (), advice: Iterable[str] = ()
    ) -> list[dict[str, Any]]:
        """An issue each; advice first, for it cannot wait."""
        told = [self._finding(finding) for finding in tuple(findings)[:MOST]]
        return [*(self._advice[code] for code in advice), *told, *(self._question(one) for one in questions)]

    def status(self, refusal: Refusal) -> int:
        """The HTTP status of a refusal: that of its first fault."""
        return max(self._texts.codes[leading(refusal.findings).code].http, _BAD_REQUEST)

    def _finding(self, finding: Finding) -> dict[str, Any]:
        text = self._texts.text(finding)
        severity = "error" if finding.ernst is Ernst.FOUT else "warning"
        issue = _issue(
            severity, ISSUES.get(finding.code, _OTHERS), BEVINDING, finding.code, (text.rule, text.rule_en)
        ) | {"diagnostics": text.fix, "_diagnostics": translated(text.fix_en)}
        if finding.at:
            issue["location" if finding.at.startswith("http") else "expression"] = [finding.at]
        return issue

    def _question(self, question: Question) -> dict[str, Any]:
        text = self._texts.codes[ASK]
        asked = _issue("information", "code-invalid", BEVINDING, ASK, (text.rule, text.rule_en))
        return asked | {"diagnostics": text.fix, "_diagnostics": translated(text.fix_en)}


def outcome(issues: list[dict[str, Any]]) -> dict[str, Any]:
    """An OperationOutcome; where there is nothing to say, that all is well."""
    well = {"coding": [{"system": BERICHT, "code": "antwoord"}], "text": "In orde."}
    nothing = {"severity": "information", "code": "informational", "details": well}
    return {"resourceType": "OperationOutcome", "meta": _META, "issue": issues or [nothing]}


def translated(text: str) -> dict[str, Any]:
    """The English beside a Dutch text."""
    parts = [{"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": text}]
    return {"extension": [{"url": TRANSLATION, "extension": parts}]}


def _issue(severity: str, code: str, system: str, own: str, told: tuple[str, str]) -> dict[str, Any]:
    details = {"coding": [{"system": system, "code": own}], "text": told[0], "_text": translated(told[1])}
    return {"severity": severity, "code": code, "details": details}
