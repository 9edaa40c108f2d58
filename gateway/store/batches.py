"""Files with many rows: how far each was read, and what became of each row, sealed under the file's own key.

Nothing of a file is kept but its report. Rows are noted in runs, after what they asked is durable: a file that is read
again after a crash finds its own earlier effects by their keys, and its report goes on after the last run noted.
"""

import datetime as dt
import json
import zlib
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway import clock
from gateway.canonical.batch import FileFacts, RowResult, Tally
from gateway.canonical.receipt import Status
from gateway.canonical.tenant import bucket_in, bucket_of
from gateway.store import outbox
from gateway.store.audit import entry
from gateway.store.effects import Effects, insert_or_leave
from gateway.store.keyring import seal, unseal
from gateway.store.rows import utc
from gateway.store.sealing import Sealing
from gateway.store.tables import batch_runs, batch_sources, batches, signals
from gateway.store.work import BatchState, CloseBatch, FileBatch, NoteRows, OpenBatch

ROWS = b"rows"
PAGE = 500


def begin(connection: sa.Connection, unit: OpenBatch, sealing: Sealing, effects: Effects) -> FileBatch:
    """A new file; or, when the same file in the same way was broken off, that one, to go on with."""
    bucket = bucket_of(unit.tenant)
    broken = _broken_off(connection, unit) if unit.content is not None else None
    if broken is not None:
        return shown(broken)
    sealing.keys.make([unit.id])
    row = {
        "bucket": bucket,
        "id": unit.id,
        "tenant": unit.tenant,
        "content": unit.content,
        "whole": unit.whole,
        "state": BatchState.LOOPT.value,
        "started_at": unit.now,
        "expires_at": unit.expires,
        "moved_at": clock.wall(),
        "last": 0,
        "tally": _plain(Tally()),
        "facts": FileFacts(kind="").model_dump(mode="json"),
        "systems": [],
        "unreadable": 0,
    }
    connection.execute(batches.insert(), row)
    effects.entries.append(entry("bestand_begonnen", unit.tenant, None, bestand=str(unit.id)))
    stored = connection.execute(sa.select(batches).where(batches.c.bucket == bucket, batches.c.id == unit.id)).one()
    return shown(stored)


def _broken_off(connection: sa.Connection, unit: OpenBatch) -> Any:
    return connection.execute(
        sa.select(batches)
        .where(
            batches.c.bucket == bucket_of(unit.tenant),
            batches.c.tenant == unit.tenant,
            batches.c.content == unit.content,
            batches.c.state.in_([BatchState.LOOPT.value, BatchState.AFGEBROKEN.value]),
            batches.c.expires_at > unit.now,
        )
        .order_by(batches.c.id.desc())
        .limit(1)
    ).one_or_none()


def note(connection: sa.Connection, unit: NoteRows, sealing: Sealing) -> FileBatch:
    """Add a run of results. A run that was noted before changes nothing, nor does one that would leave a gap."""
    bucket = bucket_in(unit.batch)
    here = sa.and_(batches.c.bucket == bucket, batches.c.id == unit.batch)
    row = connection.execute(sa.select(batches).where(here).with_for_update()).one()
    if unit.alarm:
        outbox.alarm(connection, [row.tenant])
    lines = [result for result in unit.results if result.line > row.last]
    if not lines or row.last < unit.after:
        return shown(row)
    key = sealing.keys.get([unit.batch])[unit.batch]
    text = b"[%s]" % b",".join(result.model_dump_json(exclude_defaults=True).encode() for result in lines)
    run = {
        "bucket": bucket,
        "batch": unit.batch,
        "last": lines[-1].line,
        "sealed": seal(key, ROWS + unit.batch.bytes, zlib.compress(text, 1)),
    }
    connection.execute(batch_runs.insert(), run)
    if unit.sources:
        connection.execute(
            insert_or_leave(connection, batch_sources, "bucket", "batch", "source"),
            [{"bucket": bucket, "batch": unit.batch, "source": source} for source in sorted(set(unit.sources))],
        )
    tally = _added(Tally(**row.tally), lines)
    values = {
        "last": lines[-1].line,
        "moved_at": clock.wall(),
        "tally": _plain(tally),
        "facts": unit.facts.model_dump(mode="json"),
        "systems": sorted({*row.systems, *(system.hex() for system in unit.systems)}),
        "unreadable": row.unreadable + unit.unreadable,
    }
    connection.execute(batches.update().where(here).values(**values))
    return shown(connection.execute(sa.select(batches).where(here)).one())


def finish(connection: sa.Connection, unit: CloseBatch, effects: Effects) -> FileBatch:
    """The file was read to its end, broken off, or what it proposed was decided."""
    here = sa.and_(batches.c.bucket == bucket_in(unit.batch), batches.c.id == unit.batch)
    values: dict[str, Any] = {"state": unit.state.value, "finished_at": unit.now}
    if unit.facts is not None:
        values["facts"] = unit.facts.model_dump(mode="json")
    connection.execute(batches.update().where(here).values(**values))
    row = connection.execute(sa.select(batches).where(here)).one()
    event = "bestand_afgebroken" if unit.state is BatchState.AFGEBROKEN else "bestand_verwerkt"
    effects.entries.append(entry(event, row.tenant, None, bestand=str(unit.batch), rijen=row.tally["rows"]))
    return shown(row)


