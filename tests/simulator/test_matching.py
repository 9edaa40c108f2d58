import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.canonical.order import Contact, IndexCapabilities, Person
from gateway.canonical.signal import Soort
from gateway.simulator.engine import Engine
from gateway.simulator.persons import Persons
from gateway.simulator.replies import Page, Registered, Reply
from gateway.simulator.server import Simulator
from gateway.simulator.state import State
from gateway.simulator.values import End, Message, Poll, Register, Withdraw

from .wire import CHILD, OTHER, Sender, word

Connect = Callable[..., Sender]


def test_two_organisations_are_told_of_one_match_under_one_number(connect: Connect) -> None:
    school, doctor = connect("school-gateway"), connect("arts-gateway")
    assert (
        school.register(signal="s-1", functie="intern begeleider", locatie="Zuid", email="ib@example.org").matches == []
    )
    (told,) = doctor.register(organisation="jeugdarts", signal="d-1").matches
    (school_news,), (doctor_news,) = school.poll().matches, doctor.poll().matches
    assert doctor_news == told
    assert told["matchId"] == school_news["matchId"]
    assert (told["eigenSignaalId"], school_news["eigenSignaalId"]) == ("d-1", "s-1")
    assert told["soort"] == school_news["soort"] == "CLIENTMATCH"
    assert told["nietDezelfdeJeugdige"] == "false"
    assert told["ontstaanOp"] == "2026-11-21T09:00:00.000+00:00"
    assert told["status"] == "ACTIEF"
    assert told["betrokkene"] == {
        "professionalId": "p-school", "naam": "Melder van school", "functie": "intern begeleider",
        "instantieId": "school", "instantieNaam": "Instantie school", "locatie": "Zuid", "telefoon": "0612345678",
        "email": "ib@example.org",
    }  # fmt: skip
    assert school_news["betrokkene"]["instantieNaam"] == "Instantie jeugdarts"
    assert connect().managed("GET", "telling") == {"signalen": {"ACTIEF": 2}, "dubbel": 0, "matches": 1}


def test_one_gateway_that_sends_for_both_gets_news_for_both_signals(gateway: Sender) -> None:
    gateway.register(signal="s-1")
    gateway.register(organisation="jeugdarts", signal="d-1")
    news = gateway.poll().matches
    assert len({entry["matchId"] for entry in news}) == 1
    assert sorted((entry["eigenSignaalId"], entry["betrokkene"]["instantieId"]) for entry in news) == [
        ("d-1", "school"),
        ("s-1", "jeugdarts"),
    ]


def test_an_organisation_never_matches_itself_whoever_sends(connect: Connect) -> None:
    a, b = connect("a"), connect("b")
    assert a.register().matches == []
    assert b.register().matches == []
    assert a.poll().matches == b.poll().matches == []


def test_another_child_never_matches(gateway: Sender) -> None:
    gateway.register(CHILD)
    assert gateway.register(OTHER, "jeugdarts").matches == []


def test_a_third_party_matches_with_each_of_the_two(gateway: Sender) -> None:
    gateway.register(organisation="school")
    gateway.register(organisation="jeugdarts")
    told = gateway.register(organisation="politie").matches
    assert [match["betrokkene"]["instantieId"] for match in told] == ["school", "jeugdarts"]
    assert len(gateway.poll().matches) == 6


def test_a_signal_past_its_removal_date_matches_nobody(gateway: Sender) -> None:
    gateway.register(until="2026-11-21")
    assert gateway.register(organisation="jeugdarts").matches == []


def test_an_ended_signal_is_archived_and_its_match_lapses_for_both_without_contact(connect: Connect) -> None:
    a, b = connect("a"), connect("b")
    a.register(signal="s-1")
    match_id = b.register(organisation="jeugdarts", signal="d-1").matches[0]["matchId"]
    answer = a.end("s-1")
    assert answer.text("status") == "ARCHIEF"
    for sender, own in ((a, "s-1"), (b, "d-1")):
        active, lapsed = sender.poll().matches
        assert active["matchId"] == lapsed["matchId"] == match_id
        assert lapsed["status"] == "VERVALLEN"
        assert lapsed["eigenSignaalId"] == own
        assert "betrokkene" not in lapsed
        assert "aanduiding" not in lapsed
    assert connect().managed("GET", "telling") == {"signalen": {"ACTIEF": 1, "ARCHIEF": 1}, "dubbel": 0, "matches": 1}
    assert connect().managed("GET", "signalen") == [
        {"gatewayReferentie": "s-1", "status": "ARCHIEF", "leidend": True},
        {"gatewayReferentie": "d-1", "status": "ACTIEF", "leidend": True},
    ]


