"""The kit's own index, receiver and desk: a good index, one that misbehaves as told, and nothing charged to another."""

import datetime as dt
import socket
import uuid

import httpx
import pytest

from conformance.exchange import STRANGER, Exchange, Request
from conformance.formats import index_served, terugmelding_served
from conformance.formats.envelope import Envelope, header, heard
from conformance.formats.xml import schema
from conformance.parties.behaviour import BEHAVIOURS, GOOD
from conformance.parties.desk import OUTSIDE, Desk
from conformance.parties.index import Index
from conformance.parties.lead import Lead
from conformance.parties.receiver import Receiver
from conformance.parties.server import MOST, Answer, Listener
from conformance.rules import persons
from conformance.scene import Scene
from conformance.transcript import Transcript
from tests.conformance.test_demands_inward import scenario_of

BEGUN = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
RI = schema(index_served.XSD)
CONTACT = {"professionalId": "p", "naam": "Iemand", "instantieId": "a", "instantieNaam": "A", "telefoon": "010"}


def message(op, reference="m1", *, sender="nep", action="", **fields):
    kop = {"berichtReferentie": reference, "tijdstipBericht": BEGUN.isoformat(), "zender": sender, "ontvanger": "index"}
    around = Envelope(action=action or f"{RI.namespace}/{op}", message_id=f"urn:uuid:{uuid.uuid4()}")
    body = around.around(RI.write(op, {"kop": kop | {"versie": "1"}, **fields})).encode()
    return Request("POST", "http://index/soap", (("soapaction", f'"{RI.namespace}/{op}"'),), body)


def given(signal="s1", reference="m1", *, child=0, by="a", **more):
    fields = {
        "gatewayReferentie": signal, "soort": "SIGNAAL", "jeugdige": {"bsn": persons()[child].bsn},
        "melder": CONTACT | {"instantieId": by, "naam": f"Iemand van {by}"},
        "datumTijdMelding": BEGUN.isoformat(), "verwijderdatum": "2028-11-22",
    }  # fmt: skip
    return message("signaalAfgeven", reference, **fields | more)


def said(party, request, how=GOOD, at=BEGUN):
    """What was done, and what the answer says."""
    deed = party.do(party.asked(request), at, BEHAVIOURS[how])
    if deed.reply is None:
        return deed.did, None
    facts, node = heard(deed.reply, RI)
    return deed.did, (facts | RI.read(node) if node is not None else facts)


@pytest.fixture
def index():
    return Index(begun=BEGUN)


def test_what_is_given_is_kept_and_a_repeat_gets_the_same_answer(index):
    first = said(index, given())
    again = said(index, given(), at=BEGUN + dt.timedelta(minutes=5))
    assert (first[0], again[0]) == ("vastgelegd", "bekend")
    assert first[1]["contract"] == []
    assert first[1]["status"] == "ACTIEF"
    assert {k: v for k, v in first[1].items() if k != "draad"} == {k: v for k, v in again[1].items() if k != "draad"}


def test_a_reference_that_was_used_for_something_else_is_refused(index):
    said(index, given())
    did, told = said(index, given(verwijderdatum="2027-01-01"))
    assert (did, told["code"], told["herhaalbaar"]) == ("geweigerd", "IX-416", False)


def test_an_answer_belongs_to_its_question(index):
    request = given()
    reply = index.do(index.asked(request), BEGUN, BEHAVIOURS[GOOD]).reply
    assert header(reply.body, "RelatesTo") == header(request.body, "MessageID")
    assert said(index, request)[1]["kop"]["correlatieReferentie"] == "m1"


def test_two_organisations_match_and_each_hears_of_the_other(index):
    said(index, given("s1", "m1", by="a"))
    _, told = said(index, given("s2", "m2", by="b"))
    [match] = told["match"]
    assert match["eigenSignaalId"] == "s2"
    assert [one["naam"] for one in match["betrokkene"]] == ["Iemand van a"]
    _, news = said(index, message("matchesOpvragen", "m3", vanafVolgnummer=0))
    assert [(one["eigenSignaalId"], one["betrokkene"][0]["naam"]) for one in news["match"]] == [
        ("s1", "Iemand van b"),
        ("s2", "Iemand van a"),
    ]
    assert news["contract"] == []


def test_one_organisation_or_another_child_is_no_match(index):
    said(index, given("s1", "m1", by="a"))
    assert said(index, given("s2", "m2", by="a"))[1]["match"] == []
    assert said(index, given("s3", "m3", by="b", child=1))[1]["match"] == []


