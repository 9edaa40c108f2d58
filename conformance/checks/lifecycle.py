"""The legal life of a signal, and what only its own sender may see of it."""

from conformance import messages
from conformance.expect import accepted, refused, require
from conformance.messages import Melding
from conformance.session import ANSWER, RECEIPT, Exchange, Session

STATUS = f"{ANSWER}/vi:stand/vi:status"


def given_is_active(session: Session) -> None:
    _status(accepted(session.give(session.melding())), "ACTIEF")


def status_of_an_own_signal(session: Session) -> None:
    melding = session.melding()
    given = accepted(session.give(melding))
    asked = accepted(session.ask(messages.status(melding.bron_signaal_id)), "statusOpvragen")
    path = f"{RECEIPT}/vi:signaalId"
    require(given.reply.text(path) == asked.reply.text(path), asked, "hetzelfde signaalId als bij afgeven", at=path)
    _status(asked, "ACTIEF")


def status_of_an_unknown_signal(session: Session) -> None:
    refused(session.ask(messages.status(session.new_id())), "VIX-1401")


def ended_goes_to_the_archive(session: Session) -> None:
    melding = _given(session)
    _status(accepted(_end(session, melding), "signaalBeeindigen"), "ARCHIEF")


def ending_twice_same_receipt(session: Session) -> None:
    melding = _given(session)
    first = accepted(_end(session, melding), "signaalBeeindigen")
    again = accepted(_end(session, melding), "signaalBeeindigen")
    same = first.reply.shapes(RECEIPT) == again.reply.shapes(RECEIPT)
    require(same, again, "hetzelfde ontvangstbewijs als de eerste keer", got="een ander ontvangstbewijs", at=RECEIPT)


def withdrawn_is_destroyed(session: Session) -> None:
    melding = _given(session)
    _status(accepted(_withdraw(session, melding), "signaalIntrekken"), "VERNIETIGD")


def withdrawing_twice_is_no_harm(session: Session) -> None:
    melding = _given(session)
    accepted(_withdraw(session, melding), "signaalIntrekken")
    exchange = _withdraw(session, melding)
    if exchange.reply.faulty:
        refused(exchange, "VIX-1405")
    else:
        _status(accepted(exchange, "signaalIntrekken"), "VERNIETIGD")


def destroyed_does_not_come_back(session: Session) -> None:
    melding = _given(session)
    accepted(_withdraw(session, melding), "signaalIntrekken")
    refused(session.give(melding), "VIX-1405")


def unknown_signal_not_ended(session: Session) -> None:
    node = messages.beeindigen(session.new_id(), session.now().date())
    refused(session.ask(node), "VIX-1401")


def own_signals_page_by_page(session: Session) -> None:
    _given(session)
    _given(session)
    operation = "eigenSignalenOpvragen"
    path = f"{ANSWER}/vi:signaal/vi:signaalId"
    first = accepted(session.ask(messages.browse(operation, maximum=1)), operation)
    require(first.reply.count(path) == 1, first, "een signaal bij maximum 1", at=path)
    more = first.reply.text(f"{ANSWER}/vi:meer")
    require(more in ("true", "1"), first, "meer = true", got=more, at=f"{ANSWER}/vi:meer")
    cursor = first.reply.text(f"{ANSWER}/vi:cursor")
    second = accepted(session.ask(messages.browse(operation, cursor, 1)), operation)
    met = second.reply.count(path) == 1 and second.reply.text(path) != first.reply.text(path)
    require(met, second, "het volgende signaal na de cursor", at=path)


def own_signal_is_listed(session: Session) -> None:
    melding = _given(session)
    last = None
    for page in session.pages("eigenSignalenOpvragen"):
        last = accepted(page, "eigenSignalenOpvragen")
        if melding.bron_signaal_id in page.reply.texts(f"{ANSWER}/vi:signaal/vi:bronSignaalId"):
            return
    if last is not None:
        require(False, last, "het eigen signaal in de lijst", got="niet gevonden", at=f"{ANSWER}/vi:signaal")


def strange_cursor_refused(session: Session) -> None:
    refused(session.ask(messages.browse("matchesOpvragen", f"verzonnen-{session.run}")), "VIX-1503")


def _given(session: Session) -> Melding:
    melding = session.melding()
    accepted(session.give(melding))
    return melding


def _end(session: Session, melding: Melding) -> Exchange:
    return session.ask(messages.beeindigen(melding.bron_signaal_id, melding.moment.date()))


def _withdraw(session: Session, melding: Melding) -> Exchange:
    return session.ask(messages.intrekken(melding.bron_signaal_id))


def _status(exchange: Exchange, wanted: str) -> None:
    found = exchange.reply.text(STATUS)
    require(found == wanted, exchange, f"status {wanted}", got=found, at=STATUS)
