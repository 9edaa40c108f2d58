"""The door for files: rows in while they come, a report out; and matches as a file. Contract: docs/csv.md.

Who is calling is known before a byte of a file is read, and nothing but a run of rows is ever in memory.
"""

import asyncio
import datetime as dt
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, cast
from uuid import UUID

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, StreamingResponse

from gateway.canonical.command import MatchesOpvragen, Said
from gateway.canonical.finding import Finding
from gateway.canonical.receipt import MatchPage, Refusal
from gateway.clock import Clock, legal_day, monotonic
from gateway.errors import SenderError, Unavailable
from gateway.flow.directory import Caller, Directory, Partner
from gateway.flow.files import Files, Outcome
from gateway.flow.intake import Intake
from gateway.flow.ports import FileAdapter
from gateway.rules.findings import FindingTexts
from gateway.store.store import Store
from gateway.store.work import BatchState, FileBatch
from gateway.web.asgi import headers_of
from gateway.web.connection import HURRY
from gateway.web.drive import Driver
from gateway.web.files_told import told
from gateway.web.identity import Identify
from gateway.web.inflow import Inflow
from gateway.web.meters import Meters

PREFIX = "/csv/v1"
MATCHES_KEPT = dt.timedelta(days=7)
"""How long a list of matches may be used; what changed since is asked for again."""
FORMAT, CONTRACT = "csv", "csv-1"
LINES = 500
"""Of a report, sent in one piece."""
CSV = "text/csv; charset=utf-8; header=present"
TYPES = frozenset(
    {
        "text/csv", "application/csv", "text/plain", "text/tab-separated-values", "application/octet-stream",
        "application/vnd.ms-excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)  # fmt: skip
"""What systems say that a CSV or a workbook is; which of the two it is, its first bytes say."""


def _no(code: str, at: str = "", limit: str = "") -> SenderError:
    return SenderError(Finding(code=code, at=at, limit=limit))


@dataclass(frozen=True, slots=True)
class FilesDoor:
    """What the routes share; `adapters` by organisation."""

    files: Files
    store: Store
    intake: Intake
    driver: Driver
    directory: Directory
    adapters: Mapping[str, FileAdapter]
    texts: FindingTexts
    advice: Mapping[str, tuple[str, str]]
    identify: Identify
    meters: Meters
    clock: Clock
    limit: int
    places: threading.Semaphore
    """How many files may be read at once."""

    def acting(self, request: Request) -> Partner:
        """For whom is called."""
        caller = self.identify(headers_of(request.scope), request.client.host if request.client else "")
        if caller is None:
            raise _no("VIX-1904")
        partner = self.directory.acting(caller, request.query_params.get("organisatie"))
        if partner is None:
            raise _no("VIX-1905", "organisatie")
        return partner

    def batch(self, request: Request) -> tuple[Partner, FileBatch]:
        """For whom is called, and which of its files is meant."""
        partner = self.acting(request)
        try:
            identity = UUID(request.path_params["batch"])
        except ValueError:
            raise _no("VIX-1410") from None
        batch = self.store.read.file(partner.id, identity, self.clock())
        if batch is None:
            raise _no("VIX-1410")
        return partner, batch

    def told(self, outcome: Outcome, status: int = 200) -> Response:
        """A file as JSON."""
        where = f"{PREFIX}/batches/{outcome.batch.id}"
        content = told(outcome, where, self.texts, self.advice)
        return JSONResponse(content, status_code=status, headers={"location": where})

    # a file comes in

    async def take(self, request: Request) -> Response:
        """Read a file to its end; answered after its last row is durable."""
        partner = self.acting(request)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in TYPES:
            raise _no("VIX-1022", "Content-Type")
        usage = request.query_params.get("wijze", "acties")
        if usage not in ("acties", "volledig"):
            raise _no("VIX-1105", "wijze", "acties | volledig")
        if int(request.headers.get("content-length", "0")) > self.limit:
            raise _no("VIX-1023")
        if not self.places.acquire(blocking=False):
            raise Unavailable("as many files as may be are being read")
        hurry = request.scope.get(HURRY, _unheard)
        began = monotonic()
        try:
            hurry(False)  # it takes as long as its rows take to store, and the inflow watches that it goes on
            inflow = Inflow(request.stream(), asyncio.get_running_loop(), self.limit)
            outcome = await run_in_threadpool(self._read, inflow, partner, usage == "volledig")
        finally:
            hurry(True)
            self.places.release()
        self.meters.answered("csv", "Bestand", monotonic() - began, list(outcome.batch.tally.codes))
        return self.told(outcome, 202)

    def _read(self, inflow: Inflow, partner: Partner, whole: bool) -> Outcome:
        file = self.adapters[partner.id].rows(cast(BinaryIO, inflow))
        return self.files.carry(file, self.files.begin(partner, whole=whole), partner)

    # what became of it

    def listed(self, request: Request) -> Response:
        """The organisation's files, newest first."""
        partner = self.acting(request)
        files = self.store.read.files(partner.id, self.clock())
        return JSONResponse(
            [told(self.files.review(file), f"{PREFIX}/batches/{file.id}", self.texts, self.advice) for file in files]
        )

    def progress(self, request: Request) -> Response:
        """How far a file is, and what its list proposes."""
        _, batch = self.batch(request)
        return self.told(self.files.review(batch))

    def result(self, request: Request) -> Response:
        """The report: one line for each line of the file."""
        partner, batch = self.batch(request)
        return _stream(self.adapters[partner.id].results(batch.facts, self.store.read.rows(batch)), "result.csv")

    def proposal(self, request: Request) -> Response:
        """What a whole list no longer names, while it waits for its sender's word."""
        partner, batch = self.batch(request)
        if batch.state is not BatchState.VOORSTEL:
            raise _no("VIX-1407")
        return _stream(self.adapters[partner.id].proposal(self.files.proposed(batch)), "voorstel.csv")

    def end_missing(self, request: Request) -> Response:
        """End what a whole list no longer names."""
        partner, batch = self.batch(request)
        said = request.query_params.get("aantal", "")
        if not (said.isascii() and said.isdigit() and len(said) < 10):
            raise _no("VIX-1106", "aantal")
        despite = request.query_params.get("ondanks") == "ja"
        ended = self.files.end_missing(batch, partner, expected=int(said), despite=despite)
        if isinstance(ended, Refusal):
            raise SenderError(*ended.findings)
        return self.told(ended)

    # matches

    async def matches(self, request: Request) -> Response:
        """Matches after a cursor; the next cursor is in a header."""
        partner = self.acting(request)
        na, most = (_said(request, name) for name in ("na", "maximum"))
        command = MatchesOpvragen(formaat=FORMAT, contract=CONTRACT, here="", na=na, maximum=most)
        page = await self.driver.converse(self.intake.answer(command, Caller(frozenset({partner.id}))))
        if isinstance(page, Refusal):
            raise SenderError(*page.findings)
        assert isinstance(page, MatchPage)  # noqa: S101  the answer to this question
        expires = legal_day(self.clock() + MATCHES_KEPT)
        headers = {"verwijsindex-cursor": page.cursor, "verwijsindex-meer": "ja" if page.more else "nee"}
        if page.more:
            headers["link"] = f'<{PREFIX}/matches?na={page.cursor}>; rel="next"'
        content = self.adapters[partner.id].matches(page, expires)
        return Response(content, media_type=CSV, headers=headers | _private("matches-niet-in-dossier.csv"))


def add_to(app: FastAPI, door: FilesDoor) -> None:
    """Give an application the routes of this door."""
    routes = APIRouter(prefix=PREFIX)
    for path, handle, method in (
        ("/batches", door.take, "POST"),
        ("/batches", door.listed, "GET"),
        ("/batches/{batch}", door.progress, "GET"),
        ("/batches/{batch}/result.csv", door.result, "GET"),
        ("/batches/{batch}/voorstel.csv", door.proposal, "GET"),
        ("/batches/{batch}/beeindigen", door.end_missing, "POST"),
        ("/matches", door.matches, "GET"),
    ):
        routes.add_api_route(path, handle, methods=[method], response_model=None)
    app.include_router(routes)


def _unheard(_: bool) -> None:
    """For a connection that watches nothing."""


def _said(request: Request, name: str) -> Said | None:
    text = request.query_params.get(name)
    return None if text is None else Said(text, name)


def _stream(lines: Iterator[bytes], name: str) -> Response:
    return StreamingResponse(_blocks(lines), media_type=CSV, headers=_private(name))


def _blocks(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Many lines at a time: each piece of an answer changes threads once."""
    while block := list(islice(lines, LINES)):
        yield b"".join(block)


def _private(name: str) -> dict[str, str]:
    """Nobody on the way keeps it, and a browser saves it rather than shows it."""
    return {
        "cache-control": "no-store",
        "content-disposition": f'attachment; filename="{name}"',
        "x-content-type-options": "nosniff",
    }