def test_who_has_no_number_is_known_by_name_birth_and_sex(index):
    child = persons()[0]
    person = {name: getattr(child, name) for name in ("familienaam", "geboortedatum", "geslacht")}
    said(index, given("s1", "m1", by="a"))
    _, told = said(index, given("s2", "m2", by="b", jeugdige={"persoonsgegevens": person}))
    assert len(told["match"]) == 1


def test_news_comes_page_by_page_and_never_twice(index):
    for number in range(3):
        said(index, given(f"s{number}", f"m{number}", by=f"org{number}"))
    after, seen, more = 0, [], True
    while more:
        _, page = said(index, message("matchesOpvragen", f"p{after}", vanafVolgnummer=after, maximum=2))
        assert page["totVolgnummer"] > after
        after, more = page["totVolgnummer"], page["meer"]
        seen += [(one["matchId"], one["eigenSignaalId"]) for one in page["match"]]
    assert len(seen) == len(set(seen)) == 6
    assert said(index, message("matchesOpvragen", "leeg", vanafVolgnummer=after))[1]["match"] == []


def test_a_later_run_goes_on_above_the_numbers_of_an_earlier_one(index):
    last = said(index, message("matchesOpvragen", "p", vanafVolgnummer=0))[1]["totVolgnummer"]
    later = Index(begun=BEGUN + dt.timedelta(hours=1))
    said(later, given("s1", "m1", by="a"))
    said(later, given("s2", "m2", by="b"))
    assert len(said(later, message("matchesOpvragen", "p", vanafVolgnummer=last + 1000))[1]["match"]) == 2


@pytest.mark.parametrize(
    ("op", "more", "status", "removed"),
    [
        ("signaalIntrekken", {}, "VERNIETIGD", True),
        ("signaalBeeindigen", {"datumEinde": "2026-11-22"}, "ARCHIEF", []),
    ],
)
def test_a_match_lapses_with_one_of_its_signals(index, op, more, status, removed):
    said(index, given("s1", "m1", by="a"))
    said(index, given("s2", "m2", by="b"))
    before = said(index, message("matchesOpvragen", "p1", vanafVolgnummer=0))[1]["totVolgnummer"]
    assert said(index, message(op, "m3", gatewayReferentie="s1", **more))[1]["status"] == status
    _, news = said(index, message("matchesOpvragen", "p2", vanafVolgnummer=before))
    assert {one["eigenSignaalId"] for one in news["match"]} == {"s1", "s2"}
    for one in news["match"]:
        assert (one["status"], one["betrokkene"], one.get("verwijderen", [])) == ("VERVALLEN", [], removed)


def test_the_status_of_a_message_is_its_answer_or_not_found(index):
    said(index, given())
    _, told = said(index, message("statusOpvragen", "q1", vanBericht="m1"))
    assert told["gevonden"] is True
    assert told["signaalAfgevenAntwoord"]["status"] == "ACTIEF"
    assert told["signaalAfgevenAntwoord"]["kop"]["correlatieReferentie"] == "m1"
    _, told = said(index, message("statusOpvragen", "q2", vanBericht="m9"))
    assert told["gevonden"] is False
    assert told["contract"] == []


def test_what_it_cannot_do_is_refused_and_what_it_can_is_said(index):
    word = {"as": "urgentie", "code": "x", "woord": "y", "equivalentie": "equal"}
    assert said(index, given(aanduiding=[word]))[1]["code"] == "IX-422"
    able = Index(can=("wijzigen",), axes=("urgentie",), begun=BEGUN)
    assert said(able, given(aanduiding=[word]))[0] == "vastgelegd"
    fields = {"gatewayReferentie": "s1", "melder": CONTACT | {"naam": "Opvolger"}, "verwijderdatum": "2027-01-01"}
    assert said(index, message("signaalWijzigen", "w", **fields))[1]["code"] == "IX-422"
    assert said(able, message("signaalWijzigen", "w", **fields))[0] == "vastgelegd"
    [match] = said(able, given("s2", "m2", by="b"))[1]["match"]
    assert match["betrokkene"][0]["naam"] == "Opvolger"
    before = said(able, message("matchesOpvragen", "p1", vanafVolgnummer=0))[1]["totVolgnummer"]
    said(able, message("signaalWijzigen", "w2", **fields | {"melder": CONTACT | {"naam": "Weer een ander"}}))
    _, news = said(able, message("matchesOpvragen", "p2", vanafVolgnummer=before))
    assert "Weer een ander" in [one["betrokkene"][0]["naam"] for one in news["match"]]
    _, told = said(able, message("capaciteiten", "c"))
    assert (told["wijzigen"], told["signaalcode"], told["aanduidingAs"]) == (True, False, ["urgentie"])


