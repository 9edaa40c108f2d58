"""SOAP as the contract `aanlevering` has it: what a sender asks, and how a gateway answers."""

from typing import Any

from conformance.exchange import Exchange, Request
from conformance.formats import Question, caller, envelope, silent
from conformance.formats.envelope import NAMESPACES
from conformance.formats.twists import TWISTS, document, written
from conformance.formats.xml import local, parse, schema, select
from conformance.values import Message, drop

XSD, WSDL = "aanlevering-1.xsd", "aanlevering-1.wsdl"
PLURALS = {
    "aanduiding": "aanduidingen",
    "registratie": "registraties",
    "betekenis": "betekenissen",
    "vertaling": "vertalingen",
    "vraag": "vragen",
    "keuze": "keuzes",
    "bevinding": "bevindingen",
    "advies": "adviezen",
    "match": "matches",
    "signaal": "signalen",
    "betrokkene": "betrokkenen",
    "valseVriend": "valseVrienden",
    "kaartwoord": "woorden",
    "handeling": "handelingen",
    "regio": "regios",
    "stelsel": "stelsels",
}
SINGULARS = {many: one for one, many in PLURALS.items()}
PERSON = ("familienaam", "voorvoegsel", "voornamen", "geboortedatum", "geslacht", "postcode", "huisnummer")


class Soap:
    """A sender that speaks SOAP."""

    name = "soap"
    meets = True
    twists = TWISTS | {"zonder-kop", "anoniem", "vreemd-token", "anoniem-kapot", "vreemd-token-kapot"}

    def ask(self, question: Question) -> Request:
        """Write a question."""
        endpoint = f"{question.base}/soap/v1"
        if question.op == "wsdl":
            return Request("GET", f"{endpoint}?wsdl", token=question.token)
        if question.op == "xsd":
            return Request("GET", question.known["draad"]["schema"], token=question.token)
        message = question.message
        if question.op in ("matchesOpvragen", "eigenSignalenOpvragen") and question.cursor:
            message = {**message, "na": question.cursor}
        body = nested(message)
        if question.twist == "zonder-kop":
            drop(body, "kop")
        own = str(question.message.get("bronSignaalId", ""))
        headers, content = written(schema(XSD), question.op, body, question.twist, extra=question.extra, entity=own)
        return Request("POST", endpoint, headers, content, caller(question.twist, question.token))

    def then(self, exchange: Exchange) -> Request | None:
        """An answer is whole at once."""
        return None

    def heard(self, exchange: Exchange, before: Exchange | None = None) -> Message:
        """Read a reply."""
        reply = exchange.reply
        if reply is None:
            return silent(exchange)
        if exchange.op in ("wsdl", "xsd"):
            return document(exchange, reply, WSDL if exchange.op == "wsdl" else XSD)
        said, node = envelope.heard(reply, schema(XSD))
        said["draad"]["vraagID"] = envelope.header(exchange.request.body, "MessageID")
        if node is not None:
            said = flat(schema(XSD).read(node)) | said
            if "match" in said:
                said["matches"] = [said.pop("match")]
        if said["uitkomst"] == "geweigerd":
            found = [one.get("code") for one in said.get("bevindingen", [])]
            said["codes"] = [*filter(None, [said.get("code"), *found])]
            said["aanwijzingen"] = _pointed(exchange.request.body, said.get("bevindingen", []))
        return said


def nested(message: Message) -> Message:
    """A message as the schema nests it: `kop` apart, a person's data together, names in the singular."""
    kop = {name: message[name] for name in ("bronSysteem", "organisatie") if name in message}
    rest = {SINGULARS.get(name, name): value for name, value in message.items() if name not in kop}
    found: Message = {"kop": kop, **rest}
    if isinstance(child := rest.get("jeugdige"), dict):
        person = {name: child[name] for name in PERSON if name in child}
        found["jeugdige"] = {name: value for name, value in child.items() if name not in person}
        if person:
            found["jeugdige"]["persoonsgegevens"] = person
    return found


def flat(message: Any) -> Any:
    """A message as JSON has it: lists in the plural, a person's data in the child itself, `kop` gone."""
    if isinstance(message, list):
        return [flat(one) for one in message]
    if not isinstance(message, dict):
        return message
    found: Message = {}
    for key, value in message.items():
        name = str(key)
        if name in ("kop", "persoonsgegevens") and isinstance(value, dict):
            found |= flat(value)
        else:
            many = isinstance(value, list)
            found[PLURALS.get(name, name) if many else name] = flat(value)
    return found


def _pointed(asked: bytes, findings: list[Message]) -> list[Message]:
    """For each finding what its XPath points at in the question: how many elements, and their name."""
    root = parse(asked)
    names = NAMESPACES | {"vi": schema(XSD).namespace}
    found = []
    for one in findings:
        nodes = select(root, one.get("plaats", ""), names)
        name = local(nodes[0]) if len(nodes) == 1 else ""
        found.append({"code": one.get("code", ""), "aantal": len(nodes), "naam": name})
    return found
