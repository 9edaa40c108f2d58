"""The same spoiled files through the whole gateway: into a store, and out again as a report."""

import csv
import io

import pytest

from gateway.errors import SenderError
from tests.hostile.spoiled import SPOILED, Spoiled
from tests.hostile.spoiled.case import OK
from tests.hostile.test_spoiled import CANARY, sender
from tests.spec.listed import Desk
from tests.spec.office import Office

pytestmark = pytest.mark.verify


@pytest.mark.parametrize("case", SPOILED, ids=lambda case: case.name)
def test_every_row_has_its_line_in_the_report(case: Spoiled, office: Office) -> None:
    desk, adapter = Desk(office), sender(case.layout)
    try:
        file = adapter.rows(io.BytesIO(case.content))
    except SenderError:
        assert case.refused
        return
    outcome = desk.files.carry(file, desk.begin(), desk.partner)
    written = b"".join(adapter.results(outcome.batch.facts, office.store.read.rows(outcome.batch)))
    lines = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [int(line["regel"]) for line in lines] == [told.line for told in case.rows]
    for line, told in zip(lines, case.rows, strict=True):
        if told.status == OK:
            assert line["status"] in ("aangenomen", "bekend") or "VIX-1004" in line["bevindingen"], told
        else:
            assert line["status"] == "geweigerd"
            assert f"regel {told.line}" in line["bevindingen"]
            assert "Herstel: " in line["bevindingen"]
            assert CANARY not in line["bevindingen"].lower()
    signals = office.store.read.tally()["signals"].get("ACTIEF", 0)
    assert signals == len({line["signaal_id"] for line in lines if line["signaal_id"]})