def test_an_unknown_signal_is_not_found(index):
    assert said(index, message("signaalIntrekken", "m", gatewayReferentie="s9"))[1]["code"] == "IX-404"


def test_what_breaks_the_contract_is_refused_and_changes_nothing(index):
    did, told = said(index, given(verwijderdatum="morgen"))
    assert (did, told["code"]) == ("niets", "IX-400")
    assert said(index, message("statusOpvragen", "q", vanBericht="m1"))[1]["gevonden"] is False


def test_another_action_breaks_what_is_around_the_message_and_is_answered(index):
    question = index.asked(message("capaciteiten", "c", action="urn:anders"))
    assert question["contract"] == []
    assert question["omslag"] == ["wsa:Action noemt een andere handeling"]


@pytest.mark.parametrize("how", sorted(set(BEHAVIOURS) - {"weiger", "nieuws-verbroken"}))
def test_however_it_behaves_the_message_is_kept_or_not_as_said(index, how):
    did, _ = said(index, given(), how)
    assert (did == "vastgelegd") is BEHAVIOURS[how].keeps
    found = said(index, message("statusOpvragen", "q", vanBericht="m1"))[1]["gevonden"]
    assert found is BEHAVIOURS[how].keeps


def test_a_refusal_is_kept_as_the_answer(index):
    assert said(index, given(), "weiger")[0] == "geweigerd"
    assert said(index, given())[1]["code"] == "IX-422"
    assert said(index, message("statusOpvragen", "q", vanBericht="m1"))[1]["verwijsindexFout"]["code"] == "IX-422"


@pytest.mark.parametrize("how", ["kapotte-xml", "dubbel-antwoord"])
def test_a_broken_answer_cannot_be_read(index, how):
    assert said(index, given(), how)[1]["uitkomst"] == "onleesbaar"


def test_an_answer_to_another_message_names_another(index):
    request = given()
    _, told = said(index, request, "ander-antwoord")
    assert told["contract"] == []
    assert told["kop"]["correlatieReferentie"] != "m1"
    assert told["draad"]["relatesTo"] not in ("", header(request.body, "MessageID"))


def test_a_number_stands_in_a_match_only_where_it_is_told_to(index):
    said(index, given("s1", "m1", by="a"), "bsn-in-match")
    [match] = said(index, given("s2", "m2", by="b"), "bsn-in-match")[1]["match"]
    assert match["betrokkene"][0]["instantieId"] == persons()[0].bsn
    clean = Index(begun=BEGUN)
    said(clean, given("s1", "m1", by="a"))
    assert persons()[0].bsn not in str(said(clean, given("s2", "m2", by="b"))[1])


ACTS = ("NEMEN", "OVERDRAGEN", "NEERLEGGEN", "HERZIEN", "AANVAARDEN", "AFWIJZEN")


@pytest.mark.parametrize(
    ("acts", "fits", "after"),
    [
        ("", "NEMEN", None),
        ("0 NEMEN", "OVERDRAGEN NEERLEGGEN HERZIEN", 0),
        ("1 NEMEN", "", 1),
        ("0 NEMEN, 0 OVERDRAGEN", "NEERLEGGEN HERZIEN", 0),
        ("1 NEMEN, 1 OVERDRAGEN", "AANVAARDEN AFWIJZEN", 1),
        ("1 NEMEN, 1 OVERDRAGEN, 0 AANVAARDEN", "OVERDRAGEN NEERLEGGEN HERZIEN", 0),
        ("1 NEMEN, 1 OVERDRAGEN, 0 AFWIJZEN", "", 1),
        ("0 NEMEN, 0 NEERLEGGEN", "NEMEN", None),
        ("0 NEMEN, 0 OVERDRAGEN, 0 HERZIEN", "NEERLEGGEN HERZIEN", 0),
    ],
)
def test_who_may_do_what_with_the_regie(acts, fits, after):
    def led():
        lead = Lead()
        for act in filter(None, acts.split(", ")):
            assert lead.do(int(act[0]), act[2:], lead.stand, "2026-12-01")
        return lead

    assert led().holder == after
    assert {act for act in ACTS if led().do(0, act, led().stand, "")} == set(fits.split())
    assert not any(led().do(0, act, led().stand + 1, "") for act in ACTS)


