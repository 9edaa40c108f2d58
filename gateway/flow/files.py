"""From a file to its report: row after row through intake, in runs; a run is noted once all it asked is durable.

The rows go through the same conversations as a single message. Nobody waits here for an index, and nothing is held but
one run.
"""

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from gateway.canonical.batch import FileFacts, ReadFile, Row, RowResult, RowStatus
from gateway.canonical.command import Afgeven, Beeindigen, Said
from gateway.canonical.finding import Ernst, Finding
from gateway.canonical.receipt import Answer, Refusal, Reply, Standing, Status
from gateway.canonical.signal import Signal
from gateway.canonical.tenant import bucket_of, new_id
from gateway.clock import Clock, legal_day
from gateway.errors import Unavailable
from gateway.flow.directory import Caller, Partner
from gateway.flow.effects import Await, Conversation, Effect, Read, Stand, Submit
from gateway.flow.identity import Recognition
from gateway.flow.intake import Intake
from gateway.rules import whole_list
from gateway.rules.whole_list import Doubt
from gateway.store.store import Store
from gateway.store.work import BatchState, CloseBatch, FileBatch, Followed, NoteRows, OpenBatch, Stored

log = logging.getLogger("gateway.files")

RUN = 200
"""Rows that are stored together: large enough to share a commit, small enough to let other senders in between."""
KEPT = dt.timedelta(days=30)
"""How long a report can be fetched."""
CONTRACT = "csv-1"

