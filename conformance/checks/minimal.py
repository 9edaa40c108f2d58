"""Nothing more than contact: no story in, no number or name out."""

from conformance.expect import accepted, refused, require
from conformance.messages import Melding
from conformance.session import Exchange, Session
from conformance.wire import FAULT

CANARY = "Kanarieverhaal"
STORIES = (
    ("signaalAfgeven", "toelichting"),
    ("signaalAfgeven", "meldgrond"),
    ("jeugdige", "diagnose"),
    ("melder", "opmerking"),
)
INNARDS = (b"Traceback (most recent", b'File "/', b"\tat ", b"lxml.", b"pydantic", b"sqlalchemy", b"Exception:")


def story_refused(session: Session) -> None:
    for parent, name in STORIES:
        melding = session.melding().but(extra=((parent, name, CANARY),))
        exchange = refused(session.give(melding), "VIX-1003")
        require(
            CANARY.encode() not in exchange.reply.body, exchange, "een fout die het verhaal niet herhaalt", at=FAULT
        )


def no_bsn_in_any_answer(session: Session) -> None:
    _talk(session)
    numbers = [person.bsn for person in session.persons] + [wrong_bsn(person.bsn) for person in session.persons]
    _nowhere(session.exchanges, numbers, "geen BSN in enig antwoord of enige kopregel")


def no_child_in_any_answer(session: Session) -> None:
    _talk(session)
    values = [
        value
        for person in session.persons
        for value in (person.familienaam, person.geboortedatum, person.geboortedatum.replace("-", ""))
    ]
    _nowhere(session.exchanges, values, "geen naam of geboortedatum van de jeugdige in enig antwoord")


def no_personal_value_in_a_fault(session: Session) -> None:
    melding = _talk(session)
    values = [melding.melder, melding.telefoon, melding.email, melding.bsn, *melding.person.voornamen.split()]
    faults = [exchange for exchange in session.exchanges if exchange.reply.faulty]
    _nowhere(faults, [value for value in values if len(value) > 4], "geen persoonlijke waarde in een fout")


def no_innards_in_a_fault(session: Session) -> None:
    session.post(b"<\xff\xfe kapot")
    session.post("<a/>")
    _talk(session)
    for exchange in session.exchanges:
        found = any(text in exchange.reply.body for text in INNARDS)
        require(not found, exchange, "geen namen van eigen bibliotheken of regels code in een antwoord")


def wrong_bsn(bsn: str) -> str:
    """The number with another last digit: it never passes the elfproef."""
    return bsn[:-1] + str((int(bsn[-1]) + 1) % 10)


def _talk(session: Session) -> Melding:
    """Get at least one answer and one Fault about a message full of values."""
    accepted(session.give(session.melding()))
    melding = session.melding()
    future = (session.now().date().replace(month=1, day=1)).replace(year=session.now().year + 2).isoformat()
    broken = melding.but(bsn=melding.bsn and wrong_bsn(melding.bsn), geboortedatum=future)
    refused(session.give(broken))
    return broken


def _nowhere(exchanges: list[Exchange], values: list[str], expected: str) -> None:
    for exchange in exchanges:
        said = [exchange.reply.body.decode("utf-8", "replace"), *(value for _, value in exchange.reply.headers)]
        found = any(value in text for value in values for text in said)
        require(not found, exchange, expected, got="een waarde uit een verzonden bericht", at="//*")
