"""The contract "regionale index" 1 as a gateway speaks it to an index: what it asks, and what the index answers.

A message is nested as the schema nests it, `kop` and all; only a list has its name in the plural.
"""

from typing import Any
from uuid import uuid4

from conformance.exchange import Exchange, Request
from conformance.formats import Question, envelope, silent
from conformance.formats.soap import PLURALS, SINGULARS
from conformance.formats.twists import TWISTS, document, written
from conformance.formats.xml import schema
from conformance.values import Message, drop, put

XSD, WSDL = "regionale-index-1.xsd", "regionale-index-1.wsdl"
MAY = ("wijzigen", "regie", "terugkoppelen")
"""What an index can only when its capabilities say so."""


class Index:
    """A gateway that speaks to a regional index."""

    name = "index"
    meets = True
    twists = TWISTS | {"zonder-kop", "hang-op"}

    def ask(self, question: Question) -> Request:
        """Write a question. What changes nothing gets a reference nobody used before."""
        if question.op == "wsdl":
            return Request("GET", f"{question.base}?wsdl", token=question.token)
        if question.op == "xsd":
            return Request("GET", question.known["draad"]["schema"], token=question.token)
        message: Message = _named(question.message, SINGULARS)
        if not message["kop"].get("berichtReferentie"):
            put(message, "kop.berichtReferentie", str(uuid4()))
        if question.op == "matchesOpvragen":
            message["vanafVolgnummer"] = question.cursor or message.pop("na", "") or "0"
        reference = str(message["kop"]["berichtReferentie"])
        if question.twist == "zonder-kop":
            drop(message, "kop")
        headers, content = written(
            schema(XSD), question.op, message, question.twist, extra=question.extra, entity=reference,
            message_id=f"urn:uuid:{reference}",
        )  # fmt: skip
        return Request("POST", question.base, headers, content, question.token)

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
            said = _named(schema(XSD).read(node), PLURALS, many=True) | said
        if said["uitkomst"] == "geweigerd":
            said["codes"] = [*filter(None, [said.get("code")])]
        elif exchange.op == "capaciteiten":
            said = dict.fromkeys(MAY, False) | said
        elif exchange.op == "matchesOpvragen":
            said["cursor"] = said.get("totVolgnummer")
        return said


def _named(message: Any, names: dict[str, str], *, many: bool = False) -> Any:
    """A message with other names; with `many` only for its lists."""
    if isinstance(message, list):
        return [_named(one, names, many=many) for one in message]
    if not isinstance(message, dict):
        return message
    return {
        names.get(key, key) if not many or isinstance(value, list) else key: _named(value, names, many=many)
        for key, value in message.items()
    }
