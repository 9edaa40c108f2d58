import io
from functools import cache
from itertools import count

import pytest

from gateway.adapters.senders.csvfile import CsvSender, layouts
from gateway.canonical.batch import Row
from gateway.canonical.command import Afgeven
from gateway.canonical.finding import Ernst, Finding
from gateway.errors import SenderError
from gateway.rules.findings import FindingTexts
from tests.hostile.spoiled import SPOILED, Spoiled
from tests.hostile.spoiled.case import NO, OK, Told
from tests.spec.office import judged
from tests.spec.people import SCHOOL, directory, regions, shared

CANARY = "kanarie"


@cache
def sender(layout: str) -> CsvSender:
    return CsvSender.load(
        FindingTexts.load(), layouts(shared().axes)[layout], choices_display=lambda _, concept: concept
    )


def judgement(row: Row) -> tuple[int, str, list[tuple[str, str]]]:
    """What becomes of a row by the adapter and the rules."""
    findings: tuple[Finding, ...] = row.findings
    status = NO
    if isinstance(row.request, Afgeven):
        admitted = judged(row.request, directory().partners[SCHOOL], regions()["strikt"])
        findings = admitted.findings
        status = OK if admitted.signal is not None else NO
    assert (status == NO) == any(finding.ernst is Ernst.FOUT for finding in findings)
    assert not [finding for finding in findings if CANARY in finding.model_dump_json().lower()]
    return row.line, status, sorted((finding.code, finding.at) for finding in findings)


def expected(told: Told) -> tuple[int, str, list[tuple[str, str]]]:
    return told.line, told.status, told.findings


def test_the_corpus_is_large_and_its_names_are_unique() -> None:
    assert len(SPOILED) >= 120
    assert len({case.name for case in SPOILED}) == len(SPOILED)
    texts = FindingTexts.load()
    codes = {code.split(" ")[0] for case in SPOILED for told in case.rows for code in told.codes}
    assert codes | {code for case in SPOILED for code in (*case.refused, *case.remarks)} <= texts.codes.keys()


@pytest.mark.parametrize("case", SPOILED, ids=lambda case: case.name)
def test_every_row_of_a_spoiled_file_gets_what_it_deserves(case: Spoiled) -> None:
    try:
        read = sender(case.layout).rows(io.BytesIO(case.content))
    except SenderError as error:
        assert tuple(finding.code for finding in error.findings) == case.refused
        return
    assert not case.refused
    assert [judgement(row) for row in read] == [expected(told) for told in case.rows]
    facts = read.facts
    assert facts.encoding == case.encoding
    assert tuple(finding.code for finding in facts.bevindingen) == case.remarks
    assert all(finding.ernst is Ernst.WAARSCHUWING for finding in facts.bevindingen)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_how_a_file_is_cut_in_pieces_makes_no_difference(size: int) -> None:
    class Slow(io.BytesIO):
        def read(self, _: int | None = -1) -> bytes:
            return super().read(size)

    for case in SPOILED:
        if case.refused or len(case.content) > 20_000:
            continue
        read = sender(case.layout).rows(Slow(case.content))
        assert [judgement(row) for row in read] == [expected(told) for told in case.rows], case.name
        assert read.facts.encoding == case.encoding


def test_good_rows_have_a_key_of_their_own() -> None:
    """So that the corpus can be sent to one gateway, file after file."""
    for case, number in zip(SPOILED, count()):
        keys = [told.line for told in case.rows]
        assert len(set(keys)) == len(keys), number
