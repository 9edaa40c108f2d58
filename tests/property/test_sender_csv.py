import csv
import datetime as dt
import io
import json
import tracemalloc
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.adapters.senders.csvfile import CsvSender, layouts
from gateway.adapters.senders.csvfile.layout import FIELDS
from gateway.canonical.batch import FileFacts, Row, RowResult, RowStatus
from gateway.canonical.command import Afgeven
from gateway.canonical.finding import Ernst, Finding
from gateway.canonical.match import Betrokkene, Match, MatchContent, MatchSoort, MatchStatus
from gateway.canonical.receipt import MatchPage, NotKept
from gateway.canonical.terms import Equivalence, Meaning, Question
from gateway.errors import SenderError
from gateway.rules.findings import FindingTexts
from gateway.wire.tabular import safe, written
from tests.conftest import EXAMPLES
from tests.hostile.spoiled.case import USUAL, file, row
from tests.hostile.workbook import rows as sheet_rows
from tests.hostile.workbook import workbook
from tests.spec.people import shared

TEXTS = FindingTexts.load()
DAY = dt.date(2027, 1, 1)


@cache
def sender() -> CsvSender:
    return CsvSender.load(
        TEXTS,
        layouts(shared().axes)["standaard"],
        choices_display=lambda _, concept: concept.upper(),
    )


def read(content: bytes) -> list[Row] | tuple[Finding, ...]:
    """All rows, or why there are none. Every finding has its texts."""
    try:
        found = sender().rows(io.BytesIO(content))
    except SenderError as error:
        assert [TEXTS.text(finding).fix for finding in error.findings]
        return error.findings
    rows = list(found)
    for finding in (*found.facts.bevindingen, *(finding for each in rows for finding in each.findings)):
        TEXTS.text(finding)
    assert all((each.request is None) == bool(each.findings) for each in rows)
    assert [each.line for each in rows] == sorted({each.line for each in rows})
    return rows


# what comes in

HEADER = ";".join(USUAL).encode()
VALID = file(*[row(number) for number in range(5)])
BOOK = workbook(sheet_rows([list(USUAL), row(1), row(2)]))
piece = st.sampled_from([*"\";,\t|\r\n='#", "\r\n", '"";"', "bsn", "999990019", "ë", "\0", "6-5-2014"]).map(str.encode)


@given(st.binary() | st.lists(piece, max_size=60).map(b"".join), st.booleans())
@example(b'"', True)
@example(b"\r", False)
@example(b"PK\x03\x04", False)
@example(b"PK\x05\x06" + bytes(18), False)
def test_any_bytes_are_rows_or_a_sender_error(content: bytes, headed: bool) -> None:
    read(HEADER + b"\n" + content if headed else content)


@settings(max_examples=EXAMPLES * 5)
@given(st.data(), st.sampled_from([VALID, BOOK]))
def test_any_damage_to_the_bytes_is_survived(data: st.DataObject, valid: bytes) -> None:
    start, length = data.draw(st.integers(0, len(valid))), data.draw(st.integers(0, 40))
    read(valid[:start] + data.draw(st.binary(max_size=8)) + valid[start + length :])


@settings(max_examples=EXAMPLES * 5)
@given(st.binary(max_size=80) | st.lists(piece, max_size=30).map(b"".join), st.integers(0, 4))
def test_whatever_stands_between_good_rows_spoils_none_of_them(garbage: bytes, at: int) -> None:
    lines = VALID.split(b"\r\n")
    spoiled = b"\n".join([*lines[: at + 1], garbage, *lines[at + 1 :]])
    found = read(spoiled)
    assert isinstance(found, list)
    keys = [each.bron_signaal_id for each in found]
    assert [key for key in keys if key.startswith("kan-")] == [f"kan-{number}" for number in range(5)]


name = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\ufeff?\ufffd"), max_size=40
)