def shown(row: Any) -> FileBatch:
    """A row as the rest of the house sees it."""
    return FileBatch(
        id=row.id,
        tenant=row.tenant,
        state=BatchState(row.state),
        whole=row.whole,
        started_at=utc(row.started_at),
        finished_at=utc(row.finished_at) if row.finished_at else None,
        expires_at=utc(row.expires_at),
        moved_at=row.moved_at,
        last=row.last,
        tally=Tally(**row.tally),
        facts=FileFacts.model_validate(row.facts),
        systems=frozenset(bytes.fromhex(system) for system in row.systems),
        unreadable=row.unreadable,
    )


def results(engine: sa.Engine, sealing: Sealing, batch: UUID) -> Iterator[RowResult]:
    """The report, row by row, in the order of the file; a run at a time is in memory."""
    key = sealing.key(batch)
    last = -1
    while key is not None:
        with engine.begin() as connection:
            run = connection.execute(
                sa.select(batch_runs.c.last, batch_runs.c.sealed)
                .where(batch_runs.c.bucket == bucket_in(batch), batch_runs.c.batch == batch, batch_runs.c.last > last)
                .order_by(batch_runs.c.last)
                .limit(1)
            ).one_or_none()
        if run is None:
            return
        for entry_ in json.loads(zlib.decompress(unseal(key, ROWS + batch.bytes, run.sealed))):
            yield RowResult.model_validate(entry_)
        last = run.last


def absent(connection: sa.Connection, batch: FileBatch, after: UUID, limit: int = PAGE) -> list[tuple[UUID, bytes]]:
    """Active signals of the tenant from before the file, which the file does not name; (id, sealed), by id."""
    bucket = bucket_of(batch.tenant)
    named = (
        sa.select(batch_sources.c.source)
        .where(
            batch_sources.c.bucket == bucket,
            batch_sources.c.batch == batch.id,
            batch_sources.c.source == signals.c.source,
        )
        .exists()
    )
    rows = connection.execute(
        sa.select(signals.c.id, signals.c.sealed)
        .where(
            signals.c.bucket == bucket,
            signals.c.tenant == batch.tenant,
            signals.c.id > after,
            signals.c.status == Status.ACTIEF.value,
            signals.c.accepted_at < batch.started_at,
            ~named,
        )
        .order_by(signals.c.id)
        .limit(limit)
    ).all()
    return [(row.id, row.sealed) for row in rows]


def listed(connection: sa.Connection, tenant: str, now: dt.datetime, limit: int = 50) -> list[FileBatch]:
    """The tenant's files whose report is still there, newest first."""
    rows = connection.execute(
        sa.select(batches)
        .where(batches.c.bucket == bucket_of(tenant), batches.c.tenant == tenant, batches.c.expires_at > now)
        .order_by(batches.c.id.desc())
        .limit(limit)
    ).all()
    return [shown(row) for row in rows]


def found(connection: sa.Connection, tenant: str, batch: UUID, now: dt.datetime) -> FileBatch | None:
    """A file of this tenant, while its report is there."""
    row = connection.execute(
        sa.select(batches).where(
            batches.c.bucket == bucket_of(tenant),
            batches.c.id == batch,
            batches.c.tenant == tenant,
            batches.c.expires_at > now,
        )
    ).one_or_none()
    return shown(row) if row is not None else None


def expired(connection: sa.Connection, now: dt.datetime, limit: int = 100) -> list[UUID]:
    """Files whose report may no longer be kept."""
    return list(connection.execute(sa.select(batches.c.id).where(batches.c.expires_at <= now).limit(limit)).scalars())


def forget(connection: sa.Connection, batch: UUID) -> None:
    """Remove a file's report with all its rows; its key is destroyed by who asks this."""
    bucket = bucket_in(batch)
    connection.execute(batch_runs.delete().where(batch_runs.c.bucket == bucket, batch_runs.c.batch == batch))
    connection.execute(batch_sources.delete().where(batch_sources.c.bucket == bucket, batch_sources.c.batch == batch))
    connection.execute(batches.delete().where(batches.c.bucket == bucket, batches.c.id == batch))


def _added(tally: Tally, lines: list[RowResult]) -> Tally:
    statuses, codes = dict(tally.statuses), dict(tally.codes)
    for result in lines:
        statuses[result.status.value] = statuses.get(result.status.value, 0) + 1
        for code in {finding.code for finding in result.bevindingen}:
            codes[code] = codes.get(code, 0) + 1
    return Tally(rows=tally.rows + len(lines), statuses=statuses, codes=codes)


def _plain(tally: Tally) -> dict[str, Any]:
    return {"rows": tally.rows, "statuses": dict(tally.statuses), "codes": dict(tally.codes)}
