"""What may be demanded of what came in: each demand is met by what is right and not by what is not."""

import datetime as dt

import pytest

from conformance.demands import Failed, Moment, check
from conformance.demands.moment import kept
from conformance.exchange import Exchange, Request
from conformance.rules import Scenario, Step, persons
from conformance.scene import Scene

NOW = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC).isoformat()
STEP = Step("s", "school", "wachten")


def scenario_of(name):
    return Scenario(name, "gateway", "sandwich", "x", "x", ("soap",), (STEP,))


def scene_with(*messages, did="vastgelegd"):
    start = {"scenario": "een", "poging": 1, "formaat": "soap", "voor": 0, "nummer": 1, "kind": 0, "nu": NOW}
    scene = Scene(
        scenario_of("een"), {"run": "aabbccdd", "regels_van": "2026-11-22", "index": {"assen": ["urgentie"]}}, start
    )
    for number, message in enumerate(messages, start=1):
        request = Request("POST", "http://index/soap", (("x-kop", message.get("kop_http", "")),), b"<x/>")
        op = message.get("handeling", "signaalAfgeven")
        made = Exchange(
            number, "een", 1, "soap", "s", 1, "index", op, True, NOW, 0, request, None, "", message.pop("gedaan", did)
        )
        scene.exchanges.append(made)
        scene._heard[number] = {"handeling": op, "contract": [], "omslag": [], **message}
    return scene


def test(scene, dat, **rest):
    check(Moment(scene, STEP, {"dat": dat, "bij": "index", **rest}))


test.__test__ = False  # type: ignore[attr-defined]


def fails(scene, dat, **rest):
    with pytest.raises(Failed) as found:
        test(scene, dat, **rest)
    return found.value


def given(signal="s1", reference="m1", **more):
    kop = {"berichtReferentie": reference, "tijdstipBericht": more.pop("op", "t1")}
    return {"handeling": "signaalAfgeven", "kop": kop, "gatewayReferentie": signal, **more}


def test_a_demand_about_nothing_at_all_is_not_met():
    assert fails(scene_with(), "nergens", waarden=["x"]).got == "geen enkel"
    assert fails(scene_with(given()), "volgens_contract", handelingen=["signaalIntrekken"]).n == 0
    test(scene_with(), "aantal", waar="berichten", waarde=0, mag_leeg=True)


def test_only_what_came_in_at_the_party_counts():
    scene = scene_with(given())
    with pytest.raises(Failed):
        check(Moment(scene, STEP, {"dat": "volgens_contract", "bij": "ontvanger"}))


def test_volgens_contract():
    test(scene_with(given()), "volgens_contract")
    assert fails(scene_with(given(), given(contract=["daar: REGEL"])), "volgens_contract").n == 2
    assert fails(scene_with(given(omslag=["wsa:Action"])), "volgens_contract").got == "wsa:Action"


def test_ongewijzigd():
    same = scene_with(given(op="t1", soort="A"), given(op="t2", soort="A"), given(reference="m2", soort="B"))
    test(same, "ongewijzigd", waar="kop.berichtReferentie")
    assert fails(scene_with(given(soort="A"), given(soort="B")), "ongewijzigd", waar="kop.berichtReferentie").n == 2


def test_the_same_moment_in_another_zone_is_the_same():
    told = [given(datumTijdMelding=one) for one in ("2026-11-22T10:00:00+01:00", "2026-11-22T09:00:00Z")]
    test(scene_with(*told), "ongewijzigd", waar="kop.berichtReferentie")
    later = scene_with(told[0], given(datumTijdMelding="2026-11-22T09:00:01Z"))
    assert fails(later, "ongewijzigd", waar="kop.berichtReferentie").n == 2


def test_alleen_velden():
    velden = ["kop.berichtReferentie", "kop.tijdstipBericht", "gatewayReferentie", "melder.naam"]
    test(scene_with(given(melder={"naam": "x"}, aanduiding=[])), "alleen_velden", velden=velden)
    failure = fails(scene_with(given(melder={"naam": "x", "reden": "y"})), "alleen_velden", velden=velden)
    assert failure.got == "melder.reden"
    assert fails(scene_with(given(aanduiding=[{"as": "x"}])), "alleen_velden", velden=velden).at == "aanduiding.as"


