"""What the store keeps of a file: how far it was read, and a report that only its key opens."""

import datetime as dt
from uuid import uuid4

from gateway.canonical.batch import FileFacts, RowResult, RowStatus
from gateway.canonical.finding import Finding
from gateway.canonical.tenant import bucket_of, new_id
from gateway.store.store import Store
from gateway.store.work import BatchState, CloseBatch, Conflict, FileBatch, Move, Moved, NoteRows, NotOurs, OpenBatch

from .conftest import Place
from .material import BSNS, NOW, Maker

FACTS = FileFacts(kind="csv", encoding="utf-8", delimiter=";", columns={"bron_signaal_id": "Leerlingnummer"})


def opened(store: Store, *, content: bytes | None = None, whole: bool = False, tenant: str = "school") -> FileBatch:
    identity = new_id(bucket_of(tenant))
    expires = NOW + dt.timedelta(days=30)
    unit = OpenBatch(id=identity, tenant=tenant, content=content, whole=whole, now=NOW, expires=expires)
    batch: FileBatch = store.do(unit)
    return batch


def result(line: int, status: RowStatus = RowStatus.AANGENOMEN, *codes: str) -> RowResult:
    findings = tuple(Finding(code=code, at=f"regel {line}") for code in codes)
    return RowResult(line=line, status=status, bron_signaal_id=f"leerling {line}", bevindingen=findings)


def noted(store: Store, batch: FileBatch, *results: RowResult, after: int = 0, **more: object) -> FileBatch:
    unit = NoteRows(batch=batch.id, facts=FACTS, results=results, after=after, **more)  # type: ignore[arg-type]
    after: FileBatch = store.do(unit)
    return after


def closed(store: Store, batch: FileBatch, state: BatchState = BatchState.KLAAR) -> FileBatch:
    after: FileBatch = store.do(CloseBatch(batch=batch.id, state=state, facts=FACTS, now=NOW))
    return after


def test_runs_add_up_to_a_report_and_a_tally(store: Store) -> None:
    batch = opened(store)
    noted(store, batch, result(2), result(3, RowStatus.GEWEIGERD, "VIX-1101", "VIX-1101", "VIX-1205"))
    after = noted(store, batch, result(4, RowStatus.BEKEND))
    assert (after.last, after.tally.rows) == (4, 3)
    assert after.tally.statuses == {"aangenomen": 1, "geweigerd": 1, "bekend": 1}
    assert after.tally.codes == {"VIX-1101": 1, "VIX-1205": 1}
    assert after.facts == FACTS
    assert [item.line for item in store.read.rows(after)] == [2, 3, 4]
    done = closed(store, batch)
    assert (done.state, done.finished_at) == (BatchState.KLAAR, NOW)
    assert store.read.file("school", batch.id, NOW) == done


def test_a_run_that_was_noted_before_changes_nothing(store: Store) -> None:
    batch = opened(store)
    first = noted(store, batch, result(2), result(3))
    again = noted(store, batch, result(2), result(3))
    assert again.tally == first.tally
    longer = noted(store, batch, result(3), result(4))
    assert [item.line for item in store.read.rows(longer)] == [2, 3, 4]


def test_a_run_is_noted_behind_the_one_before_it_or_not_at_all(store: Store) -> None:
    """Else a run whose noting failed would be missing from the report for ever."""
    batch = opened(store)
    noted(store, batch, result(2))
    gap = noted(store, batch, result(5), after=4)
    assert (gap.last, gap.tally.rows) == (2, 1)
    assert noted(store, batch, result(3), result(4), after=2).last == 4
    assert [item.line for item in store.read.rows(noted(store, batch, result(5), after=4))] == [2, 3, 4, 5]


def test_a_report_that_is_past_its_time_is_not_gone_on_with(store: Store, place: Place) -> None:
    batch = opened(store, content=b"c" * 16)
    place.now = NOW + dt.timedelta(days=31)
    unit = OpenBatch(
        id=new_id(bucket_of("school")),
        tenant="school",
        content=b"c" * 16,
        whole=False,
        now=place.now,
        expires=place.now,
    )
    assert store.do(unit).id != batch.id


def test_the_same_file_goes_on_until_it_is_done(store: Store, place: Place) -> None:
    batch = opened(store, content=b"c" * 16)
    noted(store, batch, result(2))
    place.close(store)
    store = place.store()
    assert opened(store, content=b"c" * 16).last == 2
    assert opened(store, content=b"d" * 16).id != batch.id
    assert opened(store, content=b"c" * 16, tenant="elders").id != batch.id
    closed(store, batch)
    assert opened(store, content=b"c" * 16).id != batch.id
    assert opened(store).id != opened(store).id


