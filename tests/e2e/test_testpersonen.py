"""All official test persons of an age for this register, from four organisations, twice."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gateway.cli.sandbox import PARTNERS, Sandbox, sandbox
from tests.e2e.talk import BLIND, CARE, JGZ, LEGAL, SCHOOL, Sender, Told, at_once, children, own, person, told_by, until

ORGANISATIONS = (SCHOOL, CARE, JGZ, BLIND)
NAMES = {partner["id"]: partner["name"] for partner in PARTNERS}
SUSPENDED = "IX-410"
TWINS = ("familienaam", "geboortedatum", "geslacht")
Row = Mapping[str, str]


@dataclass
class Round:
    """What came back: the first answers, those of the second round, and in between what the index had."""

    place: Sandbox
    rows: tuple[Row, ...]
    first: dict[tuple[str, str], Told] = field(default_factory=dict)
    second: dict[tuple[str, str], Told] = field(default_factory=dict)
    status: dict[tuple[str, str], Told] = field(default_factory=dict)
    counts: list[object] = field(default_factory=list)


def source_of(row: Row) -> str:
    """An own id that is no number of the child: its place in the list."""
    return f"dossier-{children().index(dict(row))}"


def give(sender: Sender, row: Row) -> Told:
    """By number where the organisation may know it, by data where it may not."""
    child = person(row) if sender.partner == BLIND else f"<vi:bsn>{row['bsn']}</vi:bsn>"
    return sender.give(
        source_of(row),
        child=child,
        naam=f"{row['voornamen']} van {NAMES[sender.partner]}"[:200],
        contact="<vi:functie>contactpersoon</vi:functie><vi:telefoon>030-7654321</vi:telefoon>"
        f"<vi:email>wie@{sender.partner}.example</vi:email>",
        coordinator="<vi:coordinator><vi:naam>C. Oördinator</vi:naam></vi:coordinator>",
        words=[("urgentie", "spoed")],
    )


def all_of(it: Round, into: dict[tuple[str, str], Told], *, ask: bool = False) -> None:
    """Every organisation gives, or asks about, every child; the organisations at the same time."""

    def one(partner: str) -> None:
        with Sender(it.place.gateway, partner) as sender:
            for row in it.rows:
                into[partner, row["bsn"]] = sender.status(source_of(row)) if ask else give(sender, row)

    with at_once([lambda partner=partner: one(partner) for partner in ORGANISATIONS]):  # type: ignore[misc]
        pass


@contextmanager
def twice(directory: Path, rows: tuple[Row, ...]) -> Iterator[Round]:
    with sandbox(directory, clock=LEGAL, wait_seconds=20) as place:
        it = Round(place, rows)
        all_of(it, it.first)

        def tally() -> dict[str, dict[str, int]]:
            """What the signals led to; that their matches were seen meanwhile is another thing."""
            counts = place.house.store.read.tally()
            del counts["announcements"]
            return counts

        assert until(lambda: tally()["matches"].get("ACTIEF") == (len(rows) - 3) * 12, 60)
        it.counts.append((told_by(place.indexes["strikt"], "telling"), tally()))
        all_of(it, it.second)
        it.counts.append((told_by(place.indexes["strikt"], "telling"), tally()))
        all_of(it, it.status, ask=True)
        yield it


def everybody_gets_a_receipt_and_three_are_refused_by_the_index(rounds: Round) -> None:
    assert len(rounds.first) == len(rounds.rows) * 4
    refused = {row["bsn"] for row in rounds.rows if row["opgeschort"] == "ja"}
    assert len(refused) == 3
    for (_, bsn), told in rounds.first.items():
        assert told.status == 200 and told.valid()
        assert told.text("stand/bezorging") == ("GEWEIGERD" if bsn in refused else "BIJ_INDEX")
        assert told.texts("stand/indexCode") == ([SUSPENDED] if bsn in refused else [])
        assert "bel-nu" in told.texts("advies/code")


def the_second_round_changes_nothing(rounds: Round) -> None:
    (index, store), (index_after, store_after) = rounds.counts  # type: ignore[misc]
    assert (index, store) == (index_after, store_after)
    assert index["signalen"] == {"ACTIEF": (len(rounds.rows) - 3) * 4}
    assert (index["dubbel"], index["matches"]) == (0, (len(rounds.rows) - 3) * 6)
    assert store["signals"] == {"ACTIEF": len(rounds.rows) * 4}
    assert store["messages"] == {"done": (len(rounds.rows) - 3) * 4, "refused": 3 * 4}
    for key, told in rounds.first.items():
        again = rounds.second[key]
        for part in ("ontvangstbewijs", "vertaling", "vraag", "advies"):
            assert again.part(part) == told.part(part)
    identities = {told.text("ontvangstbewijs/signaalId") for told in rounds.first.values()}
    assert len(identities) == len(rounds.rows) * 4


def each_organisation_sees_the_three_others_and_how_to_reach_them(rounds: Round) -> None:
    rows = {row["bsn"]: row for row in rounds.rows}
    for (partner, bsn), told in rounds.status.items():
        others = [] if rows[bsn]["opgeschort"] == "ja" else [other for other in ORGANISATIONS if other != partner]
        assert told.valid()
        assert sorted(told.texts("betrokkene/instantie")) == sorted(NAMES[other] for other in others)
        assert set(told.texts("match/status")) <= {"ACTIEF"}
        assert set(told.texts("match/soort")) <= {"CLIENTMATCH"}
        assert set(told.texts("match/bronSignaalId")) <= {source_of(rows[bsn])}
        seen = {tuple(child.text for child in one) for one in told.find("betrokkene")}
        assert seen == {
            (
                f"{rows[bsn]['voornamen']} van {NAMES[other]}".strip()[:200],
                "contactpersoon",
                NAMES[other],
                "Voorbeeldstad",
                "030-7654321",
                f"wie@{other}.example",
                "C. Oördinator",
            )
            for other in others
        }


def all_matches_come_once_page_by_page(rounds: Round) -> None:
    for partner in ORGANISATIONS:
        identities: list[str] = []
        with Sender(rounds.place.gateway, partner) as sender:
            page = sender.say("matchesOpvragen", "<vi:maximum>77</vi:maximum>")
            while page.text("meer") == "true":
                identities += page.texts("match/matchId")
                page = sender.say("matchesOpvragen", f"<vi:na>{page.text('cursor')}</vi:na><vi:maximum>77</vi:maximum>")
            identities += page.texts("match/matchId")
            assert not sender.say("matchesOpvragen", f"<vi:na>{page.text('cursor')}</vi:na>").find("match")
        assert len(identities) == len(set(identities)) == (len(rounds.rows) - 3) * 3


def own_signals_are_own_signals(rounds: Round) -> None:
    for partner in ORGANISATIONS:
        with Sender(rounds.place.gateway, partner) as sender:
            listed = sender.say("eigenSignalenOpvragen", "<vi:maximum>200</vi:maximum>")
            assert set(listed.texts("signaal/bronSignaalId")) == {source_of(row) for row in rounds.rows}
            assert sorted(set(listed.texts("signaal/bezorging"))) == ["BIJ_INDEX", "GEWEIGERD"]
            assert sender.status("dossier-68").codes == {"VIX-1401"}


def no_number_of_a_child_comes_back(rounds: Round) -> None:
    numbers = [row["bsn"].encode() for row in rounds.rows]
    for answers in (rounds.first, rounds.second, rounds.status):
        for told in answers.values():
            assert not [number for number in numbers if number in told.body]


def twins_are_told_apart_by_their_given_names_and_refused_without(rounds: Round) -> None:
    twins = alike(rounds.rows)
    assert len(twins) == 6
    with Sender(rounds.place.gateway, BLIND) as sender:
        for number, row in enumerate(twins):
            bare = sender.give(f"bare-{number}", child=person(row, *TWINS))
            assert (bare.text("stand/bezorging"), bare.text("stand/indexCode")) == ("GEWEIGERD", "IX-409")
            assert sender.say("signaalIntrekken", own(f"bare-{number}")).status == 200


CLAIMS = (
    everybody_gets_a_receipt_and_three_are_refused_by_the_index,
    the_second_round_changes_nothing,
    each_organisation_sees_the_three_others_and_how_to_reach_them,
    all_matches_come_once_page_by_page,
    own_signals_are_own_signals,
    no_number_of_a_child_comes_back,
    twins_are_told_apart_by_their_given_names_and_refused_without,
)


def some() -> tuple[Row, ...]:
    """The suspended, the twins, who has no given name or an unusual one, and a few others."""
    rows = children()
    telling = [
        row for row in rows if row["opgeschort"] == "ja" or not row["voornamen"] or not row["familienaam"].isascii()
    ]
    return tuple(row for row in rows if row in telling or row in alike(rows) or rows.index(row) % 16 == 0)


def alike(rows: Sequence[Row]) -> list[Row]:
    """Whom surname, birth date and sex do not tell apart."""
    living = [row for row in rows if row["opgeschort"] == "nee"]
    return [row for row in living if sum(all(row[n] == other[n] for n in TWINS) for other in living) > 1]


@pytest.mark.verify
@pytest.mark.parametrize("rows", [some(), children()], ids=["some", "all"])
def test_children_from_four_organisations_twice(tmp_path: Path, rows: tuple[Row, ...]) -> None:
    """One test, since it is one long story; which claim failed is the line below the loop's."""
    with twice(tmp_path, rows) as rounds:
        for claim in CLAIMS:
            claim(rounds)
