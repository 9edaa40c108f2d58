"""From a file to its report; and what a sender's whole list no longer names. How rows are carried: `file_line`."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from gateway.canonical.batch import FileFacts, ReadFile, Row
from gateway.canonical.command import Beeindigen, Said
from gateway.canonical.finding import Finding
from gateway.canonical.receipt import Refusal
from gateway.canonical.signal import Signal
from gateway.canonical.tenant import bucket_of, new_id
from gateway.clock import Clock, legal_day
from gateway.errors import Unavailable
from gateway.flow.directory import Partner
from gateway.flow.file_line import Line, runs
from gateway.flow.identity import Recognition
from gateway.flow.intake import Intake
from gateway.rules import whole_list
from gateway.rules.whole_list import Doubt
from gateway.store.store import Store
from gateway.store.work import BatchState, CloseBatch, FileBatch, OpenBatch

KEPT = dt.timedelta(days=30)
"""How long a report can be fetched."""
PROPOSAL = "voorstel"
"""What stands for format, contract and place of what the gateway proposed itself."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file: its report, the advice its words ask for, and what its whole list leaves out."""

    batch: FileBatch
    advice: tuple[str, ...] = ()
    """Of rows read this time; not kept."""
    missing: int = 0
    doubt: Doubt | None = None


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
        line = self._line(batch, partner)
        try:
            for run in runs(row for row in file if row.line > batch.last):
                line.push(run, file.facts)
                told(line.batch)
            batch = line.empty(file.facts)
        except BaseException:
            with suppress(Unavailable):
                line.empty(file.facts)
                self._store.do(self._close(batch, BatchState.AFGEBROKEN, file.facts))
            raise
        told(batch)
        missing = sum(1 for _ in self.proposed(batch)) if batch.whole else 0
        state = BatchState.VOORSTEL if missing else BatchState.KLAAR
        batch = self._store.do(self._close(batch, state, file.facts))
        return Outcome(batch, tuple(line.advice), missing, self._doubt(batch, missing))

    # a whole list

    def proposed(self, batch: FileBatch) -> Iterator[Signal]:
        """Own active signals of the list's source systems that the list no longer names."""
        for signal in self._store.read.absent(batch):
            if self._recognise.system(batch.tenant, signal.bron_systeem) in batch.systems:
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
        line = self._line(batch, partner)
        for run in runs(rows):
            line.push(run, batch.facts)
        line.empty(batch.facts)
        return Outcome(self._store.do(self._close(batch, BatchState.KLAAR, None)))

    def _overtaken(self, batch: FileBatch) -> bool:
        """Whether a newer whole list of the same systems came in."""
        later = self._store.read.files(batch.tenant, self._clock())
        return any(other.whole and other.id > batch.id and other.systems & batch.systems for other in later)

    def _doubt(self, batch: FileBatch, missing: int) -> Doubt | None:
        named = batch.tally.rows - batch.unreadable
        return whole_list.doubt(named=named, missing=missing, unreadable=batch.unreadable) if batch.whole else None

    def _line(self, batch: FileBatch, partner: Partner) -> Line:
        return Line(self._store, self._intake, self._recognise, partner, batch)

    def _close(self, batch: FileBatch, state: BatchState, facts: FileFacts | None) -> CloseBatch:
        return CloseBatch(batch=batch.id, state=state, facts=facts, now=self._clock())


def _ending(signal: Signal, day: dt.date, line: int) -> Row:
    """What a sender would have asked, had its list been a list of actions."""
    request = Beeindigen(
        formaat=PROPOSAL,
        contract=PROPOSAL,
        here=PROPOSAL,
        bron_systeem=Said(signal.bron_systeem, PROPOSAL),
        bron_signaal_id=Said(signal.bron_signaal_id, PROPOSAL),
        revisie=Said(str(signal.revisie), PROPOSAL),
        datum_einde=Said(day.isoformat(), PROPOSAL),
    )
    return Row(
        line=line,
        request=request,
        handeling="beeindigen",
        bron_systeem=signal.bron_systeem,
        bron_signaal_id=signal.bron_signaal_id,
        revisie=str(signal.revisie),
    )
