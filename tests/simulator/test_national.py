"""What the national index adds: family some time later, the history once, moves, and the clock of the law."""

import csv
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.canonical.order import IndexCapabilities
from gateway.simulator.server import Simulator

from .wire import REGISTERED, ROOT, Sender, word

NOW = dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC)
DELAY = dt.timedelta(hours=6)
SIX = 6 * 3600
BROTHER, SISTER, HALF = "999996423", "999996411", "999996289"
"""The first two share both parents; the third shares one of them with both."""
TURNS_23 = "999992119"
"""Born 2010-02-25."""
Connect = Callable[..., Sender]

with (ROOT / "gateway/simulator/persons.csv").open(encoding="utf-8") as _file:
    _ROWS = [*csv.DictReader((line for line in _file if not line.startswith("#")), delimiter=";")]
PARENTS = {row["bsn"]: {row["ouder1_bsn"], row["ouder2_bsn"]} - {""} for row in _ROWS}
"""Read here by itself: the register as it stands in its file."""


@contextmanager
def running(directory: Path, **options: object) -> Iterator[tuple[Simulator, Connect]]:
    made: list[Sender] = []
    with Simulator(directory=directory, clock=lambda: NOW, family=DELAY, **options) as index:  # type: ignore[arg-type]

        def connect(name: str = "gateway") -> Sender:
            made.append(Sender(index.url, name))
            return made[-1]

        yield index, connect
        for each in made:
            each.close()


@pytest.fixture
def connect(tmp_path: Path) -> Iterator[Connect]:
    with running(tmp_path / "index") as (_, made):
        yield made


@pytest.fixture
def gateway(connect: Connect) -> Sender:
    return connect()


def passes(sender: Sender, seconds: float = 0.0, **time: float) -> None:
    later = seconds or dt.timedelta(**time).total_seconds()
    sender.managed("POST", "tijd", {"seconden": later})


def kinds(told: Sender) -> list[tuple[str, str, str]]:
    return [(news["soort"], news["eigenSignaalId"], news["status"]) for news in told.poll().matches]


# family


def test_family_is_found_through_a_shared_parent_some_time_later_and_told_to_both(connect: Connect) -> None:
    school, doctor = connect("school-gateway"), connect("arts-gateway")
    school.register(BROTHER, signal="s-1")
    assert doctor.register(SISTER, "jeugdarts", signal="d-1").matches == []
    passes(school, SIX - 1)
    assert (school.poll().matches, doctor.poll().matches) == ([], [])
    passes(school, 1)
    (mine,), (theirs,) = school.poll().matches, doctor.poll().matches
    assert mine["matchId"] == theirs["matchId"]
    assert (mine["soort"], mine["nietDezelfdeJeugdige"], mine["eigenSignaalId"]) == ("GEZINSMATCH_OUDER", "true", "s-1")
    assert mine["betrokkene"]["instantieId"] == "jeugdarts" and theirs["betrokkene"]["instantieId"] == "school"
    assert mine["ontstaanOp"] == "2026-11-21T15:00:00.000+00:00"
    passes(school, SIX * 10)
    assert len(school.poll().matches) == len(doctor.poll().matches) == 1, "a pair is told of once"


def test_nothing_of_the_other_child_is_told(connect: Connect) -> None:
    sender = connect()
    sender.register(BROTHER, signal="s-1")
    sender.register(SISTER, "jeugdarts", signal="d-1")
    passes(sender, SIX)
    raw = sender.poll().raw.decode()
    for row in _ROWS:
        if row["bsn"] in (BROTHER, SISTER):
            for name in ("bsn", "voornamen", "geslachtsnaam", "geboortedatum", "postcode", "ouder1_bsn", "ouder2_bsn"):
                assert row[name] not in raw, name


def test_words_travel_with_the_same_child_only(tmp_path: Path) -> None:
    with running(tmp_path, capabilities=IndexCapabilities(axes=frozenset({"u"}))) as (_, made):
        sender = made()
        sender.register(BROTHER, signal="s-1", extra=word("u"))
        sender.register(SISTER, "jeugdarts", signal="d-1", extra=word("u"))
        assert "aanduiding" in sender.register(BROTHER, "politie", signal="p-1", extra=word("u")).matches[0]
        passes(sender, SIX)
        family = [news for news in sender.poll().matches if news["soort"] == "GEZINSMATCH_OUDER"]
        assert len(family) == 4 and not any("aanduiding" in news for news in family)


def test_what_ended_or_is_the_same_organisation_has_no_family(gateway: Sender) -> None:
    gateway.register(BROTHER, "school", signal="s-1")
    gateway.register(SISTER, "school", signal="s-2")
    gateway.register(HALF, "jeugdarts", signal="d-1")
    gateway.end("d-1")
    passes(gateway, SIX)
    assert gateway.poll().matches == []


