"""The contract `terugmelding` as a receiver speaks it: read what a gateway tells of itself, write that it was heard."""

from conformance.exchange import Reply, Request
from conformance.formats import envelope
from conformance.formats.envelope import Envelope
from conformance.formats.soap import flat
from conformance.formats.xml import schema
from conformance.values import Message

XSD = "terugmelding-1.xsd"
FAULT = "terugmeldingFout"
TOLD = ("matchGemeld", "verhuisbericht", "regieGewijzigd", "matchVervallen", "verwijderverzoek", "signaalVerloopt")
"""What may be told."""


def asked(request: Request) -> Message:
    """What a gateway tells, its match named as in JSON; `contract` says how it breaks the contract."""
    found = envelope.asked(request, schema(XSD), TOLD)
    return {**found, "match": flat(found["match"])} if "match" in found else found


def answer(question: Message) -> Reply:
    """It was heard."""
    own, name = schema(XSD), f"{question['handeling']}Antwoord"
    body = own.write(name, {"aflevering": question["kop"]["aflevering"]})
    return envelope.reply(Envelope(action=f"{own.namespace}/{name}", relates_to=question["draad"]["messageID"]), body)


def fault(question: Message, code: str, *, again: bool) -> Reply:
    """It was not taken, for now or for good."""
    own, told = schema(XSD), {"code": code, "herhaalbaar": again}
    if heard := question.get("kop", {}).get("aflevering"):
        told["aflevering"] = heard
    around = Envelope(action=f"{own.namespace}/{FAULT}", relates_to=question["draad"]["messageID"])
    return envelope.fault(around, own.write(FAULT, told), client=not again, told="niet aangenomen")
