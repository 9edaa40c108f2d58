"""spyne with its lxml validator: validates the same message by its own schema, and answers as much. Stores nothing.

Runs in an environment of its own under gunicorn; imports nothing of the project.
"""

import datetime as dt
import json
import logging
from pathlib import Path

from spyne import Application, Boolean, ComplexModel, Date, DateTime, Integer, ServiceBase, Unicode, rpc
from spyne.protocol.soap import Soap11
from spyne.server.wsgi import WsgiApplication

logging.disable(logging.CRITICAL)
SPACE = "urn:x-verwijsindex-gateway:aanlevering:1"


def text(longest, least=1, **facets):
    return Unicode(min_len=1, max_len=longest, min_occurs=least, nullable=False, **facets)


def model(name, *members):
    return type(name, (ComplexModel,), {"__namespace__": SPACE, "_type_info": list(members)})


T35, T200, T1000 = text(35), text(200), text(1000)
O35, O200 = text(35, 0), text(200, 0)
NUMBER = Integer(ge=1, le=99_999, min_occurs=0)
Kop = model("Kop", ("bronSysteem", T35), ("organisatie", O35))
Persoon = model(
    "Persoonsgegevens", ("familienaam", T200), ("voorvoegsel", O35), ("voornamen", O200),
    ("geboortedatum", text(10, pattern="[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")),
    ("geslacht", Unicode(values=["M", "V", "O"], min_occurs=1)),
    ("postcode", text(6, 0, pattern="[1-9][0-9]{3}[A-Z]{2}")), ("huisnummer", NUMBER),
)  # fmt: skip
Jeugdige = model(
    "Jeugdige", ("bsn", text(9, 0, pattern="[0-9]{9}")), ("onderwijsnummer", text(9, 0, pattern="[0-9]{9}")),
    ("persoonsgegevens", Persoon.customize(min_occurs=0)), ("gemeenteCode", text(4, 0, pattern="[0-9]{4}")),
)  # fmt: skip
Melder = model("Melder", ("professionalId", T35), ("naam", T200), ("functie", O200), ("telefoon", O35), ("email", O200))
Coordinator = model("Coordinator", ("naam", T200), ("telefoon", O35), ("email", O200))
WHO = Unicode(values=["JEUGDIGE", "VERTEGENWOORDIGER", "BEIDEN"], min_occurs=0)
Informatieplicht = model("Informatieplicht", ("wie", WHO), ("datum", Date(min_occurs=0)))
Attestaties = model(
    "Attestaties", ("redelijkVermoeden", Boolean(min_occurs=0)),
    ("informatieplicht", Informatieplicht.customize(min_occurs=0)),
)  # fmt: skip
Aanduiding = model("Aanduiding", ("as", T35), ("stelsel", O35), ("woord", text(60)))
Betekenis = model(
    "Betekenis", ("as", T35), ("woord", T200), ("begrip", T35), ("equivalentie", T35), ("weergave", T200),
    ("definitie", T1000), ("kaart", T200),
)  # fmt: skip
NietBewaard = model("NietBewaard", ("as", T35), ("aantal", NUMBER))
Ontvangstbewijs = model(
    "Ontvangstbewijs", ("signaalId", T35), ("bronSignaalId", T35), ("revisie", NUMBER), ("handeling", T35),
    ("ontvangenOp", DateTime), ("verwijderdatum", Date), ("betekenis", Betekenis.customize(max_occurs=20)),
    ("nietBewaard", NietBewaard.customize(max_occurs=20)), ("vocabulaire", T35), ("beleid", T200),
)  # fmt: skip
Advies = model("Advies", ("code", T35), ("tekst", T1000), ("text", T1000))
Stand = model("Stand", ("standVan", DateTime), ("status", T35), ("bezorging", T35))

FIXED = json.loads(Path(__file__).with_name("answer.json").read_text(encoding="utf-8"))


class Aanlevering(ServiceBase):
    @rpc(
        Kop, T35, NUMBER, Unicode(values=["SIGNAAL", "KETENREGISTRATIE"], min_occurs=1), Jeugdige, Melder,
        Coordinator.customize(min_occurs=0), DateTime(min_occurs=1), Date(min_occurs=0),
        Attestaties.customize(min_occurs=0), Aanduiding.customize(min_occurs=0, max_occurs=20),
        _args=[
            "kop", "bronSignaalId", "revisie", "soort", "jeugdige", "melder", "coordinator", "datumTijdMelding",
            "verwijderdatum", "attestaties", "aanduiding",
        ],
        _returns=[Ontvangstbewijs, Betekenis.customize(max_occurs=20), Advies.customize(max_occurs=20), Stand],
        _out_variable_names=["ontvangstbewijs", "vertaling", "advies", "stand"],
        _out_message_name="signaalAfgevenAntwoord",
    )  # fmt: skip
    def signaalAfgeven(_, kop, bron, revisie, *rest):  # noqa: N802, N805  the contract's own name
        now = dt.datetime.now(dt.UTC)
        receipt = dict(FIXED["ontvangstbewijs"], bronSignaalId=bron, ontvangenOp=now, verwijderdatum=now.date())
        receipt["betekenis"] = [Betekenis(**cells) for cells in receipt["betekenis"]]
        receipt["nietBewaard"] = [NietBewaard(**cells) for cells in receipt["nietBewaard"]]
        told = [Betekenis(**cells) for cells in FIXED["vertaling"]]
        advice = [Advies(**cells) for cells in FIXED["advies"]]
        return Ontvangstbewijs(**receipt), told, advice, Stand(**dict(FIXED["stand"], standVan=now))


app = WsgiApplication(Application([Aanlevering], SPACE, in_protocol=Soap11(validator="lxml"), out_protocol=Soap11()))
