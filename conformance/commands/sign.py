"""`sleutel`, `onderteken`, `nonce`, `controleer`, `bekrachtig`, `kit`: who stands for a result. Needs no network."""

import csv
import datetime as dt
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from conformance import kit, result, signing
from conformance.commands import Commands
from conformance.result import Result
from conformance.transcript import Transcript


def add(commands: Commands) -> None:
    """What may be given."""
    one = _command(commands, "sleutel", _key, "make a key of your own to sign with")
    one.add_argument("bestand", type=Path, metavar="FILE")
    one = _command(commands, "onderteken", _sign, "sign a result as its supplier: zelfverklaard")
    _signer(one)
    one = _command(commands, "nonce", _nonce, "for a region: give a nonce for a run that is to be witnessed")
    one.add_argument("--voor", required=True, metavar="PRODUCT")
    one.add_argument("--build", required=True)
    one.add_argument("--boek", type=Path, required=True, metavar="FILE", help="where the region keeps what it gave")
    one.add_argument("--dagen", type=int, default=30, metavar="D", help="days in which the run must begin")
    one = _command(commands, "controleer", _check, "look at a result: who signed what, is it as it was")
    one.add_argument("uitslag", type=Path, metavar="FILE")
    _looking(one)
    one.add_argument("--boek", type=Path, default=None, metavar="FILE", help="the region's book of nonces")
    one = _command(commands, "bekrachtig", _confirm, "for a region: check a witnessed result and sign it")
    _signer(one)
    _looking(one)
    one.add_argument("--boek", type=Path, required=True, metavar="FILE", help="the region's book of nonces")
    _command(commands, "kit", _kit, "say which kit this is, as a line for the list of published kits")


def _command(commands: Commands, name: str, run: Callable[[Namespace], int], said: str) -> ArgumentParser:
    made = commands.add_parser(name, help=said)
    made.set_defaults(run=run)
    return made


def _signer(command: ArgumentParser) -> None:
    command.add_argument("uitslag", type=Path, metavar="FILE")
    command.add_argument("--sleutel", type=Path, required=True, metavar="FILE", help="the key to sign with")
    command.add_argument("--naam", required=True, help="who signs")


def _looking(command: ArgumentParser) -> None:
    command.add_argument("--kits", type=Path, default=None, metavar="FILE", help="published kits: versie;digest")
    command.add_argument("--build", default="", help="the build that was to be tested")
    command.add_argument(
        "--bekend", action="append", default=[], metavar="KEY", help="a public key that may have signed"
    )


def _key(given: Namespace) -> int:
    try:
        print(f"{signing.new_key(given.bestand)}  (openbare helft; {given.bestand} zelf blijft geheim)")
    except FileExistsError:
        print(f"{given.bestand} bestaat al.")
        return 2
    return 0


def _sign(given: Namespace) -> int:
    found = result.read(given.uitslag)
    if not found.as_it_was:
        print("Het oordeel in het bestand is niet het oordeel over deze toets; er is niets ondertekend.")
        return 1
    key = signing.key_of(given.sleutel)
    signed = signing.sign(found, key, given.naam, level=signing.OWN, moment=_now())
    result.write(signed, given.uitslag)
    print(f"Ondertekend: {signing.OWN} door {given.naam}.")
    return 0


def _nonce(given: Namespace) -> int:
    book = _book(given.boek)
    made = signing.nonce(book, given.voor, given.build, moment=_now(), days=given.dagen)
    print(f"{made}\nvoor {given.voor} {given.build}; geef het mee: --nonce {made} --product ... --build {given.build}")
    return 0


def _check(given: Namespace) -> int:
    return 0 if _told(result.read(given.uitslag), given) else 1


def _confirm(given: Namespace) -> int:
    found = result.read(given.uitslag)
    if not _told(found, given):
        print("Niet bekrachtigd.")
        return 1
    signing.used(_book(given.boek), found, _now())
    key = signing.key_of(given.sleutel)
    result.write(signing.sign(found, key, given.naam, level=signing.WITNESSED, moment=_now()), given.uitslag)
    print(f"Bekrachtigd: {signing.WITNESSED} door {given.naam}.")
    return 0


def _kit(_: Namespace) -> int:
    print(f"{kit.version()};{kit.digest()}")
    return 0


def _told(found: Result, given: Namespace) -> bool:
    book = _book(given.boek) if given.boek else None
    checks = signing.checks(found, kits=_kits(given.kits), build=given.build, keys=given.bekend, book=book)
    for one in checks:
        print(f"{'goed' if one.good else 'FOUT'}  {one.name}: {one.seen}")
    return all(one.good for one in checks)


def _kits(path: Path | None) -> dict[str, str]:
    """The version of each published digest; without a list this kit is the only one that is known."""
    if path is None:
        return {kit.digest(): f"{kit.version()} (deze; geen --kits gegeven)"}
    with path.open(encoding="utf-8", newline="") as file:
        return {row[1].strip(): row[0].strip() for row in csv.reader(file, delimiter=";") if len(row) == 2}


def _book(path: Path) -> Transcript:
    """The region's book; each row holds the one before it, as in a run."""
    return Transcript.read(path) if path.exists() else Transcript.begin(path, {"boek": "nonces"})


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