@given(
    st.lists(st.tuples(name, name), min_size=1, max_size=5),
    st.sampled_from(";,\t|"),
    st.sampled_from(["utf-8", "utf-16"]),
)
def test_written_cells_are_read_as_they_were(pairs: list[tuple[str, str]], delimiter: str, encoding: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(["bron_signaal_id", "melder_email", "gemeente_code"])
    writer.writerows([f"s-{number}", *pair] for number, pair in enumerate(pairs))
    found = read(text.getvalue().encode(encoding))
    assert isinstance(found, list)
    for each, (first, second) in zip(found, pairs, strict=True):
        assert isinstance(each.request, Afgeven)
        draft = each.request.draft
        for said, wrote in ((draft.melder_email, first), (draft.gemeente_code, second)):
            text_said = said.text if said is not None else ""
            if not (wrote.strip()[:1] in ("=", "'", "#") or (wrote.strip().isdigit() and len(wrote.strip()) in (2, 3))):
                assert text_said == wrote.strip()


word = st.text(st.characters(min_codepoint=33, exclude_categories=["Cs", "Cc", "Zs"]), min_size=6, max_size=20)


@given(st.lists(word, min_size=len(FIELDS), max_size=len(FIELDS)), word, word)
def test_no_value_of_a_cell_and_no_strange_header_is_in_any_finding(cells: list[str], strange: str, value: str) -> None:
    canary = f"kanarie{strange}"
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(
        [[*FIELDS, canary, "reden"], [f"kanarie{c}" for c in [*cells, value, value]]]
    )
    found = sender().rows(io.BytesIO(text.getvalue().encode()))
    rows = list(found)
    assert [each.request for each in rows] == [None]
    told = [finding for each in rows for finding in each.findings]
    assert "kanarie" not in json.dumps([finding.model_dump() for finding in (*told, *found.facts.bevindingen)]).lower()


# how much it takes


class Endless(io.RawIOBase):
    """A stream that is made while it is read."""

    def __init__(self, head: bytes, blocks: Iterator[bytes]) -> None:
        self._blocks = iter([head])
        self._more = blocks
        self.sent = 0

    def read(self, size: int = -1) -> bytes:
        block = next(self._blocks, None) or next(self._more, b"")
        self.sent += len(block)
        return block


def many(block: bytes, times: int) -> Iterator[bytes]:
    return (block for _ in range(times))


@pytest.mark.verify
@pytest.mark.parametrize(
    ("block", "times", "rows"),
    [
        (file(*[row(number) for number in range(300)]).split(b"\r\n", 1)[1], 20, 6_000),
        (b"k" * 65_536, 16_384, 1),
        (b'"' + b"k" * 65_535, 2_000, 1),
        (b"\r\n" * 20_000, 10, 0),
        (b'"\n' * 300, 10, 0),
        (b'"k\n' * 300, 10, 3_000),
        (b";" * 60_000 + b"k\n", 100, 100),
        (b"k" * 60_000 + b"\n", 100, 100),
    ],
    ids=[
        "rows",
        "a gigabyte without an end",
        "the same in a quote",
        "line ends",
        "quotes",
        "open quotes",
        "cells",
        "long lines",
    ],
)
def test_memory_does_not_grow_with_the_file(block: bytes, times: int, rows: int) -> None:
    stream = Endless(HEADER + b"\r\n", many(block, times))
    tracemalloc.start()
    try:
        seen = sum(1 for _ in sender().rows(stream))  # type: ignore[arg-type]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert seen == rows
    assert stream.sent >= len(block) * times
    assert peak < 12_000_000


# what goes out

LEADS = ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
before = st.text(st.sampled_from(list(" \u00a0'\"\u201c")), max_size=4)


@given(before, st.sampled_from(LEADS), st.text(max_size=10))
def test_nothing_that_could_be_a_formula_leaves_as_one(front: str, lead: str, rest: str) -> None:
    assert safe(f"{front}{lead}{rest}") == f"'{front}{lead}{rest}"


@given(st.text(max_size=30))
def test_a_written_cell_is_safe_and_reads_back(text: str) -> None:
    ((cell,),) = csv.reader(io.StringIO(written([text]).decode(), newline=""), delimiter=";") if text else [("",)]
    assert (
        not cell.lstrip(" '\"") or cell[0] == "'" or cell.strip(" '\"\u2018\u2019\u201c\u201d\ufeff")[:1] not in LEADS
    )
    if text.isprintable():
        assert cell in (text, f"'{text}")


plain = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_categories=["Cc"]), min_size=1, max_size=35
)


