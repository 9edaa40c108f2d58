"""An organisation changes its system: the same signals under new ids, and nothing twice."""

import pytest

from gateway.canonical.receipt import Answer, Refusal, Status
from gateway.errors import Misconfigured
from gateway.flow import moving
from gateway.flow.identity import Recognition
from gateway.flow.moving import Fate, Moving, Pair
from tests.spec.formats import Message
from tests.spec.office import Office, accepted, codes, said
from tests.spec.people import FIELDS, SCHOOL

OLD, NEW = FIELDS["bron_systeem"], "nieuw systeem"


@pytest.fixture
def mover(office: Office) -> Moving:
    return Moving(office.store, Recognition(office.store.ring), office.clock, tenant=SCHOOL, old=OLD, new=NEW)


def fates(told: object) -> list[Fate]:
    return [fate for _, fate in told]  # type: ignore[attr-defined]


def pairs(*names: tuple[str, str]) -> list[Pair]:
    return [Pair(line, *both) for line, both in enumerate(names, 2)]


def test_looking_changes_nothing_and_doing_moves(office: Office, mover: Moving) -> None:
    given = office.given(bron_signaal_id="o-1", revisie="3")
    office.given(bron_signaal_id="o-2")
    office.end(bron_signaal_id="o-2")
    office.given(bron_signaal_id="o-3")
    office.given(bron_signaal_id="n-3", bron_systeem=NEW)
    lines = pairs(("o-1", "n-1"), ("o-2", "n-2"), ("o-3", "n-3"), ("o-4", "n-4"))
    foreseen = fates(mover.foresee(lines))
    assert foreseen == [Fate.VERHUIST, Fate.NIET_ACTIEF, Fate.BEZET, Fate.ONBEKEND]
    assert isinstance(office.status(bron_signaal_id="o-1"), Answer)
    assert fates(mover.carry_out(lines)) == foreseen
    assert fates(mover.carry_out(lines))[0] is Fate.AL_VERHUISD
    moved = accepted(office.status(bron_signaal_id="n-1", bron_systeem=NEW))
    assert moved.receipt.signaal_id == given.receipt.signaal_id
    assert codes(office.status(bron_signaal_id="o-1")) == ["VIX-1401"]


def test_both_systems_are_recognised_afterwards_and_nothing_is_twice(office: Office, mover: Moving) -> None:
    given = office.given(bron_signaal_id="o-1")
    list(mover.carry_out(pairs(("o-1", "n-1"))))
    old = office.given(bron_signaal_id="o-1")
    new = office.given(bron_signaal_id="n-1", bron_systeem=NEW)
    assert old.receipt.signaal_id == new.receipt.signaal_id == given.receipt.signaal_id
    assert office.store.read.tally()["signals"] == {"ACTIEF": 1}
    other = office.give(bron_signaal_id="n-1", bron_systeem=NEW, revisie="2")
    assert codes(other) == ["VIX-1404"]


def test_by_our_id_it_is_named_as_it_is_called_now(office: Office, mover: Moving) -> None:
    named = {"signaal_id": str(office.given(bron_signaal_id="o-1").receipt.signaal_id)}
    list(mover.carry_out(pairs(("o-1", "n-1"))))
    receipt = accepted(office.answer(Message("statusOpvragen", named))).receipt
    assert (receipt.bron_systeem, receipt.bron_signaal_id) == (NEW, "n-1")
    office.withdraw(bron_signaal_id="n-1", bron_systeem=NEW)
    gone = office.answer(Message("statusOpvragen", named))
    assert accepted(gone).standing.status is Status.VERNIETIGD


def test_the_new_system_ends_what_the_old_one_gave(office: Office, mover: Moving) -> None:
    office.given(bron_signaal_id="o-1")
    list(mover.carry_out(pairs(("o-1", "n-1"))))
    assert isinstance(office.end(bron_signaal_id="o-1"), Refusal)
    assert isinstance(office.end(bron_signaal_id="n-1", bron_systeem=NEW), Answer)
    assert office.store.read.tally()["signals"] == {"ARCHIEF": 1}


def test_a_moved_signal_that_is_withdrawn_does_not_come_back_under_either_id(office: Office, mover: Moving) -> None:
    office.given(bron_signaal_id="o-1")
    list(mover.carry_out(pairs(("o-1", "n-1"))))
    office.withdraw(bron_signaal_id="n-1", bron_systeem=NEW)
    assert codes(office.give(bron_signaal_id="o-1")) == ["VIX-1405"]
    assert codes(office.give(bron_signaal_id="n-1", bron_systeem=NEW)) == ["VIX-1405"]


def test_what_changes_between_looking_and_doing_is_told_as_it_is(office: Office, mover: Moving) -> None:
    for number in (1, 2):
        office.given(bron_signaal_id=f"o-{number}")
    doing = mover.carry_out(pairs(("o-1", "n-1"), ("o-2", "n-2")))
    first = next(iter(doing))
    office.end(bron_signaal_id="o-2")
    assert (first[1], next(iter(doing))[1]) == (Fate.VERHUIST, Fate.NIET_ACTIEF)
    office.given(bron_signaal_id="o-5")
    doing = mover.carry_out(pairs(("o-9", "n-9"), ("o-5", "n-5")))
    next(iter(doing))
    office.given(bron_signaal_id="n-5", bron_systeem=NEW)
    assert next(iter(doing))[1] is Fate.BEZET


def test_a_long_mapping_is_looked_up_in_runs(office: Office, mover: Moving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "RUN", 2)
    office.given(said=None, bron_signaal_id="o-3")
    told = mover.foresee(pairs(*((f"o-{number}", f"n-{number}") for number in range(5))))
    assert fates(told) == [Fate.ONBEKEND] * 3 + [Fate.VERHUIST] + [Fate.ONBEKEND]


def test_a_mapping_is_read_whole_or_not_at_all() -> None:
    assert moving.read(b"oud;nieuw;klas\r\na;b;1\r\n", source="m") == [Pair(2, "a", "b")]
    for content, problems in [
        (b"oud,nieuw\na,b\n", 1),
        (b"\xff\xfe", 1),
        (b'oud;nieuw\n"a;b\n', 1),
        (b"oud;nieuw\na;\n;b\n" + b"x" * 36 + b";c\n", 3),
        (b"oud;nieuw\na;b\na;c\nd;c\n", 2),
    ]:
        with pytest.raises(Misconfigured) as error:
            moving.read(content, source="m")
        assert len(error.value.problems) == problems


def test_given_again_by_the_new_system_with_the_same_words(office: Office, mover: Moving) -> None:
    office.answer(said(bron_signaal_id="o-1"))
    list(mover.carry_out(pairs(("o-1", "n-1"))))
    assert accepted(office.answer(said(bron_signaal_id="n-1", bron_systeem=NEW)))
