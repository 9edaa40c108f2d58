"""A message that is whole, one change of it, and what the FHIR adapter makes of it."""

import copy
from collections.abc import Callable
from typing import Any

from gateway.adapters.senders.fhir import media
from gateway.canonical.command import Afgeven, Draft, Request
from gateway.errors import SenderError
from gateway.wire.message import WireRequest
from tests.hostile.test_fhir import BUNDLE
from tests.spec.fhir_format import adapter
from tests.spec.fhir_names import BASE, HL7, JSON

ID = "00000000-0000-4000-8000-000000000009"
ORGANISATION = {"system": f"{BASE}/NamingSystem/organisatie", "value": "school"}
MASKED = {"extension": [{"url": f"{HL7}/data-absent-reason", "valueCode": "masked"}]}


def sent(value: Any, path: str = "/$process-message", method: str = "POST", **headers: str) -> Request:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return adapter().decode(WireRequest(media.write(value, JSON), JSON, named, method, path))[0]


def whole(*changes: Callable[[Any], Any]) -> Afgeven:
    value = copy.deepcopy(BUNDLE)
    for change in changes:
        change(value)
    request = sent(value)
    assert isinstance(request, Afgeven)
    assert request.remarks == ()
    return request


def given(*changes: Callable[[Any], Any]) -> Draft:
    return whole(*changes).draft


def part(number: int) -> Callable[[Any], Any]:
    return lambda value: value["entry"][number]["resource"]


def change(source: str = "s-1", status: str = "inactive", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Flag",
        "identifier": [{"use": "secondary", "system": "https://b.example", "value": source}],
        "status": status,
        "code": {"text": "verwijsindexsignaal"},
        "subject": MASKED,
        "period": {"end": "2026-11-21"},
    } | more


def codes(call: Callable[[], Request]) -> list[tuple[str, str]]:
    try:
        findings = call().remarks
    except SenderError as error:
        findings = error.findings
    return [(finding.code, finding.at) for finding in findings]
