"""Files as the contract `csv-1` has them: a row is a message, its line in the report the answer, matches a file.

What is sent is one exchange and the report the next; together they are what one step came to.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urljoin

from conformance.exchange import Exchange, Reply, Request
from conformance.formats import Question, caller, heading, silent, table
from conformance.formats.table import BOM, SHAPES, Row, layout
from conformance.values import Message

BATCHES, MATCHES = "/csv/v1/batches", "/csv/v1/matches"
CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
"""How an old .xls begins."""
_DELIMITERS = {"komma": ",", "tab": "\t", "streep": "|"}
_BODIES: dict[str, Callable[[str], bytes]] = {
    "bom": lambda said: (BOM + said).encode(),
    "sep": lambda said: f"sep=;\r\n{said}".encode(),
    "alleen-lf": lambda said: said.replace("\r\n", "\n").encode(),
    "windows-1252": lambda said: said.encode("cp1252"),
    "utf-16": lambda said: said.encode("utf-16"),
    "alles-tussen-aanhalingstekens": lambda said: _quoted(said).encode(),
    "zonder-laatste-regeleinde": lambda said: said.removesuffix("\r\n").encode(),
    "open-aanhaling": lambda said: said.replace(";SIGNAAL;", ';"SIGNAAL;', 1).encode(),
    "xls": lambda said: COMPOUND,
    "nul": lambda said: said.replace("SIGNAAL", "SIG\0NAAL").encode(),
}
_ROWS = ("drie-rijen", "twee-gelijke-rijen", "gemengde-tekens", "volledig", "volledig-twee")
_FINDING = re.compile(
    r"(?P<code>VIX-\d{4}) (?P<ernst>fout|waarschuwing)(?: bij (?P<plaats>.*?))?\. Regel: (?P<regel>.*?) "
    r"Herstel: (?P<herstel>.*?)(?= \| VIX-\d{4} |$)",
    re.S,
)
_MEANING = re.compile(r'(?P<as>[\w-]+): "(?P<woord>.*?)" = (?P<begrip>[\w-]+) \((?P<equivalentie>[a-z]+)\)(?: \| |$)')
_ASKED = re.compile(r'(?P<as>[\w-]+): "(?P<woord>.*?)" = \? [\w-]+_begrip: (?P<keuzes>.*?)(?= \| [\w-]+: "|$)')
_CHOICE = re.compile(r"(?:^| of )([\w-]+) \(")
_PLACE = re.compile(r"regel (\d+)(?:, kolom (\d+))?(?: \(([^)]*)\))?")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class CsvFile:
    """A sender that exports files."""

    name = "csv"
    meets = False
    twists = frozenset(
        {*_DELIMITERS, *_BODIES, *_ROWS, *SHAPES, "xlsx", "ander-mediatype", "anoniem-kapot", "vreemd-token-kapot"}
    )

    def ask(self, question: Question) -> Request:
        """Write a question."""
        token = caller(question.twist, question.token)
        if question.op == "matchesOpvragen":
            asked: Message = {name: question.message[name] for name in ("na", "maximum") if name in question.message}
            asked |= {"na": question.cursor} if question.cursor else {}
            return Request("GET", f"{question.base}{MATCHES}?{urlencode(asked)}", token=token)
        if question.op == "verslag":
            return Request("GET", urljoin(question.base, question.known["resultaat"]), token=token)
        if question.op == "voorstelUitvoeren":
            where = f"{question.known['draad']['adresBestand']}/beeindigen?aantal={question.message['aantal']}"
            return Request("POST", urljoin(question.base, where), token=token)
        kind = {"xlsx": XLSX, "ander-mediatype": "image/png", "xls": "application/vnd.ms-excel"}.get(
            question.twist, CSV
        )
        usage = "?wijze=volledig" if question.twist.startswith("volledig") else ""
        return Request("POST", f"{question.base}{BATCHES}{usage}", (("Content-Type", kind),), _file(question), token)

    def then(self, exchange: Exchange) -> Request | None:
        """The report of a file that was taken."""
        told = _json(exchange.reply)
        where = told.get("resultaat") if exchange.reply is not None and exchange.reply.status == 202 else None
        if not isinstance(where, str) or exchange.request.method != "POST":
            return None
        return replace(exchange.request, method="GET", url=urljoin(exchange.request.url, where), headers=(), body=b"")

    def heard(self, exchange: Exchange, before: Exchange | None = None) -> Message:
        """Read a reply."""
        reply = exchange.reply
        if reply is None:
            return silent(exchange)
        said: Message = {"http": reply.status, "soort": reply.content_type, "codes": [], "contract": []}
        said["draad"] = {"koppen": heading(reply)}
        if reply.status >= 300:
            return said | _refused(reply)
        if exchange.request.method == "POST":
            taken = {"httpBestand": reply.status, "adresBestand": heading(reply).get("location", "")}
            return said | _taken(_json(reply)) | {"draad": said["draad"] | taken}
        try:
            lines = table.read(reply.body)
        except ValueError:
            return said | {"uitkomst": "onleesbaar"}
        matches = exchange.op == "matchesOpvragen"
        columns = layout()["matches" if matches else "verslag"]["kolommen"]
        said["contract"] = list(_breaches(reply, lines, columns))
        rows = [dict(zip(columns, line, strict=False)) for line in lines[1:]]
        if matches:
            headers = heading(reply)
            more = {"cursor": headers.get("verwijsindex-cursor", ""), "meer": headers.get("verwijsindex-meer") == "ja"}
            return said | more | {"uitkomst": "aangenomen", "matches": _matches(rows)}
        said["draad"]["rijen"] = [_line(one) for one in rows]
        said["draad"]["verschillendeSignalen"] = sorted({one["signaal_id"] for one in rows if one.get("signaal_id")})
        said |= _result(rows[0]) if rows else {"uitkomst": "onleesbaar"}
        said["aanwijzingen"] = pointed(before.request.body, said.get("bevindingen", [])) if before else []
        return said


def pointed(asked: bytes, findings: Sequence[Message]) -> list[Message]:
    """For each finding what its place points at in the file that was sent: how many cells or lines, and the field."""
    try:
        lines = table.read(asked)
    except ValueError:
        return []
    found = []
    for one in findings:
        place = _PLACE.fullmatch(one.get("plaats") or "")
        line, column, name = (place[1], place[2], place[3]) if place else ("0", None, None)
        there = 0 < int(line) <= len(lines)
        if there and column is not None:
            there = int(column) <= len(lines[0]) and name in (None, lines[0][int(column) - 1])
        path = str(layout()["kolommen"].get(name, name or ""))
        found.append({"code": one["code"], "aantal": int(there), "naam": path.rpartition(".")[2] if there else ""})
    return found


def _file(question: Question) -> bytes:
    twist = question.twist
    rows = [table.row(question.op, question.message, question.extra)]
    own = rows[0].get("bron_signaal_id", "")
    if twist in ("open-aanhaling", "volledig-twee"):
        rows.append(rows[0] | {"bron_signaal_id": f"{own}-b"})
    if twist == "drie-rijen":
        rows += [
            rows[0] | {"bron_signaal_id": f"{own}-b", "bsn": "123456789"},
            rows[0] | {"bron_signaal_id": f"{own}-c"},
        ]
    if twist in ("twee-gelijke-rijen", "gemengde-tekens"):
        rows.append(dict(rows[0]))
    lines = table.cells(rows)
    if twist in SHAPES:
        lines = SHAPES[twist](lines)
    if twist.endswith("-kapot"):
        return b"\xff\xfe\x00"
    if twist == "xlsx":
        return table.workbook(lines)
    said = table.written(lines, _DELIMITERS.get(twist, ";"))
    if twist == "gemengde-tekens":
        first, second, third = said.split("\r\n")[:3]
        return b"\r\n".join([first.encode(), second.encode(), third.encode("cp1252"), b""])
    return _BODIES[twist](said) if twist in _BODIES else said.encode()


def _quoted(said: str) -> str:
    lines = table.read(said.encode())
    return "".join(";".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in line) + "\r\n" for line in lines)


def _json(reply: Reply | None) -> Message:
    try:
        told = json.loads(reply.body) if reply is not None else {}
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _refused(reply: Reply) -> Message:
    told = _json(reply)
    found = [one for one in told.get("bevindingen", []) if isinstance(one, dict)]
    wrong = (
        [] if reply.content_type == "application/problem+json" else ["Content-Type is niet application/problem+json"]
    )
    codes = [*filter(None, [told.get("code")]), *(str(one.get("code", "")) for one in found)]
    return told | {"uitkomst": "geweigerd" if told else "onleesbaar", "codes": codes, "contract": wrong}


def _taken(told: Message) -> Message:
    """What is told of a file at once: counts, remarks, advice, and where its report is."""
    wrong = [f"{name} ontbreekt" for name in ("id", "resultaat", "uitkomsten", "bestand") if name not in told]
    names = ("adviezen", "bestand", "uitkomsten", "resultaat", "voorstel")
    return {"uitkomst": "aangenomen", "contract": wrong} | {name: told[name] for name in names if told.get(name)}


def _breaches(reply: Reply, lines: list[list[str]], columns: Sequence[str]) -> Iterator[str]:
    """How a file that came back breaks the contract: place and rule, without any value.

    The key of a row stands under the sender's own headers; a column more may follow.
    """
    if reply.content_type not in layout()["mediatypen"]:
        yield "Content-Type is niet text/csv"
    if not lines:
        yield "regel 1: geen kop"
        return
    own = range(1, 5) if columns[0] == "regel" else ()
    for number, name in enumerate(columns):
        if number not in own and lines[0][number : number + 1] != [name]:
            yield f"regel 1, kolom {number + 1}: is niet {name}"
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(lines[0]):
            yield f"regel {number}: {len(line)} cellen in plaats van {len(lines[0])}"
        elif own and line[columns.index("status")] not in layout()["statussen"]:
            yield f"regel {number}: status is geen van {', '.join(layout()['statussen'])}"


def _line(row: Row) -> Message:
    found = [one.groupdict() for one in _FINDING.finditer(row.get("bevindingen", ""))]
    own = row.get("bron_signaal_id", "")
    return {"regel": row.get("regel"), "status": row.get("status"), "bronSignaalId": own, "bevindingen": found,
            "signaalId": row.get("signaal_id", "")}  # fmt: skip


def _result(row: Row) -> Message:
    """What one line of a report says."""
    line = _line(row)
    found = line["bevindingen"]
    meanings = [one.groupdict() for one in _MEANING.finditer(row.get("betekenissen", ""))]
    questions = [
        {
            "as": one["as"],
            "woord": one["woord"],
            "keuzes": [{"begrip": name} for name in _CHOICE.findall(one["keuzes"])],
        }
        for one in _ASKED.finditer(row.get("vragen", ""))
    ]
    receipt: dict[str, Any] = {
        "signaalId": row.get("signaal_id"), "bronSignaalId": row.get("bron_signaal_id"),
        "revisie": row.get("revisie"), "handeling": row.get("actie"), "ontvangenOp": row.get("ontvangen_op"),
        "verwijderdatum": row.get("verwijderdatum"), "betekenissen": meanings, "vragen": questions,
        "nietBewaard": row.get("niet_bewaard"),
    }  # fmt: skip
    if line["status"] == "geweigerd":
        codes = [one["code"] for one in found if one["ernst"] == "fout"]
        return {"uitkomst": "geweigerd", "codes": codes, "bevindingen": found}
    about_match = row.get("actie") in ("terugkoppelen", "regie_vastleggen")
    named = about_match or _UUID.fullmatch(row.get("signaal_id") or "")
    wrong = [] if named else ["signaal_id is geen UUID"]
    said = {name: value for name, value in receipt.items() if value not in ("", None)}
    return {"uitkomst": "aangenomen", "ontvangstbewijs": said, "bevindingen": found, "contract": wrong}


_NAMES = {
    "match_id": "matchId", "soort": "soort", "bron_signaal_id": "bronSignaalId", "ontstaan_op": "ontstaanOp",
    "status": "status", "opvolging": "opvolging", "vervalt_op": "vervaltOp",
}  # fmt: skip
_TRUTHS = {
    "niet_in_dossier": "nietInDossier",
    "niet_dezelfde_jeugdige": "nietDezelfdeJeugdige",
    "verwijderen": "verwijderen",
}
_REGIE = {
    "status": "status", "wie": "wie", "naam": "naam", "instantie": "instantie", "herzien_op": "herzienOp",
    "stand": "stand",
}  # fmt: skip


def _matches(rows: Sequence[Row]) -> list[Message]:
    """The lines of a file with matches, those of one match together."""
    found: dict[str, Message] = {}
    for row in rows:
        made = found.setdefault(row.get("match_id", ""), {"betrokkenen": [], "uitleg": []})
        made |= {name: row[column] for column, name in _NAMES.items() if row.get(column)}
        made |= {name: row.get(column) == "ja" for column, name in _TRUTHS.items()}
        other = {
            name.removeprefix("betrokkene_"): value for name, value in row.items() if name.startswith("betrokkene_")
        }
        if any(other.values()):
            made["betrokkenen"].append({name: value for name, value in other.items() if value})
            if row.get("uitleg"):
                made["uitleg"].append({"instantie": other.get("instantie"), "tekst": row["uitleg"]})
        if row.get("regie_stand"):
            regie = {name: row[f"regie_{column}"] for column, name in _REGIE.items() if row.get(f"regie_{column}")}
            unseen = [one for one in row.get("regie_niet_zichtbaar_voor", "").split(" | ") if one]
            made["regie"] = {**regie, "aangeboden": row.get("regie_aangeboden") == "ja", "nietZichtbaarVoor": unseen}
    return list(found.values())
