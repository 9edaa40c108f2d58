"""Messages in the JSON contract."""

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from gateway.adapters.senders.plainjson import PlainJson
from gateway.adapters.senders.plainjson.shape import FIELDS, PARAMETERS
from gateway.canonical.command import Request
from gateway.rules.findings import FindingTexts
from gateway.wire.message import WireRequest

if TYPE_CHECKING:
    from tests.spec.formats import Message

PATHS = {
    "signaalAfgeven": ("POST", "/signalen"),
    "signaalBeeindigen": ("POST", "/beeindigingen"),
    "signaalIntrekken": ("POST", "/intrekkingen"),
    "betekenisAanvullen": ("POST", "/betekenisaanvullingen"),
    "signaalWijzigen": ("POST", "/wijzigingen"),
    "signaalVerlengen": ("POST", "/verlengingen"),
    "signaalOverdragen": ("POST", "/overdrachten"),
    "statusOpvragen": ("POST", "/statusvragen"),
    "matchesOpvragen": ("GET", "/matches"),
    "eigenSignalenOpvragen": ("GET", "/signalen"),
    "matchOpvragen": ("GET", "/matches/{}"),
    "matchTerugkoppelen": ("PUT", "/matches/{}/contact"),
    "regieVastleggen": ("PUT", "/matches/{}/regie"),
    "capaciteiten": ("GET", "/capaciteiten"),
}
_POINTERS = {name: f"/{path}" for path, name in FIELDS.items()}
_NAMES = {"axis": "as", "word": "woord", "list": "stelsel", "number": "nummer", "concept": "begrip"}
_GROUPS = {"word": "/aanduidingen", "registration": "/melder/registraties", "choice": "/keuzes"}
_WORD = ("as", "woord", "stelsel")


class Json:
    """The JSON contract, as a door hands it on."""

    def says(self, message: "Message") -> bool:
        """A change names no other id than the source; only who reads or follows up has an address."""
        named = "signaal_id" in message.fields
        match message.operation:
            case "matchTerugkoppelen" | "regieVastleggen" | "matchOpvragen":
                return bool(message.fields.get("match_id", "x"))
            case "statusOpvragen":
                return not (named and "bron_signaal_id" in message.fields)
            case "signaalWijzigen":
                return not named and "professional_id" not in message.fields
        return not named

    def request(self, message: "Message") -> Request:
        return adapter().decode(wire(message))[0]

    def place(self, message: "Message", name: str) -> str:
        group, _, part = name.partition(".")
        if part:
            kind, number = group.removesuffix("]").split("[")
            return f"{_GROUPS[kind]}/{int(number) - 1}/{_NAMES[part]}"
        if wire(message).method == "GET" or name in ("match_id", "stand", "signaal_id"):
            return PARAMETERS[name]
        return _POINTERS.get(name, f"/{name}")


def wire(message: "Message") -> WireRequest:
    """The message as bytes."""
    said = dict(message.fields)
    method, path = PATHS[message.operation]
    if "signaal_id" in said:
        method, path = "GET", f"/signalen/{said.pop('signaal_id')}"
    if "match_id" in said:
        path = path.format(said.pop("match_id"))
    if message.operation in ("matchTerugkoppelen", "regieVastleggen", "matchOpvragen"):
        said.pop("bron_systeem", None)
    headers = {"if-match": f'"{said.pop("stand")}"'} if "stand" in said else {}
    if method == "GET":
        said.pop("bron_systeem", None)
        return WireRequest(b"", "", headers, method, path, {PARAMETERS[name]: text for name, text in said.items()})
    body: dict[str, Any] = {}
    for name, text in said.items():
        *above, last = _POINTERS.get(name, f"/{name}")[1:].split("/")
        group = body
        for step in above:
            group = group.setdefault(step, {})
        group[last] = _value(name, text)
    if message.registrations:
        pairs = [{"stelsel": kind, "nummer": number} for kind, number in message.registrations]
        body.setdefault("melder", {})["registraties"] = pairs
    if message.words:
        body["aanduidingen"] = [dict(zip(_WORD, word, strict=False)) for word in message.words]
    if message.choices:
        body["keuzes"] = [dict(zip(("as", "woord", "begrip"), choice, strict=True)) for choice in message.choices]
    body |= message.strange
    return WireRequest(json.dumps(body).encode(), "application/json; charset=utf-8", headers, method, path)


def _value(name: str, text: str) -> object:
    if name in ("revisie", "huisnummer") and text.isascii() and text.isdigit() and not text.startswith("0"):
        return int(text)
    if name in ("redelijk_vermoeden", "informatieplicht_uitgesteld") and text in ("true", "false"):
        return text == "true"
    return text


@cache
def adapter() -> PlainJson:
    advice = {"bel-nu": ("Bel.", "Call."), "niet-bewaard": ("Weg.", "Gone.")}
    return PlainJson.load(
        FindingTexts.load(), advice=advice, describe=lambda axis, concept: (concept, axis), base="/v1"
    )
