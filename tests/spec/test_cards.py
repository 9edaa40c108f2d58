"""The meaning card: read and checked whole, found by the organisation's name, laid beside a match, compared."""

import datetime as dt

import pytest

from gateway.canonical.match import Betrokkene, Match, MatchContent, MatchSoort, MatchStatus
from gateway.errors import Misconfigured
from gateway.rules import cards
from gateway.rules.cards import Cards, Spoken, Texts
from tests.spec.people import MAPPINGS, shared

TEXTS = Texts(index="een index", unknown="geen kaart", alone="zelf geen kaart")
DAY = dt.date(2026, 11, 21)
HEAD = """
instantie = "{name}"
geldig_vanaf = {day}
bevestigd_op = 2026-01-01
bevestigd_door = "bestuur"
reactietermijn = "twee dagen"
vrijwillige_hulp = true
gedwongen_hulp = false
"""
SPOED = """
[[woord]]
as = "urgentie"
woord = "{word}"
begrip = "{concept}"
betekent = "{means}"
{more}
"""


def card(name: str = "Wijkteam", day: str = "2026-01-01", *words: str) -> bytes:
    return (HEAD.format(name=name, day=day) + "".join(words)).encode()


def word(text: str = "spoed", concept: str = "binnen-1-werkdag", means: str = "morgen", more: str = "") -> str:
    return SPOED.format(word=text, concept=concept, means=means, more=more)


def load(*texts: bytes, **spoken: str) -> Cards:
    speaking = {name: Spoken(shared(), code_list) for name, code_list in spoken.items()}
    return cards.load(TEXTS, [(f"c{n}", text) for n, text in enumerate(texts)], shared(), speaking)


def problems(*texts: bytes, **spoken: str) -> list[str]:
    with pytest.raises(Misconfigured) as refused:
        load(*texts, **spoken)
    return list(refused.value.problems)


def match(*others: Betrokkene) -> Match:
    return Match.model_validate(
        {
            "match_id": "00000000-0000-4000-8000-000000000001",
            "soort": MatchSoort.CLIENTMATCH,
            "signaal_id": "00000000-0000-4000-8000-000000000002",
            "bron_signaal_id": "s-1",
            "niet_dezelfde_jeugdige": False,
            "ontstaan_op": "2026-01-01T00:00:00Z",
            "status": MatchStatus.ACTIEF,
            "content": MatchContent(betrokkenen=others),
        }
    )


def other(instantie: str, naam: str = "A. Nder") -> Betrokkene:
    return Betrokkene(naam=naam, instantie=instantie)


def test_the_shipped_examples_are_without_fault() -> None:
    shipped = [(entry.name, entry.read_bytes()) for entry in (MAPPINGS / "cards").iterdir()]
    assert len(cards.load(TEXTS, shipped, shared(), {}).known) == len(shipped) == 3


@pytest.mark.parametrize("name", ["Wijkteam", " wijkteam ", "WIJKTEAM"])
def test_it_is_found_by_the_name_however_that_is_spelled(name: str) -> None:
    known = load(card("Wijkteam"))
    assert known.of(name, DAY) == known.of("Wijkteam", DAY) is not None
    assert known.of("Wijkteam 2", DAY) is None


def test_the_latest_that_began_holds() -> None:
    known = load(card("W", "2027-01-01"), card("W", "2026-01-01"), card("W", "2026-06-01"))
    begun = {
        day: known.of("W", dt.date.fromisoformat(day))
        for day in ("2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01")
    }
    assert [found and str(found.geldig_vanaf) for found in begun.values()] == [
        None,
        "2026-01-01",
        "2026-06-01",
        "2027-01-01",
    ]


def test_beside_a_match_stands_each_other_organisation_once_and_the_same() -> None:
    known = load(card("Wijkteam", "2026-01-01", word()), card("School", "2026-01-01", word(means="nu")))
    found = known.beside(match(other("Wijkteam"), other("Wijkteam", "B"), other("Elders")), "School", DAY)
    theirs, unknown = found.uitleg
    assert theirs.kaart == known.of("Wijkteam", DAY)
    assert theirs.vergeleken
    assert theirs.over_de_index == "een index"
    assert (unknown.instantie, unknown.kaart, unknown.over_de_index) == ("Elders", None, "een index geen kaart")
    again = known.beside(match(other("Wijkteam", "een heel ander")), "School", DAY).uitleg[0]
    assert again.model_dump_json() == theirs.model_dump_json(), "the same bytes, whatever the signals held"


def test_who_has_no_card_is_told_that_nothing_was_compared() -> None:
    [told] = load(card("Wijkteam", "2026-01-01", word())).beside(match(other("Wijkteam")), "School", DAY).uitleg
    assert (told.vergeleken, told.valse_vrienden, told.over_de_index) == (False, (), "een index zelf geen kaart")
    assert told.kaart is not None


