"""A region ends: all of it is destroyed, whoever asks again goes on, and the report counts what is left of it."""

import hashlib

import pytest

from gateway.canonical.order import Done
from gateway.flow import region_end
from gateway.flow.region_end import destroy_all, report
from tests.spec.office import Office, codes
from tests.spec.people import REGION
from tests.unit.scripted import Line, Post, events

ENDED = {"on": "2026-11-21", "policy": "beeindigd@1", "made": "nu", "export": "e"}


def test_only_the_region_that_ends_is_destroyed_and_its_index_told(office: Office) -> None:
    for number in range(3):
        office.given(bron_signaal_id=f"s-{number}")
    office.given(bron_signaal_id="elders", gemeente_code=REGION["regionaal"])
    accepted = Post(office, Line(Done()), indexes=("kaal", "rijk"))
    accepted.deliver()
    office.end(bron_signaal_id="s-0")
    assert destroy_all(office.store, "strikt", office.clock) == 3
    assert office.store.read.tally()["signals"] == {"ACTIEF": 1, "VERNIETIGD": 3}
    accepted.deliver()
    assert sorted(accepted.line.kinds[4:]) == ["Withdraw"] * 3
    assert codes(office.give(bron_signaal_id="s-1")) == ["VIX-1405"]
    assert events(office.store).count("regio_einde_begonnen") == 1
    assert destroy_all(office.store, "strikt", office.clock) == 0
    assert events(office.store).count("regio_einde_begonnen") == 1, "nothing began"


def test_who_was_broken_off_goes_on_with_what_is_left(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [office.given(bron_signaal_id=f"s-{number}").receipt.signaal_id for number in range(7)]
    monkeypatch.setattr(region_end, "AT_ONCE", 2)
    office.withdraw(bron_signaal_id="s-3")
    assert destroy_all(office.store, "strikt", office.clock) == 6
    told = report(office.store, "strikt", **ENDED)
    known = hashlib.sha256(b"".join(one.bytes for one in sorted(ids))).hexdigest()
    assert told["grafstenen"] == {"aantal": 7, "sha256": known}
    assert told["signalen"] == {"vernietigd": 7, "over": 0, "nog_leesbaar": 0}
    assert told["per_organisatie"] == {"school": {"VERNIETIGD": 7}}
    assert told["berichten_aan_de_index"] == {"cancelled": 7} and told["nog_te_versturen"] == 0


def test_the_head_of_the_audit_moves_with_every_event(office: Office) -> None:
    office.given()
    before = report(office.store, "strikt", **ENDED)
    assert before["signalen"] == {"vernietigd": 0, "over": 1, "nog_leesbaar": 1}
    assert report(office.store, "strikt", **ENDED)["audit"] == before["audit"]
    office.withdraw()
    assert report(office.store, "strikt", **ENDED)["audit"] != before["audit"]
