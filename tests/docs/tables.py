"""Tables in the documents that are drawn from the adapters. `python -m tests.docs.tables --update` writes them."""

import dataclasses
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import get_args

from gateway.adapters.senders import csvfile, fhir, plainjson, soap
from gateway.adapters.senders.csvfile.layout import CODED, FIELDS
from gateway.canonical import command
from gateway.canonical.receipt import Status
from gateway.rules import vocabulary
from gateway.rules.lifecycle import LIFE
from gateway.rules.regie import TABLE as REGIE
from gateway.rules.regie import Positie
from tests.spec.people import MAPPINGS

DOCS = Path(__file__).parents[2] / "docs"
HOLES = tomllib.loads(Path(__file__).with_name("holes.toml").read_text(encoding="utf-8"))
"""Why a field stands nowhere in a format."""
FORMATS = {"soap": soap.fields, "csv": csvfile.fields, "json": plainjson.fields, "fhir": fhir.fields}

_MACHINERY = {"here", "places", "draft", "remarks", "formaat", "contract"}
NEEDED = {
    "bron_signaal_id": "always",
    "bron_systeem": "always, or from the layout",
    "soort": "afgeven, or from the layout",
    "professional_id": "afgeven",
    "melder_naam": "afgeven",
    "melder_telefoon": "afgeven, this or melder_email",
    "datum_tijd_melding": "afgeven",
    "bsn": "afgeven, this or familienaam, geboortedatum and geslacht",
    "redelijk_vermoeden": "afgeven of a SIGNAAL under the Jeugdwet",
    "datum_einde": "beeindigen",
    "match_id": "terugkoppelen, regie_vastleggen",
    "contact": "terugkoppelen",
    "regiehandeling": "regie_vastleggen",
    "stand": "regie_vastleggen",
}


def canonical() -> list[str]:
    """Every field a sender can say, in the order of the dictionary."""
    kinds = (command.Command, command.Draft, *get_args(command.Request), command.Terugkoppelen)
    names = (field.name for kind in kinds for field in dataclasses.fields(kind))
    return [name for name in dict.fromkeys(names) if name not in _MACHINERY]


def hole(name: str, form: str) -> str:
    """Why there is nothing; KeyError when nobody said why."""
    return f"*{HOLES[form][name]}*"


def fields() -> str:
    """Where each field of the dictionary stands in each format."""
    known = {form: offered() for form, offered in FORMATS.items()}
    lines = [f"| field | {' | '.join(known)} |", f"| --- |{' --- |' * len(known)}"]
    for name in canonical():
        places = [f"`{at[name]}`" if name in at else hole(name, form) for form, at in known.items()]
        lines.append(f"| `{name}` | {' | '.join(places)} |")
    return "\n".join(lines)


def columns() -> str:
    """The columns of a file."""
    axes = vocabulary.load(MAPPINGS / "vocabulary").axes
    standard = csvfile.layouts(axes)[csvfile.STANDARD]
    known = csvfile.columns(standard)
    lines = ["| column | needed for | codes | also known as |", "| --- | --- | --- | --- |"]
    for name in FIELDS:
        codes = ", ".join(CODED.get(name, ()))
        lines.append(f"| `{name}` | {NEEDED.get(name, '')} | {codes} | {', '.join(known[name])} |")
    lines.append(f"| `<as>` | | your own word | one column, or more, for each of {', '.join(standard.said)} |")
    lines.append("| `<as>_begrip` | betekenis_aanvullen | the concept chosen for the word in `<as>` | |")
    return "\n".join(lines)


def life() -> str:
    """The legal life of a signal as a Mermaid picture, from its table."""
    lines = ["```mermaid", "stateDiagram-v2", "  [*] --> ACTIEF: aangenomen"]
    lines += [f"  {before} --> {after}: {event}" for (before, event), after in LIFE.items()]
    return "\n".join([*lines, f"  {Status.VERNIETIGD} --> [*]", "```"])


def regie() -> str:
    """Who has the regie of a match, seen from one side, as a Mermaid picture, from its table."""
    lines = ["```mermaid", "stateDiagram-v2", f"  [*] --> {Positie.GEEN}"]
    lines += [f"  {before} --> {after}: {handeling}" for (before, handeling), after in REGIE.items()]
    lines.append(f"  {Positie.IK_BIED_AAN} --> {Positie.ANDER}: the other side AANVAARDT")
    return "\n".join([*lines, "```"])


TABLES: dict[str, tuple[str, Callable[[], str]]] = {
    "fields": ("fields.md", fields),
    "columns": ("csv.md", columns),
    "life": ("lifecycle.md", life),
    "regie": ("regie.md", regie),
}


def shown(name: str) -> str:
    """What stands in the document now."""
    return _parts(name)[1].strip()


def _parts(name: str) -> tuple[str, str, str]:
    head, mark, rest = (DOCS / TABLES[name][0]).read_text(encoding="utf-8").partition(f"<!-- {name}: ")
    opening, _, rest = rest.partition("\n")
    inside, end, tail = rest.partition(f"<!-- /{name} -->")
    return f"{head}{mark}{opening}\n", inside, f"{end}{tail}"


def main() -> None:
    """Write the tables into their documents."""
    for name, (file, draw) in TABLES.items():
        head, _, tail = _parts(name)
        (DOCS / file).write_text(f"{head}{draw()}\n{tail}", encoding="utf-8")


if __name__ == "__main__" and "--update" in sys.argv:
    main()
