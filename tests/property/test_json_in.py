"""Strict JSON: what is read is what every reader would read; everything else has a reason and a place."""

import json
import math
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.wire.json_in import Malformed, read

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
leaf = st.none() | st.booleans() | st.integers(-(10**15) + 1, 10**15 - 1) | text
value = st.recursive(
    leaf | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)


@given(value, st.booleans(), st.sampled_from([None, 1]))
def test_what_others_write_is_read_as_they_meant_it(said: Any, ascii_only: bool, indent: int | None) -> None:
    body = json.dumps(said, ensure_ascii=ascii_only, indent=indent).encode()
    assert read(body, depth=200) == said
    assert read(b"\xef\xbb\xbf" + body, depth=200) == said


@given(st.binary(max_size=60))
def test_any_bytes_are_a_value_or_malformed(body: bytes) -> None:
    try:
        said = read(body)
    except Malformed as broken:
        assert broken.reason in ("encoding", "syntax", "duplicate", "depth", "number")
    else:
        assert said == json.loads(body)


@given(value, st.data())
def test_any_damage_is_survived(said: Any, data: st.DataObject) -> None:
    body = json.dumps(said, ensure_ascii=False).encode()
    at = data.draw(st.integers(0, len(body)))
    damaged = body[:at] + data.draw(st.binary(max_size=3)) + body[at + data.draw(st.integers(0, 3)) :]
    try:
        read(damaged)
    except Malformed:
        return
    json.loads(damaged)


@given(st.integers(0, 60), st.integers(1, 60), st.sampled_from(["[", '{"a":']))
def test_depth_is_counted_exactly(deep: int, most: int, bracket: str) -> None:
    body = (bracket * deep + "1" + ("]" if bracket == "[" else "}") * deep).encode()
    if deep <= most:
        read(body, depth=most)
    else:
        with pytest.raises(Malformed) as caught:
            read(body, depth=most)
        assert (caught.value.reason, caught.value.place) == ("depth", f"1:{most * len(bracket) + 1}")


@pytest.mark.parametrize(
    ("body", "reason", "place"),
    [
        (b'{"a": 1,\n "a": 2}', "duplicate", "2:2"),
        (b'{"a": 1, "\\u0061": 2}', "duplicate", "1:10"),
        (b'[{"a": {"b": 1}}, {"x": 1, "x": 1}]', "duplicate", "1:28"),
        (b'{"a": NaN}', "number", "1:7"),
        (b'{"a": [-Infinity]}', "number", "1:8"),
        (b'{"a": 1e999}', "number", "1:7"),
        (b'{"a": 1234567890123456}', "number", "1:7"),
        (b'{"a": 0.' + b"1" * 40 + b"}", "number", "1:7"),
        (b"[" + b"9" * 5000 + b"]", "number", "1:2"),
        (b"\xef\xbb\xbf\xef\xbb\xbf{}", "syntax", "1:1"),
        ("{}".encode("utf-16"), "encoding", "1:1"),
        (b'{"a": "\xe9"}', "encoding", "1:8"),
        (b'{"a": "\\ud800"}', "encoding", ""),
        (b"", "syntax", "1:1"),
        (b'{"a": 1,}', "syntax", "1:9"),
        (b"{'a': 1}", "syntax", "1:2"),
        (b'{"a": 01}', "syntax", "1:8"),
        (b"[" * 100_000, "depth", "1:41"),
        (b'{"a":' * 100_000, "depth", "1:201"),
        (b'{"a": "b\nc"}', "syntax", "1:9"),
    ],
)
def test_what_may_not_be_read_has_a_reason_and_a_place(body: bytes, reason: str, place: str) -> None:
    with pytest.raises(Malformed) as caught:
        read(body)
    assert (caught.value.reason, caught.value.place) == (reason, place)
    assert str(caught.value) == reason


@pytest.mark.parametrize("text", ["[{", '"[{', "\\[{", "]}[{"])
def test_brackets_within_a_text_are_no_depth(text: str) -> None:
    said = {text: [text * 100]}
    assert read(json.dumps(said).encode(), depth=2) == said
    with pytest.raises(Malformed):
        read(json.dumps(said).encode(), depth=1)


@pytest.mark.parametrize("body", [b'"' + b'\\"' * 500_000, b'["' * 300_000, b"\\" * 1_000_000, b'{"a":"b",' * 100_000])
def test_a_hostile_document_takes_no_time(body: bytes) -> None:
    began = process_time()
    with pytest.raises(Malformed):
        read(body)
    assert process_time() - began < 1


def test_a_pair_of_surrogates_is_one_letter() -> None:
    assert read(b'"\\ud83d\\ude00"') == "\U0001f600"
    assert math.isclose(read(b"1.5"), 1.5)
