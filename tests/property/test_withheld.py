"""Whatever a text holds, no BSN is left in it, and nothing else is touched."""

import re
from contextlib import suppress

from hypothesis import assume, example, given
from hypothesis import strategies as st

from gateway.canonical.identifiers import Bsn
from gateway.rules.withheld import LONGEST, WITHHELD, without_bsn

texts = st.text(st.one_of(st.sampled_from("0123456789 .-x"), st.characters(codec="utf-8")), max_size=60)


def groups(text: str) -> list[tuple[int, int]]:
    """Where a BSN stands, found in another way: from each digit on, nine of them, and no tenth against either end."""
    found = []
    for start, first in enumerate(text):
        if not first.isdecimal() or text[:start][-1:].isdecimal():
            continue
        digits, at = "", start
        while at < len(text) and len(digits) < 9 and (text[at].isdecimal() or re.match(r"[\s.\u200c\u200d]", text[at])):
            digits += str(int(text[at])) if text[at].isdecimal() else ""
            at += 1
        with suppress(ValueError):
            Bsn.parse(digits)
            if not text[at : at + 1].isdecimal():
                found.append((start, at))
    return found


@st.composite
def bsns(draw: st.DrawFn) -> str:
    """A BSN as somebody writes it."""
    eight = draw(st.lists(st.integers(0, 9), min_size=8, max_size=8).filter(any))
    last = sum(weight * digit for weight, digit in zip(range(9, 1, -1), eight, strict=True)) % 11
    assume(last < 10)
    between = draw(st.lists(st.sampled_from(["", "", " ", "."]), min_size=8, max_size=8))
    return "".join(str(digit) + space for digit, space in zip(eight, between, strict=True)) + str(last)


@given(texts)
@example("1 99999001 9")
@example("5 999990019 5")
def test_a_text_without_one_stays_byte_equal_and_one_with_it_loses_it(text: str) -> None:
    kept, count = without_bsn(text)
    assert (count == 0) is (groups(text) == [])
    assert groups(kept) == []
    if not count:
        assert kept == text


@given(
    texts.filter(lambda text: not re.search(r"\d", text)), bsns(), texts.filter(lambda text: not re.search(r"\d", text))
)
def test_what_stands_around_it_stays_as_it_was(before: str, bsn: str, after: str) -> None:
    assert without_bsn(before + bsn + after) == (before + WITHHELD + after, 1)


@given(texts, bsns())
def test_what_is_kept_fits_where_it_stood(text: str, bsn: str) -> None:
    long = (text + " x " + bsn + " x ").ljust(LONGEST, "y")[:LONGEST]
    assert len(without_bsn(long)[0]) <= LONGEST