def test_a_report_is_sealed_under_a_key_of_its_own(store: Store, place: Place) -> None:
    batch = opened(store)
    noted(store, batch, result(2))
    assert b"leerling" not in b"".join(bytes(row.sealed) for row in place.rows("SELECT sealed FROM batch_runs"))
    assert len(place.rows("SELECT signal_id FROM data_keys", keys=True)) == 1
    place.now = NOW + dt.timedelta(days=31)
    assert store.read.files("school", place.now) == []
    assert store.sweep() == 1
    assert store.sweep() == 0
    for table in ("batches", "batch_runs", "batch_sources"):
        assert place.rows(f"SELECT * FROM {table}") == []
    assert place.rows("SELECT signal_id FROM data_keys", keys=True) == []
    assert list(store.read.rows(batch)) == []


def test_files_of_a_tenant_newest_first(store: Store) -> None:
    first, second = opened(store), opened(store)
    opened(store, tenant="elders")
    assert [batch.id for batch in store.read.files("school", NOW)] == [second.id, first.id]
    assert store.read.file("elders", first.id, NOW) is None
    assert store.read.file("school", uuid4(), NOW) is None


def test_what_a_whole_list_does_not_name(store: Store, make: Maker, place: Place) -> None:
    kept = [make.accept(f"s-{number}", bsn=_bsn(number)) for number in range(4)]
    for unit in kept:
        store.do(unit)
    other = make.accept("s-9", tenant="elders")
    store.do(other)
    place.now = NOW + dt.timedelta(days=1)
    identity = new_id(bucket_of("school"))
    later = OpenBatch(
        id=identity, tenant="school", content=None, whole=True, now=place.now, expires=place.now + dt.timedelta(days=1)
    )
    batch = store.do(later)
    noted(store, batch, result(2), sources=(kept[0].source, kept[2].source, kept[0].source), systems=frozenset({b"x"}))
    after = noted(store, batch, result(3), sources=(kept[0].source,), systems=frozenset({b"y", b"x"}), unreadable=2)
    assert (after.systems, after.unreadable) == (frozenset({b"x", b"y"}), 2)
    assert [signal.bron_signaal_id for signal in store.read.absent(after)] == ["s-1", "s-3"]


def test_an_alarm_waits_once_for_its_organisation(store: Store, place: Place) -> None:
    batch, other = opened(store), opened(store, tenant="elders")
    for line in (2, 3):
        noted(store, batch, result(line, RowStatus.GEWEIGERD), alarm=True)
    noted(store, other, result(2, RowStatus.GEWEIGERD), alarm=True)
    noted(store, other, result(3), alarm=False)
    alarms = place.rows("SELECT tenant, destination, signal_id FROM outbox WHERE kind = 'alarm' ORDER BY tenant")
    assert [tuple(row) for row in alarms] == [("elders", "mail", None), ("school", "mail", None)]


class TestMoving:
    """A signal gets the id of its organisation's new system, once."""

    def move(self, make: Maker, old: str, new: str) -> Move:
        recognise = make.recognise
        return Move(
            tenant="school",
            source=recognise.source("school", "bron", old),
            to=recognise.source("school", "nieuw", new),
            key=recognise.key("school", "nieuw", new, "signaalAfgeven", 1),
            bron_systeem="nieuw",
            bron_signaal_id=new,
            now=NOW,
        )

    def test_it_moves_with_all_that_is_known_of_it(self, store: Store, make: Maker, place: Place) -> None:
        unit = make.accept("s-1", revision=2)
        store.do(unit)
        assert store.do(self.move(make, "s-1", "n-1")) == Moved(unit.signal.signaal_id)
        signal = store.read.signal(unit.signal.signaal_id)
        assert signal is not None
        assert (signal.bron_systeem, signal.bron_signaal_id, signal.revisie) == ("nieuw", "n-1", 1)
        assert store.do(self.move(make, "s-1", "n-1")) == NotOurs()
        assert [row.event for row in place.rows("SELECT event FROM audit WHERE event = 'signaal_verhuisd'")]
        source = make.recognise.source("school", "nieuw", "n-1")
        named = {"bron_systeem": "nieuw", "bron_signaal_id": "n-1"}
        assert store.read.receipt("school", source) == unit.receipt.model_copy(update=named)

    def test_a_number_that_is_taken_stays_where_it_is(self, store: Store, make: Maker) -> None:
        for name in ("s-1", "s-2"):
            store.do(make.accept(name, bsn=_bsn(name == "s-2")))
        assert isinstance(store.do(self.move(make, "s-1", "n-1")), Moved)
        assert store.do(self.move(make, "s-2", "n-1")) == Conflict()
        assert store.read.sources("school", [make.recognise.source("school", "bron", "s-2")])


def _bsn(number: int) -> str:
    return BSNS[number]
