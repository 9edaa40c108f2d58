"""What a format finds and what the rules find, told together: one fault to a place, and no fault lost."""

import pytest

from gateway.canonical.finding import Ernst, Finding
from gateway.canonical.receipt import Refusal
from gateway.errors import SenderError
from gateway.flow.effects import Read
from gateway.flow.identity import Recognition
from gateway.flow.intake import Intake
from gateway.rules.admission import merge
from gateway.store.keyring import KeyRing
from gateway.wire.message import WireRequest
from tests.hostile.corpus import CANARIES, CASES, Case, changed
from tests.hostile.corpus import NOW as THEN
from tests.spec.formats import FORMATS, Message
from tests.spec.office import Office, codes
from tests.spec.people import FIELDS, caller, directory
from tests.spec.soap_format import adapter

REMARK = Finding(code="VIX-1001", at="hier")


def test_a_fault_of_the_rules_speaks_for_the_format_too() -> None:
    own = Finding(code="VIX-1101", at="hier")
    elsewhere = Finding(code="VIX-1001", at="daar")
    assert merge((REMARK, elsewhere), (own, own)) == (elsewhere, own)


def test_a_warning_takes_no_fault_away() -> None:
    warning = Finding(code="VIX-1208", at="hier", ernst=Ernst.WAARSCHUWING)
    assert merge((REMARK,), (warning,)) == (REMARK, warning)


def refused(ring: KeyRing, wire: WireRequest) -> Refusal | None:
    """What a SOAP sender is told that gave nothing before; None when its signal goes to the store."""
    try:
        request, _ = adapter().decode(wire)
        conversation = Intake(directory(), Recognition(ring), lambda: THEN).answer(request, caller())
        if isinstance(next(conversation), Read):
            conversation.send(None)
    except SenderError as error:
        return Refusal(findings=error.findings)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    return None


def test_a_broken_element_is_refused_though_the_rules_only_warn_there(ring: KeyRing) -> None:
    broken = changed((">2014-05-06<", " kleur='geel'>2014<"))
    refusal = refused(ring, WireRequest(broken(), "text/xml"))
    assert refusal is not None and codes(refusal) == ["VIX-1001", "VIX-1208"]


@pytest.mark.parametrize("name", ["reden", "diagnose", "vrijeTekst", "RISICO"])
@pytest.mark.parametrize("form", [name for name in FORMATS if name != "plat"])
def test_a_field_for_a_story_is_refused_unread_beside_what_else_is_wrong(
    one_office: Office, form: str, name: str
) -> None:
    message = Message("signaalAfgeven", {**FIELDS, "geslacht": "x"}, strange={name: "een heel verhaal"})
    reply = one_office.answer(message, form=FORMATS[form])
    assert sorted(codes(reply)) == ["VIX-1003", "VIX-1105"]
    assert "verhaal" not in reply.model_dump_json()


@pytest.mark.parametrize("operation", ["matchesOpvragen", "capaciteiten", "statusOpvragen", "signaalIntrekken"])
def test_no_operation_takes_a_field_for_a_story(one_office: Office, operation: str) -> None:
    own = {"bron_systeem": "x", **({"bron_signaal_id": "x"} if operation.startswith("s") else {})}
    message = Message(operation, own, strange={"opmerking": "verhaal"})
    assert codes(one_office.answer(message, form=FORMATS["soap"])) == ["VIX-1003"]


@pytest.mark.parametrize("case", [case for case in CASES if case.by != "door"], ids=lambda case: case.name)
def test_a_hostile_message_is_told_what_the_corpus_says_by_format_and_rules_together(ring: KeyRing, case: Case) -> None:
    refusal = refused(ring, WireRequest(case.build(), case.content_type, case.headers))
    assert (refusal is None) == case.accepted
    if refusal is None:
        return
    assert set(case.told) <= set(codes(refusal))
    told = refusal.model_dump_json()
    assert not [canary for canary in CANARIES if canary in told]
