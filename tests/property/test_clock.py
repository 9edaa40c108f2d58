"""No sequence of changes moves the moment of a report or its outer limit (Jeugdwet 7.1.4.3 lid 1 b, 7.1.4.5 lid 2)."""

import datetime as dt
from collections.abc import Iterator
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.canonical.receipt import Answer, Status
from gateway.clock import legal_day
from gateway.flow.ageing import catch_up
from gateway.rules.lifecycle import birthday, years_later
from gateway.store.keyring import KeyRing
from tests.conftest import opened
from tests.spec.formats import FORMATS, Message
from tests.spec.office import Office, accepted, codes, said
from tests.spec.people import FIELDS

START = dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC)
BORN = {"twelve": "2014-05-06", "nearly grown": "2004-08-09", "a year": "2005"}
PEOPLE = ("p-1", "p-2", "p-3")
STEPS = st.one_of(
    st.tuples(st.just("signaalWijzigen"), st.sampled_from(["N. Ieuw", "V. Ernieuwd"])),
    st.tuples(st.just("signaalVerlengen"), st.integers(-30, 1200)),
    st.tuples(st.just("signaalOverdragen"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("signaalAfgeven"), st.none()),
    st.tuples(st.just("again"), st.none()),
    st.tuples(st.just("later"), st.integers(1, 300)),
)


@pytest.fixture(scope="module")
def one_office(tmp_path_factory: pytest.TempPathFactory, ring: KeyRing) -> Iterator[Office]:
    """One gateway for all examples, each with a signal of its own."""
    office = Office(lambda clock: opened(tmp_path_factory.mktemp("clock"), ring, clock))
    yield office
    office.store.close()


def message(operation: str, what: object, source: str, revision: int, today: dt.date) -> Message:
    own = {"bron_systeem": "klok", "bron_signaal_id": source, "revisie": str(revision)}
    match operation:
        case "signaalWijzigen":
            return Message(operation, {**own, "melder_naam": str(what)})
        case "signaalVerlengen":
            assert isinstance(what, int)
            day = today + dt.timedelta(what)
            return Message(operation, {**own, "verwijderdatum": day.isoformat()})
        case _:
            contact = {"melder_naam": "O. Vernemer", "melder_telefoon": "030-1112223"}
            return Message(operation, {**own, **contact, "professional_id": str(what)})


@given(
    who=st.sampled_from(sorted(BORN)),
    first=st.integers(1, 900),
    steps=st.lists(st.tuples(STEPS, st.sampled_from(sorted(FORMATS))), max_size=12),
)
def test_changes_never_move_the_clock(
    one_office: Office,
    who: str,
    first: int,
    steps: list[tuple[tuple[str, object], str]],
) -> None:
    office, source = one_office, uuid4().hex
    office.clock.at = START
    start, born = legal_day(START), BORN[who]
    limit = min(years_later(start, 2), birthday(born, start) or dt.date.max)
    shorter = min(limit, start + dt.timedelta(first)).isoformat()
    own = {"bron_systeem": "klok", "bron_signaal_id": source, "geboortedatum": born}
    report = said(**own, verwijderdatum=shorter)
    receipt = accepted(office.answer(report)).receipt
    moment = dt.datetime.fromisoformat(FIELDS["datum_tijd_melding"])
    until, sent = dt.date.fromisoformat(shorter), [report]
    for revision, ((operation, what), form) in enumerate(steps, 2):
        today = legal_day(office.clock())
        if operation == "later":
            assert isinstance(what, int)
            office.later(days=what)
            catch_up(office.store, office.clock)
        elif operation in ("again", "signaalAfgeven"):
            reply = office.answer(sent[-1] if operation == "again" else report, form=FORMATS[form])
            assert isinstance(reply, Answer) or codes(reply) != ["VIX-1004"], "a repeat says the same"
        else:
            said_ = message(operation, what, source, revision, today)
            reply = office.answer(said_, form=FORMATS[form])
            if isinstance(reply, Answer):
                sent.append(said_)
                if operation == "signaalVerlengen":
                    until = dt.date.fromisoformat(said_.fields["verwijderdatum"])
        signal = office.store.read.signal(receipt.signaal_id)
        asked = office.status(bron_systeem="klok", bron_signaal_id=source)
        active = legal_day(office.clock()) < until
        if signal is None:
            assert codes(asked) == ["VIX-1405"] and not active
            continue
        assert signal.datum_tijd_melding == moment
        assert signal.verwijderdatum == until <= limit
        assert isinstance(asked, Answer) and asked.receipt == receipt
        assert (asked.standing.status is Status.ACTIEF) == active
