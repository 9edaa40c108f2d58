"""Policy packs: what an operator may write in one, and everything that is wrong with it at once."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from gateway.canonical.terms import Term
from gateway.errors import Misconfigured
from gateway.flow import versions
from gateway.flow.directory import Directory, destination
from gateway.rules.dictionary import MAY_LEAVE
from gateway.rules.packs import load, read, strange, texts
from gateway.rules.policy import Grondslag
from gateway.rules.vocabulary import check, load_rows, reopen
from gateway.store.work import Keep
from tests.spec.office import Office
from tests.spec.people import BLIND, MAPPINGS, REGION, SCHOOL, caller, directory, packs, partner, regions, shared

PACKS = MAPPINGS / "packs"
STRICT = (PACKS / "landelijk-strikt.toml").read_text("utf-8")


def problems(*packs_: tuple[str, bytes]) -> list[str]:
    with pytest.raises(Misconfigured) as refused:
        load(packs_)
    return list(refused.value.problems)


def test_the_shipped_packs_are_five_and_deny_what_they_do_not_name() -> None:
    shipped = load(texts(PACKS, ()))
    assert shipped.keys() == {"landelijk-strikt", "regionaal", "uitgebreid", "na-intrekking", "beeindigd"}
    assert [list(strange(pack, shared())) for pack in shipped.values()] == [[]] * 5
    for pack in shipped.values():
        assert pack.leaves <= MAY_LEAVE
        assert pack.label == f"{pack.id}@{pack.version}" and len(pack.version) == 12
    assert shipped["landelijk-strikt"].travels == frozenset()
    assert [name for name, pack in shipped.items() if pack.keeps_content] == ["uitgebreid"]
    after, ended = shipped["na-intrekking"], shipped["beeindigd"]
    assert (after.legal_basis, after.appointed, after.duty_to_inform.at(5)) == (Grondslag.TOESTEMMING, True, "require")
    assert (ended.legal_basis, ended.leaves, ended.keeps) == (Grondslag.GEEN, frozenset(), frozenset())


def test_an_operators_own_pack_stands_beside_the_shipped(tmp_path: Path) -> None:
    own = tmp_path / "eigen.toml"
    own.write_text(STRICT.replace('id = "landelijk-strikt"', 'id = "eigen"'), "utf-8")
    (tmp_path / "README.md").write_text("no pack")
    both = load(texts(PACKS, [own]))
    assert both["eigen"].leaves == both["landelijk-strikt"].leaves
    assert both["eigen"].version != both["landelijk-strikt"].version
    assert load(texts(tmp_path, ())).keys() == {"eigen"}


def test_everything_that_is_wrong_is_told_at_once_with_where() -> None:
    found = problems(
        ("a.toml", STRICT.replace('legal_basis = "JEUGDWET_7_1"', 'legal_basis = "ZIN"').encode()),
        ("b.toml", b"\xff"),
        ("c.toml", b"id ="),
        ("d.toml", STRICT.replace('"instantie.id"', '"bron_signaal_id", "jeugdige.gemeente_code"').encode()),
        ("e.toml", STRICT.encode()),
        ("f.toml", STRICT.replace("signaalcode = false", "signaalcode = false\nreden = true").encode()),
    )
    assert [line.split(": ")[:2] for line in found] == [
        ["a.toml", "legal_basis"],
        ["b.toml", "is not TOML"],
        ["c.toml", "is not TOML"],
        ["d.toml", "leaves"],
        ["d.toml", "leaves"],
        ["e.toml", "id"],
        ["f.toml", "reden"],
    ]
    assert "'bron_signaal_id' may not leave the gateway" in found[3]


EXTENDED = (PACKS / "uitgebreid.toml").read_text("utf-8")
CONTRADICTIONS = {
    "a field that never leaves": ('"instantie.id"', '"instantie.id", "bron_systeem"', "leaves: 'bron_systeem'"),
    "a field that is no choice": (
        '"toestemming",',
        '"toestemming", "jeugdige.geboortedatum",',
        "keeps_fields: 'jeugdige.geboortedatum'",
    ),
    "more to one index than to all": (
        '"toestemming",\n]',
        '"toestemming",\n]\n[indexes.noord]\nleaves = ["soort", "coordinator.email"]',
        "indexes.noord.leaves: 'coordinator.email'",
    ),
    "consent without its proof": ('"toestemming",', "", "keeps_fields: the consent"),
    "a word that leaves and is not kept": (
        'travels = ["urgentie"',
        'travels = ["domein", "urgentie"',
        "travels: domein cannot travel",
    ),
}


@pytest.mark.parametrize(("said", "instead", "told"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_a_pack_that_contradicts_itself_is_refused_and_one_of_long_ago_is_read(
    said: str, instead: str, told: str
) -> None:
    text = EXTENDED.replace(said, instead).encode()
    (problem,) = problems(("own.toml", text))
    assert problem.startswith(f"own.toml: {told}")
    assert read("own.toml", text).id == "uitgebreid"


def test_an_axis_that_nobody_has_is_strange() -> None:
    text = EXTENDED.replace('"handelt", "crisis"', '"handelt", "haast"')
    assert list(strange(read("own.toml", text.encode()), shared())) == [
        "keeps: no axis 'haast'",
        "travels: no axis 'haast'",
    ]


TODAY = dt.date(2026, 11, 21)


@pytest.mark.parametrize(
    ("municipality", "day", "region"),
    [
        (None, TODAY, "strikt"),
        ("0599", TODAY, "strikt"),
        (REGION["regionaal"], TODAY, "regionaal"),
        (REGION["begint-later"], TODAY, "strikt"),
        (REGION["begint-later"], TODAY + dt.timedelta(days=1), "begint-later"),
        (None, dt.date(2014, 12, 31), None),
    ],
)
def test_a_signal_goes_to_the_region_of_its_municipality(
    municipality: str | None, day: dt.date, region: str | None
) -> None:
    found = destination(directory().partners[SCHOOL], municipality, day)
    assert (found.id if found else None) == region


def test_a_region_that_names_the_municipality_comes_before_one_that_takes_all() -> None:
    both = (regions()["strikt"], regions()["regionaal"])
    for order in (both, both[::-1]):
        known = partner(SCHOOL, regions=order)
        assert destination(known, REGION["regionaal"], TODAY) is regions()["regionaal"]
        assert destination(known, "0599", TODAY) is regions()["strikt"]
        assert destination(known, None, TODAY) is order[0]
    assert destination(partner(SCHOOL, regions=both[1:]), "0599", TODAY) is None


def test_who_calls_acts_for_the_one_it_names_or_the_only_one_it_may() -> None:
    known = directory()
    assert known.acting(caller(SCHOOL), None) is known.partners[SCHOOL]
    assert known.acting(caller(SCHOOL, BLIND), BLIND) is known.partners[BLIND]
    assert known.acting(caller(SCHOOL, BLIND), None) is None
    assert known.acting(caller(SCHOOL), BLIND) is None


def test_a_decision_is_read_with_the_pack_it_was_made_with() -> None:
    old = packs()["regionaal"]
    known = Directory({}, regions(), past_pack=lambda label: old if label == old.label else None)
    assert known.pack(packs()["strikt"].label, "strikt", TODAY) is packs()["strikt"]
    assert known.pack(old.label, "strikt", TODAY) is old
    assert known.pack("weg@0", "strikt", TODAY) is packs()["strikt"]
    assert directory().pack("weg@0", "strikt", TODAY) is packs()["strikt"]


def overlay(file: Path, *rows: str) -> Path:
    header = (MAPPINGS / "vocabulary" / "maps" / "zvj.csv").read_text("utf-8").splitlines()[0]
    file.write_text("\n".join((header, *rows, "")), "utf-8")
    return file


def test_versions_are_kept_by_their_label_and_found_again(office: Office, tmp_path: Path) -> None:
    region = overlay(tmp_path / "regio.csv", "eigen,zsm,zsm,urgentie,binnen-24-uur,inexact,,,,concept,regio,woord")
    own = overlay(tmp_path / "eigen.csv", "eigen,zsm,zsm,urgentie,binnen-4-uur,inexact,ja,,,concept,eigen,eigen woord")
    tables = tmp_path / "vocabulary"
    shutil.copytree(str(MAPPINGS / "vocabulary"), tables)
    (tables / "README.md").write_text("no table")
    of_region = shared().overlay(load_rows(region))
    both = of_region.overlay(load_rows(own))
    used = {shared().version: (), of_region.version: (region,), both.version: (region, own)}
    kept = versions.keep(texts(PACKS, ()), tables, used)
    assert isinstance(kept, Keep)
    office.store.do(kept)
    office.store.do(kept)
    reader = office.store.read
    for known, means in ((shared(), "onbekend"), (of_region, "binnen-24-uur"), (both, "binnen-4-uur")):
        found = versions.past_vocabulary(reader, known.version)
        assert found is not None and found.version == known.version
        (meaning,) = found.understand([Term("urgentie", "ZSM", "eigen")], TODAY).meanings
        assert (meaning.concept, meaning.map) == (
            means,
            "-" if means == "onbekend" else f"eigen@{known.version}",
        )
    assert versions.past_vocabulary(reader, "000000000000") is None
    strict = load(texts(PACKS, ()))["landelijk-strikt"]
    assert versions.past_pack(reader, strict.label) == strict
    assert versions.past_pack(reader, "weg@0") is None


def test_a_vocabulary_of_before_there_were_lists_is_found_again_under_its_own_version(
    office: Office, tmp_path: Path
) -> None:
    tables = tmp_path / "vocabulary"
    shutil.copytree(str(MAPPINGS / "vocabulary"), tables)
    (tables / "lists.csv").unlink()
    old = reopen(tables)
    assert old.version != shared().version and check(tables)
    office.store.do(versions.keep((), tables, {old.version: ()}))
    found = versions.past_vocabulary(office.store.read, old.version)
    assert found is not None and found.version == old.version
    words = [Term("urgentie", "laag", "zvj-signaalcode")]
    assert found.understand(words, TODAY) == old.understand(words, TODAY)