def test_one_shared_parent_is_enough_and_a_parent_is_no_sibling(gateway: Sender) -> None:
    gateway.register(BROTHER, "school", signal="s-1")
    gateway.register(HALF, "jeugdarts", signal="d-1")
    young_father, child = "999995923", "999995996"
    assert young_father in PARENTS[child]
    gateway.register(young_father, "school", signal="s-2")
    gateway.register(child, "jeugdarts", signal="d-2")
    passes(gateway, SIX)
    assert [own for _, own, _ in kinds(gateway)] == ["s-1", "d-1"] or [own for _, own, _ in kinds(gateway)] == [
        "d-1",
        "s-1",
    ]


def test_without_a_delay_set_the_index_looks_for_no_family(tmp_path: Path) -> None:
    with Simulator(directory=tmp_path, clock=lambda: NOW) as index:
        sender = Sender(index.url)
        sender.register(BROTHER, signal="s-1")
        sender.register(SISTER, "jeugdarts", signal="d-1")
        passes(sender, SIX * 10)
        assert sender.poll().matches == []
        sender.close()


def test_family_that_was_not_looked_for_yet_is_after_a_restart(tmp_path: Path) -> None:
    with running(tmp_path) as (_, made):
        made().register(BROTHER, signal="s-1")
        made().register(SISTER, "jeugdarts", signal="d-1")
    with running(tmp_path) as (_, made):
        passes(made(), SIX)
        assert len(made().poll().matches) == 2


_STEPS = st.lists(
    st.tuples(st.sampled_from(["register", "register", "register", "end", "withdraw", "wait"]), st.integers(0, 2),
              st.integers(0, len(REGISTERED) - 1)),
    max_size=40,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_STEPS)
def test_the_family_matches_are_those_of_the_register(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int]]
) -> None:
    """Whatever comes and goes: once all is looked for, whoever is told is who shares a parent by the file."""
    active: dict[str, tuple[int, str]] = {}
    with running(tmp_path_factory.mktemp("index")) as (_, made):
        sender = made()
        for turn, (step, organisation, which) in enumerate(steps):
            if step == "wait":
                passes(sender, SIX)
            elif step == "register":
                bsn = REGISTERED[which]["bsn"]
                assert not sender.register(bsn, f"o-{organisation}", signal=f"s-{turn}").code
                active[f"s-{turn}"] = organisation, bsn
            elif active:
                reference = sorted(active)[which % len(active)]
                (sender.withdraw if step == "withdraw" else sender.end)(reference)
                del active[reference]
        passes(sender, SIX)
        told = _standing_family(sender)
    expected = {
        frozenset((a, b))
        for a, b in combinations(active, 2)
        if active[a][0] != active[b][0]
        and active[a][1] != active[b][1]
        and PARENTS[active[a][1]] & PARENTS[active[b][1]]
    }
    assert sorted(map(sorted, told)) == sorted(map(sorted, expected)), "each once, and no other"


def test_every_pair_of_the_register_is_found(tmp_path: Path) -> None:
    children = [row["bsn"] for row in REGISTERED]
    with running(tmp_path) as (_, made):
        sender = made()
        for number, bsn in enumerate(children):
            sender.register(bsn, f"o-{number}", signal=bsn)
        passes(sender, SIX)
        told = {frozenset(pair) for pair in _standing_family(sender)}
    expected = {frozenset(pair) for pair in combinations(children, 2) if PARENTS[pair[0]] & PARENTS[pair[1]]}
    assert told == expected and len(expected) > 50


def _standing_family(sender: Sender) -> list[set[str]]:
    """The pairs of own signals that are family, as the stream leaves them."""
    known: dict[str, set[str]] = {}
    after = 0
    while True:
        page = sender.poll(after, 200)
        for news in page.matches:
            if news["soort"] == "GEZINSMATCH_OUDER":
                pair = known.setdefault(news["matchId"], set())
                if news["status"] == "ACTIEF":
                    pair.add(news["eigenSignaalId"])
                else:
                    pair.discard(news["eigenSignaalId"])
        after = int(page.text("totVolgnummer"))
        if page.text("meer") == "false":
            return [pair for pair in known.values() if pair]


# history


def test_the_history_is_offered_at_a_report_once_to_each_organisation_and_stays(gateway: Sender) -> None:
    gateway.register(BROTHER, "school", signal="s-1", functie="intern begeleider")
    gateway.end("s-1")
    first = gateway.register(BROTHER, "jeugdarts", signal="d-1")
    (offered,) = first.matches
    assert (offered["soort"], offered["eigenSignaalId"], offered["nietDezelfdeJeugdige"]) == (
        "HISTORISCH",
        "d-1",
        "false",
    )
    assert offered["betrokkene"]["instantieId"] == "school"
    assert first.text("historieAanwezig") == "true"
    gateway.end("d-1")
    again = gateway.register(BROTHER, "jeugdarts", signal="d-2")
    assert ([news["soort"] for news in again.matches], again.text("historieAanwezig")) == ([], "")
    other = gateway.register(BROTHER, "politie", signal="p-1")
    kinds_told = sorted((news["soort"], news["betrokkene"]["instantieId"]) for news in other.matches)
    assert kinds_told == [("CLIENTMATCH", "jeugdarts"), ("HISTORISCH", "jeugdarts"), ("HISTORISCH", "school")]
    listing = {one["gatewayReferentie"]: one["status"] for one in gateway.managed("GET", "signalen")}
    assert listing == {"s-1": "ARCHIEF", "d-1": "ARCHIEF", "d-2": "ACTIEF", "p-1": "ACTIEF"}
    assert "s-1" not in [own for _, own, _ in kinds(gateway)], "who once gave it is told nothing"


