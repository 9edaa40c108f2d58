"""Orders to an index that speaks waakvlam, its answers as they are built by hand, and conversations with it."""

import datetime as dt
from uuid import UUID

import pytest
from lxml import etree

from gateway.adapters.indexes.waakvlam import Waakvlam
from gateway.canonical.order import (
    Amend,
    AskCapabilities,
    Contact,
    End,
    IndexCapabilities,
    Inspect,
    Lead,
    Order,
    Outcome,
    Person,
    Poll,
    Register,
    Withdraw,
)
from gateway.canonical.signal import Soort
from gateway.wire.message import WireRequest, WireResponse

CONTRACT = "https://loket.waakvlam.example/2026/1"
ENVELOPE = "http://www.w3.org/2003/05/soap-envelope"
NS = {"e": ENVELOPE, "w": CONTRACT}
SENDER, SECRET, PARTY = "makelaaroost", "een-geheim-van-niemand", "WV-0417"
TICKET, NEXT_TICKET = "MZXW6YTBOI5GK3TUMVZGS43QN5XGKZDF", "A" * 32
MOMENT = dt.datetime(2026, 3, 1, 9, 30, 15, 999, tzinfo=dt.UTC)
DECLARED = IndexCapabilities(mails=True, ketenregistratie=True, overnemen=True, stil=True, landelijk_uit=True)
MESSAGE, SIGNAL, OTHER = (UUID(f"0198c0de-0000-7000-8000-00000000000{n}") for n in (1, 2, 3))
NUMBER = "2026-KTR-00417"
NASTY = "Zoë & <b>\"'Łukasz'</b> ]]> 😀"
CONTACT = Contact(
    professional_id="prof-1", naam=NASTY, functie="jeugdarts", instantie_id="inst-1", instantie_naam="GGD",
    locatie="Breda", telefoon="076-123 45 67", email="z@example.nl", coordinator="C. Oördinator",
)  # fmt: skip
UNTIL = dt.date(2028, 3, 1)


def made(**changed: object) -> Waakvlam:
    options = {"sender": SENDER, "secret": SECRET, "deelnemers": {"inst-1": PARTY}, "capabilities": DECLARED}
    return Waakvlam(**{**options, **changed})  # type: ignore[arg-type]


def register(**changed: object) -> Register:
    return Register.model_validate({
        "message_id": MESSAGE, "signaal_id": SIGNAL, "soort": Soort.SIGNAAL, "person": Person(bsn="999990019"),
        "contact": CONTACT, "datum_tijd_melding": MOMENT, "verwijderdatum": UNTIL, **changed,
    })  # fmt: skip


def contact(**changed: object) -> Contact:
    return CONTACT.model_copy(update=changed)


REGISTER = register()
KETEN = register(soort=Soort.KETENREGISTRATIE)
SHADOW = register(leidend=False)
AMEND = Amend(message_id=MESSAGE, signaal_id=SIGNAL, contact=CONTACT, verwijderdatum=UNTIL)
END = End(message_id=MESSAGE, signaal_id=SIGNAL, datum_einde=dt.date(2026, 4, 1), organisatie="inst-1")
WITHDRAW = Withdraw(message_id=MESSAGE, signaal_id=SIGNAL, organisatie="inst-1")
LEAD = Lead(message_id=MESSAGE, signaal_id=SIGNAL, leidend=False, organisatie="inst-1")
INSPECT = Inspect(message_id=MESSAGE, signaal_id=SIGNAL, organisatie="inst-1")
POLL = Poll(message_id=MESSAGE, cursor=7)
CAPABILITIES = AskCapabilities(message_id=MESSAGE)
ORDERS: dict[str, Order] = {
    "plaatsen": REGISTER, "keten": KETEN, "overnemen": SHADOW, "wijzigen": AMEND, "beeindigen": END,
    "intrekken": WITHDRAW, "leidend": LEAD, "raadplegen": INSPECT, "post": POLL, "aansluiting": CAPABILITIES,
}  # fmt: skip
EVERY = pytest.mark.parametrize(("name", "order"), ORDERS.items())
SCHEMA = etree.XMLSchema(file="gateway/schemas/waakvlam-1.xsd")


