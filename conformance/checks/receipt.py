"""Accepted once: a repeat is recognised by its key, and gets the receipt it got before."""

from concurrent.futures import ThreadPoolExecutor

from conformance import messages
from conformance.expect import accepted, refused, require
from conformance.messages import Envelope, Melding
from conformance.session import RECEIPT, Exchange, Session


def answer_is_a_receipt(session: Session) -> None:
    melding = session.melding()
    exchange = accepted(session.give(melding))
    own = exchange.reply.text(f"{RECEIPT}/vi:bronSignaalId")
    require(own == melding.bron_signaal_id, exchange, "het eigen bronSignaalId", at=f"{RECEIPT}/vi:bronSignaalId")
    revision = exchange.reply.text(f"{RECEIPT}/vi:revisie")
    require(revision == "1", exchange, "revisie 1 als die is weggelaten", got=revision, at=f"{RECEIPT}/vi:revisie")


def same_message_same_receipt(session: Session) -> None:
    message = _message(session.melding())
    first = accepted(session.send(message, "signaalAfgeven"))
    _same(first, session.send(message, "signaalAfgeven"))


def other_message_id_same_receipt(session: Session) -> None:
    melding = session.melding()
    first = accepted(session.give(melding))
    _same(first, session.give(melding))


def other_spelling_same_receipt(session: Session) -> None:
    melding = session.melding()
    first = accepted(session.give(melding))
    for prefix, pad in (("", ""), ("kind", "\r\n  ")):
        body = messages.render(melding.node(), prefix=prefix, pad=pad)
        _same(first, session.send(_envelope("S").around(body), "signaalAfgeven"))


def simultaneous_repeats_same_receipt(session: Session) -> None:
    melding = session.melding()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: session.give(melding), range(4)))
    for answer in answers:
        _same(accepted(answers[0]), answer)


def other_content_refused(session: Session) -> None:
    melding = session.melding()
    accepted(session.give(melding))
    refused(session.give(melding.but(telefoon="010-5550199")), "VIX-1004")


def conflict_changes_nothing(session: Session) -> None:
    melding = session.melding()
    first = accepted(session.give(melding))
    session.give(melding.but(telefoon="010-5550199"))
    _same(first, session.give(melding))


def other_key_other_receipt(session: Session) -> None:
    melding = session.melding()
    first = accepted(session.give(melding))
    second = accepted(session.give(melding.but(bron_signaal_id=session.new_id())))
    path = f"{RECEIPT}/vi:signaalId"
    require(first.reply.text(path) != second.reply.text(path), second, "een eigen signaalId per signaal", at=path)


def _message(melding: Melding) -> str:
    return _envelope("soap").around(messages.render(melding.node()))


def _envelope(prefix: str) -> Envelope:
    action = messages.action("signaalAfgeven")
    return Envelope(action=action, message_id=messages.new_message_id(), prefix=prefix)


def _same(first: Exchange, again: Exchange) -> None:
    accepted(again)
    same = first.reply.shapes(RECEIPT) == again.reply.shapes(RECEIPT)
    require(same, again, "hetzelfde ontvangstbewijs als de eerste keer", got="een ander ontvangstbewijs", at=RECEIPT)