def test_an_archived_signal_that_is_withdrawn_takes_its_history_with_it(gateway: Sender) -> None:
    gateway.register(BROTHER, "school", signal="s-1")
    gateway.end("s-1")
    gateway.register(BROTHER, "jeugdarts", signal="d-1")
    gateway.withdraw("s-1")
    offered, gone = gateway.poll().matches
    assert (gone["matchId"], gone["status"], gone["verwijderen"]) == (offered["matchId"], "VERVALLEN", "true")
    assert "betrokkene" not in offered and "betrokkene" not in gone
    assert gateway.register(BROTHER, "politie", signal="p-1").text("historieAanwezig") == ""


def test_a_sibling_has_no_history_here(gateway: Sender) -> None:
    gateway.register(BROTHER, "school", signal="s-1")
    gateway.end("s-1")
    assert gateway.register(SISTER, "jeugdarts", signal="d-1").matches == []
    passes(gateway, SIX)
    assert gateway.poll().matches == []


# moves


def test_a_move_is_told_to_who_has_a_signal_and_to_the_new_regievoerder(connect: Connect) -> None:
    school, doctor = connect("school-gateway"), connect("arts-gateway")
    school.register(BROTHER, "school", signal="s-1")
    doctor.register(SISTER, "jeugdarts", signal="d-1")
    assert school.managed("POST", "verhuizingen", {"bsn": BROTHER, "gemeente": "0344"}) == {"signalen": 1}
    (told,) = school.poll().matches
    assert (told["soort"], told["eigenSignaalId"], told["nietDezelfdeJeugdige"]) == ("VERHUIZING", "s-1", "false")
    assert told["betrokkene"]["instantieNaam"] == "Gemeente 0344"
    assert doctor.poll().matches == []
    (arrival,) = school.managed("GET", "verhuisberichten")
    assert (arrival["gemeente"], arrival["betrokkene"]["instantie_id"]) == ("0344", "school")
    school.end("s-1")
    assert kinds(school) == [("VERHUIZING", "s-1", "ACTIEF"), ("VERHUIZING", "s-1", "VERVALLEN")]
    (arrival,) = school.managed("GET", "verhuisberichten")
    assert (arrival["status"], arrival["betrokkene"]) == ("ARCHIEF", None)


def test_a_move_within_a_municipality_is_no_news_to_its_regievoerder(gateway: Sender) -> None:
    gateway.register(BROTHER, "school", signal="s-1")
    for turn in (1, 2):
        assert gateway.managed("POST", "verhuizingen", {"bsn": BROTHER, "gemeente": "0344"}) == {"signalen": 1}
        assert len(gateway.poll().matches) == turn
    assert len(gateway.managed("GET", "verhuisberichten")) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [(b'{"bsn":"999999999","gemeente":"0344"}', 404), (b'{"bsn":"x","gemeente":"0344"}', 400), (b"{}", 400)],
)
def test_who_is_not_in_the_register_does_not_move(gateway: Sender, body: bytes, status: int) -> None:
    told, answer = gateway.request("POST", "/beheer/verhuizingen", body)
    assert told == status and b"999999999" not in answer


@pytest.mark.parametrize("body", [b'{"seconden":-1}', b'{"seconden":"nan"}', b"[]"])
def test_time_does_not_go_back(gateway: Sender, body: bytes) -> None:
    assert gateway.request("POST", "/beheer/tijd", body)[0] == 400


# the clock of the law


def test_on_its_removal_date_a_signal_is_archived_and_five_years_later_destroyed(gateway: Sender) -> None:
    gateway.register(BROTHER, "school", signal="s-1", until="2026-11-23")
    gateway.register(BROTHER, "jeugdarts", signal="d-1")
    passes(gateway, days=2)
    assert [(own, status) for _, own, status in kinds(gateway)][2:] == [("s-1", "VERVALLEN"), ("d-1", "VERVALLEN")]
    assert gateway.managed("GET", "telling")["signalen"] == {"ACTIEF": 1, "ARCHIEF": 1}
    passes(gateway, days=5 * 365)
    assert gateway.managed("GET", "telling")["signalen"] == {"ARCHIEF": 2}
    passes(gateway, days=2)
    assert gateway.managed("GET", "telling")["signalen"] == {"ARCHIEF": 1, "VERNIETIGD": 1}


def test_on_the_23rd_birthday_a_signal_is_destroyed_and_its_sender_told(gateway: Sender) -> None:
    gateway.register(TURNS_23, "school", signal="s-1")
    gateway.end("s-1")
    passes(gateway, days=(dt.date(2033, 2, 24) - NOW.date()).days)
    assert gateway.managed("GET", "telling")["signalen"] in ({"ARCHIEF": 1}, {"VERNIETIGD": 1})
    passes(gateway, days=2)
    assert gateway.managed("GET", "telling")["signalen"] == {"VERNIETIGD": 1}
