"""A sender that exports files: each row is a question to the kit's gateway, each file gets a report and its matches."""

import datetime as dt
from dataclasses import dataclass

from conformance.exchange import Request
from conformance.formats import csv_read, csv_served
from conformance.formats.csv_served import CSV, CURSOR, EXPIRES, NO_ROW, ROW
from conformance.formats.table import BOM, layout, read, written
from conformance.parties.gateway import Gateway
from conformance.values import HERE

KEPT_DAYS = 14
"""Days that a file with matches may be kept."""


@dataclass(frozen=True, slots=True)
class Report:
    """What goes back to who sent a file: `result` line by line, `matches` when there is news; or why it is not read."""

    result: bytes = b""
    matches: bytes = b""
    unread: str = ""


def taken(gateway: Gateway, name: str, data: bytes, *, whole: bool) -> Report:
    """Take one file; with `whole` it is all that the sender has, and what it no longer names has ended."""
    try:
        found = csv_read.opened(data)
    except csv_read.Unreadable as why:
        gateway.take("csv", Request(ROW, name, CSV))
        return Report(unread=str(why))
    lines = []
    for number, cells in found.rows:
        headers = (*CSV, ("tekens", found.letters), ("regel", str(number)))
        body = written([found.header, cells]).encode()
        lines.append(_line(gateway, Request(ROW, name, headers, body)))
    if whole:
        _gone(gateway, name, found)
    return Report(
        (BOM + written([layout()["verslag"]["kolommen"], *lines])).encode(), _matches(gateway, name)
    )  # fmt: skip


def _line(gateway: Gateway, request: Request) -> list[str]:
    reply = gateway.take("csv", request).reply
    return [] if reply is None else read(reply.body)[1]


def _gone(gateway: Gateway, name: str, found: csv_read.File) -> None:
    """What a whole list no longer names has ended today."""
    listed = {(made.get("bronSysteem"), made.get("bronSignaalId")) for made in _messages(found)}
    today = gateway.now().astimezone(HERE).date().isoformat()
    for _, signal in gateway.signals("csv"):
        own = signal["bronSysteem"], signal["bronSignaalId"]
        if own not in listed:
            row = [("actie", "bron_systeem", "bron_signaal_id", "datum_einde"), ("beeindigen", *own, today)]
            body = written(row).encode()
            gateway.take("csv", Request(NO_ROW, name, (*CSV, ("afwezig", "ja"), ("regel", "")), body))


def _messages(found: csv_read.File) -> list[dict[str, object]]:
    return [csv_read.message(found.header, cells)[1] for _, cells in found.rows]


def _matches(gateway: Gateway, name: str) -> bytes:
    """The news of matches since the last file; nothing when there is none."""
    expires = (gateway.now().astimezone(HERE).date() + dt.timedelta(days=KEPT_DAYS)).isoformat()
    asked = (*CSV, ("handeling", "matchesOpvragen"), ("na", _cursor(gateway)), (EXPIRES, expires))
    reply = gateway.take("csv", Request(NO_ROW, name, asked)).reply
    return b"" if reply is None or len(read(reply.body)) < 2 else reply.body


def _cursor(gateway: Gateway) -> str:
    """The cursor of the last file with matches."""
    rows = [row for row in gateway.transcript.of("uitwisseling") if row["handeling"] == "matchesOpvragen"]
    for row in reversed(rows):
        if row["formaat"] == csv_served.Served.name and row["antwoord"] is not None:
            return str(dict(map(tuple, row["antwoord"]["koppen"])).get(CURSOR, ""))
    return ""
