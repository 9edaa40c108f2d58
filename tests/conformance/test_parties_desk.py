"""The kit's receiver and its desk: a delivery is taken once, and nothing is charged to another scene."""

import uuid

from conformance.exchange import STRANGER, Exchange
from conformance.formats import terugmelding_served
from conformance.formats.envelope import heard
from conformance.formats.xml import schema
from conformance.parties.behaviour import BEHAVIOURS, GOOD
from conformance.parties.desk import OUTSIDE, Desk
from conformance.parties.index import Index
from conformance.parties.receiver import Receiver
from conformance.scene import Scene
from conformance.transcript import Transcript
from tests.conformance.party_messages import BEGUN, given, message, said, told
from tests.conformance.test_demands_inward import scenario_of


def test_a_receiver_takes_a_delivery_once_and_answers_it_again():
    receiver, number = Receiver(), str(uuid.uuid4())
    question = receiver.asked(told(number))
    assert question["contract"] == []
    assert question["match"]["bronSignaalId"] == "VIG-aa-0001"
    first, again = (receiver.do(question, BEGUN, BEHAVIOURS[GOOD]) for _ in range(2))
    assert (first.did, again.did) == ("vastgelegd", "bekend")
    facts, _ = heard(first.reply, schema(terugmelding_served.XSD))
    assert (facts["uitkomst"], facts["contract"]) == ("aangenomen", [])
    busy = receiver.do(question, BEGUN, BEHAVIOURS["storing"])
    facts, _ = heard(busy.reply, schema(terugmelding_served.XSD))
    assert (busy.did, facts["uitkomst"], facts["contract"]) == ("niets", "geweigerd", [])


def header_row():
    return {
        "rol": "gateway",
        "run": "aabbccdd",
        "regels_van": "2026-11-22",
        "begonnen": BEGUN.isoformat(),
        "index": {"kan": [], "assen": []},
    }


class Office:
    """A desk with an index and a receiver, and scenes to play at it."""

    def __init__(self, transcript=None):
        self.transcript = transcript or Transcript.begin(None, header_row())
        self.index, self.receiver = Index(begun=BEGUN), Receiver()
        self.desk = Desk(self.transcript, [self.index, self.receiver], lambda: BEGUN)
        self.number = 0

    def play(self, name, child=0):
        self.number += 1
        start = {"scenario": name, "poging": 1, "formaat": "soap", "voor": 0, "nummer": self.number, "kind": child}
        scene = Scene(scenario_of(name), self.transcript.header, start | {"nu": BEGUN.isoformat()})
        self.desk.begin(scene)
        return scene

    def ask(self, request):
        return self.desk.door(self.index)(request)

    def charged(self):
        rows = self.transcript.of("uitwisseling")
        return [(row["scenario"], row["handeling"], row["gedaan"]) for row in rows]


def test_a_late_message_belongs_to_the_scene_that_first_spoke_of_it():
    office = Office()
    first = office.play("een", child=0)
    office.ask(given("s1", "m1", child=0))
    office.desk.end()
    second = office.play("twee", child=0)
    office.ask(given("s1", "m1", child=0))
    office.ask(message("signaalIntrekken", "m2", gatewayReferentie="s1"))
    office.ask(message("statusOpvragen", "q", vanBericht="m2"))
    office.ask(given("s2", "m3", child=0))
    office.ask(message("matchesOpvragen", "p", vanafVolgnummer=0))
    office.ask(message("signaalIntrekken", "m4", gatewayReferentie="van-vroeger"))
    assert office.charged() == [
        ("een", "signaalAfgeven", "vastgelegd"),
        ("een", "signaalAfgeven", "bekend"),
        ("een", "signaalIntrekken", "vastgelegd"),
        ("een", "statusOpvragen", "niets"),
        ("twee", "signaalAfgeven", "vastgelegd"),
        (OUTSIDE, "matchesOpvragen", "niets"),
        (OUTSIDE, "signaalIntrekken", "geweigerd"),
    ]
    assert [one.op for one in first.exchanges] == ["signaalAfgeven"]
    assert [one.op for one in second.exchanges] == ["signaalAfgeven"]


def test_a_behaviour_touches_only_the_scene_that_says_so_and_ends_with_it():
    office = Office()
    office.play("een", child=0)
    office.ask(given("s1", "m1", child=0))
    office.play("twee", child=1)
    office.desk.at("geef", {"index": "verbreek-na-vastleggen", "ontvanger": ""})
    assert office.ask(given("s2", "m2", child=1)).reply is None
    assert office.ask(message("signaalIntrekken", "m3", gatewayReferentie="s1")).reply is not None
    assert office.ask(message("matchesOpvragen", "p", vanafVolgnummer=0)).reply is not None
    office.desk.at("later", {"index": "", "ontvanger": "503"})
    assert office.ask(given("s2", "m2", child=1)).reply is None
    office.desk.end()
    assert office.ask(given("s2", "m2", child=1)).reply is not None


def test_news_may_be_withheld_for_as_long_as_a_scene_lasts():
    office = Office()
    office.play("een")
    office.desk.at("geef", {"index": "nieuws-verbroken", "ontvanger": ""})
    assert office.ask(given("s1", "m1")).reply is not None
    assert office.ask(message("matchesOpvragen", "p1", vanafVolgnummer=0)).reply is None
    assert office.ask(message("statusOpvragen", "q", vanBericht="m1")).reply is not None
    office.desk.end()
    assert office.ask(message("matchesOpvragen", "p2", vanafVolgnummer=0)).reply is not None


def test_what_a_receiver_is_told_belongs_to_the_scene_of_the_number():
    office = Office()
    office.play("een")
    office.desk.at("geef", {"index": "", "ontvanger": "503"})
    answer = office.desk.door(office.receiver)(told(str(uuid.uuid4()), own="VIG-aabbccdd-0001-2"))
    assert answer.reply.status == 503
    assert office.charged() == [("een", "matchGemeld", "niets")]


def test_of_a_stranger_nothing_is_written_down():
    office = Office()
    office.play("een")
    answer = office.ask(given(jeugdige={"bsn": "123456782"}))
    assert answer.reply.status == 500
    assert b"123456782" not in answer.reply.body
    [row] = office.transcript.of("uitwisseling")
    assert row["gedaan"] == STRANGER
    assert "123456782" not in str(office.transcript.rows)
    assert Exchange.of(row).request.body == b""


def test_a_run_that_was_stopped_has_the_same_index(tmp_path):
    office = Office(Transcript.begin(tmp_path / "verloop.jsonl", header_row()))
    office.play("een")
    office.ask(given("s1", "m1", by="a"))
    office.ask(given("s2", "m2", by="b"))
    office.play("twee")
    office.desk.at("x", {"index": "503", "ontvanger": ""})
    office.ask(given("s3", "m5", by="c"))
    poll = message("matchesOpvragen", "p", vanafVolgnummer=0)
    before = said(office.index, poll)[1]

    again = Office(Transcript.read(tmp_path / "verloop.jsonl"))
    after = said(again.index, poll)[1]
    assert len(before["match"]) == 2
    assert (after["match"], after["totVolgnummer"]) == (before["match"], before["totVolgnummer"])
    assert said(again.index, given("s1", "m1", by="a"))[0] == "bekend"
    again.ask(message("signaalIntrekken", "m3", gatewayReferentie="s1"))
    assert again.charged()[-1] == ("een", "signaalIntrekken", "vastgelegd")
