"""`verklaar`: what a screen shows, attested by name and with evidence. It stands beside a verdict and adds nothing."""

import datetime as dt
import hashlib
import tomllib
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from conformance import rules
from conformance.commands import Commands, running
from conformance.judge import ATTESTED
from conformance.rules import Requirement, Rules, Wrong
from conformance.transcript import Transcript

FILE = "verklaringen.toml"
ANSWERS = ("ja", "nee")
_HEAD = """# Wat een scherm toont, kan de toets niet zien. Vul per eis in wie het zag, welk bestand het laat zien
# (een schermafdruk, naast dit bestand) en of het zo is: ja of nee.
# Daarna opnieuw: verwijsindex-toets verklaar --map ...
"""


def add(commands: Commands) -> None:
    """What may be given."""
    command = commands.add_parser("verklaar", help="attest what a screen shows, by name and with evidence")
    command.set_defaults(run=run)
    command.add_argument("--map", type=Path, required=True, metavar="DIR", help="where the run is kept")


def run(given: Namespace) -> int:
    """Write the file to fill in, or take over what was filled in."""
    transcript = Transcript.read(given.map / running.FILE)
    held = rules.of_run(transcript.header)
    asked = _asked(held, transcript)
    path = given.map / FILE
    if not path.exists():
        path.write_text(_HEAD + "".join(map(_empty, asked)), encoding="utf-8", newline="\n")
        print(f"Vul in: {path}", flush=True)
        return 2
    for row in _filled(path, {one.id for one in asked}):
        if not any(_same(row, one) for one in transcript.of("verklaring")):
            transcript.add({"soort": "verklaring", **row})
        print(f"{row['eis']}: {row['uitkomst']} ({row['door']}, {row['bewijs']})", flush=True)
    return running.told(transcript, held)


def _asked(held: Rules, transcript: Transcript) -> list[Requirement]:
    """What can only be attested, of the role of a run."""
    named = {eis for one in held.of(transcript.header["rol"]) for eis in one.eisen}
    return [one for one in held.requirements.values() if one.id in named and one.waarneming == ATTESTED]


def _empty(one: Requirement) -> str:
    return f'\n# {one.nl}\n[[verklaring]]\neis = "{one.id}"\ndoor = ""\nbewijs = ""\nuitkomst = ""\n'


def _filled(path: Path, known: set[str]) -> Iterable[dict[str, Any]]:
    """The rows that were filled in, each with the hash of its evidence. Raises Wrong."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Wrong(f"{path.name}: {error}") from None
    for row in said.get("verklaring", []):
        if not row.get("uitkomst"):
            continue
        evidence = path.parent / str(row.get("bewijs", ""))
        if row.get("eis") not in known:
            raise Wrong(f"{path.name}: {row.get('eis')} is niet te verklaren")
        if row["uitkomst"] not in ANSWERS or not str(row.get("door", "")).strip():
            raise Wrong(f"{path.name}, {row['eis']}: uitkomst is ja of nee, en door noemt een naam")
        if not row.get("bewijs") or not evidence.is_file():
            raise Wrong(f"{path.name}, {row['eis']}: het bewijs staat niet naast dit bestand")
        digest = hashlib.sha256(evidence.read_bytes()).hexdigest()
        made = {name: str(row[name]).strip() for name in ("eis", "door", "bewijs", "uitkomst")}
        yield made | {"sha256": digest, "dag": dt.datetime.now(dt.UTC).date().isoformat()}


def _same(row: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(other.get(name) == value for name, value in row.items() if name != "dag")
