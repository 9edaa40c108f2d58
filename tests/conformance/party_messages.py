"""What comes in at the kit's own index and receiver, written by hand: messages, and what is answered to them."""

import datetime as dt
import uuid

from conformance.exchange import Request
from conformance.formats import index_served, terugmelding_served
from conformance.formats.envelope import Envelope, heard
from conformance.formats.xml import schema
from conformance.parties.behaviour import BEHAVIOURS, GOOD
from conformance.rules import persons

BEGUN = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
RI = schema(index_served.XSD)
CONTACT = {"professionalId": "p", "naam": "Iemand", "instantieId": "a", "instantieNaam": "A", "telefoon": "010"}


def message(op, reference="m1", *, sender="nep", action="", **fields):
    kop = {"berichtReferentie": reference, "tijdstipBericht": BEGUN.isoformat(), "zender": sender, "ontvanger": "index"}
    around = Envelope(action=action or f"{RI.namespace}/{op}", message_id=f"urn:uuid:{uuid.uuid4()}")
    body = around.around(RI.write(op, {"kop": kop | {"versie": "1"}, **fields})).encode()
    return Request("POST", "http://index/soap", (("soapaction", f'"{RI.namespace}/{op}"'),), body)


def given(signal="s1", reference="m1", *, child=0, by="a", **more):
    fields = {
        "gatewayReferentie": signal, "soort": "SIGNAAL", "jeugdige": {"bsn": persons()[child].bsn},
        "melder": CONTACT | {"instantieId": by, "naam": f"Iemand van {by}"},
        "datumTijdMelding": BEGUN.isoformat(), "verwijderdatum": "2028-11-22",
    }  # fmt: skip
    return message("signaalAfgeven", reference, **fields | more)


def said(party, request, how=GOOD, at=BEGUN):
    """What was done, and what the answer says."""
    deed = party.do(party.asked(request), at, BEHAVIOURS[how])
    if deed.reply is None:
        return deed.did, None
    facts, node = heard(deed.reply, RI)
    return deed.did, (facts | RI.read(node) if node is not None else facts)


def told(delivery, own="VIG-aa-0001", op="matchGemeld"):
    own_schema = schema(terugmelding_served.XSD)
    inner = (
        f"<t:kop><t:aflevering>{delivery}</t:aflevering><t:nummer>1</t:nummer><t:tijdstip>{BEGUN.isoformat()}</t:tijdstip>"
        f"<t:organisatie>o</t:organisatie></t:kop><t:match><v:matchId>x</v:matchId><v:soort>CLIENTMATCH</v:soort>"
        f"<v:signaalId>s</v:signaalId><v:bronSignaalId>{own}</v:bronSignaalId>"
        f"<v:nietDezelfdeJeugdige>false</v:nietDezelfdeJeugdige><v:ontstaanOp>{BEGUN.isoformat()}</v:ontstaanOp>"
        f"<v:status>ACTIEF</v:status><v:nietInDossier>true</v:nietInDossier></t:match>"
    )
    spaces = f'xmlns:t="{own_schema.namespace}" xmlns:v="urn:x-verwijsindex-gateway:aanlevering:1"'
    around = Envelope(action=f"{own_schema.namespace}/{op}", message_id="urn:uuid:1")
    return Request("POST", "http://o/", (), around.around(f"<t:{op} {spaces}>{inner}</t:{op}>").encode())