def test_an_archived_signal_is_history_to_another_and_nothing_to_its_own_organisation(gateway: Sender) -> None:
    gateway.register(signal="s-1")
    gateway.end("s-1")
    later = gateway.register(organisation="jeugdarts")
    assert [match["soort"] for match in later.matches] == ["HISTORISCH"]
    assert later.text("historieAanwezig") == "true"
    assert gateway.register(organisation="school").text("historieAanwezig") == ""


def test_ending_twice_changes_nothing_and_a_destroyed_signal_stays_destroyed(gateway: Sender) -> None:
    gateway.register(signal="s-1")
    gateway.register(organisation="jeugdarts")
    first = gateway.end("s-1")
    assert gateway.end("s-1").text("status") == "ARCHIEF"
    withdrawn = gateway.withdraw("s-1")
    assert withdrawn.text("status") == "VERNIETIGD"
    assert withdrawn.text("indexSignaalId") == first.text("indexSignaalId")
    assert gateway.end("s-1").text("status") == gateway.withdraw("s-1").text("status") == "VERNIETIGD"
    told = [(entry["status"], entry.get("verwijderen")) for entry in gateway.poll().matches]
    assert told == [("ACTIEF", None)] * 2 + [("VERVALLEN", None)] * 2 + [("VERVALLEN", "true")] * 2


def test_a_reference_that_is_unknown_or_anothers_cannot_be_ended(connect: Connect) -> None:
    a, b = connect("a"), connect("b")
    a.register(signal="s-1")
    assert {b.end("s-1").code, b.withdraw("s-1").code, a.end("s-2").code, a.withdraw("s-2").code} == {"IX-404"}
    assert a.managed("GET", "telling")["signalen"] == {"ACTIEF": 1}


def test_a_destroyed_signal_leaves_no_person_and_no_contact_on_disk(tmp_path: Path) -> None:
    with Simulator(directory=tmp_path, capabilities=IndexCapabilities(axes=frozenset({"u"}))) as index:
        sender = Sender(index.url)
        extra = word("u", "ZEGHET")
        create = {
            "signal": "s-1",
            "reference": "m-1",
            "naam": "Verdwijnende Melder",
            "email": "weg@example.org",
            "extra": extra,
        }
        sender.register(**create)
        sender.register(organisation="jeugdarts", signal="d-1", reference="m-2")
        trace = (b"Verdwijnende", b"weg@example.org", b"ZEGHET", CHILD.encode())
        assert all(any(text in file.read_bytes() for file in tmp_path.iterdir()) for text in trace)
        assert sender.withdraw("s-1").text("status") == "VERNIETIGD"
        assert sender.withdraw("d-1").text("status") == "VERNIETIGD"
        assert not any(text in file.read_bytes() for file in tmp_path.iterdir() for text in trace)
        statuses = [(entry["status"], "betrokkene" in entry) for entry in sender.poll().matches]
        assert statuses == [("ACTIEF", False)] * 2 + [("VERVALLEN", False)] * 2
        assert "betrokkene" not in sender.register(organisation="jeugdarts", signal="d-1", reference="m-2").matches[0]
        assert sender.register(**create).text("status") == "ACTIEF"
        assert sender.register(**create | {"naam": "Iemand anders"}).text("status") == "ACTIEF", (
            "no trace to compare with"
        )
        assert sender.managed("GET", "telling")["signalen"] == {"VERNIETIGD": 2}
        sender.close()


def test_who_destroyed_the_own_signal_sees_the_others_contact_no_more(connect: Connect) -> None:
    a, b = connect("a"), connect("b")
    a.register(signal="s-1")
    b.register(organisation="jeugdarts", signal="d-1")
    b.withdraw("d-1")
    for sender in (a, b):
        assert ["betrokkene" in entry for entry in sender.poll().matches] == [False, False]
    assert a.managed("GET", "telling")["signalen"] == {"ACTIEF": 1, "VERNIETIGD": 1}