def test_an_index_that_holds_the_regie_decides_on_it_and_tells_both(index):
    able = Index(can=("regie",), begun=BEGUN)
    said(able, given("s1", "m1", by="a"))
    [match] = said(able, given("s2", "m2", by="b"))[1]["match"]
    assert (match["regie"]["wie"], match["regie"]["stand"]) == ("GEEN", 0)
    wish = {"matchId": match["matchId"], "handeling": "NEMEN", "stand": 0, "herzienOp": "2026-12-24"}
    _, told = said(able, message("regieVastleggen", "r1", gatewayReferentie="s1", **wish))
    assert (told["uitgevoerd"], told["regie"]["wie"], told["contract"]) == (True, "IK", [])
    _, late = said(able, message("regieVastleggen", "r2", gatewayReferentie="s2", **wish))
    assert (late["uitgevoerd"], late["regie"]["wie"]) == (False, "ANDER")
    _, news = said(able, message("matchesOpvragen", "p", vanafVolgnummer=0))
    assert [(one["eigenSignaalId"], one["regie"]["wie"]) for one in news["match"]][-2:] == [
        ("s1", "IK"),
        ("s2", "ANDER"),
    ]
    assert news["match"][-1]["regie"]["naam"] == "Iemand van a"
    assert said(able, message("statusOpvragen", "q", vanBericht="r1"))[1]["gevonden"] is True
    strange = wish | {"matchId": "een-andere"}
    assert said(able, message("regieVastleggen", "r3", gatewayReferentie="s1", **strange))[1]["code"] == "IX-404"
    assert said(index, given("s1", "m1", by="a"))[0] == "vastgelegd"
    [plain] = said(index, given("s2", "m2", by="b"))[1]["match"]
    assert "regie" not in plain
    assert said(index, message("regieVastleggen", "r1", gatewayReferentie="s1", **wish))[1]["code"] == "IX-422"


# the receiver


def told(delivery, own="VIG-aa-0001", op="matchGemeld"):
    own_schema = schema(terugmelding_served.XSD)
    inner = (
        f"<t:kop><t:aflevering>{delivery}</t:aflevering><t:nummer>1</t:nummer><t:tijdstip>{BEGUN.isoformat()}</t:tijdstip>"
        f"<t:organisatie>o</t:organisatie></t:kop><t:match><v:matchId>x</v:matchId><v:soort>CLIENTMATCH</v:soort>"
        f"<v:signaalId>s</v:signaalId><v:bronSignaalId>{own}</v:bronSignaalId>"
        f"<v:nietDezelfdeJeugdige>false</v:nietDezelfdeJeugdige><v:ontstaanOp>{BEGUN.isoformat()}</v:ontstaanOp>"
        f"<v:status>ACTIEF</v:status><v:nietInDossier>true</v:nietInDossier></t:match>"
    )
    spaces = f'xmlns:t="{own_schema.namespace}" xmlns:v="urn:x-verwijsindex-gateway:aanlevering:1"'
    around = Envelope(action=f"{own_schema.namespace}/{op}", message_id="urn:uuid:1")
    return Request("POST", "http://o/", (), around.around(f"<t:{op} {spaces}>{inner}</t:{op}>").encode())


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


# the desk


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


# the server


def test_a_server_reads_chunks_and_hangs_up_when_told():
    heard_bodies = []
    answers = iter([Answer(None), Answer(None)])

    def answer(request):
        heard_bodies.append((request.body, request.token, request.header("authorization")))
        return next(answers)

    with Listener(answer) as listener:
        for body in (iter([b"een", b"twee"]), b"drie"):
            with pytest.raises(httpx.RemoteProtocolError):
                httpx.post(listener.url, content=body, headers={"Authorization": "Bearer geheim"})
    assert heard_bodies == [(b"eentwee", "", ""), (b"drie", "", "")]


def test_a_body_without_end_is_not_read():
    with Listener(lambda _: Answer(None)) as listener, socket.create_connection(("127.0.0.1", listener.port)) as line:
        line.sendall(f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {MOST + 1}\r\n\r\n".encode())
        assert line.recv(100).startswith(b"HTTP/1.1 413")


def test_half_an_answer_breaks_off():
    reply = index_served.fault(
        {"draad": {"messageID": "x"}}, {"code": "c", "plek": "client", "omschrijving": "o", "herhaalbaar": False}
    )
    with Listener(lambda _: Answer(reply, cut=40)) as listener, pytest.raises(httpx.RemoteProtocolError):
        httpx.post(listener.url, content=b"x")


def test_who_stops_does_not_wait_for_a_silence():
    began = dt.datetime.now(dt.UTC)
    with Listener(lambda _: Answer(None, wait=60)) as listener, pytest.raises(httpx.HTTPError):
        httpx.post(listener.url, content=b"x", timeout=0.2)
    assert dt.datetime.now(dt.UTC) - began < dt.timedelta(seconds=10)
