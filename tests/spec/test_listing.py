"""Lists: own signals and matches, in pages, by a cursor that only its owner can use."""

import pytest

from gateway.canonical.receipt import MatchPage, OwnSignalPage, Refusal, Reply, Status
from tests.spec.formats import FORMATS, Message, saying
from tests.spec.office import Office, accepted, codes
from tests.spec.people import BLIND, caller

LISTS = ("matchesOpvragen", "eigenSignalenOpvragen")


def page(reply: Reply) -> OwnSignalPage:
    assert isinstance(reply, OwnSignalPage), codes(reply)
    return reply


def test_own_signals_come_in_pages_oldest_first(office: Office) -> None:
    ids = [office.given(bron_signaal_id=f"s-{n}").receipt.signaal_id for n in range(5)]
    first = page(office.list("eigenSignalenOpvragen", maximum="2"))
    second = page(office.list("eigenSignalenOpvragen", maximum="2", na=first.cursor))
    third = page(office.list("eigenSignalenOpvragen", maximum="2", na=f" {second.cursor} "))
    assert [signal.signaal_id for part in (first, second, third) for signal in part.signals] == ids
    assert [part.more for part in (first, second, third)] == [True, True, False]
    empty = page(office.list("eigenSignalenOpvragen", na=third.cursor))
    assert (empty.signals, empty.cursor, empty.more) == ((), third.cursor, False)
    office.given(bron_signaal_id="s-5")
    (new,) = page(office.list("eigenSignalenOpvragen", na=third.cursor)).signals
    assert new.bron_signaal_id == "s-5"


def test_a_page_has_a_hundred_lines_unless_asked_otherwise(office: Office) -> None:
    office.give_many(101)
    assert len(page(office.list("eigenSignalenOpvragen")).signals) == 100
    assert len(page(office.list("eigenSignalenOpvragen", maximum="200")).signals) == 101


def test_a_destroyed_signal_has_no_source_id_any_more(office: Office) -> None:
    given = office.given()
    accepted(office.withdraw())
    (line,) = page(office.list("eigenSignalenOpvragen")).signals
    assert (line.signaal_id, line.status) == (given.receipt.signaal_id, Status.VERNIETIGD)
    assert (line.bron_systeem, line.bron_signaal_id) == (None, None)


def test_nobody_sees_anothers_signals(office: Office) -> None:
    office.given()
    assert page(office.list("eigenSignalenOpvragen", who=caller(BLIND))).signals == ()


def test_without_matches_there_is_a_cursor_to_go_on_from(office: Office) -> None:
    found = office.list("matchesOpvragen")
    assert isinstance(found, MatchPage)
    assert (found.matches, found.more) == ((), False)
    assert office.list("matchesOpvragen", na=found.cursor) == found


@pytest.mark.parametrize("form", saying(Message("matchesOpvragen", {})))
@pytest.mark.parametrize("operation", LISTS)
@pytest.mark.parametrize("cursor", ["7.0123456789abcdef0123", "x", "é.0", ".", "7"])
def test_a_forged_cursor_is_refused(one_office: Office, form: str, operation: str, cursor: str) -> None:
    message = Message(operation, {"bron_systeem": "x", "na": cursor})
    reply = one_office.answer(message, form=FORMATS[form])
    assert isinstance(reply, Refusal)
    assert [(finding.code, finding.at) for finding in reply.findings] == [
        ("VIX-1503", FORMATS[form].place(message, "na"))
    ]


def test_a_cursor_is_of_one_sender_and_one_list(office: Office) -> None:
    office.given()
    own = page(office.list("eigenSignalenOpvragen")).cursor
    assert codes(office.list("eigenSignalenOpvragen", who=caller(BLIND), na=own)) == ["VIX-1503"]
    assert codes(office.list("matchesOpvragen", na=own)) == ["VIX-1503"]
    number, _, seal = own.partition(".")
    assert codes(office.list("eigenSignalenOpvragen", na=f"{int(number) + 1}.{seal}")) == ["VIX-1503"]


@pytest.mark.parametrize("form", saying(Message("matchesOpvragen", {})))
@pytest.mark.parametrize("operation", LISTS)
@pytest.mark.parametrize("maximum", ["0", "201", "-1", "x", "1.0", "00001999", "²"])
def test_a_page_has_one_to_two_hundred_lines(one_office: Office, form: str, operation: str, maximum: str) -> None:
    message = Message(operation, {"bron_systeem": "x", "maximum": maximum})
    reply = one_office.answer(message, form=FORMATS[form])
    assert isinstance(reply, Refusal)
    assert [(finding.code, finding.at) for finding in reply.findings] == [
        ("VIX-1105", FORMATS[form].place(message, "maximum"))
    ]
