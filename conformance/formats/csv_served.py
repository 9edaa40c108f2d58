"""Files as the contract `csv-1` has them, from the other side: a row that came in, and the line that answers it.

A row is written down as a small file: the header and itself. `GEEN RIJ` is the kit's own: a signal that a whole list no
longer names, and the fetching of matches, which in files is the kit's to lay ready.
"""

import re
from collections.abc import Iterator
from typing import Any

from conformance.exchange import Reply, Request
from conformance.formats import csv_read
from conformance.formats.table import BOM, layout, read, written
from conformance.values import Message, text

ROW, NO_ROW = "RIJ", "GEEN RIJ"
CSV = (("content-type", "text/csv; charset=utf-8"),)
CURSOR = "verwijsindex-cursor"
EXPIRES = "vervalt-op"
_BETWEEN = " | "
_FINDING = re.compile(r"(?P<code>\S+) \w+(?: bij (?P<plaats>\S+))?\. Regel: (?P<regel>.*?) Herstel: (?P<herstel>.*)")


class Served:
    """A gateway that takes files."""

    name = "csv"

    def asked(self, request: Request) -> Message:
        """Read a row."""
        wire = {"tekens": request.header("tekens"), "vanDeLijst": request.header("afwezig") == "ja"}
        said: Message = {"http": 0, "codes": [], "contract": [], "handeling": "", "draad": wire}
        if request.method == NO_ROW and request.header("handeling") == "matchesOpvragen":
            message: Message = {"na": request.header("na")} if request.header("na") else {}
            return message | said | {"uitkomst": "gevraagd", "handeling": "matchesOpvragen", "inhoud": message}
        try:
            found = csv_read.opened(request.body)
        except csv_read.Unreadable as why:
            return said | {"uitkomst": "onleesbaar", "fout": str(why), "contract": [str(why)]}
        if len(found.rows) != 1:
            return said | {"uitkomst": "onleesbaar", "fout": "geen rij", "contract": ["geen rij"]}
        op, message, wrong = csv_read.message(found.header, found.rows[0][1])
        return message | said | {"uitkomst": "gevraagd", "handeling": op, "inhoud": message, "contract": wrong}

    def answer(self, request: Request, asked: Message, said: Message) -> Reply:
        """Write the line of the report, or the file with matches."""
        if asked["handeling"] == "matchesOpvragen" and said["uitkomst"] == "aangenomen":
            headers = (*CSV, (CURSOR, said["cursor"]))
            return Reply(200, headers, matches(said["matches"], request.header(EXPIRES)))
        line = [request.header("regel"), *_key(asked), *_told(said)]
        return Reply(200, CSV, (BOM + written([layout()["verslag"]["kolommen"], line])).encode())

    def told(self, reply: Reply) -> Message:
        """Read a reply again."""
        if cursor := reply.header(CURSOR):
            return {"uitkomst": "aangenomen", "cursor": cursor}
        header, line = read(reply.body)
        told = dict(zip(header, line, strict=True))
        found = [one.groupdict("") for one in map(_FINDING.match, told["bevindingen"].split(_BETWEEN)) if one]
        return {"uitkomst": "geweigerd" if told["status"] == "geweigerd" else "aangenomen", "bevindingen": found}


def matches(found: list[Message], expires: str) -> bytes:
    """A file with a line for each of the others involved."""
    columns = layout()["matches"]["kolommen"]
    lines = [_match(one, other, expires) for one in found for other in one.get("betrokkenen") or [{}]]
    return (BOM + written([columns, *([line.get(name, "") for name in columns] for line in lines)])).encode()


def _key(asked: Message) -> Iterator[str]:
    message = asked.get("inhoud", {})
    yield layout()["acties"].get(asked["handeling"], "")
    for name in ("bronSysteem", "bronSignaalId"):
        yield text(message.get(name, ""))
    yield text(message.get("revisie", 1))


def _told(said: Message) -> Iterator[str]:
    refused = said["uitkomst"] == "geweigerd"
    proof = said.get("ontvangstbewijs", {})
    yield "geweigerd" if refused else "aangenomen"
    for name in ("signaalId", "ontvangenOp", "verwijderdatum"):
        yield text(proof.get(name, ""))
    meanings = [*proof.get("betekenissen", []), *said.get("vertalingen", [])]
    yield _BETWEEN.join(f'{one["as"]}: "{one["woord"]}" = {one["begrip"]} ({one["equivalentie"]})' for one in meanings)
    yield _BETWEEN.join(f"{one['as']}: {one['aantal']}" for one in proof.get("nietBewaard", []))
    yield _BETWEEN.join(map(_question, [*proof.get("vragen", []), *said.get("vragen", [])]))
    yield _BETWEEN.join(map(_finding, said.get("bevindingen", [])))


def _question(one: Message) -> str:
    choices = " of ".join(f"{choice['begrip']} ({choice['weergave']})" for choice in one["keuzes"])
    return f'{one["as"]}: "{one["woord"]}" = ? {one["as"]}_begrip: {choices}'


def _finding(one: Message) -> str:
    columns = {path: name for name, path in layout()["kolommen"].items()}
    place = f" bij {columns.get(one['plaats'], one['plaats'])}" if one["plaats"] else ""
    return f"{one['code']} {one['ernst']}{place}. Regel: {one['regel']} Herstel: {one['herstel']}"


def _match(one: Message, other: Message, expires: str) -> dict[str, Any]:
    yes = {True: "ja", False: "nee"}
    line = {
        "niet_in_dossier": "ja", "vervalt_op": expires, "bron_signaal_id": one["bronSignaalId"],
        "match_id": one["matchId"], "soort": one["soort"], "niet_dezelfde_jeugdige": yes[one["nietDezelfdeJeugdige"]],
        "ontstaan_op": one["ontstaanOp"], "status": one["status"], "opvolging": one.get("opvolging", ""),
        "verwijderen": "ja" if one.get("verwijderen") else "",
    }  # fmt: skip
    regie = one.get("regie", {})
    names = {"status": "status", "wie": "wie", "naam": "naam", "instantie": "instantie", "stand": "stand"}
    line |= {f"regie_{column}": regie.get(name, "") for column, name in names.items()}
    if regie:
        line |= {"regie_aangeboden": yes[regie["aangeboden"]], "regie_herzien_op": regie.get("herzienOp", "")}
    return line | {f"betrokkene_{name}": value for name, value in other.items()}
