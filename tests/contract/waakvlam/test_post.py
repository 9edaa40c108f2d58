"""The post: what becomes of a match, in which order, and what of a bag a receiver may be told."""

import datetime as dt

import pytest

from gateway.adapters.indexes.waakvlam import Waakvlam
from gateway.canonical.match import Betrokkene, MatchSoort, MatchStatus
from gateway.canonical.order import Done, MatchNews, Outcome, Poll, Unknown
from gateway.rules import withheld
from tests.contract.waakvlam.said import (
    MESSAGE,
    POLL,
    SIGNAL,
    Conversation,
    bag,
    come_to,
    element,
    misplaced,
    operation,
    other,
    piece,
    said,
)

UNREADABLE = Unknown(reason="onleesbaar")
BACKWARDS = Unknown(reason="volgnummer")


def told(index: Waakvlam, *bodies: str) -> Done:
    outcome = come_to(index, POLL, *bodies)
    assert isinstance(outcome, Done), outcome
    return outcome


def news(index: Waakvlam, body: str) -> MatchNews:
    (one,) = told(index, bag(body)).news
    return one


def test_a_match_with_who_else_is_involved(index: Waakvlam) -> None:
    regie = "<vestiging>Noord</vestiging><regie><naam>C. Baas</naam><telefoon>+31850001299</telefoon></regie>"
    one = news(index, piece(told=other(more=regie)))
    assert (one.index_match_id, one.signaal_id, one.soort) == ("90412", str(SIGNAL), MatchSoort.CLIENTMATCH)
    assert (one.status, one.verwijderen, one.niet_dezelfde_jeugdige) == (MatchStatus.ACTIEF, False, False)
    assert one.ontstaan_op == dt.datetime(2026, 2, 28, 11, tzinfo=dt.UTC)
    assert one.content.betrokkenen == (
        Betrokkene(
            naam="J. Jansen", functie="wijkteam", instantie="Wijkteam", locatie="Noord", telefoon="+31301234567",
            coordinator="C. Baas (+31850001299)",
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "remove"),
    [
        (piece(kind="Vervallen"), False), (piece(kind="Wissen"), True), (piece(kind="Onterecht"), True),
        (piece(), True),
    ],
)  # fmt: skip
def test_a_match_that_is_no_more(index: Waakvlam, body: str, remove: bool) -> None:
    one = news(index, body)
    assert (one.status, one.verwijderen, one.content.betrokkenen) == (MatchStatus.VERVALLEN, remove, ())


def test_what_is_silent_is_told_all_the_same(index: Waakvlam) -> None:
    assert news(index, piece(told=other(), silent=' stil="true"')).status is MatchStatus.ACTIEF


def test_pieces_go_by_their_place(index: Waakvlam) -> None:
    pieces = piece("3", rank=30, kind="Wissen") + piece("1", rank=2, told=other()) + piece("2", rank=10, told=other())
    assert [one.index_match_id for one in told(index, bag(pieces)).news] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("number", "waiting", "expected"),
    [
        ("8", "0", Done(cursor=8)), ("8", "3", Done(cursor=8, more=True)), ("7", "0", BACKWARDS),
        ("6", "3", BACKWARDS), ("9223372036854775808", "0", BACKWARDS), ("9" * 5000, "0", UNREADABLE),
        ("8", "-1", UNREADABLE), ("8", "veel", UNREADABLE), ("", "0", UNREADABLE),
    ],
)  # fmt: skip
def test_the_bags_only_go_forward(index: Waakvlam, number: str, waiting: str, expected: Outcome) -> None:
    outcome = come_to(index, POLL, bag(piece(kind="Wissen"), number, waiting))
    cut = outcome.model_copy(update={"news": ()}) if isinstance(outcome, Done) else outcome
    assert cut == expected


def test_no_post_leaves_the_cursor_where_it_was(index: Waakvlam) -> None:
    assert told(index, bag()) == Done(cursor=7)


def test_what_was_cleared_away_is_passed_over_and_counted(index: Waakvlam) -> None:
    talk = Conversation(index, POLL)
    outcome = talk.told(misplaced("ZAK_OPGERUIMD"), bag(piece(told=other())))
    assert isinstance(outcome, Done)
    assert (outcome.cursor, outcome.dropped, len(outcome.news)) == (9, 1, 1)
    assert [operation(request) for request in talk.asked] == ["HaalPost", "HaalPost"]
    assert said(talk.asked[-1], "//w:naZak") == []
    assert told(index, misplaced("ZAK_OPGERUIMD"), bag()) == Done(cursor=7, dropped=1)
    again = come_to(index, POLL, misplaced("ZAK_OPGERUIMD"), misplaced("ZAK_OPGERUIMD"))
    assert again == BACKWARDS