def said(request: WireRequest, path: str) -> list[str]:
    results = etree.fromstring(request.body).xpath(path, namespaces=NS)
    assert isinstance(results, list)
    return [str(found) for found in results]


def operation(request: WireRequest) -> str:
    """What a message asks; it obeys the contract, as do its headers."""
    root = etree.fromstring(request.body)
    for block in root.iterfind("e:Header/*", NS):
        assert block.attrib.pop(f"{{{ENVELOPE}}}mustUnderstand") == "true"
        SCHEMA.assertValid(block)
    (body,) = root.find("e:Body", NS)
    SCHEMA.assertValid(body)
    name = etree.QName(body).localname
    assert request.content_type == f'application/soap+xml; charset=utf-8; action="{CONTRACT}/{name}"'
    return name


def element(name: str, content: str, attributes: str = "") -> str:
    return f'<{name} xmlns="{CONTRACT}"{attributes}>{content}</{name}>'


def soap(body: str) -> bytes:
    return f'<e:Envelope xmlns:e="{ENVELOPE}"><e:Body>{body}</e:Body></e:Envelope>'.encode()


def loket(ticket: str = TICKET) -> str:
    told = f"<toegangsbewijs>{ticket}</toegangsbewijs><geldigTot>20260301110000+0100</geldigTot>"
    return element("OpenLoketAntwoord", told)


def vermelding(
    stand: str = "LOPEND", number: str = NUMBER, reference: object = SIGNAL, more: str = "", until: str = "20280301"
) -> str:
    days = "" if stand == "GEWIST" else (
        f"<meldmoment>20260301103015+0100</meldmoment><uiterlijkeDag>{until}</uiterlijkeDag>"
    )  # fmt: skip
    return (
        f"<vermelding><nummer>{number}</nummer><eigenKenmerk>{reference}</eigenKenmerk><stand>{stand}</stand>"
        f"{days}{more}</vermelding>"
    )


def ruling(name: str, code: str = "00", told: str = "", limit: str = "") -> str:
    attribute = f' grens="{limit}"' if limit else ""
    return element(f"{name}Antwoord", f'<uitslag code="{code}"{attribute}>uitleg 999990019</uitslag>{told}')


def placed(code: str = "00", **more: object) -> str:
    return ruling("PlaatsVermelding", code, vermelding(**more))  # type: ignore[arg-type]


def taken(code: str = "00", told: str | None = None) -> str:
    return ruling("NeemVermeldingOver", code, vermelding() if told is None else told)


def revised(code: str = "00", told: str | None = None, limit: str = "") -> str:
    return ruling("WerkVermeldingBij", code, vermelding() if told is None else told, limit)


def closed(code: str = "00", told: str | None = None) -> str:
    return ruling("SluitVermelding", code, vermelding("RUSTEND") if told is None else told)


WHO = (
    "<soort>GEWOON</soort><persoonHerkend>BSN</persoonHerkend><aanspreekpunt><medewerkercode>p9</medewerkercode>"
    "<naam>J. Jansen</naam><functie>niet opgegeven</functie><telefoon>+31301234567</telefoon></aanspreekpunt>"
)


def consulted(code: str = "00", told: str | None = None) -> str:
    return ruling("RaadpleegVermelding", code, vermelding(more=WHO) if told is None else told)


def shown(leads: str = "WIJ", party: str = PARTY, abilities: str = "") -> str:
    return element(
        "ToonAansluitingAntwoord",
        "<loketversie>1.3</loketversie><nu>20260301103015+0100</nu>"
        f'<deelnemer code="{party}" landelijkDoorgeven="true" overnameOpen="true"><naam>GGD</naam>'
        f'<leidend wie="{leads}"/></deelnemer>{abilities}',
    )


