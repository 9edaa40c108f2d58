"""What is known now: read beside the writer, never through it. What takes more than a look has a room of its own."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.batch import RowResult
from gateway.canonical.match import Match
from gateway.canonical.receipt import OwnSignal, Receipt, Standing, Status
from gateway.canonical.signal import Signal
from gateway.canonical.subscription import Event, Subscription
from gateway.canonical.tenant import BUCKETS, bucket_in, bucket_of
from gateway.rules.delivery import FINISHED, State
from gateway.store import batches, census, persons, receipts, shown, standing, subscriptions, transfer, words
from gateway.store.census import InUse, OfRegion
from gateway.store.engine import Times
from gateway.store.sealing import Sealing
from gateway.store.switching.looking import Moves
from gateway.store.tables import artifacts, destinations, outbox, signals
from gateway.store.words import UnknownWord
from gateway.store.work import FileBatch, Gone

_FINAL = (*(state.value for state in FINISHED), State.PARKED.value)
PAGE = 500


@dataclass(frozen=True, slots=True)
class Parked:
    """A message of unknown outcome that only a person can settle."""

    id: UUID
    kind: str
    destination: str
    code: str


class Reader:
    """Questions to the store. Every one names the tenant or an id that carries its bucket."""

    def __init__(self, engine: sa.Engine, times: Times, sealing: Sealing) -> None:
        self._engine = engine
        self._times = times
        self._sealing = sealing
        self.moves = Moves(engine, sealing)

    def standing(self, signal_id: UUID, now: dt.datetime) -> Standing:
        """What is known of one signal now."""
        return self.standings([signal_id], now)[signal_id]

    def standings(self, signal_ids: Collection[UUID], now: dt.datetime) -> dict[UUID, Standing]:
        """What is known of signals now."""
        return standing.of(self._engine, self._sealing, signal_ids, now)

    def destination(self, signal_id: UUID) -> str:
        """The index a signal went to."""
        with self._engine.begin() as connection:
            return str(
                connection.execute(
                    sa.select(signals.c.destination).where(
                        signals.c.bucket == bucket_in(signal_id), signals.c.id == signal_id
                    )
                ).scalar_one()
            )

    def signal(self, signal_id: UUID) -> Signal | None:
        """The canonical signal; None once it is destroyed."""
        with self._engine.begin() as connection:
            sealed = connection.execute(
                sa.select(signals.c.sealed).where(signals.c.bucket == bucket_in(signal_id), signals.c.id == signal_id)
            ).scalar_one()
        return self._sealing.open_signal(self._sealing.key(signal_id), signal_id, sealed)

    def artifact(self, digest: str) -> bytes | None:
        """The text of a pack or vocabulary that decisions were made with."""
        with self._engine.begin() as connection:
            row = connection.execute(sa.select(artifacts.c.content).where(artifacts.c.digest == digest))
            return row.scalar_one_or_none()

    def receipt(self, tenant: str, of: bytes | UUID) -> Receipt | Gone | None:
        """The receipt of a tenant's signal, or of its latest of a source; Gone when it went with its signal.

        It names the signal as its sender does now: it may have moved to another source since.
        """
        return receipts.of_signal(self._engine, self._sealing, tenant, of)

    def sources(self, tenant: str, sources: Iterable[bytes]) -> dict[bytes, Status]:
        """Which of these source ids the tenant has signals for; ACTIEF when one of them is."""
        return standing.sources(self._engine, tenant, sources)

    def repeated(self, tenant: str, key: bytes, content: bytes) -> Receipt | None:
        """The receipt of what was done before with this key and content; None when it was not, or is destroyed."""
        return receipts.repeated(self._engine, self._sealing, tenant, key, content)

    def match_page(self, tenant: str, after: int, limit: int) -> tuple[list[Match], int, bool]:
        """A receiver's news after a number."""
        with self._engine.begin() as connection:
            return shown.page(connection, tenant, bucket_of(tenant), after, limit, self._sealing)

    def match(self, tenant: str, match_id: UUID) -> Match | None:
        """One of a receiver's matches."""
        with self._engine.begin() as connection:
            return shown.one(connection, tenant, match_id, self._sealing)

    def subscription(self, tenant: str, identity: UUID) -> Subscription | None:
        """An organisation's subscription."""
        with self._engine.begin() as connection:
            return subscriptions.one(connection, tenant, identity, self._sealing)

    def subscriptions(self, tenant: str) -> list[Subscription]:
        """All of an organisation's subscriptions, oldest first."""
        with self._engine.begin() as connection:
            return subscriptions.every(connection, tenant, self._sealing)

    def subscription_events(self, identity: UUID, since: int, until: int, limit: int) -> list[Event]:
        """Events of a subscription from a number to a number, both included, oldest first."""
        with self._engine.begin() as connection:
            return subscriptions.events(connection, identity, since, until, limit)

    def own_page(self, tenant: str, after: UUID, limit: int, now: dt.datetime) -> tuple[list[OwnSignal], UUID, bool]:
        """A tenant's own signals after an id, oldest first."""
        return standing.own_page(self._engine, self._sealing, tenant, after, limit, now)

    def ageing(self, today: dt.date) -> list[int]:
        """The buckets in which the legal clock has something to do."""
        return self._due(signals.c.next_on, today)

    def expiring(self, today: dt.date) -> list[int]:
        """The buckets in which senders must hear of signals that will end."""
        return self._due(signals.c.warn_on, today)

    def _due(self, column: sa.Column[dt.date], today: dt.date) -> list[int]:
        due = sa.select(signals.c.id).where(signals.c.bucket == sa.bindparam("bucket"), column <= sa.bindparam("today"))
        with self._engine.begin() as connection:
            return [
                bucket
                for bucket in range(BUCKETS)
                if connection.execute(due.limit(1), {"bucket": bucket, "today": today}).first() is not None
            ]

    def files(self, tenant: str, now: dt.datetime) -> list[FileBatch]:
        """The tenant's files whose report is still there, newest first."""
        with self._engine.begin() as connection:
            return batches.listed(connection, tenant, now)

    def file(self, tenant: str, batch: UUID, now: dt.datetime) -> FileBatch | None:
        """One of them."""
        with self._engine.begin() as connection:
            return batches.found(connection, tenant, batch, now)

    def rows(self, batch: FileBatch) -> Iterator[RowResult]:
        """The report of a file, row by row."""
        return batches.results(self._engine, self._sealing, batch.id)

    def absent(self, batch: FileBatch) -> Iterator[Signal]:
        """The tenant's active signals from before a whole list, which that list does not name, oldest first."""
        after = UUID(int=0)
        while True:
            with self._engine.begin() as connection:
                page = batches.absent(connection, batch, after)
            if not page:
                return
            keys = self._sealing.keys.get([identity for identity, _ in page])
            for after, sealed in page:
                signal = self._sealing.open_signal(keys.get(after), after, sealed)
                if signal is not None:
                    yield signal

    def unknown_words(self, tenant: str) -> list[UnknownWord]:
        """The words of an organisation that no map knew, the most frequent first."""
        with self._engine.begin() as connection:
            return words.of_tenant(connection, tenant)

    def settled(self, messages: Iterable[UUID]) -> set[UUID]:
        """Which of these messages have an outcome, or wait for a person."""
        wanted = list(messages)
        with self._engine.begin() as connection:
            rows = connection.execute(
                sa.select(outbox.c.id).where(
                    outbox.c.bucket.in_({bucket_in(identity) for identity in wanted}),
                    outbox.c.id.in_(wanted),
                    outbox.c.state.in_(_FINAL),
                )
            )
            return set(rows.scalars())

    def closed(self) -> frozenset[str]:
        """Destinations nothing is sent to now: held, or with an open breaker."""
        with self._engine.begin() as connection:
            rows = connection.execute(
                sa.select(destinations.c.id).where(
                    sa.or_(
                        destinations.c.hold,
                        sa.and_(
                            destinations.c.open_epoch == self._times.epoch,
                            destinations.c.open_until > self._times.lease(),
                        ),
                    )
                )
            )
            return frozenset(rows.scalars())

    def tally(self) -> dict[str, dict[str, int]]:
        """Counts for an operator: signals, messages, matches and subscriptions, each by state."""
        with self._engine.begin() as connection:
            return census.tally(connection)

    def parked(self) -> list[Parked]:
        """Messages that wait for a person, oldest first."""
        with self._engine.begin() as connection:
            rows = connection.execute(
                sa.select(outbox.c.id, outbox.c.kind, outbox.c.destination, outbox.c.code)
                .where(outbox.c.state == State.PARKED.value)
                .order_by(outbox.c.id)
                .limit(100)
            )
            return [Parked(*row) for row in rows]

    def in_use(self) -> InUse:
        """What a configuration must go on to name."""
        with self._engine.begin() as connection:
            return census.in_use(connection)

    def of_region(self, region: str) -> OfRegion:
        """How much there is of a region."""
        with self._engine.begin() as connection:
            return census.of_region(connection, region)

    def ids_of_region(self, region: str, *, living: bool) -> Iterator[UUID]:
        """The signals of a region, by id, page by page: what is destroyed meanwhile may be among them or not."""
        after = UUID(int=0)
        while True:
            with self._engine.begin() as connection:
                page = census.ids(connection, region, after, PAGE, living=living)
            yield from page
            if len(page) < PAGE:
                return
            after = page[-1]

    def keys_of(self, signal_ids: Iterable[UUID]) -> int:
        """How many of these signals can still be read."""
        return len(self._sealing.keys.get(signal_ids))

    def audit_heads(self) -> dict[str, str]:
        """The head of each chain of the audit."""
        with self._engine.begin() as connection:
            return census.audit_heads(connection)

    def signals_of(self, hashes: Iterable[bytes]) -> set[UUID]:
        """The living signals about whoever has one of these look-up values."""
        with self._engine.begin() as connection:
            return persons.signals_of(connection, hashes)

    def hashes_of(self, signal_ids: Iterable[UUID]) -> set[bytes]:
        """The look-up values of whom these signals are about."""
        with self._engine.begin() as connection:
            return persons.hashes_of(connection, signal_ids)

    def everything_of(self, signal_ids: Iterable[UUID]) -> list[tuple[str, dict[str, Any]]]:
        """Every row about these signals, by table, opened: for who has a right to see it."""
        with self._engine.begin() as connection:
            return list(transfer.dump(connection, self._sealing, transfer.of_signals(signal_ids)))

    def unsent(self, signal_ids: Iterable[UUID]) -> int:
        """How many messages about these signals still must go to an index, or wait for a person."""
        with self._engine.begin() as connection:
            return census.unsent(connection, list(signal_ids))

    def alive(self) -> None:
        """Raises when the database does not answer."""
        with self._engine.begin() as connection:
            connection.execute(sa.select(1))
