"""Draws the pages of the vocabulary: one for each concept and each list.

`python -m tests.docs.vocabulary --update` writes them.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from gateway.rules import vocabulary
from gateway.rules.vocabulary_rules import dangerous
from gateway.rules.vocabulary_tables import OWN_LIST, Concept, MapRow, SourceList
from tests.spec.people import MAPPINGS

ROOT = Path(__file__).parents[2] / "docs" / "woordenlijst"
SHARED = vocabulary.load(MAPPINGS / "vocabulary")
TABLES = SHARED.tables
KNOWN = TABLES.by_code()

DEGREE = {
    "equal": "gelijk",
    "equivalent": "gelijkwaardig",
    "wider": "het begrip is ruimer",
    "narrower": "het begrip is nauwer",
    "inexact": "bij benadering",
    "unmatched": "geen begrip: vraag terug",
}
TRAVEL = {
    "index": "mag naar de index, waar het beleid van de regio en de index het noemen",
    "match": "alleen bij een match, waar de regio dat heeft besloten; standaard niet",
    "never": "nooit, tenzij op toestemming",
}
KEEP = {"gateway": "waar het beleid van de regio deze as bewaart", "no": "nooit, tenzij op toestemming"}
TENOR = {
    "gevaar": "gevaar: de zender krijgt het advies zelf te bellen",
    "gerust": "stelt gerust: geen woord wordt er bij benadering op vertaald",
    "": "geen van beide",
}
UNIT = {"WD": "werkdagen", "D": "dagen", "H": "uur", "M": "minuten"}
FRIEND = "VALSE VRIEND: "
CLOCKS = (
    "Van de bron zelf. Een begrip is nooit trager dan de klok van zijn woord; een signaal start geen van deze klokken."
)


def pages() -> dict[str, str]:
    """Every page by its place under the directory of the vocabulary."""
    found = {"README.md": _index()}
    found |= {f"begrippen/{one.axis}/{one.code}.md": _concept(one) for one in TABLES.concepts}
    return found | {f"lijsten/{one.source_system}.md": _list(one) for one in _lists()}


def written() -> dict[str, str]:
    """The pages as they stand in the documents now."""
    return {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8") for file in sorted(ROOT.rglob("*.md"))}


def _lists() -> list[SourceList]:
    return [one for one in TABLES.lists if one.source_system != OWN_LIST]


def _index() -> str:
    axes: dict[str, list[str]] = {axis: [] for axis in SHARED.axes}
    for one in TABLES.concepts:
        axes[one.axis].append(f"[{one.code}](begrippen/{one.axis}/{one.code}.md)")
    lists = [
        (f"[{own.title_nl}](lijsten/{own.source_system}.md)", f"`{own.source_system}`", own.publisher, _number(own))
        for own in _lists()
    ]
    return _page(
        "De gedeelde woordenlijst",
        f"Versie `{SHARED.version}`. Gemaakt uit de tabellen in `gateway/mappings/vocabulary`; verander die, niet dit.",
        "Een woord van een zender blijft staan zoals het is. Ernaast komt een begrip, hoe goed dat past, en welke "
        "lijst het zei. Een woord dat geen begrip heeft, wordt aangenomen als `onbekend` en gaat met een vraag terug.",
        "## Assen en begrippen",
        _table(("as", "begrippen"), [(f"`{axis}`", ", ".join(codes)) for axis, codes in axes.items()]),
        "## Lijsten van zenders",
        _table(("lijst", "naam", "uitgever", "woorden"), lists),
        "## Hoe goed een begrip past",
        _table(("mate", "betekent"), [(f"`{degree}`", told) for degree, told in DEGREE.items()]),
    )


def _concept(one: Concept) -> str:
    facts = [
        ("contacttermijn", _limit(one.response_time)),
        ("strekking", TENOR[one.strekking]),
        ("bewaard", KEEP[one.keep]),
        ("reist", TRAVEL[one.travel]),
        ("waarom", one.reason),
        ("status", one.status),
    ]
    rows = [
        (f"[{SHARED.titles(row.source_system)[0]}](../../lijsten/{row.source_system}.md)", f"`{row.source_code}`",
         row.source_display, DEGREE[row.equivalence], row.note)
        for row in TABLES.rows if (row.target_system, row.target_code) == (one.axis, one.code)
    ]  # fmt: skip
    return _page(
        one.display_nl,
        f"*{one.display_en}*. As `{one.axis}`, begrip `{one.code}`. [Alle begrippen](../../README.md).",
        one.definition_nl,
        _table(("", ""), facts),
        "## Woorden die zo begrepen worden",
        _table(("lijst", "woord", "zoals de lijst het zegt", "mate", "let op"), rows) if rows else "Geen.",
    )


def _list(one: SourceList) -> str:
    rows, name = _rows(one), one.source_system
    clocks = [
        (f"`{clock.source_code}`", clock.clock_start, clock.actor, clock.act, _limit(clock.limit), clock.source)
        for clock in TABLES.clocks if clock.source_system == name
    ]  # fmt: skip
    friends = [row for row in rows if FRIEND in row.note]
    facts = [
        *(("naam", f"`{name}`"), ("URI", f"`{one.uri}`"), ("uitgever", one.publisher), ("versie", one.version)),
        *(("meer", one.url), ("let op", one.note), ("bronnen", "; ".join(dict.fromkeys(row.source for row in rows)))),
    ]
    parts = [
        f"*{one.title_en}*. [Alle lijsten](../README.md).",
        _table(("", ""), [fact for fact in facts if fact[1]]),
        "## Woorden",
        _table(("woord", "zoals de lijst het zegt", "begrip", "mate", "gevaar", "geldig", "let op"), map(_row, rows)),
    ]
    if clocks:
        head = ("woord", "begint bij", "wie", "doet wat", "termijn", "bron")
        parts += ["## Klokken", CLOCKS, _table(head, clocks)]
    if friends:
        told = (f"- `{row.source_code}`: {row.note.replace(FRIEND, '')}" for row in friends)
        parts += ["## Valse vrienden", "\n".join(told)]
    return _page(one.title_nl, *parts)


def _row(row: MapRow) -> tuple[str, ...]:
    concept = "geen"
    if row.target_code:
        concept = f"[{row.target_system}: {row.target_code}](../begrippen/{row.target_system}/{row.target_code}.md)"
    valid = f"{row.geldig_van} t/m {row.geldig_tot}".strip() if row.geldig_van or row.geldig_tot else ""
    danger = "ja" if dangerous(row, KNOWN) else ""
    return f"`{row.source_code}`", row.source_display, concept, DEGREE[row.equivalence], danger, valid, row.note


def _rows(one: SourceList) -> list[MapRow]:
    return [row for row in TABLES.rows if row.source_system == one.source_system]


def _number(one: SourceList) -> str:
    return str(len({row.key for row in _rows(one)}))


def _limit(limit: str) -> str:
    if limit in {"", "-"}:
        return "geen"
    if limit == "PT0S":
        return "meteen"
    number, unit = limit.strip("PTWDHM"), limit.lstrip("PT0123456789")
    return "1 werkdag" if limit == "1WD" else f"{number} {UNIT[unit]}"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    titles = tuple(head)
    body = (" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows)
    return "\n".join((f"| {' | '.join(titles)} |", f"|{' --- |' * len(titles)}", *(f"| {line} |" for line in body)))


def _page(title: str, *parts: str) -> str:
    return "\n\n".join((f"# {title}", *parts)) + "\n"


def main() -> None:
    """Write every page, and remove those of what is no more."""
    now = pages()
    for place in written().keys() - now.keys():
        (ROOT / place).unlink()
    for place, text in now.items():
        (ROOT / place).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / place).write_text(text, encoding="utf-8")


if __name__ == "__main__" and "--update" in sys.argv:
    main()
