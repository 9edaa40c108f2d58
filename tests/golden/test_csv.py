"""What a file gets back, to the byte, and what is read of one. `pytest tests/golden --update` writes them."""

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway import compose
from gateway.adapters.senders.csvfile import CsvSender, layouts
from gateway.canonical.batch import FileFacts, Row, RowResult, RowStatus
from gateway.canonical.command import Said
from gateway.canonical.finding import Ernst, Finding
from gateway.canonical.receipt import MatchPage, NotKept
from gateway.canonical.terms import Question
from gateway.rules.findings import FindingTexts
from tests.golden.test_soap import ID, LAPSED, MATCH, NOW, TERM
from tests.hostile.spoiled.exporters import EXPORTERS

HERE = Path(__file__).parent / "csv"
OTHERS = MATCH.content.betrokkenen
FORMULA = OTHERS[0].model_copy(
    update={"naam": "=HYPERLINK(1)", "telefoon": "+31301234567", "functie": 'IB"er; groep 8'}
)


def sender(layout: str = "standaard") -> CsvSender:
    known = compose.shared_vocabulary()
    return CsvSender.load(
        FindingTexts.load(),
        layouts(known.axes)[layout],
        choices_display=lambda axis, concept: known.concept(axis, concept).display_nl,
    )


FACTS = FileFacts(kind="csv", columns={"bron_signaal_id": "Meldingsnr", "revisie": "versie"})
RESULTS = (
    RowResult(
        line=2, status=RowStatus.AANGENOMEN, handeling="afgeven", bron_systeem="las", bron_signaal_id="S-1",
        revisie="1", signaal_id=ID, ontvangen_op=NOW, verwijderdatum=dt.date(2028, 11, 21), betekenissen=(TERM,),
        niet_bewaard=(NotKept(axis="crisis", count=1),),
        vragen=(Question(axis="handelt", word="=kijk zelf", choices=("contact-gevraagd", "zender-handelt")),),
        bevindingen=(Finding(code="VIX-1015", at="regel 2, kolom 4 (bsn)", ernst=Ernst.WAARSCHUWING),),
    ),
    RowResult(line=3, status=RowStatus.BEKEND, handeling="beeindigen", bron_systeem="las", bron_signaal_id="-1+2"),
    RowResult(
        line=4, status=RowStatus.GEWEIGERD,
        bevindingen=(Finding(code="VIX-1010", at="regel 4"), Finding(code="VIX-1205", limit="2028-11-21")),
    ),
)  # fmt: skip


def shown(value: Any, depth: int = 0) -> str:
    """What was read, said by said; only for the tests, and only of invented children."""
    if isinstance(value, Said):
        return f"{value.text!r} at {value.at}{'' if value.own else ' (not own)'}"
    if isinstance(value, tuple):
        return "".join(f"\n{'  ' * depth}- {shown(item, depth + 1)}" for item in value)
    if isinstance(value, Finding):
        return f"{value.ernst.value} {value.code} at {value.at}"
    if is_dataclass(value):
        said = ((field.name, getattr(value, field.name)) for field in fields(value) if field.name != "places")
        lines = (f"\n{'  ' * depth}{name}: {shown(item, depth + 1)}" for name, item in said if item not in (None, ()))
        return f"{type(value).__name__}{''.join(lines)}"
    return str(value)


def exported(number: int) -> Callable[[], bytes]:
    def read() -> bytes:
        case = EXPORTERS[number]
        found: list[Row] = list(sender(case.layout).rows(io.BytesIO(case.content)))
        return "\n".join(shown(row, 1) for row in found).encode() + b"\n"

    return read


ANSWERS: dict[str, Callable[[], bytes]] = {
    "result.csv": lambda: b"".join(sender().results(FACTS, RESULTS)),
    "matches.csv": lambda: sender().matches(
        MatchPage(
            matches=(
                MATCH.model_copy(
                    update={"content": MATCH.content.model_copy(update={"betrokkenen": (FORMULA, *OTHERS)})}
                ),
                LAPSED,
            ),
            cursor="2.0f",
            more=False,
        ),
        dt.date(2026, 11, 28),
    ),
    "leerlingadministratie.txt": exported(0),
    "jgz-dossier.txt": exported(1),
    "gemeentelijk-casussysteem.txt": exported(2),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_file_is_what_it_was(name: str, request: pytest.FixtureRequest) -> None:
    file, content = HERE / name, ANSWERS[name]()
    if request.config.getoption("--update"):
        file.write_bytes(content)
    assert file.read_bytes() == content
