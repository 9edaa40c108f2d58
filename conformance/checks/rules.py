"""The rules of admission: each breach has its own code, and all of them come at once."""

import datetime as dt

from conformance import messages
from conformance.checks.minimal import wrong_bsn
from conformance.expect import accepted, refused, require
from conformance.messages import Melding, years_on
from conformance.session import RECEIPT, Exchange, NotTested, Session
from conformance.wire import DETAIL, pointed_at

PLACE = f"{DETAIL}/vi:bevinding/vi:plaats"


def elfproef(session: Session) -> None:
    melding = _with_bsn(session)
    refused(session.give(melding.but(bsn=wrong_bsn(melding.bsn))), "VIX-1101")


def all_findings_at_once(session: Session) -> None:
    _refuse_three(session)


def findings_point_into_the_message(session: Session) -> None:
    exchange = _refuse_three(session)
    wanted = {"VIX-1201": "geboortedatum", "VIX-1205": "verwijderdatum"}
    codes = exchange.reply.texts(f"{DETAIL}/vi:bevinding/vi:code")
    for code, place in zip(codes, exchange.reply.texts(PLACE), strict=True):
        found = pointed_at(exchange.request.body or b"", place)
        met = found == [wanted[code]] if code in wanted else len(found) == 1 or not place
        require(met, exchange, f"bij {code} een XPath naar een element van het bericht", got=place, at=PLACE)


def twenty_three_refused(session: Session) -> None:
    birth = years_on(session.now().date(), -23) - dt.timedelta(days=2)
    refused(session.give(session.melding().but(geboortedatum=birth.isoformat())), "VIX-1201")


def birth_in_the_future_refused(session: Session) -> None:
    birth = session.now().date() + dt.timedelta(days=30)
    refused(session.give(session.melding().but(geboortedatum=birth.isoformat())), "VIX-1202")


def moment_in_the_future_refused(session: Session) -> None:
    melding = session.melding()
    refused(session.give(melding.but(moment=session.now() + dt.timedelta(days=1))), "VIX-1204")


def removal_too_late_refused(session: Session) -> None:
    refused(session.give(session.melding().but(verwijderdatum=_too_late(session))), "VIX-1205")


def removal_date_filled_in(session: Session) -> None:
    exchange = accepted(session.give(session.melding()))
    path = f"{RECEIPT}/vi:verwijderdatum"
    today = session.now().date()
    found = exchange.reply.text(path)
    last = (years_on(today, 2) + dt.timedelta(days=1)).isoformat()
    met = today.isoformat() < found <= last
    require(met, exchange, "een verwijderdatum binnen twee jaar na de melding", got=found or "geen", at=path)


def missing_contact_refused(session: Session) -> None:
    refused(session.give(session.melding().but(telefoon="", email="")), "VIX-1304")


def unidentified_refused(session: Session) -> None:
    refused(session.give(session.melding().but(bsn="", persoonsgegevens=False)), "VIX-1103")


def suspicion_not_confirmed_refused(session: Session) -> None:
    exchange = session.give(session.melding().but(redelijk_vermoeden="false"))
    policy = exchange.reply.text(f"{RECEIPT}/vi:beleid")
    if session.capabilities().on_consent.get(policy):
        raise NotTested("deze regio werkt op toestemming, niet op redelijk vermoeden", applies=False)
    refused(exchange, "VIX-1305")


def refused_is_not_stored(session: Session) -> None:
    melding = session.melding()
    refused(session.give(melding.but(telefoon="", email="")))
    refused(session.ask(messages.status(melding.bron_signaal_id)), "VIX-1401")


def _refuse_three(session: Session) -> Exchange:
    birth = years_on(session.now().date(), -30).isoformat()
    broken = session.melding().but(geboortedatum=birth, telefoon="", email="", verwijderdatum=_too_late(session))
    return refused(session.give(broken), "VIX-1201", "VIX-1205", "VIX-1304")


def _too_late(session: Session) -> str:
    return (years_on(session.now().date(), 2) + dt.timedelta(days=3)).isoformat()


def _with_bsn(session: Session) -> Melding:
    melding = session.melding()
    if not melding.bsn:
        raise NotTested("het token mag geen BSN gebruiken: geef bij --token een zender die dat wel mag")
    return melding
