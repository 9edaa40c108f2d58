"""A whole store as lines of JSON, and back: a head, every row, and a foot with counts and sums that must come out.

The format is `uitvoer` version 1: `gateway/schemas/uitvoer-1.schema.json` says what a line may be.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext

from gateway.errors import Misconfigured
from gateway.store import transfer
from gateway.store.sealing import Sealing
from gateway.store.transfer import Sum

FORMAT, VERSION = "verwijsindex-uitvoer", 1
LONGEST = 64_000_000
"""Bytes of a line: the largest is a vocabulary."""


def head(
    connection: sa.Connection, sealing: Sealing, *, made: str, by: str, region: str | None = None
) -> dict[str, Any]:
    """What a file says of itself; one of a region names it."""
    told = {"regio": region} if region is not None else {}
    return told | {
        "soort": "kop",
        "formaat": FORMAT,
        "versie": VERSION,
        "gemaakt_op": made,
        "gateway": by,
        "vorm": MigrationContext.configure(connection).get_current_revision(),
        "sleutelbos": sealing.ring.fingerprint(),
    }


def written(
    connection: sa.Connection, sealing: Sealing, *, made: str, by: str, region: str | None = None
) -> Iterator[bytes]:
    """The lines of the whole store, or of a region's signals, each with its end."""
    total = Sum()
    yield _line(head(connection, sealing, made=made, by=by, region=region))
    for name, row in transfer.dump(connection, sealing, transfer.of_region(region) if region else None):
        total.add(name, row)
        yield _line({"soort": "rij", "tabel": name, "rij": row})
    yield _line({"soort": "slot", "tabellen": total.told()})


def taken_in(connection: sa.Connection, lines: Iterable[bytes], sealing: Sealing) -> dict[str, int]:
    """Fill an empty store from lines; gives how many rows of each table. Raises Misconfigured.

    Then the store is read again, and must give the sums that the file's foot has: the difference is nothing at all.
    """
    found = _Reading(iter(lines), connection, sealing)
    transfer.load(connection, found.rows(), sealing)
    there = Sum()
    for name, row in transfer.dump(connection, sealing):
        there.add(name, row)
    if not found.foot == found.total.told() == there.told():
        raise Misconfigured("what came in is not what the file's foot counts; nothing was taken in")
    return there.counts


class _Reading:
    """Lines on their way in, and what they came to."""

    def __init__(self, lines: Iterator[bytes], connection: sa.Connection, sealing: Sealing) -> None:
        self._lines = lines
        self.total, self.foot = Sum(), dict[str, Any]()
        self._know(self._next(), head(connection, sealing, made="", by=""))

    def _know(self, told: dict[str, Any], own: dict[str, Any]) -> None:
        if (told.get("formaat"), told.get("versie")) != (FORMAT, VERSION):
            raise Misconfigured(f"the file is no export of version {VERSION}")
        if "regio" in told:
            raise Misconfigured("the file is of one region; only everything of a gateway is taken in")
        if told.get("vorm") != own["vorm"]:
            raise Misconfigured(f"the file was made by gateway {told.get('gateway')}; take it in with that version")
        if told.get("sleutelbos") != own["sleutelbos"]:
            raise Misconfigured("store.keyring: is another than the file was made with; bring that one along")

    def rows(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The rows; when they end, the foot is known."""
        while (told := self._next()).get("soort") == "rij":
            try:
                name, row = told["tabel"], told["rij"]
            except KeyError:
                raise Misconfigured("a line of the file is no row; it was changed") from None
            self.total.add(name, row)
            yield name, row
        if told.get("soort") != "slot":
            raise Misconfigured("a line of the file is neither row nor foot; it was changed")
        self.foot = told.get("tabellen", {})

    def _next(self) -> dict[str, Any]:
        try:
            told = json.loads(next(self._lines))
        except StopIteration:
            raise Misconfigured("the file has no foot: it was cut off; take another copy") from None
        except ValueError:
            told = None
        if not isinstance(told, dict):
            raise Misconfigured("a line of the file is not JSON; is it sealed? Then name its key")
        return told


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
