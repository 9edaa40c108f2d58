"""The contract `regionale-index` as an index speaks it: read what a gateway asks, write what the index says."""

from conformance.exchange import Reply, Request
from conformance.formats import envelope
from conformance.formats.envelope import Envelope
from conformance.formats.xml import schema
from conformance.values import Message

XSD = "regionale-index-1.xsd"
FAULT = "verwijsindexFout"
ACTIONS = {
    "signaalAfgeven": "signaalAfgevenAntwoord",
    "signaalWijzigen": "ontvangstbevestiging",
    "signaalBeeindigen": "ontvangstbevestiging",
    "signaalIntrekken": "ontvangstbevestiging",
    "matchTerugkoppelen": "ontvangstbevestiging",
    "regieVastleggen": "regieVastleggenAntwoord",
    "statusOpvragen": "statusOpvragenAntwoord",
    "matchesOpvragen": "matchesOpvragenAntwoord",
    "capaciteiten": "capaciteitenAntwoord",
}
"""What may be asked, and the element that answers it."""
CHANGES = (
    "signaalAfgeven", "signaalWijzigen", "signaalBeeindigen", "signaalIntrekken", "regieVastleggen",
    "matchTerugkoppelen",
)  # fmt: skip
"""What changes something."""


def asked(request: Request) -> Message:
    """What a gateway asks; `contract` says how it breaks the contract."""
    return envelope.asked(request, schema(XSD), ACTIONS)


def answer(question: Message, name: str, content: Message) -> Reply:
    """An answer to a question, correlated with it."""
    own = schema(XSD)
    action = f"{own.namespace}/{name}"
    if name == "ontvangstbevestiging":
        action = f"{own.namespace}/{question['handeling']}Antwoord"
    return envelope.reply(Envelope(action=action, relates_to=question["draad"]["messageID"]), own.write(name, content))


def fault(question: Message, content: Message) -> Reply:
    """A refusal: the contract's own fault in a SOAP fault."""
    own = schema(XSD)
    around = Envelope(action=f"{own.namespace}/{FAULT}", relates_to=question["draad"]["messageID"])
    client = content["plek"] == "client"
    return envelope.fault(around, own.write(FAULT, content), client=client, told=str(content["omschrijving"]))