def test_aantal_verschillende():
    scene = scene_with(given(), given(), given(reference="m2"))
    test(scene, "aantal", waar="berichten.kop.berichtReferentie", verschillende=True, waarde=2)
    fails(scene, "aantal", waar="berichten.kop.berichtReferentie", verschillende=True, waarde=3)
    test(scene, "aantal", waar="berichten.kop.berichtReferentie", waarde=3)


def test_a_path_may_choose_by_what_lies_deeper():
    scene = scene_with(given(melder={"naam": "a"}), given("s2", "m2", melder={"naam": "b"}))
    test(scene, "gelijk", waar="berichten[melder.naam=b].gatewayReferentie", waarde="s2")


def test_volgorde_with_repeats():
    ended = {"handeling": "signaalBeeindigen", "kop": {}, "gatewayReferentie": "s1"}
    wanted = {"waar": "berichten.handeling", "waarden": ["signaalAfgeven", "signaalBeeindigen"], "herhaald": True}
    test(scene_with(given(), given(), ended | {}, ended | {}), "volgorde", **wanted)
    fails(scene_with(given(), ended | {}, given()), "volgorde", **wanted)
    fails(scene_with(given(), given(), ended | {}), "volgorde", **(wanted | {"herhaald": False}))


def test_nergens_looks_at_headers_too():
    test(scene_with(given()), "nergens", waarden=["bsn"])
    assert fails(scene_with(given(), given(kop_http=persons()[2].bsn)), "nergens", waarden=["bsn"]).n == 2


def test_nergens_finds_a_short_first_name_as_a_word_of_its_own():
    scene = scene_with(given(kop_http="een Roy-alist is er geen, een Royalist wel"))
    scene.start["kind"] = next(at for at, one in enumerate(persons()) if one.voornamen == "Roy")
    assert fails(scene, "nergens", waarden=["voornamen"]).n == 1
    scene = scene_with(given(kop_http="een Royalist"))
    scene.start["kind"] = next(at for at, one in enumerate(persons()) if one.voornamen == "Roy")
    test(scene, "nergens", waarden=["voornamen"])


def test_een_of_ander_is_about_the_same_party():
    rows = [{"dat": "gelijk", "waar": "berichten.soort", "waarde": one} for one in ("A", "B")]
    test(scene_with(given(soort="B")), "een_of_ander", keus=rows)
    fails(scene_with(given(soort="C")), "een_of_ander", keus=rows)


def test_what_an_index_keeps():
    messages = [
        given() | {"gedaan": "niets"},
        given() | {"gedaan": "vastgelegd"},
        given() | {"gedaan": "bekend"},
        given(reference="m2") | {"gedaan": "vastgelegd"},
        given("s2", "m3") | {"gedaan": "vastgelegd"},
        {"handeling": "signaalIntrekken", "gatewayReferentie": "s2", "gedaan": "vastgelegd"},
        {"handeling": "signaalIntrekken", "gatewayReferentie": "s1", "gedaan": "geweigerd"},
    ]
    assert kept(messages) == [
        {"gatewayReferentie": "s1", "status": "ACTIEF", "keer": 2},
        {"gatewayReferentie": "s2", "status": "VERNIETIGD", "keer": 1},
    ]
    assert kept([given() | {"gedaan": "vastgelegd"}, *messages[6:]])[0]["status"] == "ACTIEF"
    ended = {"handeling": "signaalBeeindigen", "gatewayReferentie": "s1", "gedaan": "vastgelegd"}
    assert kept([given() | {"gedaan": "vastgelegd"}, ended])[0]["status"] == "ARCHIEF"


def test_the_axes_of_the_index_are_a_word():
    scene = scene_with(given(aanduiding=[{"as": "urgentie"}]))
    allowed = scene.fill("{index.assen}")
    test(scene, "een_van", waar="berichten.aanduiding.as", waarden=allowed)
    fails(scene_with(given(aanduiding=[{"as": "crisis"}])), "een_van", waar="berichten.aanduiding.as", waarden=allowed)