def ability(*present: str) -> str:
    names = {"OVERNEMEN", "STIL_OVERNEMEN", "RAADPLEGEN_OP_KENMERK", "IETS_NIEUWS"}
    return "".join(f'<kunde naam="{name}" aanwezig="{str(name in present).lower()}"/>' for name in sorted(names))


def other(naam: str = "J. Jansen", functie: str = "wijkteam", telefoon: str = "+31301234567", more: str = "") -> str:
    return (
        f'<wederpartij><organisatie code="WV-0850" naam="Wijkteam"/><naam>{naam}</naam><functie>{functie}</functie>'
        f"<telefoon>{telefoon}</telefoon>{more}</wederpartij>"
    )


def piece(
    number: str = "90412", told: str = "", kind: str = "Ontstaan", rank: int = 1, reference: object = SIGNAL,
    moment: str = "20260228120000+0100", version: str = "1", silent: str = "",
) -> str:  # fmt: skip
    attribute = f' versie="{version}"' if kind == "Ontstaan" else ""
    return (
        f'<stuk rang="{rank}" deelnemer="{PARTY}" moment="{moment}"{silent}><samenloop{kind}{attribute}>'
        f"<samenloopnummer>{number}</samenloopnummer>"
        f'<uwVermelding nummer="{NUMBER}" eigenKenmerk="{reference}"/>{told}</samenloop{kind}></stuk>'
    )


def bag(told: str = "", number: str = "9", waiting: str = "0") -> str:
    return element(
        "HaalPostAntwoord", f'<zak nummer="{number}" wachtend="{waiting}">{told}</zak>' if told else "<leeg/>"
    )


def fault(name: str, told: str, code: str = "Sender") -> str:
    return (
        f'<e:Fault><e:Code><e:Value>e:{code}</e:Value></e:Code><e:Reason><e:Text xml:lang="nl">999990019</e:Text>'
        f"</e:Reason><e:Detail>{element(name, told)}</e:Detail></e:Fault>"
    )


def denied(reason: str) -> str:
    return fault("ToegangFout", f"<reden>{reason}</reden>")


def outage(kind: str = "DRUKTE") -> str:
    told = f"<aard>{kind}</aard><storingnummer>ST-1</storingnummer><opnieuwNa>30</opnieuwNa>"
    return fault("StoringFout", told, "Receiver")


def misplaced(reason: str) -> str:
    return fault("PostFout", f"<reden>{reason}</reden>")


SHOWN = shown()
CONVERSATIONS: dict[str, tuple[str, ...]] = {
    "plaatsen": (placed(),), "keten": (placed(),), "overnemen": (taken(),), "wijzigen": (consulted(), revised()),
    "beeindigen": (consulted(), closed()), "intrekken": (consulted(), closed()), "leidend": (shown("ANDER"),),
    "raadplegen": (SHOWN, consulted()), "post": (bag(piece(told=other())),), "aansluiting": (SHOWN,),
}  # fmt: skip
"""What the index answers to each order, message by message."""


class Conversation:
    """One order, from its first message on."""

    def __init__(self, index: Waakvlam, order: Order) -> None:
        self.index = index
        self.order = order
        self.asked = [index.encode(order)]

    @property
    def operations(self) -> list[str]:
        return [operation(request) for request in self.asked]

    def told(self, *bodies: str | bytes, status: int = 200) -> Outcome | WireRequest:
        """What comes of it when the index answers so, one after another."""
        outcome: Outcome | WireRequest = self.asked[-1]
        for body in bodies:
            assert isinstance(outcome, WireRequest), outcome
            raw = body if isinstance(body, bytes) else soap(body)
            response = WireResponse(status, raw, "application/soap+xml", known=self.asked[-1].known)
            outcome = self.index.decode(self.order, response)
            if isinstance(outcome, WireRequest):
                self.asked.append(outcome)
        return outcome


def come_to(index: Waakvlam, order: Order, *bodies: str | bytes, status: int = 200) -> Outcome | WireRequest:
    return Conversation(index, order).told(*bodies, status=status)
