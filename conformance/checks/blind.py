"""A sender that may not know the BSN: it may give signals, and never sends or sees a number."""

from conformance.expect import accepted, refused, require
from conformance.session import ANSWER, NotTested, Session


def bsn_refused(session: Session) -> None:
    token = _token(session)
    melding = session.melding(token=token, person=session.persons[-1])
    refused(session.give(melding.but(bsn=melding.person.bsn), token=token), "VIX-1102")


def signal_without_bsn_accepted(session: Session) -> None:
    token = _token(session)
    exchange = accepted(session.give(session.melding(token=token, person=session.persons[-1]), token=token))
    number = session.persons[-1].bsn.encode()
    require(number not in exchange.reply.body, exchange, "geen BSN in het antwoord", at=ANSWER)


def _token(session: Session) -> str:
    token = session.settings.blind_token
    if not token:
        raise NotTested("geen zender zonder BSN-bevoegdheid: geef --blind-token")
    if session.capabilities(token).bsn:
        raise NotTested("de zender van --blind-token mag volgens capaciteiten wel een BSN gebruiken")
    return token
