"""Who stands for a result, and what is seen when it is not as it was. Nothing here has a network."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance import kit, result, signing
from conformance.__main__ import main
from conformance.transcript import Row
from tests.conformance.runs import changed, committed

PRODUCT, BUILD = "Voorbeeldzorg", "4.2.0"


class Desk:
    """A supplier and a region with their keys, their book and a list of published kits."""

    def __init__(self, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.place = place
        self._capsys = capsys
        self.kits = place / "kits.csv"
        self.kits.write_text(f"versie;digest\n0.1.0;{committed().header['kit']}\n", encoding="utf-8")
        self.run("sleutel", self.at("leverancier.pem"))
        self.run("sleutel", self.at("regio.pem"))

    def at(self, name: str) -> str:
        return str(self.place / name)

    def run(self, *words: str) -> tuple[int, str]:
        code = main(list(words))
        return code, self._capsys.readouterr().out

    def nonce(self, build: str = BUILD) -> str:
        said = self.run("nonce", "--voor", PRODUCT, "--build", build, "--boek", self.at("boek.jsonl"))[1]
        return said.splitlines()[0]

    def file(self, name: str, **header: Any) -> str:
        """A signed result whose run began now, with this in its header."""

        def put(row: Row) -> None:
            if row["soort"] == "kop":
                row |= {"begonnen": "2099-01-01T00:00:00+00:00"} if header.get("late") else {"begonnen": _now()}
                row |= {key: value for key, value in header.items() if key != "late"}

        path = self.place / name
        result.write(changed(put), path)
        self.run("onderteken", str(path), "--sleutel", self.at("leverancier.pem"), "--naam", "Leverancier BV")
        return str(path)

    def check(self, path: str, *more: str) -> tuple[int, str]:
        return self.run("controleer", path, "--kits", str(self.kits), *more)

    def confirm(self, path: str, *more: str) -> tuple[int, str]:
        signer = ("--sleutel", self.at("regio.pem"), "--naam", "Regio Voorbeeld")
        return self.run("bekrachtig", path, "--kits", str(self.kits), "--boek", self.at("boek.jsonl"), *signer, *more)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


def test_a_supplier_signs_and_anybody_checks(desk: Desk) -> None:
    path = desk.file("a.json")
    code, said = desk.check(path, "--build", BUILD)
    assert (code, said.count("FOUT")) == (0, 0), said
    assert signing.level(result.read(Path(path))) == signing.OWN


def test_a_region_witnesses_a_run_it_gave_a_nonce_for(desk: Desk) -> None:
    path = desk.file("a.json", nonce=desk.nonce())
    code, said = desk.confirm(path)
    assert code == 0, said
    assert signing.level(result.read(Path(path))) == signing.WITNESSED
    assert desk.check(path)[0] == 0
    assert desk.confirm(path)[0] == 0, "the same result again is no second use"


def test_a_result_without_a_nonce_is_not_witnessed(desk: Desk) -> None:
    code, said = desk.confirm(desk.file("a.json"))
    assert (code, "de toets had er geen" in said) == (1, True)


def test_a_nonce_of_nobody_is_refused(desk: Desk) -> None:
    code, said = desk.confirm(desk.file("a.json", nonce="0" * 32))
    assert (code, "niet in dit boek" in said) == (1, True)


def test_a_nonce_is_good_for_one_run(desk: Desk) -> None:
    nonce = desk.nonce()
    assert desk.confirm(desk.file("a.json", nonce=nonce))[0] == 0
    code, said = desk.confirm(desk.file("b.json", nonce=nonce, run="anders00"))
    assert code == 1
    assert "FOUT  nonce: al gebruikt voor run" in said
    assert signing.level(result.read(desk.place / "b.json")) == signing.OWN


def test_the_result_of_another_build_is_named(desk: Desk) -> None:
    path = desk.file("a.json", nonce=desk.nonce("5.0.0"))
    code, said = desk.confirm(path)
    assert code == 1
    assert "FOUT  build: van Voorbeeldzorg 4.2.0, nonce voor Voorbeeldzorg 5.0.0" in said
    code, said = desk.check(path, "--build", "5.0.0")
    assert (code, "FOUT  build: van Voorbeeldzorg 4.2.0, gevraagd was 5.0.0" in said) == (1, True)


def test_a_run_before_its_nonce_or_long_after_is_refused(desk: Desk) -> None:
    code, said = desk.confirm(desk.file("a.json", nonce=desk.nonce(), late=True))
    assert (code, "FOUT  tijd" in said) == (1, True)


def test_a_patched_kit_is_named(desk: Desk) -> None:
    code, said = desk.check(desk.file("a.json", kit="f" * 64))
    assert code == 1
    assert "FOUT  kit: ffffffffffffffff" in said and "niet op de lijst van uitgegeven kits" in said


def test_a_kit_that_was_patched_has_another_digest(tmp_path: Path) -> None:
    root = Path(kit.__file__).parent
    (tmp_path / "kit").mkdir()
    for path in ("scene.py", "judge.py"):
        (tmp_path / "kit" / path).write_bytes((root / path).read_bytes())
    before = kit.digest(tmp_path / "kit")
    (tmp_path / "kit" / "scene.py").write_bytes((root / "scene.py").read_bytes() + b"\n# softer\n")
    assert kit.digest(tmp_path / "kit") != before
    assert kit.digest() == kit.digest(root)


def test_what_a_client_leaves_behind_is_no_patch(tmp_path: Path) -> None:
    (tmp_path / "clients").mkdir()
    (tmp_path / "judge.py").write_bytes(b"1")
    before = kit.digest(tmp_path)
    (tmp_path / "clients" / "geheugen.json").write_bytes(b"{}")
    assert kit.digest(tmp_path) == before


def test_an_edited_transcript_shows_in_the_signature_even_with_all_hashes_made_anew(desk: Desk) -> None:
    path = Path(desk.file("a.json"))
    signed = result.read(path)

    def hasten(row: Row) -> None:
        if row["soort"] == "uitwisseling":
            row["ms"] += 1

    edited = changed(hasten, [*signed.rows])
    result.write(replace(edited, signatures=signed.signatures), path)
    code, said = desk.check(str(path))
    assert code == 1
    assert "gaat over iets anders: verloop\n" in said
    assert signing.level(result.read(path)) == ""


@pytest.mark.parametrize("what", ["naam", "sleutel", "op", "handtekening"])
def test_an_edited_statement_is_no_signature(what: str, desk: Desk) -> None:
    path = Path(desk.file("a.json"))
    given = json.loads(path.read_bytes())
    (row,) = given["handtekeningen"]
    if what == "handtekening":
        row[what] = "AAAA" + row[what][4:]
    else:
        row["verklaring"][what] = "iets anders"
    path.write_text(json.dumps(given), encoding="utf-8")
    code, said = desk.check(str(path))
    assert (code, "klopt niet" in said) == (1, True)


def test_a_waiver_that_is_added_after_signing_shows(desk: Desk) -> None:
    path = Path(desk.file("a.json"))
    given = json.loads(path.read_bytes())
    given["ontheffingen"] = [{"eis": "VIG-101", "reden": "zomaar", "tot": "2099-01-01", "door": "mijzelf"}]
    path.write_text(json.dumps(given), encoding="utf-8")
    assert "gaat over iets anders: ontheffingen" in desk.check(str(path))[1]


def test_a_key_that_is_not_known_is_named(desk: Desk) -> None:
    path = desk.file("a.json")
    known = signing.public(signing.key_of(Path(desk.at("leverancier.pem"))))
    assert desk.check(path, "--bekend", known)[0] == 0
    other = signing.public(signing.key_of(Path(desk.at("regio.pem"))))
    code, said = desk.check(path, "--bekend", other)
    assert (code, "is niet bekend" in said) == (1, True)


def test_a_book_that_was_edited_is_refused(desk: Desk) -> None:
    nonce = desk.nonce()
    path = desk.file("a.json", nonce=nonce)
    desk.confirm(path)
    book = Path(desk.at("boek.jsonl"))
    lines = book.read_bytes().splitlines(keepends=True)
    book.write_bytes(b"".join([lines[0], lines[1].replace(BUILD.encode(), b"9.9.9"), *lines[2:]]))
    code, said = desk.confirm(path)
    assert (code, "volgt niet op regel" in said) == (2, True)


def test_a_key_is_never_written_over(desk: Desk) -> None:
    code, said = desk.run("sleutel", desk.at("regio.pem"))
    assert (code, "bestaat al" in said) == (2, True)
    Path(desk.at("geen.pem")).write_text("niets", encoding="utf-8")
    code, said = desk.run("onderteken", desk.file("a.json"), "--sleutel", desk.at("geen.pem"), "--naam", "x")
    assert (code, "is geen sleutel" in said) == (2, True)
