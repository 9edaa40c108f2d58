"""Rows of a file through intake, in runs: while one run is written, the next is read and judged.

The rows go through the same conversations as a single message; what those of a run ask alike is asked together. A run
is noted once all it asked is durable. Nobody waits here for an index, and nothing is held but two runs.
"""

import logging
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from gateway.canonical.batch import FileFacts, Row, RowResult, RowStatus
from gateway.canonical.command import Afgeven
from gateway.canonical.finding import Ernst, Finding
from gateway.canonical.receipt import Answer, Refusal, Reply, Standing, Status
from gateway.errors import Unavailable
from gateway.flow.directory import Caller, Partner
from gateway.flow.effects import Await, Conversation, Effect, Read, Stand, Submit
from gateway.flow.identity import Recognition
from gateway.flow.intake import Intake
from gateway.store.store import Store
from gateway.store.work import FileBatch, Followed, NoteRows, Stored

log = logging.getLogger("gateway.files")

RUN = 200
"""Rows that are stored together: large enough to share a commit, small enough to let other senders in between."""

E = TypeVar("E", Submit, Stand, Read, Await)


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
        """Give it the answer to what it asked. What nobody foresaw is this row's, and stops no other."""
        assert self.conversation is not None  # noqa: S101  who has no conversation has a reply
        try:
            self.effect = self.conversation.send(answer)
        except StopIteration as end:
            self.effect, self.reply = None, end.value
        except Exception as error:  # noqa: BLE001  nothing was promised: the sender may send it again
            self.fail(error)

    def fail(self, error: Exception) -> None:
        """End it without an answer of its own."""
        log.error("files: unforeseen", extra={"kind": type(error).__name__})
        self.effect, self.reply = None, Refusal(findings=(Finding(code="VIX-1901"),), retryable=True)


class Line:
    """One file on its way: at most one run is being written, and the next is judged meanwhile."""

    def __init__(
        self, store: Store, intake: Intake, recognition: Recognition, partner: Partner, batch: FileBatch
    ) -> None:
        self._store = store
        self._intake = intake
        self._recognise = recognition
        self._partner = partner
        self._caller = Caller(frozenset({partner.id}))
        self._underway: list[_Underway] = []
        self._writing: list[tuple[_Underway, Future[Any]]] = []
        self._behind = batch.last
        self.batch = batch
        """As far as it is noted."""
        self.advice: dict[str, None] = {}
        """Of all rows until now, each once."""

    def push(self, run: list[Row], facts: FileFacts) -> None:
        """Begin with a run, and end with the one before it. Raises Unavailable."""
        judged = [self._started(row) for row in run]
        noting = self._store.submit(self._ended(facts)) if self._underway else None
        self._underway, self._writing = judged, self._written(judged)
        if noting is not None:
            self.batch = noting.result()

    def empty(self, facts: FileFacts) -> FileBatch:
        """End with the last run; gives the file as it is then noted."""
        self.push([], facts)
        return self.batch

    def _started(self, row: Row) -> _Underway:
        item = _Underway(row)
        if row.request is None:
            item.reply = Refusal(findings=row.findings)
            return item
        item.conversation = self._intake.answer(row.request, self._caller, attended=False)
        item.go_on()
        return item

    def _written(self, asking: list[_Underway]) -> list[tuple[_Underway, Future[Any]]]:
        """Hand to the writer what is to be written."""
        return [(item, self._store.submit(effect.unit)) for item, effect in _that(asking, Submit)]

    def _ended(self, facts: FileFacts) -> NoteRows:
        """Lead the conversations underway to their ends; gives what is to be noted of them."""
        while asking := [item for item in self._underway if item.effect is not None]:
            standings = self._standings([effect for _, effect in _that(asking, Stand)])
            for item, effect in _that(asking, Stand):
                item.go_on(standings[effect.signal_id])
            for item, read in _that(asking, Read):
                item.go_on(read.ask(self._store.read))
            for item, _ in _that(asking, Await):
                item.go_on()
            for item, stored in self._writing:
                try:
                    answer = stored.result()
                except Unavailable:
                    raise
                except Exception as error:  # noqa: BLE001  the writer failed at this unit alone
                    item.fail(error)
                    continue
                item.fresh = isinstance(answer, Stored | Followed) and answer.fresh
                item.go_on(answer)
            self._writing = self._written(self._underway)
        return self._noted(facts)

    def _standings(self, asked: list[Stand]) -> dict[UUID, Standing]:
        if not asked:
            return {}
        return self._store.read.standings({effect.signal_id for effect in asked}, asked[0].now)

    def _noted(self, facts: FileFacts) -> NoteRows:
        results, alarm = [], False
        for item in self._underway:
            assert item.reply is not None  # noqa: S101  a conversation ends with a reply
            words = item.reply.advice if isinstance(item.reply, Refusal) else _advice(item.reply)
            self.advice.update(dict.fromkeys(words))
            alarm = alarm or (isinstance(item.reply, Refusal) and self._partner.alarmed_by(words))
            results.append(_result(item.row, item.reply, fresh=item.fresh))
        rows = [item.row for item in self._underway]
        readable = [row for row in rows if row.bron_systeem and row.bron_signaal_id]
        tenant, recognise = self._partner.id, self._recognise
        after, self._behind = self._behind, rows[-1].line
        return NoteRows(
            batch=self.batch.id,
            facts=facts,
            after=after,
            results=tuple(results),
            sources=tuple(
                recognise.source(tenant, row.bron_systeem, row.bron_signaal_id) for row in readable if self.batch.whole
            ),
            systems=frozenset(recognise.system(tenant, name) for name in {row.bron_systeem for row in readable}),
            unreadable=len(rows) - len(readable),
            alarm=alarm,
        )


def _that(asking: list[_Underway], kind: type[E]) -> list[tuple[_Underway, E]]:
    """Those that ask for this."""
    return [(item, item.effect) for item in asking if isinstance(item.effect, kind)]


def runs(rows: Iterable[Row]) -> Iterator[list[Row]]:
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
        bevindingen=(*reply.bevindingen, *_over(row, reply, fresh=fresh)),
    )


def _over(row: Row, reply: Answer, *, fresh: bool) -> tuple[Finding, ...]:
    """That a signal that is given again is over: it does not come back by itself."""
    status = reply.standing.status
    if fresh or not isinstance(row.request, Afgeven) or status is Status.ACTIEF:
        return ()
    at = row.request.draft.bron_signaal_id.at if row.request.draft.bron_signaal_id else ""
    return (Finding(code="VIX-1404", at=at, ernst=Ernst.WAARSCHUWING, limit=status.value),)
