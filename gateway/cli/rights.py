"""What the college's officer asks for a person: to see, to correct, to object, to remove.

The BSN is read, never a word of the command: it would stay in the history of the machine.
"""

import html
import json
import sys
import time
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from gateway import compose
from gateway.canonical.identifiers import Bsn
from gateway.canonical.signal import Jeugdige
from gateway.cli.told import DEFAULT_CONFIG, ConfigOption, house, line
from gateway.cli.whole import beside
from gateway.clock import monotonic
from gateway.compose import House
from gateway.errors import Misconfigured
from gateway.flow import rights
from gateway.flow.rights import CORRECTED, Colleges
from gateway.store import proof
from gateway.wire.sealed_file import SealedWriter, key_in

app = typer.Typer(no_args_is_help=True, help="The rights of a person, for the college (AVG 15, 16, 17, 21).")

BsnOption = Annotated[bool, typer.Option("--bsn", help="Read the BSN from standard input.")]
SignalOption = Annotated[UUID | None, typer.Option("--signal", help="Our id of a signal about the person.")]
OutOption = Annotated[Path, typer.Option("--out", help="A folder that only the officer can read.")]
OneOption = Annotated[UUID, typer.Option("--signal", help="Our id of the signal.")]


@app.command()
def export(
    out: OutOption,
    bsn: BsnOption = False,
    signal: SignalOption = None,
    key: Annotated[Path | None, typer.Option("--key", help="A file with 32 bytes in base64: seals the files.")] = None,
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Write all there is about one person, over all organisations, as JSON and as a page to read (AVG 15)."""
    with house(path) as parts:
        found = _found(parts, bsn=bsn, signal=signal)
        ids = found.all
        told = rights.dossier(parts.store, ids, made=parts.clock().isoformat())
        told["alleen_op_naam"] = [str(one) for one in found.by_name]
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = json.dumps(told, indent=1, ensure_ascii=False).encode()
        for name, text in (("dossier.json", content), ("dossier.html", page(told).encode())):
            _write(out / (f"{name}.vix" if key else name), text, key)
    line(f"{len(ids)} signals; it is in the audit")
    _namesakes(found, "are in it")


@app.command()
def correct(
    signal: OneOption,
    part: Annotated[str, typer.Option("--part", help=f"One of {', '.join(CORRECTED)}.")],
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Say who must correct a part of a signal, and how (AVG 16): its sender alone may. It is in the audit."""
    if part not in CORRECTED:
        raise Misconfigured(f"no part '{part}'; there are {', '.join(CORRECTED)}")
    with house(path) as parts:
        told = rights.correction(parts.store, signal, part)
    if told is None:
        raise Misconfigured(f"signal {signal}: is not known here, or was destroyed")
    for name, text in told.items():
        line(f"{name}: {text}")


@app.command("object")
def object_(signal: OneOption, path: ConfigOption = DEFAULT_CONFIG) -> None:
    """Say which college an objection goes to (AVG 21): the region's, or by its pack that of the youth's home."""
    with house(path) as parts:
        regional = {name: region.college for name, region in parts.config.regions.items()}
        known = Colleges(regional, parts.config.colleges)
        to = rights.college(parts.store, parts.directory, known, signal, parts.clock)
    if to is None:
        raise Misconfigured(f"signal {signal}: no college is known; name it as regions.<id>.college or in [colleges]")
    line(to)


@app.command()
def remove(
    out: OutOption,
    bsn: BsnOption = False,
    signal: SignalOption = None,
    by_name: Annotated[
        bool, typer.Option("--by-name", help="Also those without a BSN that have only the name, birth date and sex.")
    ] = False,
    wait: Annotated[float, typer.Option(help="Seconds to wait for the indices.")] = 60.0,
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Destroy every signal about one person, here and at every index, and prove it (AVG 17). May be asked again.

    Exit code 1 when messages still go to an index: ask again with the same folder, and no BSN is needed any more.
    """
    plan, proven = out / "verwijderen.json", out / "bewijs.json"
    begun = plan.exists() or proven.exists()
    if begun and (bsn or signal is not None):
        raise Misconfigured(f"{out} is of an earlier request; name another folder, or go on with it without --bsn")
    with house(path) as parts:
        if proven.exists():
            line(f"{proven}: it was proven before", "green")
            return
        if plan.exists():
            ids = [UUID(text) for text in json.loads(plan.read_text(encoding="utf-8"))]
        else:
            found = _found(parts, bsn=bsn, signal=signal)
            ids = found.all if by_name else found.certain
            if not by_name:
                _namesakes(found, "stay, for another child may have them: look with `export`, and say --by-name")
            if not ids:
                raise typer.Exit(1)
            out.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(plan, json.dumps([str(one) for one in ids]).encode(), None)
        fates = rights.remove(parts.store, ids, parts.clock)
        parts.store.sweep()
        if left := _waited(parts, ids, wait):
            line(f"{left} messages still go to an index, or wait for a person; ask again with --out {out}", "yellow")
            raise typer.Exit(1)
        report = {
            "verwijderd_op": parts.clock().isoformat(),
            "signalen": {str(one): fate.name for one, fate in fates.items()},
            "nog_leesbaar": parts.store.read.keys_of(ids),
            "audit": parts.store.read.audit_heads(),
        }
        _write(proven, proof.signed(parts.store.ring, report), None)
    line(f"{len(ids)} signals destroyed, here and where they went; {proven}", "green")


def _namesakes(found: rights.About, what: str) -> None:
    if found.by_name:
        line(f"{len(found.by_name)} without a BSN have only the same name, birth date and sex; they {what}", "yellow")


def _found(parts: House, *, bsn: bool, signal: UUID | None) -> rights.About:
    """The signals about who is meant; raises Misconfigured when it is nobody."""
    if bsn == (signal is not None):
        raise Misconfigured("say --bsn and give it on standard input, or --signal with our id of one")
    child = _asked() if bsn else None
    found = rights.about(parts.store, compose.recognition(parts), child=child, signal=signal)
    if not found.all:
        raise Misconfigured("nothing is held about this person")
    return found


def _asked() -> Jeugdige:
    text = typer.prompt("BSN", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline()
    try:
        return Jeugdige(bsn=Bsn.parse(text))
    except ValueError:
        raise Misconfigured("what was given is no BSN") from None


def _waited(parts: House, ids: list[UUID], seconds: float) -> int:
    until = monotonic() + seconds
    while (left := parts.store.read.unsent(ids)) and monotonic() < until:
        time.sleep(0.2)
    return left


def _write(file: Path, content: bytes, key: Path | None) -> None:
    """A file that only its owner can read, whole or not at all; with a key only its holder."""
    with beside(file) as out:
        if key is None:
            out.write(content)
            return
        writer = SealedWriter(out, key_in(key))
        writer.write(content)
        writer.close()


STYLE = "body{font:1rem/1.5 sans-serif;max-width:60rem;margin:2rem auto}th{text-align:left;padding-right:2rem}"


def page(told: dict[str, Any]) -> str:
    """A dossier to read: a table for each row, nothing from elsewhere."""
    parts = [
        f"<!doctype html><html lang=nl><meta charset=utf-8><title>Inzage</title><style>{STYLE}</style>",
        f"<h1>Wat de verwijsindex-gateway bewaart</h1><p>Gemaakt op {html.escape(told['gemaakt_op'])}.</p>",
    ]
    for name, rows in told["gegevens"].items():
        parts.append(f"<h2>{html.escape(name)}</h2>")
        for row in rows:
            cells = "".join(
                f"<tr><th>{html.escape(key)}<td>{html.escape(value)}" for key, value in _flat(row, "") if value
            )
            parts.append(f"<table>{cells}</table><hr>")
    return "\n".join(parts)


def _flat(value: Any, at: str) -> list[tuple[str, str]]:
    match value:
        case dict():
            return [line_ for key, inner in value.items() for line_ in _flat(inner, f"{at}.{key}" if at else str(key))]
        case list():
            return [line_ for number, inner in enumerate(value, 1) for line_ in _flat(inner, f"{at} {number}")]
        case None:
            return []
    return [(at.replace(".inhoud", ""), str(value))] if not at.endswith(".sleutel") else []