E = TypeVar("E", Submit, Stand, Read, Await)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file: its report, the advice its words ask for, and what its whole list leaves out."""

    batch: FileBatch
    advice: tuple[str, ...] = ()
    """Of rows read this time; not kept."""
    missing: int = 0
    doubt: Doubt | None = None


@dataclass(slots=True)
class _Underway:
    """A row whose conversation goes on until it has its reply."""

    row: Row
    conversation: Conversation | None = None
    effect: Effect | None = None
    """What it asks now."""
    reply: Reply | None = None
    fresh: bool = False
    """Whether something new was done for it."""

    def go_on(self, answer: object = None) -> None:
        """Give it the answer to what it asked."""
        assert self.conversation is not None  # noqa: S101  who has no conversation has a reply
        try:
            self.effect = self.conversation.send(answer)
        except StopIteration as end:
            self.effect, self.reply = None, end.value


class Files:
    """Carries files. Holds nothing that changes."""

    def __init__(self, store: Store, intake: Intake, recognition: Recognition, clock: Clock) -> None:
        self._store = store
        self._intake = intake
        self._recognise = recognition
        self._clock = clock

    def begin(self, partner: Partner, *, whole: bool, content: str = "") -> FileBatch:
        """A new file; or the same one again (`content` says which), to go on where it was broken off."""
        now = self._clock()
        mark = self._recognise.content("bestand", partner.id, str(whole), content) if content else None
        unit = OpenBatch(
            id=new_id(bucket_of(partner.id)), tenant=partner.id, content=mark, whole=whole, now=now, expires=now + KEPT
        )
        batch: FileBatch = self._store.do(unit)
        return batch

    def carry(
        self, file: ReadFile, batch: FileBatch, partner: Partner, told: Callable[[FileBatch], None] = lambda _: None
    ) -> Outcome:
        """Read a file to its end; `told` hears how far it is. Raises what reading raises, and Unavailable.

        Whatever it raises: the rows that were noted stand, and the same file goes on after them.
        """
        advice: dict[str, None] = {}
        try:
            for run in _runs(row for row in file if row.line > batch.last):
                batch = self._carried(run, batch, file.facts, partner, advice)
                told(batch)
        except BaseException:
            with suppress(Unavailable):
                self._store.do(self._close(batch, BatchState.AFGEBROKEN, file.facts))
            raise
        missing = sum(1 for _ in self.proposed(batch)) if batch.whole else 0
        state = BatchState.VOORSTEL if missing else BatchState.KLAAR
        batch = self._store.do(self._close(batch, state, file.facts))
        return Outcome(batch, tuple(advice), missing, self._doubt(batch, missing))

    # a whole list

    def proposed(self, batch: FileBatch) -> Iterator[Signal]:
        """Own active signals of the list's source systems that the list no longer names."""
        for signal in self._store.read.absent(batch):
            if self._system(batch.tenant, signal.bron_systeem) in batch.systems:
                yield signal

    def review(self, batch: FileBatch) -> Outcome:
        """What a whole list leaves out now."""
        missing = sum(1 for _ in self.proposed(batch)) if batch.state is BatchState.VOORSTEL else 0
        return Outcome(batch, missing=missing, doubt=self._doubt(batch, missing))

    def end_missing(self, batch: FileBatch, partner: Partner, *, expected: int, despite: bool) -> Outcome | Refusal:
        """End what a list no longer names, when its sender names the same number; each ending joins the report."""
        seen = self.review(batch)
        if batch.state is not BatchState.VOORSTEL or self._overtaken(batch):
            return Refusal(findings=(Finding(code="VIX-1407"),))
        if seen.missing != expected:
            return Refusal(findings=(Finding(code="VIX-1408", at="aantal", limit=str(seen.missing)),))
        if seen.doubt is not None and not despite:
            return Refusal(findings=(Finding(code="VIX-1409", at="ondanks", limit=seen.doubt.value),))
        today = legal_day(self._clock())
        rows = (_ending(signal, today, line) for line, signal in enumerate(self.proposed(batch), batch.last + 1))
        for run in _runs(rows):
            batch = self._carried(run, batch, batch.facts, partner, {})
        return Outcome(self._store.do(self._close(batch, BatchState.KLAAR, None)))

    def _overtaken(self, batch: FileBatch) -> bool:
        """Whether a newer whole list of the same systems came in."""
        later = self._store.read.files(batch.tenant, self._clock())
        return any(other.whole and other.id > batch.id and other.systems & batch.systems for other in later)

    def _doubt(self, batch: FileBatch, missing: int) -> Doubt | None:
        named = batch.tally.rows - batch.unreadable
        return whole_list.doubt(named=named, missing=missing, unreadable=batch.unreadable) if batch.whole else None

    # a run of rows

    def _carried(
        self, run: list[Row], batch: FileBatch, facts: FileFacts, partner: Partner, advice: dict[str, None]
    ) -> FileBatch:
        caller = Caller(frozenset({partner.id}))
        underway = [self._started(row, caller) for row in run]
        self._drive(underway)
        results, alarm = [], False
        for item in underway:
            assert item.reply is not None  # noqa: S101  a conversation ends with a reply
            words = item.reply.advice if isinstance(item.reply, Refusal) else _advice(item.reply)
            advice.update(dict.fromkeys(words))
            alarm = alarm or (isinstance(item.reply, Refusal) and partner.alarmed_by(words))
            results.append(_result(item.row, item.reply, fresh=item.fresh))
        readable = [row for row in run if row.bron_systeem and row.bron_signaal_id]
        unit = NoteRows(
            batch=batch.id,
            facts=facts,
            results=tuple(results),
            sources=tuple(
                self._recognise.source(batch.tenant, row.bron_systeem, row.bron_signaal_id)
                for row in readable
                if batch.whole
            ),
            systems=frozenset(self._system(batch.tenant, name) for name in {row.bron_systeem for row in readable}),
            unreadable=len(run) - len(readable),
            alarm=alarm,
        )
        noted: FileBatch = self._store.do(unit)
        return noted

    def _started(self, row: Row, caller: Caller) -> _Underway:
        item = _Underway(row)
        if row.request is None:
            item.reply = Refusal(findings=row.findings)
            return item
        item.conversation = self._intake.answer(row.request, caller, attended=False)
        item.go_on()
        return item

    def _drive(self, underway: list[_Underway]) -> None:
        """Lead the conversations of a run to their ends, side by side: what they ask alike is asked together."""
        while asking := [item for item in underway if item.effect is not None]:
            writing = [(item, self._store.submit(effect.unit)) for item, effect in _that(asking, Submit)]
            standings = self._standings([effect for _, effect in _that(asking, Stand)])
            for item, effect in _that(asking, Stand):
                item.go_on(standings[effect.signal_id])
            for item, read in _that(asking, Read):
                item.go_on(read.ask(self._store.read))
            for item, _ in _that(asking, Await):  # nobody waits here for an index
                item.go_on()
            for item, stored in writing:
                answer = stored.result()
                item.fresh = isinstance(answer, Stored | Followed) and answer.fresh
                item.go_on(answer)

    def _standings(self, asked: list[Stand]) -> dict[UUID, Standing]:
        if not asked:
            return {}
        return self._store.read.standings({effect.signal_id for effect in asked}, asked[0].now)

    def _system(self, tenant: str, name: str) -> bytes:
        return self._recognise.content("systeem", tenant, name)

    def _close(self, batch: FileBatch, state: BatchState, facts: FileFacts | None) -> CloseBatch:
        return CloseBatch(batch=batch.id, state=state, facts=facts, now=self._clock())


