"""What the gateway has an index do, in words of no contract: every dialect is given these."""

import datetime as dt
from uuid import UUID

from gateway.canonical.match import Opvolging
from gateway.canonical.order import (
    Amend,
    Arrange,
    AskCapabilities,
    AskStatus,
    Contact,
    End,
    FollowUp,
    Inspect,
    Lead,
    Order,
    Person,
    Poll,
    Pulse,
    Register,
    Signaalcode,
    Withdraw,
)
from gateway.canonical.regie import Regiehandeling
from gateway.canonical.signal import Soort
from gateway.canonical.terms import Equivalence, Meaning

MOMENT = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)
MESSAGE, SIGNAL, EARLIER = (UUID(f"0198c0de-0000-7000-8000-00000000000{n}") for n in (1, 2, 3))
NASTY = "Zoë & <b>\"'Łukasz'</b> ]]> 😀"
CONTACT = Contact(
    professional_id="prof-1", naam=NASTY, functie="jeugdarts", instantie_id="inst-1", instantie_naam="GGD",
    locatie="Breda", telefoon="076-1234567", email="z@example.nl", coordinator="C. Oördinator",
)  # fmt: skip
MEANING = Meaning(axis="urgentie", word=NASTY, concept="contact-5-werkdagen", equivalence=Equivalence.WIDER, map="m@1")


def register(**changed: object) -> Register:
    return Register.model_validate({
        "message_id": MESSAGE, "signaal_id": SIGNAL, "soort": Soort.SIGNAAL, "person": Person(bsn="999990019"),
        "contact": CONTACT, "datum_tijd_melding": MOMENT, "verwijderdatum": dt.date(2028, 3, 1),
        "signaalcode": Signaalcode.LAAG, "meanings": (MEANING, MEANING), **changed,
    })  # fmt: skip


REGISTER = register()
END = End(message_id=MESSAGE, signaal_id=SIGNAL, datum_einde=dt.date(2026, 4, 1))
AMEND = Amend(message_id=MESSAGE, signaal_id=SIGNAL, contact=CONTACT, verwijderdatum=dt.date(2028, 3, 1))
WITHDRAW = Withdraw(message_id=MESSAGE, signaal_id=SIGNAL)
ARRANGE = Arrange(
    message_id=MESSAGE, signaal_id=SIGNAL, index_match_id="m1", handeling=Regiehandeling.NEMEN, stand=4,
    herzien_op=dt.date(2026, 5, 1),
)  # fmt: skip
FOLLOW_UP = FollowUp(message_id=MESSAGE, signaal_id=SIGNAL, index_match_id="m1", contact=Opvolging.CONTACT)
ASK = AskStatus(message_id=MESSAGE, about=EARLIER)
POLL = Poll(message_id=MESSAGE, cursor=7)
PULSE = Pulse(message_id=MESSAGE, moment=MOMENT)
LEAD = Lead(message_id=MESSAGE, signaal_id=SIGNAL, leidend=False)
INSPECT = Inspect(message_id=MESSAGE, signaal_id=SIGNAL)
CAPABILITIES = AskCapabilities(message_id=MESSAGE)
OPERATIONS: dict[str, Order] = {
    "signaalAfgeven": REGISTER, "signaalBeeindigen": END, "signaalIntrekken": WITHDRAW,
    "signaalWijzigen": AMEND, "regieVastleggen": ARRANGE, "matchTerugkoppelen": FOLLOW_UP,
    "statusOpvragen": ASK, "matchesOpvragen": POLL, "capaciteiten": CAPABILITIES,
    "leidendZetten": LEAD, "signaalOpvragen": INSPECT,
}  # fmt: skip
"""By the name that our own contracts give it."""