def tuples(kind: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(kind, max_size=most).map(tuple)


meaning = st.builds(Meaning, axis=plain, word=plain, concept=plain, equivalence=st.sampled_from(Equivalence), map=plain)
finding = st.builds(
    Finding, code=st.sampled_from(sorted(TEXTS.codes)), at=plain, ernst=st.sampled_from(Ernst), limit=plain
)
result = st.builds(
    RowResult,
    line=st.integers(1, 10**6),
    status=st.sampled_from(RowStatus),
    handeling=plain,
    bron_systeem=plain,
    bron_signaal_id=plain,
    revisie=plain,
    signaal_id=st.none() | st.uuids(),
    ontvangen_op=st.none() | st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2099, 1, 1), timezones=st.just(dt.UTC)),
    verwijderdatum=st.none() | st.dates(),
    betekenissen=tuples(meaning),
    niet_bewaard=tuples(st.builds(NotKept, axis=plain, count=st.integers(1, 20))),
    vragen=tuples(st.builds(Question, axis=plain, word=plain, choices=tuples(plain))),
    bevindingen=tuples(finding),
)


def parsed(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf") and content.count(b"\xef\xbb\xbf") == 1
    text = content.removeprefix(b"\xef\xbb\xbf").decode()
    assert text.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";", strict=True))


def same(cell: str, value: object) -> bool:
    text = "" if value is None else str(value)
    return cell in (text, f"'{text}")


@given(st.lists(result, max_size=3))
def test_a_result_has_a_line_for_each_row_and_reads_back(results: list[RowResult]) -> None:
    facts = FileFacts(kind="csv", columns={"bron_signaal_id": "Meldingsnr"})
    lines = parsed(b"".join(sender().results(facts, iter(results))))
    for line, told in zip(lines, results, strict=True):
        assert line["regel"] == str(told.line)
        assert same(line["Meldingsnr"], told.bron_signaal_id)
        assert same(line["bron_systeem"], told.bron_systeem) and same(line["actie"], told.handeling)
        assert line["status"] == told.status.value
        assert same(line["signaal_id"], told.signaal_id) and same(line["verwijderdatum"], told.verwijderdatum)
        if told.ontvangen_op:
            assert dt.datetime.fromisoformat(line["ontvangen_op"]) == told.ontvangen_op.replace(microsecond=0)
        for meant in told.betekenissen:
            assert meant.word in line["betekenissen"] and meant.concept in line["betekenissen"]
        assert all(f"{kept.axis}: {kept.count}" in line["niet_bewaard"] for kept in told.niet_bewaard)
        assert all(choice in line["vragen"] for asked in told.vragen for choice in asked.choices)
        assert all(found.code in line["bevindingen"] and found.at in line["bevindingen"] for found in told.bevindingen)


other = st.builds(Betrokkene, naam=plain, instantie=plain, telefoon=st.none() | plain, email=st.none() | plain)
match = st.builds(
    Match,
    match_id=st.uuids(),
    soort=st.sampled_from(MatchSoort),
    signaal_id=st.uuids(),
    bron_signaal_id=st.none() | plain,
    niet_dezelfde_jeugdige=st.booleans(),
    ontstaan_op=st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2099, 1, 1), timezones=st.just(dt.UTC)),
    status=st.sampled_from(MatchStatus),
    content=st.builds(MatchContent, betrokkenen=tuples(other), betekenissen=tuples(meaning)),
)


@given(st.lists(match, max_size=3))
def test_matches_have_a_line_for_each_of_the_others_and_are_for_no_file(matches: list[Match]) -> None:
    lines = parsed(sender().matches(MatchPage(matches=tuple(matches), cursor="1", more=False), DAY))
    wanted = [(one, each) for one in matches for each in one.content.betrokkenen or (None,)]
    for line, (one, each) in zip(lines, wanted, strict=True):
        assert (line["niet_in_dossier"], line["vervalt_op"]) == ("ja", "2027-01-01")
        assert line["match_id"] == str(one.match_id) and same(line["bron_signaal_id"], one.bron_signaal_id)
        for name in ("naam", "instantie", "telefoon", "email", "functie"):
            assert same(line[f"betrokkene_{name}"], getattr(each, name) if each else None)
