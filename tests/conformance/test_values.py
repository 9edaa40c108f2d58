"""Paths, words between braces, moments: what the data of the kit is written in."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.values import Unknown, at, drop, fill, meant, moment, put, strings, text

NAMES = st.text("abcdefghij", min_size=1, max_size=6)
PATHS = st.lists(NAMES, min_size=1, max_size=4).map(".".join)
LEAVES = st.text(max_size=8) | st.integers() | st.booleans() | st.none()
MESSAGES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3))
NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)


@given(PATHS, st.text())
def test_what_is_put_is_found_and_what_is_dropped_is_gone(path, value):
    message = {}
    put(message, path, value)
    assert at(message, path) == [value]
    drop(message, path)
    assert at(message, path) == []


@given(MESSAGES, PATHS)
def test_a_path_into_anything_gives_a_list(message, path):
    assert isinstance(at(message, path), list)


def test_a_path_goes_through_lists_and_filters():
    message = {
        "matches": [{"status": "ACTIEF", "betrokkenen": [{"naam": "a"}, {"naam": "b"}]}, {"status": "VERVALLEN"}]
    }
    assert at(message, "matches.status") == ["ACTIEF", "VERVALLEN"]
    assert at(message, "matches[status=ACTIEF].betrokkenen.naam") == ["a", "b"]
    assert at(message, "matches[status=VERVALLEN].betrokkenen.naam") == []
    assert at({"a": [{"k": True, "v": 1}, {"k": False, "v": 2}]}, "a[k=true].v") == [1]


def test_what_a_dropped_thing_stood_in_stays():
    message = {"jeugdige": {"bsn": "1"}}
    drop(message, "jeugdige.bsn")
    assert message == {"jeugdige": {}}


@given(MESSAGES)
def test_a_message_without_braces_is_filled_with_nothing(message):
    def never(word):
        raise AssertionError(word)

    if not any("{" in one for one in strings(message)):
        assert fill(message, never) == message


def test_a_text_that_is_one_word_becomes_its_value_and_others_its_text():
    words = {"lijst": [1, 2], "waar": True}.__getitem__
    assert fill({"a": ["{lijst}"], "b": "x{waar}y"}, words) == {"a": [[1, 2]], "b": "xtruey"}


def test_a_word_that_means_nothing_is_named():
    def unknown(word):
        raise Unknown(word)

    with pytest.raises(Unknown, match="onzin"):
        fill({"a": "{onzin}"}, unknown)


@pytest.mark.parametrize(
    ("word", "meant_to_be"),
    [
        ("nu", "2026-11-22T09:30:00+00:00"),
        ("nu-1m", "2026-11-22T09:29:00+00:00"),
        ("nu+2u", "2026-11-22T11:30:00+00:00"),
        ("vandaag", "2026-11-22"),
        ("vandaag+2j-1d", "2028-11-21"),
        ("gisteren", None),
        ("nu+1x", None),
    ],
)
def test_a_moment_is_moved(word, meant_to_be):
    assert moment(word, NOW) == meant_to_be


def test_the_day_is_that_of_here_and_a_leap_day_moves_to_the_28th():
    assert moment("vandaag", dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC)) == "2026-11-23"
    assert moment("vandaag+1j", dt.datetime(2028, 2, 29, 12, tzinfo=dt.UTC)) == "2029-02-28"


@given(st.datetimes(min_value=dt.datetime(1990, 1, 1), max_value=dt.datetime(2090, 1, 1)), st.integers(-11, 13))
def test_a_moment_in_another_zone_is_meant_the_same(when, hours):
    here = when.replace(tzinfo=dt.UTC)
    there = here.astimezone(dt.timezone(dt.timedelta(hours=hours)))
    assert meant({"a": [there.isoformat()]}) == meant({"a": [here.isoformat()]})
    assert meant(here.isoformat()) != meant((here + dt.timedelta(seconds=1)).isoformat())


@given(MESSAGES)
def test_what_is_no_moment_is_meant_as_it_stands(message):
    assert meant(message) == message


@given(MESSAGES)
def test_every_text_of_a_message_is_among_its_strings(message):
    leaves = strings(message)
    assert all(isinstance(one, str) for one in leaves)
    if not isinstance(message, dict | list):
        assert leaves == [text(message)]
