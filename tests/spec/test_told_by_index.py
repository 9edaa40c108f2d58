"""What only an index can say of a signal, or does to its message: passed on as it is, in whatever format it came."""

import pytest

from gateway.canonical.order import Done, NotFound, Outcome, Refused, Retry, Unknown
from gateway.canonical.receipt import Answer, Bezorging, Status
from gateway.rules.delivery import Recovery
from gateway.store.work import Hold
from tests.spec.formats import FORMATS, Message
from tests.spec.office import Office, accepted, codes, said
from tests.spec.people import BLIND, FIELDS, caller
from tests.unit.scripted import Line, Plain, Post

OWN = {name: FIELDS[name] for name in ("bron_systeem", "bron_signaal_id")}
ASKING = Message("statusOpvragen", OWN)


def asked(office: Office, form: str) -> Answer:
    """What its sender is told of it, in its own format where that can ask."""
    spoken = FORMATS[form] if FORMATS[form].says(ASKING) else FORMATS["plat"]
    return accepted(office.answer(ASKING, form=spoken))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "code",
    ["IX-404", "IX-409", "IX-410", "IX-423", "EIGEN.CODE-7"],
    ids=["not found", "more than one", "deceased", "an adult by the register", "a code of its own"],
)
def test_an_index_that_refuses_somebody_is_passed_on_with_its_own_code(office: Office, form: str, code: str) -> None:
    """1104, 1105, 1106, 1203 and 1603: who somebody is, the index decides by its register."""
    first = accepted(office.give(form=FORMATS[form]))
    Post(office, Line(Refused(code=code))).deliver()
    answer = asked(office, form)
    assert (answer.standing.bezorging, answer.standing.index_code) == (Bezorging.GEWEIGERD, code)
    assert answer.receipt == first.receipt, "what was accepted stays accepted"
    again = accepted(office.give(form=FORMATS[form]))
    assert (again.receipt, again.standing.index_code) == (first.receipt, code)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("outcome", "recovery", "told"),
    [
        (Retry(reason="geen-verbinding"), Recovery.ASK, Bezorging.WACHT),
        (Retry(reason="tls"), Recovery.ASK, Bezorging.WACHT),
        (Unknown(reason="tijd"), Recovery.ASK, Bezorging.ONDERWEG),
        (Unknown(reason="tijd"), Recovery.NONE, Bezorging.ONZEKER),
        (Unknown(reason="onleesbaar"), Recovery.NONE, Bezorging.ONZEKER),
    ],
    ids=["unreachable", "certificate", "time-out", "nobody can ask", "an answer that means nothing"],
)
def test_what_becomes_of_its_message_is_the_state_it_is_told(
    office: Office, form: str, outcome: Outcome, recovery: Recovery, told: Bezorging
) -> None:
    """1601, 1602, 1604 and 1605: never a refusal at the door."""
    accepted(office.give(form=FORMATS[form]))
    post = Post(office, Line(outcome), Plain(recovery))
    for _ in range(2):
        for job in post.claim():
            post.courier.carry(job)
    answer = asked(office, form)
    assert (answer.standing.bezorging, answer.standing.status) == (told, Status.ACTIEF)


@pytest.mark.parametrize("form", FORMATS)
def test_an_index_on_hold_refuses_nobody_at_the_door(office: Office, form: str) -> None:
    """1503."""
    post = Post(office, Line(Done()))
    office.store.do(Hold("kaal", hold=True))
    accepted(office.give(form=FORMATS[form]))
    assert post.deliver() == 0
    assert asked(office, form).standing.bezorging is Bezorging.WACHT
    office.store.do(Hold("kaal", hold=False))
    assert post.deliver() == 1
    assert asked(office, form).standing.bezorging is Bezorging.BIJ_INDEX


@pytest.mark.parametrize("form", [form for form in FORMATS if FORMATS[form].says(ASKING)])
def test_anothers_signal_is_told_as_one_that_is_not_there(office: Office, form: str) -> None:
    """1402 and 1701: nobody learns from a question that somebody else reported a child."""
    accepted(office.answer(said(), who=caller(BLIND)))
    assert codes(office.answer(ASKING, form=FORMATS[form])) == ["VIX-1401"]


@pytest.mark.parametrize("form", FORMATS)
def test_an_organisation_without_a_mandate_gives_nothing(office: Office, form: str) -> None:
    """1902."""
    reply = office.answer(said(organisatie="geschorst"), who=caller(BLIND), form=FORMATS[form])
    assert codes(reply) in (["VIX-1904"], ["VIX-1905"])
    assert office.store.read.tally()["signals"] == {}


@pytest.mark.parametrize("form", FORMATS)
def test_a_message_the_index_never_got_is_sent_when_it_says_so(office: Office, form: str) -> None:
    accepted(office.give(form=FORMATS[form]))
    Post(office, Line(Unknown(reason="tijd"), NotFound(), Done())).deliver()
    assert asked(office, form).standing.bezorging is Bezorging.BIJ_INDEX
