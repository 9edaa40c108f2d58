"""What the documents say is so."""

import re
from pathlib import Path

import grimp
import pytest

from gateway.canonical.signal import Signal
from tests.docs import house, tables, vocabulary
from tests.golden.schema import FILE, rendered

ROOT = Path(__file__).parents[2]


def test_the_picture_of_the_house_matches_the_imports() -> None:
    assert house.shown() == house.drawing(), "run: python -m tests.docs.house --update"


def test_every_room_is_in_the_picture_or_is_named_beside_it() -> None:
    rooms = {module.split(".")[1] for module in grimp.build_graph("gateway").modules if "." in module}
    drawn = {room for floor in house.LAYERS for room in floor} | house.EVERYWHERE | {"mappings", "schemas"}
    assert rooms == drawn


@pytest.mark.parametrize("name", tables.TABLES)
def test_a_table_in_a_document_is_what_the_adapters_say(name: str) -> None:
    assert tables.shown(name) == tables.TABLES[name][1](), "run: python -m tests.docs.tables --update"


def test_the_pages_of_the_vocabulary_are_what_its_tables_say() -> None:
    assert vocabulary.written() == vocabulary.pages(), "run: python -m tests.docs.vocabulary --update"


def test_every_concept_and_every_list_of_the_vocabulary_has_a_page() -> None:
    pages = vocabulary.pages()
    assert len(pages) == len(vocabulary.TABLES.concepts) + len(vocabulary.SHARED.code_lists)
    for row in vocabulary.TABLES.rows:
        assert f"`{row.source_code}`" in pages[f"lijsten/{row.source_system}.md"]
        if row.target_code:
            assert f"`{row.source_code}`" in pages[f"begrippen/{row.target_system}/{row.target_code}.md"]


def test_a_hole_in_the_fields_has_a_reason_and_a_reason_has_a_hole() -> None:
    for form, offered in tables.FORMATS.items():
        assert tables.HOLES[form].keys() == set(tables.canonical()) - offered().keys()


def test_the_json_schema_of_the_signal_is_generated_from_it() -> None:
    assert FILE.read_text(encoding="utf-8") == rendered(), "run: python -m tests.golden.schema --update"


def test_every_field_of_the_dictionary_has_a_class_and_a_source() -> None:
    schema = Signal.model_json_schema()
    named = (
        "Signal",
        "Jeugdige",
        "Melder",
        "Instantie",
        "Coordinator",
        "Registraties",
        "Informatieplicht",
        "Toestemming",
    )
    for name in named:
        part = schema if name == "Signal" else schema["$defs"][name]
        for field, about in part["properties"].items():
            assert about["klasse"] in ("index", "gateway", "secret"), (name, field)
            assert about["bron"], (name, field)


def _documents() -> list[Path]:
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


@pytest.mark.parametrize("document", _documents(), ids=lambda path: path.name)
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), target


def test_every_test_file_the_readme_names_exists() -> None:
    for name in re.findall(r"`(tests/[\w/.]+)`", (ROOT / "README.md").read_text(encoding="utf-8")):
        assert (ROOT / name).exists(), name


def test_every_make_target_the_documents_name_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for document in _documents():
        named = set(re.findall(r"`make ([a-z-]+)", document.read_text(encoding="utf-8")))
        assert named <= targets, (document.name, named - targets)


def test_every_dependency_earns_its_place_in_a_line() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = project[project.index("dependencies = [") : project.index("[project.optional-dependencies]")]
    told = (ROOT / "docs/decisions/dependencies.md").read_text(encoding="utf-8")
    for name in re.findall(r'^  "([A-Za-z.-]+)', block, re.MULTILINE):
        assert name in told, name


def test_the_lock_names_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert "--hash=sha256:" in lock