def test_a_lapsed_match_names_nobody_and_so_has_no_card() -> None:
    assert load(card("Wijkteam")).beside(match(), "School", DAY).uitleg == ()


@pytest.mark.parametrize(
    ("mine", "theirs", "friend"),
    [
        (word("spoed", "binnen-1-werkdag"), word("spoed", "binnen-24-uur"), True),
        (word("Spoed ", "binnen-1-werkdag"), word("spoed", "binnen-24-uur"), True),
        (word(more='termijn = "1 dag"'), word(more='termijn = "2 dagen"'), True),
        (word(means="a"), word(means="b"), False),
        (word("spoed"), word("haast", "binnen-24-uur"), False),
        (word(), "", False),
    ],
    ids=["other concept", "spelled otherwise", "other time", "told otherwise", "another word", "only one has it"],
)
def test_a_false_friend_is_one_word_with_two_meanings(mine: str, theirs: str, *, friend: bool) -> None:
    known = load(card("A", "2026-01-01", mine), card("B", "2026-01-01", theirs))
    a, b = known.of("A", DAY), known.of("B", DAY)
    assert a is not None
    assert b is not None
    assert bool(cards.false_friends(a, b)) is bool(cards.false_friends(b, a)) is friend


def test_a_false_friend_says_what_it_is_at_each() -> None:
    known = load(
        card("A", "2026-01-01", word(means="morgen", more='termijn = "1 dag"')),
        card("B", "2026-01-01", word(means="nu", concept="binnen-24-uur")),
    )
    [friend] = known.beside(match(other("B")), "A", DAY).uitleg[0].valse_vrienden
    assert (friend.axis, friend.woord, friend.bij_u, friend.bij_de_ander) == (
        "urgentie",
        "spoed",
        "morgen (1 dag)",
        "nu",
    )
    told = cards.lines(known.beside(match(other("B")), "A", DAY).uitleg[0])
    assert told[-1] == 'let op, "spoed": bij u morgen (1 dag); bij de ander nu'


def test_every_line_of_a_card_is_told() -> None:
    text = card("B", "2026-01-01", word(means="nu", more='termijn = "1 dag"\ndoet_zelf = "belt"\nverwacht = "gehoor"'))
    known = load(text.replace(b"gedwongen_hulp = false", b'gedwongen_hulp = true\nkan = ["k"]\nkan_niet = ["n"]'))
    assert cards.lines(known.beside(match(other("B")), "A", DAY).uitleg[0]) == (
        "een index zelf geen kaart",
        "Bedoelkaart van B, geldig vanaf 2026-01-01, bevestigd door bestuur",
        "reageert: twee dagen",
        "vrijwillige hulp: ja; gedwongen hulp: ja",
        "kan: k",
        "kan niet: n",
        '"spoed" (urgentie) = nu (1 dag); doet zelf: belt; verwacht: gehoor',
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"instantie =", "c0: is not TOML"),
        (b"\xff", "c0: is not TOML"),
        (card("A").replace(b"reactietermijn", b"termijn"), "c0: reactietermijn: Field required"),
        (card("A").replace(b'"bestuur"', b'""'), "c0: bevestigd_door: String should have at least 1 character"),
        (
            card("A", "2025-01-01"),
            "c0: bevestigd_op: is after geldig_vanaf; a card holds from the day it was confirmed",
        ),
        (card("A", "2026-01-01", word(concept="snel")), "c0: woord 1: begrip: 'snel' is no concept of axis 'urgentie'"),
        (
            card("A", "2026-01-01", word(concept="onbekend")),
            "c0: woord 1: begrip: 'onbekend' is no concept of axis 'urgentie'",
        ),
        (card("A", "2026-01-01", word(), word(" SPOED")), "c0: woord 2: woord: stands twice on its axis"),
    ],
)
def test_a_wrong_card_is_refused_with_place_and_rule(text: bytes, problem: str) -> None:
    assert problem in problems(text)


def test_every_problem_of_every_card_is_told_at_once() -> None:
    assert len(problems(card("A", "2025-01-01", word(concept="snel")), b"x", card("B"), card("b"))) == 4


def test_what_a_word_means_on_the_card_it_means_in_messages() -> None:
    text = card("A", "2026-01-01", word("urgent", "binnen-5-werkdagen"))
    assert problems(text, A="zvj-signaalcode") == [
        "c0: woord 1: begrip: in its messages the word is 'binnen-1-werkdag', on the card 'binnen-5-werkdagen'; "
        "mend one of them"
    ]
    assert load(text, B="zvj-signaalcode").known
    assert load(card("A", "2026-01-01", word("urgent")), A="zvj-signaalcode").known
    assert load(text, A="lokaal-team-vrije-tekst").known, (
        "a word that no list translates is explained by the card alone"
    )
