"""The shared words in FHIR: a code system and a value set for each axis, a concept map for each list of a sender.

Everything comes from the tables of the vocabulary, and has its version, so that a receipt's `kaart` names what is here.
"""

from collections.abc import Iterable, Iterator

from gateway.adapters.publications.fhir.base import Resource, definition, identity
from gateway.adapters.publications.fhir.codes import concept, value_set
from gateway.canonical.terms import Equivalence
from gateway.rules.vocabulary import CALL_NOW, Vocabulary
from gateway.rules.vocabulary_rules import dangerous
from gateway.rules.vocabulary_tables import OWN_LIST, Concept, MapRow
from gateway.wire.fhir import CANONICAL, canonical

VALID = f"{CANONICAL}/geldig"
"""What a target that depends on it only holds in: the days from and to, `2010-01-01/2016-05-24`, open where unsaid."""
ADVICE = f"{CANONICAL}/advies"
"""What a target also leads to: the advice that goes with the word, from code system vi-advies."""

_PROPERTIES = {
    "response-time": ("string", "Until when somebody must act: an ISO 8601 duration, nWD for working days, - for none"),
    "travel": ("code", "How far it may go: index, match or never"),
    "keep": ("code", "Whether the gateway keeps it: gateway or no"),
    "reason": ("string", "Why it may go and be kept so far"),
    "strekking": ("code", "gevaar: the sender must phone; gerust: a wrong reading would reassure"),
    "status": ("code", "Whether practitioners have confirmed it: concept, onbevestigd, vastgesteld"),
}


def words(vocabulary: Vocabulary) -> list[Resource]:
    """Axes, lists and maps. A list whose address is not ours is not ours to publish: it only has a map."""
    concepts = vocabulary.tables.concepts
    made: list[Resource] = []
    for axis in vocabulary.axes:
        of_axis = [concept for concept in concepts if concept.axis == axis]
        made += [_axis(axis, of_axis, vocabulary.version), _axis_values(axis, vocabulary.version)]
    for name in vocabulary.code_lists:
        rows = [row for row in vocabulary.tables.rows if row.source_system == name]
        if name != OWN_LIST and rows:
            made += [*_list(name, rows, vocabulary), _map(name, rows, vocabulary)]
    return made


def axis_system(axis: str) -> str:
    """The address of an axis' code system."""
    return canonical("CodeSystem", f"vi-{axis}")


def _axis(axis: str, concepts: list[Concept], version: str) -> Resource:
    about = [
        {"code": code, "uri": f"{axis_system(axis)}#{code}", "description": text, "type": kind}
        for code, (kind, text) in _PROPERTIES.items()
    ]
    return definition(
        "CodeSystem",
        f"vi-{axis}",
        f"Woordenlijst, as {axis}",
        f"The shared concepts of axis {axis}.",
        version=version,
        caseSensitive=True,
        valueSet=canonical("ValueSet", f"vi-{axis}"),
        versionNeeded=False,
        content="complete",
        count=len(concepts),
        property=about,
        concept=[_concept(item) for item in concepts],
    )


def _axis_values(axis: str, version: str) -> Resource:
    return value_set(f"vi-{axis}", f"Woordenlijst, as {axis}", version=version)


def _concept(item: Concept) -> Resource:
    cells = {
        "response-time": item.response_time,
        "travel": item.travel,
        "keep": item.keep,
        "reason": item.reason,
        "strekking": item.strekking,
        "status": item.status,
    }
    properties = [
        {"code": code, "valueString" if _PROPERTIES[code][0] == "string" else "valueCode": cell}
        for code, cell in cells.items()
        if cell
    ]
    made = concept(item.code, (item.display_nl, item.display_en), definition=item.definition_nl)
    return made | {"property": properties}


def _list(name: str, rows: list[MapRow], vocabulary: Vocabulary) -> Iterator[Resource]:
    """The words of a list that has no address but ours, as far as a map knows them."""
    if vocabulary.uri_of(name) != canonical("CodeSystem", name):
        return
    known = {row.source_code: row.source_display for row in rows}
    yield definition(
        "CodeSystem",
        identity(name),
        vocabulary.titles(name)[0],
        f"{vocabulary.titles(name)[1]}: the words of this list that the gateway can translate.",
        url=vocabulary.uri_of(name),
        version=vocabulary.version,
        caseSensitive=False,
        content="fragment",
        concept=[{"code": code, "display": display or code} for code, display in known.items()],
    )


def _map(name: str, rows: list[MapRow], vocabulary: Vocabulary) -> Resource:
    axes = dict.fromkeys(row.target_system for row in rows)
    return definition(
        "ConceptMap",
        identity(name),
        f"{vocabulary.titles(name)[0]}, naar de gedeelde woordenlijst",
        f"What the words of {vocabulary.titles(name)[1]} mean in the shared vocabulary. Equivalence tells how the "
        "shared concept relates to the word; a word that is unmatched is asked about, never guessed.",
        version=vocabulary.version,
        group=[_group(name, axis, rows, vocabulary) for axis in axes],
    )


def _group(name: str, axis: str, rows: Iterable[MapRow], vocabulary: Vocabulary) -> Resource:
    elements: dict[str, Resource] = {}
    for row in rows:
        if row.target_system == axis:
            element = elements.setdefault(row.source_code, {"code": row.source_code, "target": []})
            if row.source_display:
                element["display"] = row.source_display
            element["target"].append(_target(row, vocabulary))
    made: Resource = {"source": vocabulary.uri_of(name)}
    if axis:
        made |= {"target": axis_system(axis), "targetVersion": vocabulary.version}
    return made | {"element": list(elements.values())}


def _target(row: MapRow, vocabulary: Vocabulary) -> Resource:
    made: Resource = {"equivalence": row.equivalence}
    if row.equivalence != Equivalence.UNMATCHED:
        found = vocabulary.concept(row.target_system, row.target_code)
        made |= {"code": found.code, "display": found.display_nl}
    if row.note:
        made["comment"] = row.note
    if row.geldig_van or row.geldig_tot:
        made["dependsOn"] = [{"property": VALID, "value": f"{row.geldig_van}/{row.geldig_tot}"}]
    if dangerous(row, vocabulary.tables.by_code()):
        made["product"] = [{"property": ADVICE, "system": canonical("CodeSystem", "vi-advies"), "value": CALL_NOW}]
    return made