def test_the_oldest_bag_after_a_gap_is_not_one_that_was_read(index: Waakvlam) -> None:
    assert come_to(index, POLL, misplaced("ZAK_OPGERUIMD"), bag(piece(), number="5")) == BACKWARDS
    assert come_to(index, Poll(message_id=MESSAGE, cursor=0), bag(piece(), number="5")) != BACKWARDS


@pytest.mark.parametrize(
    "entry",
    [
        other(naam=""), other(naam="x" * 81), other(telefoon="0" * 9), other(functie="<diagnose>geheim</diagnose>"),
        "<wederpartij/>", other() + other(), other(more="<verhaal>geheim</verhaal>"),
        other().replace('naam="Wijkteam"', 'naam=""'), other().replace("WV-0850", "WV-850"),
    ],
)  # fmt: skip
def test_a_bad_other_side_costs_itself_only(index: Waakvlam, entry: str) -> None:
    pieces = piece("1", other()) + piece("2", entry, rank=2) + piece("3", other(), rank=3)
    outcome = told(index, bag(pieces))
    assert [(one.index_match_id, len(one.content.betrokkenen), one.status) for one in outcome.news] == [
        ("1", 1, MatchStatus.ACTIEF), ("2", 0, MatchStatus.ACTIEF), ("3", 1, MatchStatus.ACTIEF),
    ]  # fmt: skip
    assert outcome.dropped >= 1


@pytest.mark.parametrize(
    "bad",
    [
        piece("0"), piece("x"), piece(""), piece("2", kind="Ruzie"), piece("2", moment="gisteren"),
        piece("2", moment="20260231120000+0100"), piece("2", version="0"), piece("2", reference="met spatie"),
        piece("2", rank=0), piece("2", silent=' stil="misschien"'), "<stuk/>", piece("2", silent=' extra="1"'),
        piece("2", "<aanduiding>spoed</aanduiding>"), piece("2").replace("WV-0417", "wie dan ook"),
    ],
)  # fmt: skip
def test_one_bad_piece_costs_itself_only(index: Waakvlam, bad: str) -> None:
    outcome = told(index, bag(piece("1", other()) + bad + piece("3", other(), rank=3)))
    assert [one.index_match_id for one in outcome.news] == ["1", "3"]
    assert (outcome.dropped, outcome.cursor) == (1, 9)


def test_more_than_fits_a_bag_is_no_answer(index: Waakvlam) -> None:
    assert come_to(index, POLL, bag(piece() * 26)) == UNREADABLE
    assert told(index, bag(piece("0") * 25)) == Done(cursor=9, dropped=25)


@pytest.mark.parametrize(
    "body",
    [
        element("HaalPostAntwoord", ""), element("HaalPostAntwoord", "<leeg/><leeg/>"),
        bag(piece()).replace("</zak>", "</zak><leeg/>"), bag(piece() + "<reclame/>"), bag("tekst<a/>"),
        element("HaalPostAntwoord", "<leeg>niet</leeg>"),
    ],
)  # fmt: skip
def test_what_is_no_bag_is_no_answer(index: Waakvlam, body: str) -> None:
    assert come_to(index, POLL, body) == UNREADABLE


def test_texts_are_one_line_that_can_be_shown(index: Waakvlam) -> None:
    naam = "Jan\n\tde&#13; \u202eVries\u2066\u200b &amp; &lt;Zoë&#x85;\u2028"
    (one,) = news(index, piece(told=other(naam, functie=" wijk\u202e&#10;team "))).content.betrokkenen
    assert (one.naam, one.functie) == ("Jan de Vries & <Zoë", "wijk team")


def test_a_bsn_in_a_text_is_passed_on_to_nobody(index: Waakvlam) -> None:
    cut = withheld.told(told(index, bag(piece(told=other(functie="kind 999 990&#10;019")))))
    assert isinstance(cut, Done)
    assert cut.withheld == 1
    assert "999990019" not in cut.model_dump_json().replace(" ", "")
