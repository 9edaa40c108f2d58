"""What is only looked at around a move: another covenant, an index's own list, and where a signal goes."""

import csv
from pathlib import Path

from gateway.cli.sandbox import LEADS, SPARE
from tests.cli.test_switching import CARE, HERE, SCHOOL, Place, given, place  # noqa: F401  fixtures


def lines(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8-sig", newline="") as read:
        return list(csv.reader(read, delimiter=";"))


def test_what_another_covenant_changes_is_counted_and_listed(given: Place, tmp_path: Path) -> None:  # noqa: F811
    to = tmp_path / "changes.csv"
    consent = given.switch("covenant", "--region", "landelijk", "--to", "uitgebreid")
    assert (consent.code, "4 signals, grondslag: JEUGDWET_7_1 -> TOESTEMMING; loopt door" in consent.out) == (0, True)
    said = given.switch("covenant", "--region", "landelijk", "--to", "beeindigd", "--municipality", HERE, "--list", to)
    assert (said.code, "3 signals, grondslag: JEUGDWET_7_1 -> GEEN; moet eindigen" in said.out) == (1, True)
    head, *rows = lines(to)
    assert head == ["signaalId", "organisatie", "wat", "voor", "na", "dan"]
    asked = {row[0] for row in rows if row[2] == "grondslag"}
    assert asked == {given.ids[source] for source in ("s-1", "c-1", "s-2")}
    same = given.switch("covenant", "--region", "landelijk", "--to", "landelijk-strikt")
    assert (same.code, "it decides the same about every signal" in same.out) == (0, True)
    strange = given.switch("covenant", "--region", "landelijk", "--to", "geen")
    assert (strange.code, "no pack 'geen'" in strange.err) == (2, True)


def test_an_index_is_laid_beside_what_went_there(given: Place, tmp_path: Path) -> None:  # noqa: F811
    export, to = tmp_path / "uitvoer.csv", tmp_path / "lines.csv"
    rows = [f"{given.ids['s-1']};ACTIEF;2020-01-01;x", f"{given.ids['c-1']};ACTIEF;;x", f"web-1;ACTIEF;;{CARE}",
            "web-2;ACTIEF;;onbekend"]  # fmt: skip
    export.write_text("\n".join(["referentie;status;verwijderdatum;instantie", *rows]), encoding="utf-8")
    said = given.switch("inventory", "--region", "landelijk", "--municipality", HERE, export, "--list", to)
    assert said.code == 1
    for told in ("2 signals anders", "1 signals alleen hier", "1 signals alleen daar", "1 signals zonder eigenaar"):
        assert told in said.out
    assert ["zonder eigenaar", "web-2", "onbekend", ""] in lines(to)
    export.write_text("a;b\n1;2", encoding="utf-8")
    wrong = given.switch("inventory", "--region", "landelijk", export)
    assert (wrong.code, "no column instantie, referentie, status, verwijderdatum" in wrong.err) == (2, True)


def test_where_a_signal_goes_and_why(given: Place) -> None:  # noqa: F811
    before = given.switch("where", "--organisation", SCHOOL, "--municipality", HERE)
    assert (before.code, f"index '{LEADS}', as [regions.landelijk] names it" in before.out) == (0, True)
    move = given.planned()
    assert given.switch("start", move).code == 0
    shadow = given.switch("where", "--organisation", SCHOOL, "--municipality", HERE)
    assert f"index '{LEADS}', by move {move} (schaduw); '{SPARE}' gets a copy" in shadow.out
    assert given.switch("cutover", move).code == 0
    after = given.switch("where", "--organisation", SCHOOL, "--municipality", HERE)
    assert f"index '{SPARE}', by move {move} (overgezet); '{LEADS}' gets a copy" in after.out
    assert f"index '{LEADS}', as" in given.switch("where", "--organisation", SCHOOL).out
    assert given.switch("where", "--organisation", "smid").code == 2
