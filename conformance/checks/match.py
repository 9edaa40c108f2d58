"""Two organisations, one young person: each is told how to reach the other, and nothing more.

One pair of signals serves the whole theme; withdrawing it comes last, or makes a new pair.
"""

from conformance import messages
from conformance.expect import accepted, refused, require
from conformance.messages import Melding
from conformance.session import ANSWER, Exchange, Failed, Pair, Session

OPERATION = "matchesOpvragen"


def status_of_a_foreign_signal(session: Session) -> None:
    partner = session.partner()
    melding = session.melding()
    accepted(session.give(melding))
    refused(session.ask(messages.status(melding.bron_signaal_id), token=partner), "VIX-1401")


def foreign_signal_not_withdrawn(session: Session) -> None:
    partner = session.partner()
    melding = session.melding()
    accepted(session.give(melding))
    refused(session.ask(messages.intrekken(melding.bron_signaal_id), token=partner), "VIX-1401")
    exchange = accepted(session.ask(messages.status(melding.bron_signaal_id)), "statusOpvragen")
    found = exchange.reply.text(f"{ANSWER}/vi:stand/vi:status")
    require(found == "ACTIEF", exchange, "nog steeds status ACTIEF", got=found, at=f"{ANSWER}/vi:stand/vi:status")


def both_get_a_match(session: Session) -> None:
    pair = _pair(session)
    _awaited(session, pair.first, token=None)
    _awaited(session, pair.second, token=session.partner())


def match_tells_how_to_reach_the_other(session: Session) -> None:
    pair = _pair(session)
    mine = _awaited(session, pair.first, token=None)
    theirs = _awaited(session, pair.second, token=session.partner())
    for exchange, own, other in ((mine, pair.first, pair.second), (theirs, pair.second, pair.first)):
        people = f"{_match(own)}/vi:betrokkene"
        names = exchange.reply.texts(f"{people}/vi:naam")
        require(other.melder in names, exchange, "de naam van de andere melder", at=f"{people}/vi:naam")
        reach = exchange.reply.texts(f"{people}/vi:telefoon") + exchange.reply.texts(f"{people}/vi:email")
        met = other.telefoon in reach or other.email in reach
        require(met, exchange, "telefoon of e-mail van de andere melder", at=f"{people}/vi:telefoon")


def match_has_no_number(session: Session) -> None:
    pair = _pair(session)
    for melding, token in ((pair.first, None), (pair.second, session.partner())):
        exchange = _awaited(session, melding, token=token)
        person = melding.person
        said = " ".join(exchange.reply.texts(f"{ANSWER}/vi:match"))
        found = [value for value in (person.bsn, person.familienaam, person.geboortedatum) if value in said]
        require(not found, exchange, "geen BSN, naam of geboortedatum in een match", got="wel", at=f"{ANSWER}/vi:match")


def cursor_does_not_repeat(session: Session) -> None:
    pair = _pair(session)
    token = session.partner()
    exchange = _awaited(session, pair.second, token=token)
    cursor = exchange.reply.text(f"{ANSWER}/vi:cursor")
    after = accepted(session.ask(messages.browse(OPERATION, cursor), token=token), OPERATION)
    seen = set(exchange.reply.texts(f"{_match(pair.second)}/vi:matchId"))
    again = seen & set(after.reply.texts(f"{_match(pair.second)}[vi:status='ACTIEF']/vi:matchId"))
    require(not again, after, "na de cursor alleen nieuwe matches", got="dezelfde match", at=f"{ANSWER}/vi:match")


def match_stands_at_the_signal(session: Session) -> None:
    pair = _pair(session)
    listed = _awaited(session, pair.first, token=None)
    wanted = set(listed.reply.texts(f"{_match(pair.first)}/vi:matchId"))
    exchange = accepted(session.ask(messages.status(pair.first.bron_signaal_id)), "statusOpvragen")
    at = f"{ANSWER}/vi:stand/vi:match/vi:matchId"
    require(wanted <= set(exchange.reply.texts(at)), exchange, "dezelfde match bij de stand van het signaal", at=at)


def withdrawn_match_lapses(session: Session) -> None:
    pair, _ = _withdrawn(session)
    token = session.partner()
    path = f"{ANSWER}/vi:stand/vi:match"
    last: list[Exchange] = []

    def look() -> Exchange | None:
        exchange = accepted(session.ask(messages.status(pair.second.bron_signaal_id), token=token), "statusOpvragen")
        last[:] = [exchange]
        return exchange if _only_lapsed(exchange, path, pair.first) else None

    if session.until(look) is None:
        raise Failed(
            "na intrekken de match VERVALLEN en zonder betrokkene", "nog contactgegevens, of nog ACTIEF",
            at=path, exchange=last[0],
        )  # fmt: skip


def lapse_comes_after_the_cursor(session: Session) -> None:
    pair, cursor = _withdrawn(session)
    token = session.partner()
    lapsed = f"{_match(pair.second)}[vi:status='VERVALLEN']"
    if _seek(session, lapsed, na=cursor, token=token) is None:
        raise Failed(
            "het vervallen van de match in matchesOpvragen, na de cursor van ervoor", "niet gevonden",
            at=lapsed, exchange=session.exchanges[-1],
        )  # fmt: skip


def _pair(session: Session) -> Pair:
    """The pair of this run; made at the first use."""
    if session.pair is None:
        partner = session.partner()
        child = session.persons[-2]
        first = session.melding(person=child).but(melder="Eerste Toetser", email="eerste.toetser@example.org")
        accepted(session.give(first))
        second = session.melding(person=child, token=partner)
        second = second.but(melder="Tweede Toetser", email="tweede.toetser@example.org", telefoon="010-5550124")
        accepted(session.give(second, token=partner))
        session.pair = Pair(first, second)
    return session.pair


def _withdrawn(session: Session) -> tuple[Pair, str]:
    """A pair that matched and whose first signal was then withdrawn, and the second one's cursor from before that."""
    pair = _pair(session)
    session.pair = None
    cursor = _awaited(session, pair.second, token=session.partner()).reply.text(f"{ANSWER}/vi:cursor")
    accepted(session.ask(messages.intrekken(pair.first.bron_signaal_id)), "signaalIntrekken")
    return pair, cursor


def _awaited(session: Session, own: Melding, *, token: str | None) -> Exchange:
    found = _seek(session, _match(own), token=token)
    if found is None:
        seconds = session.settings.match_timeout
        raise Failed(
            f"een match op het eigen signaal binnen {seconds:g} seconden", "geen match",
            at=_match(own), exchange=session.exchanges[-1],
        )  # fmt: skip
    return found


def _seek(session: Session, path: str, *, na: str = "", token: str | None) -> Exchange | None:
    def look() -> Exchange | None:
        for page in session.pages(OPERATION, na=na, token=token):
            if accepted(page, OPERATION).reply.count(path):
                return page
        return None

    return session.until(look)


def _match(own: Melding) -> str:
    return f"{ANSWER}/vi:match[vi:bronSignaalId='{own.bron_signaal_id}']"


def _only_lapsed(exchange: Exchange, path: str, other: Melding) -> bool:
    """Whether nothing of the withdrawn reporter is left and a lapsed match is."""
    reply = exchange.reply
    gone = other.melder not in reply.texts(f"{path}/vi:betrokkene/vi:naam")
    lapsed = f"{path}[vi:status='VERVALLEN']"
    return gone and reply.count(lapsed) > 0 and not reply.count(f"{lapsed}/vi:betrokkene")
