"""A whole gateway in a file, and an empty one filled from it: the difference is nothing, and a repeat is a repeat."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema_rs
import pytest
import sqlalchemy as sa

from gateway.canonical.batch import FileFacts, RowResult
from gateway.canonical.order import Done
from gateway.canonical.tenant import GATEWAY, bucket_of, new_id
from gateway.errors import Misconfigured, Unavailable
from gateway.rules.delivery import State
from gateway.store import outbox, transfer
from gateway.store.keyring import KeyRing
from gateway.store.store import Store
from gateway.store.tables import metadata
from gateway.store.work import (
    BatchState,
    CloseBatch,
    Conflict,
    Copy,
    Freeze,
    Gone,
    Hold,
    Keep,
    NoteRows,
    OpenBatch,
    OpenSwitch,
    Schedule,
    Scope,
    Step,
    Stored,
    Switch,
)
from tests.golden.uitvoer import FILE, rendered

from .conftest import Place
from .material import BSNS, INDEX, NOW, Maker, claim, news, settled
from .test_subscriptions import made as subscribed

BUCKET = bucket_of("school")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.verify)])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path, ring: KeyRing) -> Iterator[Place]:
    """Two other databases, on either engine."""
    if request.param == "sqlite":
        made = Place(f"sqlite:///{tmp_path}/new.db", f"sqlite:///{tmp_path}/new-keys.db", ring, tmp_path)
    else:
        server = request.getfixturevalue("postgres")
        made = Place(server.database(), server.database(), ring, tmp_path)
    yield made
    made.close()


def live(store: Store, make: Maker) -> list[Any]:
    """A gateway in the middle of its work; gives what was asked of it."""
    units: list[Any] = [
        make.accept(f"s-{n}", bsn=BSNS[n], alarm=n == 0, unknown=(("crisis", b"w" * 16),)) for n in range(8)
    ]
    for unit in units:
        assert store.do(unit).fresh
    jobs = {job.signal_id: job for job in claim(store)}
    done, lost, parked = (jobs[unit.signal.signaal_id] for unit in units[:3])
    store.do(Freeze(done, b"\xff<done/>"))
    store.do(settled(done))
    store.do(Freeze(lost, b"<lost/>"))
    store.do(settled(lost, State.UNKNOWN, healthy=False, breaker=60))
    store.do(Freeze(parked, b"<parked/>"))
    store.do(settled(parked, State.PARKED, code="geen-herstel"))
    [poll] = claim(store, GATEWAY)
    told = (news(done.signal_id, "m-1"), news(lost.signal_id, "m-2"), news(lost.signal_id, "m-3", lapsed=True))
    store.do(settled(poll, outcome=Done(news=told, cursor=42), again=0.0))
    changes = [make.change(outbox.END, units[3].signal.bron_signaal_id), make.change(outbox.WITHDRAW, "s-4")]
    for change in changes:
        store.do(change)
    store.do(Hold("index-b", True))
    store.do(Keep((("pack@1", "pack", "pack", b"\x00tekst"),)))
    file = OpenBatch(
        id=new_id(BUCKET), tenant="school", content=b"c" * 16, whole=True, expires=NOW.replace(year=2027), now=NOW
    )
    store.do(file)
    row = RowResult(line=2, bron_signaal_id="s-0", status="aangenomen")
    store.do(
        NoteRows(
            batch=file.id,
            after=0,
            results=(row,),
            facts=FileFacts(kind="csv"),
            sources=(b"s" * 16,),
            systems=(b"y" * 16,),
        )
    )
    store.do(CloseBatch(batch=file.id, state=BatchState.AFGEBROKEN, facts=None, now=NOW))
    subscribed(store)
    moving(store, done.signal_id)
    return [*units, *changes]


def moving(store: Store, signal_id: Any) -> None:
    """A region half-way to another index, which told of a match too."""
    switch = Switch(
        id=UUID(int=7), scope=Scope("regio"), old=INDEX, new="index-n", state="gepland", paused=False,
        basis="besluit", basis_on=NOW.date(), made_at=NOW, moved_at=NOW,
    )  # fmt: skip
    assert store.do(OpenSwitch(switch)) is None
    assert store.do(Step(switch.id, "gepland", "overbrengen", NOW, leads=INDEX))
    store.do(Schedule("index-n", new_id(bucket_of(GATEWAY))))
    copy = Copy(
        switch_id=switch.id, state="overbrengen", bucket=BUCKET, after=UUID(int=0), scope=Scope("regio"), old=INDEX,
        new="index-n", limit=50, due=1e10,
    )  # fmt: skip
    assert store.do(copy) is not None
    poll = next(one for one in claim(store, GATEWAY) if one.destination == "index-n")
    store.do(settled(poll, outcome=Done(news=(news(signal_id, "n-1"),), cursor=3), again=0.0))


def whole(store: Store) -> bytes:
    return b"".join(store.whole(made=NOW.isoformat(), by="0.1.0"))


def rows(content: bytes) -> dict[str, list[str]]:
    """What stands in an export, by table, in one order."""
    found: dict[str, list[str]] = {}
    for line in content.splitlines():
        told = json.loads(line)
        if told["soort"] == "rij":
            found.setdefault(told["tabel"], []).append(json.dumps(told["rij"], sort_keys=True))
    return {name: sorted(lines_) for name, lines_ in found.items()}


def test_what_is_taken_in_is_what_there_was_table_by_table(store: Store, make: Maker, elsewhere: Place) -> None:
    live(store, make)
    content = whole(store)
    new = elsewhere.store()
    counts = new.take_in(content.splitlines())
    before, after = rows(content), rows(whole(new))
    assert counts == {name: len(lines_) for name, lines_ in before.items()}
    bare = {"notices", "regie", "regie_wishes"}
    assert before.keys() == {table.name for table in transfer.tables()} - bare
    told = sorted(json.loads(line)["event"] for line in after["audit"] if line not in before["audit"])
    assert told == ["uitvoer_gemaakt", "uitvoer_ingelezen"], "of the new gateway's own"
    after["audit"] = [line for line in after["audit"] if line in before["audit"]]
    assert after == before


def test_through_the_reading_side_both_are_one(store: Store, make: Maker, elsewhere: Place) -> None:
    units = live(store, make)
    new = elsewhere.store()
    new.take_in(whole(store).splitlines())
    for read in (
        lambda it: it.read.tally(),
        lambda it: it.read.match_page("school", 0, 200),
        lambda it: it.read.own_page("school", units[0].signal.signaal_id, 50, NOW),
        lambda it: it.read.parked(),
        lambda it: it.read.unknown_words("school"),
        lambda it: [list(it.read.rows(file)) for file in it.read.files("school", NOW)],
        lambda it: it.read.artifact("pack@1"),
        lambda it: [it.read.receipt("school", unit.source) for unit in units],
        lambda it: [it.read.signal(unit.signal.signaal_id) for unit in units[:8]],
    ):
        assert read(new) == read(store)
    assert len(new.read.match_page("school", 0, 200)[0]) == 3 and new.read.closed() == {"index-b"}


def test_a_repeat_at_the_new_gateway_gets_its_first_receipt(store: Store, make: Maker, elsewhere: Place) -> None:
    units = live(store, make)
    new = elsewhere.store()
    new.take_in(whole(store).splitlines())
    for unit in units:
        first, again = store.do(unit), new.do(unit)
        assert again == first and not (isinstance(again, Stored) and again.fresh)
    assert isinstance(new.do(make.accept("s-4")), Gone), "what was destroyed does not come back"
    assert isinstance(new.do(make.accept("s-0", said="iets anders")), Conflict)


def test_the_new_gateway_goes_on_with_every_message(store: Store, make: Maker, elsewhere: Place) -> None:
    units = live(store, make)
    new = elsewhere.store()
    new.take_in(whole(store).splitlines())
    new.do(Schedule(INDEX, new_id(bucket_of(GATEWAY))))
    polls = claim(new, GATEWAY)
    cursors = {poll.destination: poll.cursor for poll in polls}
    assert cursors == {INDEX: 42, "index-n": 3}, "one question for matches, from where it was"
    jobs = claim(new, limit=50)
    assert {job.state for job in jobs if job.body == b"<lost/>"} == {State.UNKNOWN}
    assert len(jobs) == 8 and {job.kind for job in jobs} >= {"register", "alarm", "pulse"}
    bare = [job.signal_id for job in jobs if job.kind == "register" and job.signal is None]
    assert bare == [units[4].signal.signaal_id], "only what was destroyed cannot be read"


def test_every_sealed_column_is_declared() -> None:
    """What looks sealed to who reads the tables is known here too; else its bytes would leave, and never be read."""
    declared = {(item.table.name, item.column) for item in transfer.SEALED}
    binary = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.c
        if isinstance(column.type, sa.LargeBinary) and column.type.length is None
    }
    assert binary - {("artifacts", "content")} == declared


def test_a_line_follows_the_published_schema(store: Store, make: Maker) -> None:
    assert FILE.read_text(encoding="utf-8") == rendered(), "run: python -m tests.golden.uitvoer --update"
    live(store, make)
    follows = jsonschema_rs.validator_for(json.loads(rendered()))
    for line in whole(store).splitlines():
        follows.validate(json.loads(line))


# nothing or all


def told_by(new: Store, content: bytes) -> str:
    with pytest.raises(Misconfigured) as refused:
        new.take_in(content.splitlines())
    return str(refused.value)


def changed(content: bytes, kind: str, change: Callable[[dict[str, Any]], None]) -> bytes:
    """The content, with something else in the first line of a kind."""
    told = [json.loads(line) for line in content.splitlines()]
    change(next(line for line in told if kind in (line["soort"], line.get("tabel"))))
    return b"\n".join(json.dumps(line).encode() for line in told)


SPOILED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "cut off": (lambda it: b"\n".join(it.splitlines()[:-1]), "cut off"),
    "empty": (lambda it: b"", "cut off"),
    "no JSON": (lambda it: b"PK\x03\x04\n" + it, "is not JSON"),
    "a list": (lambda it: b"[]\n" + it, "is not JSON"),
    "a row left out": (lambda it: b"\n".join(it.splitlines()[:4] + it.splitlines()[5:]), "foot counts"),
    "another format": (lambda it: changed(it, "kop", lambda line: line.update(versie=2)), "no export of version 1"),
    "another shape": (lambda it: changed(it, "kop", lambda line: line.update(vorm="v0001")), "made by gateway 0.1.0"),
    "another ring": (lambda it: changed(it, "kop", lambda line: line.update(sleutelbos="x")), "store.keyring"),
    "another word": (
        lambda it: changed(it, "signals", lambda line: line["rij"].update(region="elders")),
        "foot counts",
    ),
    "another table": (
        lambda it: changed(it, "signals", lambda line: line.update(tabel="kinderen")),
        "is not known here",
    ),
    "another column": (lambda it: changed(it, "signals", lambda line: line["rij"].pop("region")), "other columns"),
    "no id": (lambda it: changed(it, "signals", lambda line: line["rij"].update(id="x")), "cannot be read"),
    "no row": (lambda it: changed(it, "signals", lambda line: line.pop("rij")), "is no row"),
    "no kind": (lambda it: changed(it, "signals", lambda line: line.update(soort="regel")), "neither row nor foot"),
}


def test_a_file_that_is_not_whole_and_unchanged_brings_nothing_in(
    store: Store, make: Maker, tmp_path: Path, ring: KeyRing
) -> None:
    live(store, make)
    content = whole(store)
    place = Place(f"sqlite:///{tmp_path}/new.db", f"sqlite:///{tmp_path}/new-keys.db", ring, tmp_path)
    new = place.store()
    for name, (spoil, told) in SPOILED.items():
        assert told in told_by(new, spoil(content)), name
        assert new.read.tally()["signals"] == {} and place.rows("SELECT count(*) FROM audit") == [(0,)], name
    new.take_in(content.splitlines())
    assert new.read.tally()["signals"] == store.read.tally()["signals"]
    place.close()


def test_a_gateway_that_worked_is_not_overwritten(store: Store, make: Maker, elsewhere: Place) -> None:
    live(store, make)
    new = elsewhere.store()
    new.do(make.accept("eigen"))
    assert "is not empty" in told_by(new, whole(store))
    assert new.read.tally()["signals"] == {"ACTIEF": 1}


def test_a_signal_destroyed_while_it_is_read_is_told(store: Store, make: Maker, place: Place) -> None:
    unit = make.accept()
    store.do(unit)
    place.rows("DELETE FROM data_keys", keys=True)
    with pytest.raises(Unavailable, match="destroyed while it was read"):
        whole(store)


# sealed
