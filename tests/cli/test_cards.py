"""The `cards` commands, and what the doctor says of cards."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway import compose
from gateway.cli.doctor import examine
from tests.cli.conftest import Run

SHIPPED = ("school-de-wilg", "jeugdhulp-voorbeeld")


@pytest.fixture
def carded(config: dict[str, Any], written: Callable[[], Path]) -> Path:
    config["cards"] = [str(compose.MAPPINGS / "cards" / f"{name}.toml") for name in SHIPPED]
    return written()


def test_every_card_is_checked_and_who_has_none_is_named(verwijsindex: Run, carded: Path) -> None:
    said = verwijsindex("cards", "check", "--config", carded)
    assert said.code == 0
    assert "School: has no card today" in said.out
    assert "2 cards, without fault." in said.out


def test_a_card_is_shown_as_it_stands_beside_a_match(verwijsindex: Run, carded: Path) -> None:
    said = verwijsindex("cards", "show", "school de wilg", "--config", carded)
    assert said.code == 0
    assert '"spoed" (urgentie) = wij willen morgen iemand spreken' in said.out
    missing = verwijsindex("cards", "show", "Elders", "--config", carded)
    assert missing.code != 0
    assert "School De Wilg" in missing.err


def test_two_cards_are_laid_beside_each_other(verwijsindex: Run, carded: Path) -> None:
    said = verwijsindex("cards", "compare", "School De Wilg", "Jeugdhulp Voorbeeld", "--config", carded)
    assert said.code == 0
    assert "spoed" in said.out
    assert "opgepakt" in said.out
    same = verwijsindex("cards", "compare", "School De Wilg", "School De Wilg", "--config", carded)
    assert "No word" in same.out


def test_a_wrong_card_keeps_the_gateway_from_starting(
    config: dict[str, Any], written: Callable[[], Path], tmp_path: Path
) -> None:
    (tmp_path / "kaart.toml").write_text("instantie = 1", encoding="utf-8")
    config["cards"] = [str(tmp_path / "kaart.toml"), "nergens.toml"]
    assert [fault.what for fault in examine(written()) if fault.where == "cards"] == [
        "cards: nergens.toml cannot be read; mind its path"
    ]
    config["cards"] = config["cards"][:1]
    told = [fault.what for fault in examine(written()) if fault.where == "cards"]
    assert any("instantie: Input should be a valid string" in line for line in told)
    assert all(str(tmp_path / "kaart.toml") in line for line in told)
