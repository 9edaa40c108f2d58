"""Asking an index for its matches: it goes on whatever the line does, and a stranger's news is thrown away."""

import datetime as dt
import sqlite3
from uuid import uuid4

import pytest

from gateway.canonical.match import Betrokkene, MatchContent, MatchSoort, MatchStatus
from gateway.canonical.order import Done, MatchNews, Outcome, Refused
from gateway.canonical.receipt import MatchPage
from gateway.canonical.tenant import GATEWAY
from gateway.rules.delivery import Recovery
from tests.spec.office import Office, accepted
from tests.unit.scripted import BUSY, LOST, Line, Plain, Post, database, events, id_of, rows


def poll(office: Office, *script: Outcome) -> Post:
    return Post(office, Line(*script), Plain(Recovery.REPEAT))


def news(office: Office, *, status: MatchStatus = MatchStatus.ACTIEF, number: str = "m-1") -> MatchNews:
    return MatchNews(
        index_match_id=number,
        soort=MatchSoort.CLIENTMATCH,
        signaal_id=str(accepted(office.status()).receipt.signaal_id),
        niet_dezelfde_jeugdige=False,
        ontstaan_op=dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC),
        status=status,
        content=MatchContent(betrokkenen=(Betrokkene(naam="Anna", instantie="Wijkteam"),)),
    )


def test_a_bsn_in_a_text_of_any_index_goes_no_further(office: Office) -> None:
    office.given()
    told = Betrokkene(naam="Anna", functie="mentor van 999 990 019", instantie="Wijkteam")
    one = news(office).model_copy(update={"content": MatchContent(betrokkenen=(told,))})
    poll(office, Done(news=(one,), cursor=7)).deliver(GATEWAY)
    page = office.list("matchesOpvragen")
    assert isinstance(page, MatchPage)
    assert [match.content.betrokkenen[0].functie for match in page.matches] == ["mentor van [weggelaten]"]
    assert "bsn_weggelaten" in events(office.store)


def test_an_index_is_asked_for_matches_until_it_has_no_more_and_then_after_a_while(office: Office) -> None:
    office.given()
    post = poll(office, Done(cursor=7, more=True), Done(news=(news(office),), cursor=9))
    assert post.deliver(GATEWAY) == 2
    first, second = post.line.sent
    assert (first["Poll"]["cursor"], second["Poll"]["cursor"]) == (0, 7)
    assert id_of(first) != id_of(second)
    page = office.list("matchesOpvragen")
    assert isinstance(page, MatchPage)
    assert [match.content.betrokkenen[0].naam for match in page.matches] == ["Anna"]
    assert office.list("matchesOpvragen", na=page.cursor) == MatchPage(matches=(), cursor=page.cursor, more=False)
    ((wait,),) = rows(office.store, "due - strftime('%s', 'now')", polls=True)
    assert 3500 < wait <= 3601


@pytest.mark.parametrize("outcome", [Refused(code="IX-1"), LOST, BUSY])
def test_a_poll_that_goes_wrong_goes_on(office: Office, outcome: Outcome) -> None:
    post = poll(office, outcome, Done(cursor=1))
    for job in post.claim(GATEWAY):
        post.courier.carry(job)
    with sqlite3.connect(database(office.store)) as connection:
        connection.execute("UPDATE outbox SET due = 0")
    post.deliver(GATEWAY)
    assert post.line.kinds == ["Poll", "Poll"]
    assert rows(office.store, polls=True) == [("poll", "waiting")]


def test_a_match_that_lapsed_takes_its_contact_away(office: Office) -> None:
    office.given()
    post = poll(
        office,
        Done(news=(news(office),), cursor=1, more=True),
        Done(news=(news(office, status=MatchStatus.VERVALLEN),)),
    )
    post.deliver(GATEWAY)
    (match,) = accepted(office.status()).standing.matches
    assert (match.status, match.content) == (MatchStatus.VERVALLEN, MatchContent())


def test_news_of_a_strangers_signal_is_thrown_away(office: Office) -> None:
    office.given()
    stranger = news(office).model_copy(update={"signaal_id": str(uuid4())})
    unreadable = news(office).model_copy(update={"signaal_id": "kanarie"})
    poll(office, Done(news=(stranger, unreadable))).deliver(GATEWAY)
    assert accepted(office.status()).standing.matches == ()
    assert "match_verworpen" in events(office.store)