def test_the_stream_is_read_in_pages_from_a_number_that_is_excluded(gateway: Sender) -> None:
    for at in range(16):
        gateway.register(organisation=f"o-{at}")
    everything = gateway.poll(0, 1000)
    assert len(everything.matches) == 200
    assert (everything.text("totVolgnummer"), everything.text("meer")) == ("200", "true")
    assert len(gateway.poll(0).matches) == 100
    last = gateway.poll(200)
    assert (len(last.matches), last.text("totVolgnummer"), last.text("meer")) == (40, "240", "false")
    exact = gateway.poll(200, 40)
    assert (len(exact.matches), exact.text("meer")) == (40, "false")
    assert gateway.poll(1, 1).matches == everything.matches[1:2]
    nothing = gateway.poll(240)
    assert (nothing.matches, nothing.text("totVolgnummer"), nothing.text("meer")) == ([], "240", "false")
    ahead = gateway.poll(10**30)
    assert (ahead.matches, ahead.text("totVolgnummer")) == ([], str(10**30))


def test_each_sender_has_a_stream_of_its_own(connect: Connect) -> None:
    a, b, c = connect("a"), connect("b"), connect("c")
    a.register(CHILD)
    b.register(CHILD, "jeugdarts")
    a.register(OTHER, "jeugdarts")
    b.register(OTHER, "school")
    assert [sender.poll().text("totVolgnummer") for sender in (a, b, c)] == ["2", "2", "0"]


def test_more_matches_than_fit_in_an_answer_are_all_in_the_stream(tmp_path: Path) -> None:
    with _engine(tmp_path) as engine:
        for at in range(205):
            _register(engine, f"s-{at}", organisation="school", sender="x")
        answer = _register(engine, "s-new", organisation="jeugdarts", sender="y")
        first = _page(engine, "y", 0)
        second = _page(engine, "y", first.last)
    assert len(answer.news) == 200
    assert (len(first.news), first.more, len(second.news), second.more) == (200, True, 5, False)


STEPS = st.lists(
    st.tuples(st.sampled_from(["register", "end", "withdraw"]), st.integers(0, 2), st.integers(0, 5)), max_size=14
)


@given(STEPS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whoever_was_told_of_a_match_knows_exactly_the_pairs_that_are_active(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int]]
) -> None:
    """The streams of news, replayed, agree with a plain model of which signals stand."""
    active: dict[str, int] = {}
    with _engine(tmp_path_factory.mktemp("index")) as engine:
        for turn, (step, organisation, which) in enumerate(steps):
            if step == "register":
                _register(engine, f"s-{turn}", organisation=f"o-{organisation}", sender="x")
                active[f"s-{turn}"] = organisation
            elif active:
                reference = sorted(active)[which % len(active)]
                change = Withdraw(reference=reference) if step == "withdraw" else _end(reference)
                engine.answer(Message(sender="x", reference=f"m-{turn}", request=change))
                del active[reference]
        page = _page(engine, "x", 0)
    known: dict[str, set[str]] = {}
    for news in (news for news in page.news if news.soort == "CLIENTMATCH"):
        known.setdefault(news.match_id, set())
        if news.status == "ACTIEF":
            known[news.match_id].add(news.reference)
        else:
            known[news.match_id].discard(news.reference)
    pairs = {frozenset((a, b)) for a in active for b in active if active[a] != active[b]}
    told = [frozenset(pair) for pair in known.values() if pair]
    assert len(told) == len(set(told))
    assert set(told) == pairs


@contextmanager
def _engine(directory: Path) -> Iterator[Engine]:
    now = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    state = State(directory)
    yield Engine(state, Persons.shipped(), IndexCapabilities(), lambda: now)
    state.close()


def _page(engine: Engine, sender: str, after: int) -> Page:
    page = engine.answer(Message(sender=sender, reference="p", request=Poll(after=after, maximum=200)))
    assert isinstance(page, Page)
    return page


def _end(reference: str) -> End:
    return End(reference=reference, datum_einde=dt.date(2026, 11, 21))


def _register(engine: Engine, reference: str, *, organisation: str, sender: str) -> Registered:
    request = Register(
        reference=reference, soort=Soort.SIGNAAL, person=Person(bsn=CHILD),
        contact=Contact(professional_id="p", naam="n", instantie_id=organisation, instantie_naam="i"),
        datum_tijd_melding="2026-11-21T10:00:00Z", verwijderdatum=dt.date(2028, 11, 21),
    )  # fmt: skip
    reply = engine.answer(Message(sender=sender, reference=f"m-{reference}", request=request))
    assert isinstance(reply, Reply)
    assert isinstance(reply.answer, Registered)
    return reply.answer
