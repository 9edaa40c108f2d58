"""A file from the disk: read, carried, reported; and a folder in which files are found as they come.

A run that was broken off goes on where it was: the same file, by its content, is the same file.
"""

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from gateway import compose
from gateway.canonical.finding import Finding
from gateway.canonical.receipt import Refusal
from gateway.compose import House
from gateway.config import PartnerConfig
from gateway.errors import Misconfigured, SenderError, Unavailable
from gateway.flow.directory import Partner
from gateway.flow.files import Files, Outcome
from gateway.flow.ports import FileAdapter
from gateway.rules.findings import FindingTexts
from gateway.store.work import BatchState, FileBatch

DONE, BROKEN, RESULTS = "verwerkt", "niet-gelezen", "resultaat"
"""Folders beside the files of a watched one."""
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Desk:
    """What one organisation's files need."""

    house: House
    partner: PartnerConfig
    files: Files
    adapter: FileAdapter
    texts: FindingTexts
    console: Console

    @classmethod
    def of(cls, house: House, name: str, console: Console) -> "Desk":
        """The desk of an organisation; raises Misconfigured when there is none of this name."""
        found = next((item for item in house.config.partners if item.id == name), None)
        if found is None:
            known = ", ".join(item.id for item in house.config.partners)
            raise Misconfigured(f"no partner '{name}'; there are {known}")
        return cls(
            house,
            found,
            compose.carrier(house),
            compose.file_adapter(found, compose.layouts()),
            FindingTexts.load(),
            console,
        )

    @property
    def known(self) -> Partner:
        """The organisation, as the rest of the house knows it."""
        return self.house.directory.partners[self.partner.id]

    def take(self, path: Path, *, whole: bool, told: Callable[[int, FileBatch], None]) -> Outcome:
        """Carry a file; `told` hears the bytes read and the rows done. Raises SenderError when nothing can be read."""
        with path.open("rb") as stream:
            batch = self.files.begin(self.known, whole=whole, content=_digest(path))
            file = self.adapter.rows(stream)
            return self.files.carry(file, batch, self.known, lambda now: told(stream.tell(), now))

    def report(self, batch: FileBatch, path: Path) -> None:
        """Write the report beside the file; whole, or not at all."""
        unfinished = path.with_name(f".{path.name}.deel")
        with unfinished.open("wb") as to:
            for line in self.adapter.results(batch.facts, self.house.store.read.rows(batch)):
                to.write(line)
            to.flush()
            os.fsync(to.fileno())
        unfinished.replace(path)


def import_file(desk: Desk, path: Path, *, whole: bool, end: int | None, despite: bool, result: Path | None) -> bool:
    """Import one file with its progress shown; gives whether every row was accepted."""
    with _bar(desk.console) as bar:
        task = bar.add_task(path.name, total=path.stat().st_size, rows=0, speed=0)
        began, before = time.monotonic(), -1

        def told(done: int, batch: FileBatch) -> None:
            nonlocal before
            before = batch.tally.rows if before < 0 else before
            speed = (batch.tally.rows - before) / max(time.monotonic() - began, 0.001)
            bar.update(task, completed=done, rows=batch.tally.rows, speed=int(speed))

        outcome = desk.take(path, whole=whole, told=told)
        bar.update(task, completed=path.stat().st_size)
    if end is not None:
        ended = desk.files.end_missing(outcome.batch, desk.known, expected=end, despite=despite)
        if isinstance(ended, Refusal):
            raise SenderError(*ended.findings)
        outcome = ended
    to = result or path.with_name(f"{path.stem}.resultaat.csv")
    desk.report(outcome.batch, to)
    _summary(desk, outcome, to)
    return not outcome.batch.tally.statuses.get("geweigerd")


def watch(desk: Desk, folder: Path, *, whole: bool, ended: Callable[[float], bool], rest: float = 2.0) -> None:
    """Import what comes into a folder, until `ended` (which waits so long) says so.

    A file is taken when its size and time stand still between two looks; its report is there before it is moved.
    """
    for name in (DONE, BROKEN, RESULTS):
        (folder / name).mkdir(parents=True, exist_ok=True)
    seen: dict[Path, tuple[int, int]] = {}
    while True:
        found = {path: look for path in sorted(_files(folder)) if (look := _look(path)) is not None}
        for path, look in found.items():
            if seen.get(path) == look:
                try:
                    _take_in(desk, folder, path, whole=whole)
                except (OSError, Unavailable) as error:  # it stays where it is, and is tried at the next look
                    desk.console.print(f"{path.name}: {type(error).__name__}", style="red", markup=False)
        seen = found
        if ended(rest):
            return


def _take_in(desk: Desk, folder: Path, path: Path, *, whole: bool) -> None:
    stamp = time.strftime("%Y%m%d-%H%M%S")
    try:
        outcome = desk.take(path, whole=whole, told=lambda *_: None)
    except SenderError as error:
        lines = [
            f"{finding.code} {desk.texts.text(finding).rule} {desk.texts.text(finding).fix}"
            for finding in error.findings
        ]
        (folder / RESULTS / f"{path.name}.{stamp}.fout.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        path.replace(folder / BROKEN / f"{path.stem}.{stamp}{path.suffix}")
        desk.console.print(f"{path.name}: niet gelezen", style="red", markup=False)
        return
    desk.report(outcome.batch, folder / RESULTS / f"{path.name}.{stamp}.resultaat.csv")
    path.replace(folder / DONE / f"{path.stem}.{stamp}{path.suffix}")
    counts = ", ".join(f"{count} {status}" for status, count in sorted(outcome.batch.tally.statuses.items()))
    desk.console.print(f"{path.name}: {counts or 'geen rijen'}", markup=False, highlight=False)


def _files(folder: Path) -> Iterator[Path]:
    return (
        path
        for path in folder.iterdir()
        if path.is_file() and not path.name.startswith((".", "~")) and path.suffix.lower() in (".csv", ".txt", ".xlsx")
    )


def _look(path: Path) -> tuple[int, int] | None:
    """Size and time of a file; None when it is gone."""
    try:
        known = path.stat()
    except FileNotFoundError:
        return None
    return known.st_size, known.st_mtime_ns


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rows]:,} rows, {task.fields[speed]:,}/s"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=console,
    )


def _summary(desk: Desk, outcome: Outcome, to: Path) -> None:
    tally = outcome.batch.tally
    table = Table(title=f"{tally.rows:,} rows", title_justify="left")
    for column in ("rows", "what", "rule"):
        table.add_column(column, justify="right" if column == "rows" else "left", overflow="fold")
    for status, count in sorted(tally.statuses.items()):
        table.add_row(f"{count:,}", status, "")
    for code, count in sorted(tally.codes.items()):
        table.add_row(f"{count:,}", code, desk.texts.text(Finding(code=code)).rule)
    desk.console.print(table)
    for remark in outcome.batch.facts.bevindingen:
        desk.console.print(f"{remark.code} {remark.at}: {desk.texts.text(remark).rule}", markup=False)
    advice = compose.advice_texts()
    for code in outcome.advice:
        desk.console.print(advice[code][0], style="bold red", markup=False)
    if outcome.batch.state is BatchState.VOORSTEL:
        doubt = f" (doubt: {outcome.doubt.value}; then also --ondanks)" if outcome.doubt else ""
        desk.console.print(
            f"{outcome.missing} signals are no longer on the list. End them with --beeindig {outcome.missing}{doubt}",
            markup=False,
        )
    desk.console.print(f"Report: {to}", markup=False, highlight=False)
