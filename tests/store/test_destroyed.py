"""What is destroyed, on whose word, and that nothing brings it back: no file, no backup, no message."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.canonical.match import MatchContent
from gateway.canonical.order import Done, Ended
from gateway.canonical.receipt import Status
from gateway.canonical.signal import Jeugdige, Melder
from gateway.canonical.tenant import GATEWAY
from gateway.rules.lifecycle import Gebeurtenis
from gateway.store import outbox
from gateway.store.keyring import Unsealable
from gateway.store.store import Store
from gateway.store.tables import outbox as messages
from gateway.store.work import Decision, Destroy, Destroyed, Freeze, Gone, NotOurs

from .ageing import as_json, at_index, destroyed, events, given, kinds, until
from .conftest import SQLITE_ONLY, Place
from .material import NOW, Maker, claim, news, settled

MELDER = Melder(professional_id="p-1", naam="Qzmees")


@pytest.mark.parametrize("event", [Gebeurtenis.OVERLEDEN, Gebeurtenis.AVG])
@pytest.mark.parametrize("archived", [False, True])
def test_who_died_or_was_right_to_object_is_destroyed_at_once(
    place: Place, store: Store, make: Maker, event: Gebeurtenis, archived: bool
) -> None:
    unit = given(store, make)
    at_index(store)
    if archived:
        store.do(make.change(outbox.END))
        at_index(store)
    asked = Destroy(unit.signal.signaal_id, event, NOW)
    assert store.do(asked) == Destroyed("school")
    assert kinds(store) == [("withdraw", "")]
    destroyed(place, store, unit)
    assert events(place)[-2:] == [f"signaal_vernietigd {event}", "sleutel_vernietigd"]
    assert store.do(asked) == Gone()
    assert store.do(Destroy(make.accept().signal.signaal_id, event, NOW)) == NotOurs()


@pytest.mark.parametrize("reason", ["OVERLEDEN", "DRIEENTWINTIG"])
def test_what_the_index_destroyed_by_itself_is_destroyed_here(
    place: Place, store: Store, make: Maker, reason: Any
) -> None:
    unit = given(store, make)
    foreign = given(store, make, "s-2", index="elsewhere", tenant="other")
    at_index(store)
    [poll] = claim(store, GATEWAY)
    told = (unit.signal.signaal_id, foreign.signal.signaal_id, "geen id", make.accept().signal.signaal_id)
    ended = tuple(Ended(signaal_id=str(identity), reason=reason) for identity in told)
    assert store.do(settled(poll, outcome=Done(ended=ended, cursor=7), again=0.0))
    assert store.read.tally()["signals"] == {"ACTIEF": 1, "VERNIETIGD": 1}
    assert store.read.signal(unit.signal.signaal_id) is None
    assert store.read.signal(foreign.signal.signaal_id) == foreign.signal
    assert f"signaal_vernietigd {reason}" in events(place)
    [refused] = place.rows("SELECT facts FROM audit WHERE event = 'match_verworpen'")
    assert as_json(refused.facts)["aantal"] == 3
    [poll] = claim(store, GATEWAY)
    assert store.do(settled(poll, outcome=Done(ended=ended[:1]), again=0.0)), "told twice, done once"
    assert events(place).count(f"signaal_vernietigd {reason}") == 1


def test_a_signal_whose_key_is_lost_still_ends(place: Place, store: Store, make: Maker) -> None:
    given(store, make, born="2004-12-01")
    place.rows("DELETE FROM data_keys", keys=True)
    assert until(store, "2028-01-01") == 1
    assert store.read.tally()["signals"] == {"ARCHIEF": 1}


@SQLITE_ONLY
def test_what_the_clock_destroyed_is_in_no_file_and_in_no_backup(place: Place, store: Store, make: Maker) -> None:
    """A copy of the database from before opens with the key store of today, and holds nobody."""
    names = {"familienaam": "Qzkanarievogel", "geboortedatum": "2005-04-03", "geslacht": "V"}
    unit = make.accept(jeugdige=Jeugdige(**names), removal=dt.date(2028, 1, 1), melder=MELDER)
    store.do(unit)
    [job] = claim(store)
    store.do(Freeze(job, b"Qzkanarievogel"))
    store.do(settled(job, outcome=Done(news=(news(unit.signal.signaal_id, "m-1", name="Qzmerel"),))))
    before = {file.name: file.read_bytes() for file in place.directory.glob("gateway.db*")}
    wrapped = bytes(place.rows("SELECT wrapped FROM data_keys", keys=True)[0].wrapped)
    until(store, "2028-01-01")
    until(store, "2028-04-03")
    place.close()
    for file in place.directory.iterdir():
        content = file.read_bytes()
        assert not any(text in content for text in (b"Qzkanarie", b"Qzmees", b"Qzmerel", wrapped)), file.name
    old = place.directory / "restored"
    old.mkdir()
    for name, content in before.items():
        (old / name).write_bytes(content)
    restored = Place(f"sqlite:///{old}/gateway.db", place.keys_url, place.ring, old)
    again = restored.store()
    assert restored.rows("SELECT status FROM signals") == [("ACTIEF",)], "it is the copy from before"
    assert restored.rows("SELECT sealed FROM signals")[0][0] is not None
    assert again.read.signal(unit.signal.signaal_id) is None
    assert [match.content for match in again.read.match_page("school", 0, 9)[0]] == [MatchContent()]
    assert again.read.receipt("school", unit.signal.signaal_id) is None
    assert again.do(unit) == Gone()
    assert until(again, "2028-04-03") == 1
    restored.close()


def test_a_message_that_names_a_melder_is_sealed_with_what_dies_with_its_signal(store: Store, make: Maker) -> None:
    unit = given(store, make)
    at_index(store)
    receipt = unit.receipt.model_copy(update={"handeling": "signaalWijzigen"})
    told = Decision(receipt=receipt, status=Status.ACTIEF, event="signaal_gewijzigd", kind=outbox.AMEND)
    assert store.do(make.change(outbox.END, answer=told)).fresh
    [job] = claim(store)
    assert job.kind == outbox.AMEND and store.do(Freeze(job, b"Qzkanarievogel"))
    with store._reads.begin() as connection:
        frozen = connection.execute(sa.select(messages.c.body).where(messages.c.id == job.id)).scalar_one()
    sealing = store.read._sealing
    assert sealing.open_body(sealing.key(unit.signal.signaal_id) or b"", job.message_id, frozen) == b"Qzkanarievogel"
    with pytest.raises(Unsealable):
        sealing.open_body(store.ring.transport, job.message_id, frozen)
