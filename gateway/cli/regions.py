"""What an operator does with a region as a whole: end it, and show that it ended."""

import datetime as dt
import hashlib
import json
import time
from pathlib import Path
from typing import Annotated

import typer

from gateway import config
from gateway.cli import whole
from gateway.cli.told import DEFAULT_CONFIG, ConfigOption, house, line
from gateway.clock import legal_day, monotonic
from gateway.compose import House
from gateway.errors import Misconfigured
from gateway.flow import region_end
from gateway.rules.policy import Grondslag
from gateway.store import proof
from gateway.store.keyring import KeyRing
from gateway.store.work import Record

app = typer.Typer(no_args_is_help=True, help="Regions as a whole: one that ends.")

RegionOption = Annotated[str, typer.Option("--region", help="Its name in the configuration.")]


@app.command()
def end(
    region: RegionOption,
    on: Annotated[dt.datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="The legal day it ends.")],
    out: Annotated[Path, typer.Option("--out", help="Where the export for the college and the proof go.")],
    key: Annotated[Path | None, typer.Option("--key", help="A file with 32 bytes in base64: seals the export.")] = None,
    dry: Annotated[bool, typer.Option("--dry-run", help="Only show what would happen.")] = False,
    wait: Annotated[float, typer.Option(help="Seconds to wait for the index.")] = 60.0,
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """End a region: export for its college, withdraw at its index, destroy here, and prove it. May be asked again.

    Exit code 1 when messages still go to the index: ask again, the proof is made when they went.
    """
    with house(path) as parts:
        day = on.date()
        label = _ended(parts, region, day)
        _plan(parts, region)
        if dry:
            return
        if legal_day(parts.clock()) < day:
            raise Misconfigured(f"the region ends on {day}: ask on that day or later, or with --dry-run")
        proven = out / f"{region}-bewijs.json"
        if proven.exists():
            line(f"{proven}: it was proven before", "green")
            return
        digest = _export(parts, region, out, key)
        line(f"{region_end.destroy_all(parts.store, region, parts.clock)} signals destroyed now")
        if left := _waited(parts, region, wait):
            line(f"{left} messages still go to the index; ask again when they went", "yellow")
            raise typer.Exit(1)
        if still := parts.store.read.of_region(region).living:
            line(f"{still} signals came in meanwhile; does every process know that it ended? Then ask again", "red")
            raise typer.Exit(1)
        _prove(parts, region, proven, day, label, digest)


def _ended(parts: House, region: str, day: dt.date) -> str:
    """The pack by which the region takes nothing in from that day on; raises Misconfigured while there is none."""
    known = parts.directory.regions.get(region)
    if known is None:
        raise Misconfigured(f"no region '{region}'; there are {', '.join(sorted(parts.directory.regions))}")
    pack = known.pack(day)
    if pack.legal_basis is not Grondslag.GEEN:
        raise Misconfigured(
            f"regions.{region}: still works with '{pack.id}' on {day};"
            f" name 'beeindigd' in its packs with valid_from = {day}, then `verwijsindex reload`"
        )
    return pack.label


def _plan(parts: House, region: str) -> None:
    found = parts.store.read.of_region(region)
    for tenant, counts in sorted(found.signals.items()):
        line(f"{tenant}: " + ", ".join(f"{count} {status}" for status, count in sorted(counts.items())))
    line(f"{found.living} signals to export, withdraw and destroy; {found.waiting} messages still go to the index")


def _export(parts: House, region: str, out: Path, key: Path | None) -> str:
    """The export for the college of what lives, before it is destroyed; gives the digests of all of them.

    What came in after an earlier one, or was not destroyed then, gets one of its own.
    """
    out.mkdir(parents=True, exist_ok=True)
    ending = "vix" if key else "jsonl"
    made = sorted(out.glob(f"{region}-uitvoer*.{ending}"))
    if not made or parts.store.read.of_region(region).living:
        made.append(out / f"{region}-uitvoer{f'-{len(made) + 1}' if made else ''}.{ending}")
        whole.export(parts, made[-1], key, region=region)
    return " ".join(map(_digest, made))


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _waited(parts: House, region: str, seconds: float) -> int:
    """Messages that still go to the index after a bounded wait; the workers carry them."""
    until = monotonic() + seconds
    while (left := parts.store.read.of_region(region).waiting) and monotonic() < until:
        time.sleep(0.2)
    return left


def _prove(parts: House, region: str, proven: Path, day: dt.date, label: str, digest: str) -> None:
    made = parts.clock().isoformat()
    told = region_end.report(parts.store, region, on=day.isoformat(), policy=label, made=made, export=digest)
    content = proof.signed(parts.store.ring, told)
    aside = proven.with_suffix(".new")
    aside.write_bytes(content)
    facts = {"regio": region, "aantal": told["grafstenen"]["aantal"], "bewijs": hashlib.sha256(content).hexdigest()}
    parts.store.do(Record("regio_beeindigd", facts))
    aside.replace(proven)
    line(f"{proven}: {told['signalen']['vernietigd']} destroyed, {told['signalen']['nog_leesbaar']} readable", "green")


@app.command()
def key(path: ConfigOption = DEFAULT_CONFIG) -> None:
    """Say by which public key proofs of this gateway are checked."""
    typer.echo(proof.public_key(KeyRing.open(config.read(path).store.keyring)))


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A proof.", exists=True, dir_okay=False)],
    known: Annotated[str, typer.Option("--key", help="The public key, as the gateway's operator gave it beforehand.")],
) -> None:
    """Check the signature of a proof, and show what it says. Needs no gateway."""
    typer.echo(json.dumps(proof.checked(file.read_bytes(), known), indent=1, ensure_ascii=False))
