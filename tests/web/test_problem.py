"""A refusal as JSON: every finding with its place, rule and fix, and the status of the first fault."""

import json

from hypothesis import given
from hypothesis import strategies as st

from gateway.canonical.finding import Ernst, Finding
from gateway.canonical.receipt import Refusal
from gateway.rules.findings import FindingTexts
from gateway.web import problem
from gateway.wire.problem import MEDIA_TYPE

TEXTS = FindingTexts.load()
findings = st.lists(
    st.builds(Finding, code=st.sampled_from(sorted(TEXTS.codes)), at=st.text(max_size=9), ernst=st.sampled_from(Ernst)),
    min_size=1,
    max_size=5,
)


@given(findings, st.booleans())
def test_every_finding_is_told(found: list[Finding], retryable: bool) -> None:
    answer = problem.answer(Refusal(findings=tuple(found), retryable=retryable), TEXTS)
    body = json.loads(bytes(answer.body))
    assert [(each["code"], each["plaats"], each["ernst"]) for each in body["bevindingen"]] == [
        (one.code, one.at, one.ernst.value) for one in found
    ]
    assert all(each[key] for each in body["bevindingen"] for key in ("regel", "herstel", "rule", "fix"))
    first = next((one for one in found if one.ernst is Ernst.FOUT), found[0])
    http = TEXTS.codes[first.code].http
    assert body["status"] == answer.status_code == (400 if http in (200, 422) else http)
    assert (body["code"], body["herhaalbaar"]) == (first.code, retryable)
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert ("retry-after" in answer.headers) is retryable
