"""Words that no map knew: counted once for each signal that held them, and never kept."""

import datetime as dt

from gateway.store.store import Store
from gateway.store.words import UnknownWord
from gateway.store.work import Accept, Conflict, Stored

from .conftest import Place, one_batch, statements
from .material import BSNS, NOW, Maker

TODAY = dt.date(2026, 11, 21)
LATER = dt.timedelta(days=3)


def saying(make: Maker, source: str, *words: tuple[str, str], tenant: str = "school", now: dt.datetime = NOW) -> Accept:
    unknown = tuple((axis, make.recognise.word(tenant, axis, word)) for axis, word in words)
    return make.accept(source, tenant=tenant, now=now, unknown=unknown)


def known(store: Store, tenant: str = "school") -> list[tuple[str, int, dt.date, dt.date]]:
    return [(word.axis, word.times, word.first_on, word.last_on) for word in store.read.unknown_words(tenant)]


def test_a_word_is_counted_with_each_signal_that_held_it(store: Store, make: Maker) -> None:
    store.do(saying(make, "a", ("urgentie", "kanarie"), ("crisis", "kanarie")))
    store.do(saying(make, "b", ("urgentie", " Kanarie"), now=NOW + LATER))
    store.do(saying(make, "c", ("urgentie", "mus")))
    assert known(store) == [
        ("urgentie", 2, TODAY, TODAY + LATER),
        *sorted([("crisis", 1, TODAY, TODAY), ("urgentie", 1, TODAY, TODAY)]),
    ]
    first = store.read.unknown_words("school")[0]
    assert first == UnknownWord(
        "urgentie", make.recognise.word("school", "urgentie", "KANARIE"), 2, TODAY, TODAY + LATER
    )


def test_a_repeat_and_a_conflict_do_not_count(store: Store, make: Maker, place: Place) -> None:
    store.do(saying(make, "a", ("urgentie", "kanarie")))
    assert store.do(saying(make, "a", ("urgentie", "kanarie"))).fresh is False
    assert store.do(make.accept("a", said="anders", unknown=(("urgentie", b"x" * 16),))) == Conflict()
    with one_batch(store):
        units = [saying(make, "b", ("urgentie", "kanarie")) for _ in range(3)]
        futures = [store.submit(unit) for unit in units]
    assert all(isinstance(future.result(), Stored) for future in futures)
    assert known(store) == [("urgentie", 2, TODAY, TODAY)]
    assert b"kanarie" not in b"".join(row.word for row in place.rows("SELECT word FROM unknown_words"))


def test_a_day_before_the_first_is_the_first(store: Store, make: Maker) -> None:
    store.do(saying(make, "a", ("urgentie", "kanarie")))
    store.do(saying(make, "b", ("urgentie", "kanarie"), now=NOW - LATER))
    with one_batch(store):
        futures = [
            store.submit(saying(make, f"{day}", ("urgentie", "mus"), now=NOW + dt.timedelta(days=day)))
            for day in (2, 1, 3)
        ]
    assert all(future.result().fresh for future in futures)
    assert known(store) == [
        ("urgentie", 3, TODAY + dt.timedelta(days=1), TODAY + LATER),
        ("urgentie", 2, TODAY - LATER, TODAY),
    ]


def test_organisations_are_told_apart_and_so_are_their_hashes(store: Store, make: Maker) -> None:
    store.do(saying(make, "a", ("urgentie", "kanarie")))
    store.do(saying(make, "a", ("urgentie", "kanarie"), tenant="jgz"))
    (mine,), (theirs,) = store.read.unknown_words("school"), store.read.unknown_words("jgz")
    assert mine.word != theirs.word
    assert store.read.unknown_words("wijkteam") == []


def test_a_batch_says_one_statement_for_all_its_words_and_none_without(store: Store, make: Maker) -> None:
    with statements(store) as heard:
        with one_batch(store):
            futures = [
                store.submit(saying(make, f"{n}", ("urgentie", f"woord {n % 3}"), ("crisis", "x"))) for n in range(12)
            ]
        assert all(future.result().fresh for future in futures)
        assert len([said for said in heard if "unknown_words" in said]) == 1
        heard.clear()
        store.do(make.accept("zonder", bsn=BSNS[1]))
        assert not [said for said in heard if "unknown_words" in said]
    assert sum(times for _, times, *_ in known(store)) == 24


def test_a_signal_that_is_not_stored_leaves_no_word(store: Store, make: Maker) -> None:
    store.do(make.accept("a"))
    refused = store.do(saying(make, "a", ("urgentie", "kanarie"), now=NOW))
    assert not (isinstance(refused, Stored) and refused.fresh)
    assert known(store) == []


def test_an_alarm_is_raised_for_a_successor_too(store: Store, make: Maker, place: Place) -> None:
    store.do(make.accept("a"))
    store.do(make.change("end", "a"))
    store.do(make.accept("a", revision=2, unknown=(("urgentie", b"w" * 16),), alarm=True))
    assert known(store) == [("urgentie", 1, TODAY, TODAY)]
    assert [row.kind for row in place.rows("SELECT kind FROM outbox WHERE kind = 'alarm'")] == ["alarm"]