def _that(asking: list[_Underway], kind: type[E]) -> list[tuple[_Underway, E]]:
    """Those that ask for this."""
    return [(item, item.effect) for item in asking if isinstance(item.effect, kind)]


def _runs(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows together, a signal at most once in a run: what is asked about it next must find what was asked before."""
    run: list[Row] = []
    about: set[tuple[str, str]] = set()
    for row in rows:
        source = (row.bron_systeem, row.bron_signaal_id)
        if len(run) == RUN or source in about:
            yield run
            run, about = [], set()
        run.append(row)
        if row.bron_signaal_id:
            about.add(source)
    if run:
        yield run


def _advice(reply: Reply) -> tuple[str, ...]:
    return reply.understood.advice if isinstance(reply, Answer) else ()


def _result(row: Row, reply: Reply, *, fresh: bool) -> RowResult:
    """A row's line in the report. Of a repeat, the remarks are those of this reading, for their places are too."""
    known = {
        "line": row.line,
        "handeling": row.handeling,
        "bron_systeem": row.bron_systeem,
        "bron_signaal_id": row.bron_signaal_id,
        "revisie": row.revisie,
    }
    if isinstance(reply, Refusal):
        return RowResult(**known, status=RowStatus.GEWEIGERD, bevindingen=reply.findings)
    remarks = row.request.remarks if row.request is not None else ()
    status = RowStatus.AANGENOMEN if fresh else RowStatus.BEKEND
    if not isinstance(reply, Answer):
        return RowResult(**known, status=status, bevindingen=remarks)
    receipt = reply.receipt
    return RowResult(
        **known,
        status=status,
        signaal_id=receipt.signaal_id,
        ontvangen_op=receipt.ontvangen_op,
        verwijderdatum=receipt.verwijderdatum,
        betekenissen=receipt.betekenissen,
        niet_bewaard=receipt.niet_bewaard,
        vragen=receipt.vragen,
        bevindingen=receipt.bevindingen if fresh else (*remarks, *_over(row, reply)),
    )


def _over(row: Row, reply: Answer) -> tuple[Finding, ...]:
    """That a signal that is given again is over: it does not come back by itself."""
    status = reply.standing.status
    if not isinstance(row.request, Afgeven) or status is Status.ACTIEF:
        return ()
    at = row.request.draft.bron_signaal_id.at if row.request.draft.bron_signaal_id else ""
    return (Finding(code="VIX-1404", at=at, ernst=Ernst.WAARSCHUWING, limit=status.value),)


def _ending(signal: Signal, day: dt.date, line: int) -> Row:
    """What a sender would have asked, had its list been a list of actions."""
    at = "voorstel"
    request = Beeindigen(
        formaat="csv",
        contract=CONTRACT,
        here=at,
        bron_systeem=Said(signal.bron_systeem, at),
        bron_signaal_id=Said(signal.bron_signaal_id, at),
        revisie=Said(str(signal.revisie), at),
        datum_einde=Said(day.isoformat(), at),
    )
    return Row(
        line=line,
        request=request,
        handeling="beeindigen",
        bron_systeem=signal.bron_systeem,
        bron_signaal_id=signal.bron_signaal_id,
        revisie=str(signal.revisie),
    )
