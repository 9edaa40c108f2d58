"""What an index's feed told anew of matches that are known: another contact, or other words, in place of what was."""

from typing import Any

import sqlalchemy as sa

from gateway.canonical.match import MatchContent
from gateway.canonical.order import MatchNews
from gateway.store.sealing import MATCH, Sealing
from gateway.store.tables import matches

Told = tuple[Any, MatchNews]
"""The own signal, and what was told of a match on it."""


def of(connection: sa.Connection, told: list[tuple[Any, Told]], keys: dict[Any, bytes], sealing: Sealing) -> list[Any]:
    """Which known active matches now hold something else, as their columns; `told` names each match's row.

    The feed may repeat itself, so the same changes nothing; nor does news that names nobody, for half an answer is no
    reason to forget whom to reach. Whoever asks holds the signals and the receivers' counters.
    """
    if not told:
        return []
    here = sa.select(matches.c.id, matches.c.sealed).where(
        matches.c.bucket.in_({row.bucket for row, _ in told}), matches.c.id.in_({row.id for row, _ in told})
    )
    sealed = {row.id: row.sealed for row in connection.execute(here)}
    found = []
    for row, (signal, news) in told:
        key = keys[signal.id]
        before = sealing.open_match(key, signal.id, sealed[row.id])
        content = news.content.model_copy(update={"wijzigingen": before.wijzigingen})
        if _renews(content, before):
            after = content.model_copy(update={"wijzigingen": before.wijzigingen + 1})
            found.append(
                {
                    "bucket": row.bucket,
                    "id": row.id,
                    "tenant": row.tenant,
                    "signal_id": signal.id,
                    "index_match": row.index_match,
                    "sealed": sealing.seal(key, MATCH, signal.id, after),
                }
            )
    return found


def keep(connection: sa.Connection, values: dict[str, Any]) -> None:
    """Put the new content, under its new number, in place of the old; who waits for what, and what was told, stays."""
    here = sa.and_(matches.c.bucket == values["bucket"], matches.c.id == values["id"])
    connection.execute(matches.update().where(here).values(number=values["number"], sealed=values["sealed"]))


def _renews(content: MatchContent, before: MatchContent) -> bool:
    return bool(content.betrokkenen) and content != before
