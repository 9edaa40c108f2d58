"""A partner that has a spreadsheet: it sends the file its administration exports, and reads what comes back."""

import csv
import io
import json
import re
from collections.abc import Iterable

from gateway.cli.partners.exchange import Exchange, Heard, Meant, Word, ask

_MEANING = re.compile(r'(\S+): "(.*?)" = (\S+) \((\w+)\)')


def lines_of(exchange: Exchange) -> list[dict[str, str]]:
    """The lines of a CSV that came back."""
    return _lines(exchange.received)


def _lines(received: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(received.decode("utf-8-sig"), newline=""), delimiter=";"))


def read(received: bytes) -> Heard:
    """A report, or a list of matches; of a report with more rows, the first."""
    lines = _lines(received)
    first = lines[0] if lines else {}
    matches = [line for line in lines if line.get("match_id")]
    return Heard(
        signal_id=first.get("signaal_id", ""),
        kept=_meanings([first]) if not matches else {},
        asked=frozenset(re.findall(r'"(.*?)" = \?', first.get("vragen", ""))),
        codes=frozenset(code for line in lines for code in re.findall(r"VIX-\d{4}", line.get("bevindingen", ""))),
        others=tuple(line["betrokkene_instantie"] for line in matches if line["betrokkene_instantie"]),
        statuses=tuple(line["status"] for line in matches),
        met=_meanings(matches),
        match_ids=tuple(line["match_id"] for line in matches),
    )


def _meanings(lines: Iterable[dict[str, str]]) -> dict[Word, Meant]:
    cells = (cell for line in lines for cell in line.get("betekenissen", "").split(" | "))
    found = (match for cell in cells if (match := _MEANING.fullmatch(cell)))
    return {(axis, word): Meant(concept, degree) for axis, word, concept, degree in (one.groups() for one in found)}


class SheetPartner:
    """Who sends files."""

    def __init__(self, gateway: str, token: str) -> None:
        self._gateway = gateway
        self._token = token

    def lever(self, content: bytes, words: Iterable[Word] = ()) -> tuple[Exchange, Exchange]:
        """Send a file; what was answered, and the report that was fetched after it."""
        answer = ask(f"{self._gateway}/csv/v1/batches", self._token, content, Content_Type="text/csv")
        report = ask(self._gateway + json.loads(answer)["resultaat"], self._token)
        return (
            Exchange(content, answer, ("csv", "json"), _taken),
            Exchange(content, report, ("csv", "csv"), read, tuple(words)),
        )

    def matches(self) -> Exchange:
        """Ask for matches."""
        received = ask(f"{self._gateway}/csv/v1/matches", self._token)
        return Exchange(b"GET /csv/v1/matches", received, ("txt", "csv"), read)


def _taken(received: bytes) -> Heard:
    """What is said of a whole file."""
    told = json.loads(received)
    return Heard(advice=" ".join(advice["tekst"] for advice in told.get("adviezen", ())))
