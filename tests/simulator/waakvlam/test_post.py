"""A simulated index with a counter: what is in its bags, and until when."""

import datetime as dt

from gateway.canonical.order import Contact, Person
from gateway.canonical.signal import Soort
from gateway.simulator.server import Simulator
from gateway.simulator.values import Message, Register
from tests.simulator.waakvlam.wire import Connect, Loket, number, worker
from tests.simulator.wire import CHILD

DAYS = 24 * 3600


def test_a_match_is_told_to_both_under_one_number(connect: Connect) -> None:
    a, b = connect("aansluitinga"), connect("aansluitingb")
    a.place("s-1", "WV-0001")
    mine = number(b.place("d-1", "WV-0002"))
    one, other = a.fetch(), b.fetch()
    assert one.text("samenloopnummer") == other.text("samenloopnummer") == "1"
    (who,) = one.find("wederpartij")
    assert [child.text for child in who[1:]] == ["M. Elder", "leerkracht", "+31301234567"]
    assert dict(who[0].attrib) == {"code": "WV-0002", "naam": "Deelnemer WV-0002"}
    assert b"p-1" not in one.raw
    b.revise(mine, "WV-0002", who=worker("Opvolger"))
    changed = a.fetch(one.bag[0])
    assert (changed.text("naam"), changed.find("samenloopOntstaan")[0].get("versie")) == ("Opvolger", "2")
    b.shut(mine, party="WV-0002")
    lapsed = a.fetch(changed.bag[0])
    assert lapsed.bag[2] == [("Vervallen", "s-1")]
    b.shut(mine, "INGETROKKEN", "WV-0002")
    assert a.fetch(lapsed.bag[0]).bag[2] == [("Wissen", "s-1")]
    assert a.fetch().find("wederpartij") == [], "an old bag tells nobody of what was destroyed since"


def test_who_did_not_come_by_the_counter_is_told_without_a_code(index: Simulator, gateway: Loket) -> None:
    gateway.place()
    who = Contact(professional_id="v", naam="V. Reemd", instantie_id="politie", instantie_naam="Politie", telefoon="06")
    elsewhere = Register(
        reference="v-1", soort=Soort.SIGNAAL, person=Person(bsn=CHILD), contact=who,
        datum_tijd_melding="2026-11-21T09:58:00+01:00", verwijderdatum=dt.date(2028, 11, 21),
    )  # fmt: skip
    index.engine.answer(Message(sender="vreemd", reference="v-1", request=elsewhere))
    (organisation,) = gateway.fetch().find("organisatie")
    assert dict(organisation.attrib) == {"code": "WV-0000", "naam": "Politie"}


def test_the_same_question_has_the_same_bag(gateway: Loket) -> None:
    assert gateway.fetch().find("leeg")
    gateway.place("s-1", "WV-0001")
    gateway.place("d-1", "WV-0002")
    first = gateway.fetch()
    gateway.place("e-1", "WV-0003")
    assert gateway.fetch().raw != first.raw, "more waits now"
    assert gateway.fetch().bag[::2] == first.bag[::2]
    last, waiting, pieces = gateway.fetch(first.bag[0]).bag
    assert (waiting, len(pieces)) == (0, 4)
    assert gateway.fetch(last).find("leeg")


def test_a_bag_holds_no_more_than_twenty_five(gateway: Loket) -> None:
    for at in range(7):
        gateway.place(f"s-{at}", f"WV-{at:04}")
    number, waiting, pieces = gateway.fetch().bag
    assert (len(pieces), waiting) == (25, 17)
    assert [len(gateway.fetch(number).bag[2]), gateway.fetch(number).bag[1]] == [17, 0]


def test_bags_are_cleared_away_after_forty_five_days(gateway: Loket) -> None:
    gateway.place("s-1", "WV-0001")
    gateway.place("d-1", "WV-0002")
    first = gateway.fetch().bag[0]
    gateway.place("e-1", "WV-0003")
    second = gateway.fetch(first).bag[0]
    gateway.managed("tijd", {"seconden": 46 * DAYS})
    gateway.place("f-1", "WV-0004")
    assert gateway.fetch(first).code == "ZAK_OPGERUIMD"
    third = gateway.fetch(second)
    assert len(third.bag[2]) == 6
    assert gateway.fetch().raw == third.raw
    assert gateway.fetch(first + 1).code == "ZAK_ONBEKEND"


def test_what_only_the_national_index_knows_has_no_word_here(index: Simulator, gateway: Loket) -> None:
    it = number(gateway.place("s-1", "WV-0001"))
    gateway.shut(it)
    gateway.place("d-1", "WV-0002")
    gateway.managed("verhuizingen", {"bsn": CHILD, "gemeente": "0344"})
    assert gateway.fetch().find("leeg")
