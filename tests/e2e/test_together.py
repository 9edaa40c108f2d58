"""Many at once, an index that is away, slow, silent or false: what senders and the index see then."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway.cli.sandbox import Sandbox, sandbox
from gateway.simulator.faults import Fault, Rule
from gateway.store.work import Hold
from tests.e2e.dialects import stands
from tests.e2e.talk import (
    BLIND,
    CARE,
    JGZ,
    LEGAL,
    SCHOOL,
    Sender,
    Told,
    at_once,
    children,
    person,
    signal,
    told_by,
    until,
)

INDEX = "strikt"
DANGER = (("urgentie", "spoed"), ("crisis", "crisis"))
PARTS = ("ontvangstbewijs", "vertaling", "vraag", "advies")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Sandbox]:
    with sandbox(tmp_path, clock=LEGAL, wait_seconds=1.0) as running:
        yield running


@pytest.fixture
def patient(tmp_path: Path) -> Iterator[Sandbox]:
    """Its door waits long, where there is something to wait for."""
    with sandbox(tmp_path, clock=LEGAL, wait_seconds=6.0) as running:
        yield running


def script(place: Sandbox, fault: Fault, operation: str = "signaalAfgeven", **how: float) -> None:
    rule = {"fault": fault, "operation": operation, **how}
    place.indexes[INDEX].script([Rule.model_validate(rule)])


def delivered(told: Told) -> str:
    return told.text("stand/bezorging")


def becomes(sender: Sender, source: str, delivery: str) -> bool:
    return until(lambda: delivered(sender.status(source)) == delivery)


# one signal, many messages


def dressed(body: bytes, number: int) -> bytes:
    """The same signal as another system would write it: other prefixes, other white space, other transport ids."""
    match number % 4:
        case 1:
            body = body.replace(b"vi:", b"n%d:" % number).replace(b":vi=", b":n%d=" % number)
        case 2:
            body = body.replace(b"><", b">\n" + b" " * (number % 7) + b"<")
        case 3:
            body = body.replace(b"<soap:Header>", b"<!-- %d --><soap:Header>" % number)
    return body


def test_two_hundred_sends_of_one_signal_are_one_signal(place: Sandbox, school: Sender, care: Sender) -> None:
    def send(share: int) -> list[Told]:
        with Sender(place.gateway) as sender:
            return [sender.post(dressed(signal("een", words=DANGER), share * 10 + n)) for n in range(10)]

    with ThreadPoolExecutor(20) as crowd:
        answers = [told for share in crowd.map(send, range(20)) for told in share]
    assert [told.status for told in answers] == [200] * 200
    assert all({told.part(part) for told in answers} == {answers[0].part(part)} for part in PARTS)
    assert len({told.text("RelatesTo") for told in answers}) == 200, "each answer refers to its own message"
    assert becomes(school, "een", "BIJ_INDEX")
    assert stands(place) == {"ACTIEF": 1}
    assert place.house.store.read.tally()["signals"] == {"ACTIEF": 1}

    assert care.give("ander").status == 200
    assert until(lambda: bool(school.matches().find("match")))
    repeated = school.give("een", words=DANGER)
    assert repeated.texts("betrokkene/instantie") == ["Jeugdhulp Voorbeeld"]
    assert all(repeated.part(part) == answers[0].part(part) for part in PARTS)

    assert care.withdraw("ander").status == 200
    assert until(lambda: school.status("een").texts("match/status") == ["VERVALLEN"])
    later = school.give("een", words=DANGER)
    assert later.texts("match/status") == ["VERVALLEN"] and not later.find("betrokkene")
    assert all(later.part(part) == answers[0].part(part) for part in PARTS)


def test_the_same_key_with_other_content_at_once_has_one_winner(place: Sandbox) -> None:
    def send(number: int) -> Told:
        with Sender(place.gateway) as sender:
            return sender.give("een", naam=f"A. Fictief {number}")

    with ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(send, range(20)))
    assert sorted(told.status for told in answers) == [200] + [500] * 19
    assert all(told.codes == {"VIX-1004"} for told in answers if told.status == 500)


# an index that is away


def test_without_the_index_receipts_come_and_when_it_is_back_so_do_the_matches(
    place: Sandbox, school: Sender, care: Sender
) -> None:
    index = place.indexes[INDEX]
    index.stop()
    began = time.monotonic()
    first = school.give("een", words=DANGER)
    assert time.monotonic() - began < 10, "it is not waited for until it is back"
    assert first.status == 200 and delivered(first) in ("WACHT", "ONDERWEG")
    assert "112" in "".join(first.texts("advies/tekst")) and first.text("ontvangstbewijs/signaalId")
    assert until(lambda: INDEX in place.house.store.read.closed())
    time.sleep(0.3)
    quick = []
    for number in range(10):
        began = time.monotonic()
        assert care.give(f"ander-{number}", bsn=children()[number + 5]["bsn"], words=DANGER).status == 200
        quick.append(time.monotonic() - began)
    assert min(quick) < 0.5, "who asks while nothing is sent is not kept waiting"
    assert care.give("ander").status == 200
    assert school.withdraw("nooit").codes == {"VIX-1401"}
    index.start()
    assert until(lambda: bool(school.matches().find("match/betrokkene")), 90)
    assert becomes(school, "een", "BIJ_INDEX") and becomes(care, "ander", "BIJ_INDEX")
    assert told_by(index, "telling")["dubbel"] == 0


@pytest.mark.verify
def test_what_was_withdrawn_before_the_index_could_have_it_is_never_sent(place: Sandbox, school: Sender) -> None:
    place.indexes[INDEX].stop()
    school.give("een")
    school.give("twee", bsn="999990408")
    assert delivered(school.withdraw("een")) in ("NIET_VERZONDEN", "WACHT", "ONDERWEG")
    place.indexes[INDEX].start()
    assert becomes(school, "twee", "BIJ_INDEX")
    assert until(lambda: stands(place) in ({"ACTIEF": 1}, {"ACTIEF": 1, "VERNIETIGD": 1}))
    assert school.give("een").codes == {"VIX-1405"}


@pytest.mark.verify
@pytest.mark.parametrize(
    "fault",
    [
        Fault.SERVER_ERROR,
        Fault.DROP_BEFORE,
        *(pytest.param(fault, marks=pytest.mark.verify) for fault in (Fault.UNAVAILABLE, Fault.GARBAGE)),
    ],
)
def test_whatever_goes_wrong_once_the_signal_arrives_once(place: Sandbox, school: Sender, fault: Fault) -> None:
    script(place, fault, times=1)
    assert school.give("een").status == 200
    assert becomes(school, "een", "BIJ_INDEX")
    assert stands(place) == {"ACTIEF": 1}
    assert told_by(place.indexes[INDEX], "telling")["dubbel"] == 0


@pytest.mark.verify
def test_an_outcome_nobody_knows_is_found_out_and_nothing_is_sent_twice(place: Sandbox, school: Sender) -> None:
    place.indexes[INDEX].script(
        [
            Rule(operation="signaalAfgeven", fault=Fault.DROP_AFTER, times=1),
            Rule(operation="statusOpvragen", fault=Fault.UNAVAILABLE, times=4),
        ]
    )
    told = school.give("een")
    assert delivered(told) == "ONDERWEG"
    assert delivered(school.status("een")) == "ONDERWEG"
    assert stands(place) == {"ACTIEF": 1}
    assert becomes(school, "een", "BIJ_INDEX")
    assert stands(place) == {"ACTIEF": 1}
    assert told_by(place.indexes[INDEX], "telling")["dubbel"] == 0
    assert school.give("een").part("ontvangstbewijs") == told.part("ontvangstbewijs")


@pytest.mark.verify
@pytest.mark.parametrize("fault", [Fault.DELAY, pytest.param(Fault.DRIP, marks=pytest.mark.verify)])
def test_a_slow_index_keeps_nobody_longer_than_the_agreed_wait(place: Sandbox, school: Sender, fault: Fault) -> None:
    script(place, fault, times=1, seconds=4.5)
    began = time.monotonic()
    told = school.give("een", words=DANGER)
    assert 0.9 < time.monotonic() - began < 4
    assert delivered(told) in ("WACHT", "ONDERWEG") and told.texts("advies/code")[0] == "bel-nu"
    assert becomes(school, "een", "BIJ_INDEX")
    assert stands(place) == {"ACTIEF": 1}


# what an index may say, and what is believed


@pytest.mark.verify
def test_what_an_index_says_of_nobodys_signal_reaches_nobody(place: Sandbox, school: Sender, care: Sender) -> None:
    index = place.indexes[INDEX]
    false = (Fault.FORGED_MATCH, Fault.FOREIGN_MATCH)
    index.script(
        [Rule.model_validate({"operation": o, "fault": f, "times": 3})
         for f in false for o in ("signaalAfgeven", "matchesOpvragen")]
    )  # fmt: skip
    assert school.give("een").status == care.give("ander", bsn="999990408").status == 200
    assert becomes(school, "een", "BIJ_INDEX") and becomes(care, "ander", "BIJ_INDEX")
    time.sleep(2)
    with Sender(place.gateway, JGZ) as jgz, Sender(place.gateway, BLIND) as blind:
        for sender in (school, care, jgz, blind):
            assert not sender.matches().find("match")
    assert place.house.store.read.tally()["matches"] == {}


@pytest.mark.verify
def test_an_entry_that_breaks_the_bounds_reaches_nobody_and_hides_no_other(
    place: Sandbox, school: Sender, care: Sender
) -> None:
    place.indexes[INDEX].script(
        [Rule.model_validate({"operation": o, "fault": Fault.OVERSIZED_MATCH, "times": 2})
         for o in ("signaalAfgeven", "matchesOpvragen")]
    )  # fmt: skip
    assert school.give("een").status == 200
    assert becomes(school, "een", "BIJ_INDEX")
    assert care.give("ander").status == 200
    assert until(lambda: "Jeugdhulp Voorbeeld" in school.matches().texts("betrokkene/instantie"))
    time.sleep(1)
    for told in (school.matches(), school.status("een"), care.matches(), care.status("ander")):
        assert told.valid() and len(told.body) < 20_000
        assert not [text for text in told.texts("betrokkene/naam") if "Iemand" in text]


@pytest.mark.verify
def test_a_match_that_comes_late_comes(place: Sandbox, school: Sender, care: Sender) -> None:
    script(place, Fault.LATE_MATCH, seconds=5)
    assert school.give("een").status == 200
    assert not care.give("ander").find("match")
    assert not school.matches().find("match")
    for sender in (school, care):
        assert until(lambda sender=sender: bool(sender.matches().find("match/betrokkene")), 30)  # type: ignore[misc]


# hold


@pytest.mark.verify
def test_nothing_is_sent_to_an_index_on_hold_until_it_is_released(patient: Sandbox) -> None:
    store = patient.house.store
    with Sender(patient.gateway, SCHOOL) as school, Sender(patient.gateway, CARE) as care:
        assert delivered(school.give("een")) == "BIJ_INDEX"
        store.do(Hold(INDEX, hold=True))
        time.sleep(0.3)
        began = time.monotonic()
        told = care.give("ander", words=DANGER)
        assert time.monotonic() - began < 5.5, "nobody waits for what is on hold"
        assert delivered(told) == "WACHT" and "bel-nu" in told.texts("advies/code")
        time.sleep(1)
        assert stands(patient) == {"ACTIEF": 1}
        store.do(Hold(INDEX, hold=False))
        assert becomes(care, "ander", "BIJ_INDEX")
        assert until(lambda: bool(school.matches().find("match/betrokkene")))


@pytest.mark.verify
def test_while_one_index_is_away_the_other_region_notices_nothing(patient: Sandbox) -> None:
    patient.indexes[INDEX].stop()
    with Sender(patient.gateway, SCHOOL) as school, Sender(patient.gateway, CARE) as care:
        with at_once([lambda: school.give("een")]):
            began = time.monotonic()
            assert delivered(care.give("twee", region="9998")) == "BIJ_INDEX"
            assert time.monotonic() - began < 5.5
        patient.indexes[INDEX].start()


@pytest.mark.verify
def test_a_crowd_of_organisations_and_children_all_find_each_other(place: Sandbox) -> None:
    rows = [row for row in children() if row["opgeschort"] == "nee"]
    script(place, Fault.DROP_AFTER, every=7)

    def all_of(partner: str) -> None:
        with Sender(place.gateway, partner) as sender:
            for row in rows:
                child = person(row) if partner == BLIND else f"<vi:bsn>{row['bsn']}</vi:bsn>"
                assert sender.give(row["postcode"] + row["voornamen"][:25], child=child).status == 200

    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(all_of, (SCHOOL, CARE, JGZ, BLIND)))
    assert until(lambda: place.house.store.read.tally()["matches"].get("ACTIEF") == len(rows) * 12, 120)
    assert stands(place) == {"ACTIEF": len(rows) * 4}
    assert told_by(place.indexes[INDEX], "telling")["dubbel"] == 0
