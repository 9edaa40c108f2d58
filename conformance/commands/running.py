"""What the commands that play have in common: a run that begins or goes on, and how it is told."""

import datetime as dt
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from conformance import kit, result, rules
from conformance.exchange import Request
from conformance.judge import fingerprint
from conformance.line import Line, Silence
from conformance.play import Reach
from conformance.results import terminal, write
from conformance.rules import Rules
from conformance.run import Part
from conformance.transcript import Transcript

FILE = "verloop.jsonl"
Option = Callable[..., Any]


def add_choice(command: ArgumentParser, forms: Iterable[str]) -> None:
    """What may be chosen of a role: formats, packs, requirements; where the run is kept."""
    add = command.add_argument
    add("--format", action="append", default=[], choices=[*forms], help="only this format; more than one may be given")
    add("--pack", action="append", default=[], metavar="PACK", help="only this pack; the verdict says so")
    add("--without", action="append", default=[], metavar="PACK", help="leave a pack out; the verdict says so")
    add("--only", action="append", default=[], metavar="ID", help="only this requirement or scenario")
    add("--map", type=Path, default=None, metavar="DIR", help="keep the run here; a run that was stopped goes on")
    add("--out", type=Path, default=None, metavar="DIR", help="write the result here, in every form")
    add("--erbij", action="append", default=[], type=Path, metavar="FILE", help="rules of a region, beside those here")
    add("--product", default="", metavar="NAME", help="what is tested, as its supplier names it")
    add("--build", default="", metavar="BUILD", help="which build of it")
    add("--nonce", default="", metavar="NONCE", help="what a region gave beforehand, to witness this run")


def secret(option: Callable[..., Any], name: str, variable: str, said: str) -> None:
    """An option that may come from the environment, so that it stands in no list of processes and in no script."""
    option(
        name, default=os.environ.get(variable, ""), metavar="TOKEN", help=f"{said}; or {variable} of the environment"
    )


def strange(given: Namespace, role: str) -> str:
    """What was chosen that this role does not have, in a sentence; empty when all is known."""
    scenarios = today(given).of(role)
    packs = {one.pakket for one in scenarios}
    known = {one.id for one in scenarios} | {eis for one in scenarios for eis in one.eisen}
    found = sorted({*given.only} - known) + sorted({*given.pack, *given.without} - packs)
    names = f"Pakketten: {', '.join(sorted(packs))}."
    return f"Onbekend bij --only, --pack of --without: {', '.join(found)}. {names}" if found else ""


def silent(reach: Reach, url: str) -> str:
    """How a system says nothing when it is asked for an address before a run begins; empty when it answers."""
    line = Line(reach.timeout, reach.tls)
    try:
        line.send(Request("GET", url))
    except Silence as silence:
        return str(silence)
    finally:
        line.close()
    return ""


def begun(
    given: Namespace, role: str, forms: Iterable[str], parties: Iterable[str], more: Mapping[str, Any]
) -> tuple[Transcript, Rules]:
    """The run in --map, to go on with, under the rules of its own day; or a new one."""
    path = None if given.map is None else given.map / FILE
    if path is not None and path.exists():
        found = Transcript.read(path)
        return found, rules.of_run(found.header)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    held = today(given)
    packs = {one.pakket for one in held.of(role)}
    chosen = ({*given.pack} or packs) - {*given.without}
    header: dict[str, Any] = {
        "rol": role,
        "formaten": given.format or [*forms],
        "partijen": [*parties],
        "pakketten": sorted(chosen),
        "zonder_pakketten": sorted(packs - chosen),
        "alleen": given.only,
        "run": uuid4().hex[:8],
        "begonnen": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "regels_van": held.day.isoformat(),
        "kit": kit.digest(),
        "versie": kit.version(),
        "contracten": kit.contracts(),
        "product": given.product,
        "build": given.build,
        "nonce": given.nonce,
        "erbij": [{"name": one.name, "text": one.read_text(encoding="utf-8")} for one in given.erbij],
        **more,
    }
    return Transcript.begin(path, header | {"regels": fingerprint(held, header)}), held


def announce(transcript: Transcript) -> None:
    """Say which run this is."""
    head = transcript.header
    print(f"{terminal.CONTRACT}; regels {head['regels']}; kit {head['kit'][:16]}; run {head['run']}", flush=True)


def progress(number: int, total: int, part: Part) -> None:
    """Say how far it is."""
    print(f"[{number:3d}/{total}] {part.form:5} {part.name}: {part.scenario.nl}", flush=True)


def told(transcript: Transcript, held: Rules, out: Path | None = None) -> int:
    """Judge, tell, write, and give the exit code."""
    found = result.of(transcript.rows, held)
    print("\n".join(terminal.lines(found.verdict, transcript)), flush=True)
    if out is not None:
        print("\n".join(write(found, out)), flush=True)
    return 0 if found.verdict.passed else 1


def moment(text: str) -> dt.datetime:
    """A moment as it is given on the command line; raises ValueError."""
    found = dt.datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("geef een tijdzone, bijvoorbeeld 2026-11-21T10:00:00+01:00")
    return found


def today(given: Namespace) -> Rules:
    """The rules of today, with what a region adds to them."""
    return rules.as_of(dt.datetime.now(dt.UTC).date(), given.erbij)
