"""Signals in plain JSON over real HTTP: accepted once, matched, followed up; and every way in which it goes wrong."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from gateway.cli.sandbox import Sandbox, sandbox, token_of
from tests.e2e.talk import BLIND, CARE, LEGAL, REPORTED, SCHOOL, Sender, children, until

Open = Callable[..., httpx.Client]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(tmp_path_factory.mktemp("sandbox"), clock=LEGAL, wait_seconds=20) as running:
        yield running


@pytest.fixture
def as_partner(place: Sandbox) -> Iterator[Open]:
    opened: list[httpx.Client] = []

    def make(partner: str = SCHOOL) -> httpx.Client:
        headers = {"authorization": f"Bearer {token_of(partner)}"}
        client = httpx.Client(base_url=f"{place.gateway}/v1", headers=headers, timeout=60, trust_env=False)
        opened.append(client)
        return client

    yield make
    for client in opened:
        client.close()


def signal(source: str, bsn: str, **more: Any) -> dict[str, Any]:
    return {
        "bronSysteem": "bron",
        "bronSignaalId": source,
        "soort": "SIGNAAL",
        "jeugdige": {"bsn": bsn},
        "melder": {"professionalId": "p-1", "naam": "A. Fictief", "telefoon": "030-7654321"},
        "datumTijdMelding": REPORTED,
        "attestaties": {"redelijkVermoeden": True, "informatieplicht": {"wie": "BEIDEN", "datum": "2026-11-20"}},
    } | more


def test_a_signal_becomes_a_match_that_is_followed_up(as_partner: Open) -> None:
    school, care = as_partner(), as_partner(CARE)
    bsn = children()[0]["bsn"]
    first = school.post("/signalen", json=signal("s-1", bsn))
    assert (first.status_code, first.headers["api-version"]) == (201, "1.0.0")
    again = school.post("/signalen", json=signal("s-1", bsn))
    assert again.status_code == 200
    assert again.json()["ontvangstbewijs"] == first.json()["ontvangstbewijs"]
    second = care.post("/signalen", json=signal("c-1", bsn)).json()
    (match,) = second["stand"]["matches"]
    assert match["betrokkenen"][0]["instantie"] == "School De Wilg"
    address = f"/matches/{match['matchId']}"
    seen = care.get(address)
    assert seen.headers["etag"] == f'"{match["versie"]}"'
    tag = ("If-Match", seen.headers["etag"])
    conditions = ([tag], [tag], [("If-Match", '"1"'), ("If-Match", '"2"')], [("If-Match", "*")])
    told = [care.put(f"{address}/contact", json={"contact": "CONTACT"}, headers=lines) for lines in conditions]
    assert [one.status_code for one in told] == [200, 412, 412, 200]
    assert care.get(address).json()["opvolging"] == "CONTACT"
    assert school.get(address).status_code == 404
    assert [one["matchId"] for one in care.get("/matches").json()["matches"]] == [match["matchId"]]
    where = first.headers["location"].removeprefix("/v1")
    assert until(lambda: school.get(where).json()["stand"]["matches"] != [])
    assert care.get(where).status_code == 404


def test_a_signal_has_a_life(as_partner: Open) -> None:
    school = as_partner()
    own = {"bronSysteem": "bron", "bronSignaalId": "s-2"}
    words = [{"as": "urgentie", "woord": "spoed"}]
    more = {"aanduidingen": words}
    child = {"bsn": children()[1]["bsn"], "gemeenteCode": "9998"}
    given = school.post("/signalen", json=signal("s-2", "", jeugdige=child, **more)).json()
    assert [advice["code"] for advice in given["adviezen"]] == ["bel-nu", "niet-bewaard"]
    (asked,) = given["vragen"]
    assert (asked["as"], asked["woord"]) == ("urgentie", "spoed")
    chosen = {"as": "urgentie", "woord": "spoed", "begrip": "binnen-24-uur"}
    answered = school.post("/betekenisaanvullingen", json=own | {"keuzes": [chosen]})
    assert (answered.status_code, answered.json()["ontvangstbewijs"]["betekenissen"][0]["begrip"]) == (
        201,
        "binnen-24-uur",
    )
    assert school.post("/statusvragen", json=own).json()["stand"]["status"] == "ACTIEF"
    ended = school.post("/beeindigingen", json=own | {"datumEinde": "2026-11-21"})
    assert (ended.status_code, ended.json()["stand"]["status"]) == (201, "ARCHIEF")
    gone = school.post("/intrekkingen", json=own)
    assert (gone.status_code, gone.json()["stand"]["status"]) == (201, "VERNIETIGD")
    assert school.post("/signalen", json=signal("s-2", "", jeugdige=child, **more)).status_code == 410
    listed = [one["status"] for one in school.get("/signalen", params={"maximum": 200}).json()["signalen"]]
    assert "VERNIETIGD" in listed


def test_pages_have_a_cursor(as_partner: Open) -> None:
    jeugd = as_partner(CARE)
    for number in (5, 6, 7):
        assert jeugd.post("/signalen", json=signal(f"p-{number}", children()[number]["bsn"])).status_code == 201
    page, seen = jeugd.get("/signalen", params={"maximum": 2}).json(), []
    while True:
        seen += [one["signaalId"] for one in page["signalen"]]
        if not page["meer"]:
            break
        page = jeugd.get("/signalen", params={"maximum": 2, "na": page["cursor"]}).json()
    assert len(seen) == len(set(seen)) >= 3
    wrong = jeugd.get("/signalen", params={"na": "gisteren"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "VIX-1503")


def test_the_contract_is_there_for_any_page(place: Sandbox) -> None:
    told = httpx.get(f"{place.gateway}/v1/openapi.json", trust_env=False)
    assert (told.status_code, told.headers["access-control-allow-origin"]) == (200, "*")
    assert told.json()["servers"] == [{"url": f"{place.gateway}/v1"}]


@pytest.mark.parametrize(
    ("method", "path", "content", "status", "codes"),
    [
        ("POST", "/signalen", b"{", 400, ["VIX-1001"]),
        ("POST", "/signalen", b'{"soort":"SIGNAAL","soort":"SIGNAAL"}', 400, ["VIX-1001"]),
        ("POST", "/signalen", b"[]", 400, ["VIX-1001"]),
        ("POST", "/signalen", b"[" * 9_000, 400, ["VIX-1007"]),
        ("POST", "/signalen", b'{"toelichting":"kanarie"}', 400, ["VIX-1003"]),
        ("POST", "/signalen", b" " * 1_000_001, 413, ["VIX-1028"]),
        ("POST", "/signalen/", b"{}", 404, ["VIX-1025"]),
        ("DELETE", "/signalen", b"", 405, ["VIX-1026"]),
        ("GET", "/signalen?bsn=999990019", b"", 400, ["VIX-1001"]),
        ("GET", f"/signalen?organisatie=kanarie&organisatie={SCHOOL}", b"", 400, ["VIX-1001"]),
        ("GET", "/signalen/kanarie", b"", 404, ["VIX-1401"]),
    ],
)
def test_what_is_wrong_is_a_problem_with_place_and_rule(
    as_partner: Open, method: str, path: str, content: bytes, status: int, codes: list[str]
) -> None:
    told = as_partner().request(method, path, content=content, headers={"content-type": "application/json"})
    assert (told.status_code, told.headers["content-type"]) == (status, "application/problem+json")
    body = told.json()
    assert set(codes) <= {one["code"] for one in body["bevindingen"]}
    assert {"title", "status", "detail"} <= body.keys()
    assert told.headers["api-version"] == "1.0.0"
    assert "kanarie" not in told.text


def test_all_faults_are_told_at_once_with_the_advice(as_partner: Open) -> None:
    wrong = signal("s-9", "999990018", soort="SEIN", aanduidingen=[{"as": "crisis", "woord": "acuut"}])
    del wrong["melder"]["naam"]
    body = as_partner().post("/signalen", json=wrong).json()
    assert {(one["code"], one["plaats"]) for one in body["bevindingen"]} == {
        ("VIX-1101", "/jeugdige/bsn"),
        ("VIX-1105", "/soort"),
        ("VIX-1106", "/melder/naam"),
    }
    assert [one["code"] for one in body["adviezen"]] == ["bel-nu"]


def test_who_calls_is_known_before_anything_is_read(place: Sandbox, as_partner: Open) -> None:
    told = httpx.post(f"{place.gateway}/v1/signalen", content=b"{", trust_env=False)
    assert (told.status_code, told.json()["code"]) == (401, "VIX-1904")
    assert told.headers["www-authenticate"].startswith("Bearer")
    blind = as_partner(BLIND).post("/signalen", json=signal("s-1", children()[8]["bsn"]))
    assert "VIX-1102" in {one["code"] for one in blind.json()["bevindingen"]}


def test_a_signal_over_soap_is_the_same_signal_over_json(place: Sandbox, as_partner: Open) -> None:
    bsn = children()[9]["bsn"]
    with Sender(place.gateway) as soap:
        given = soap.give("s-3", bsn=bsn)
    told = as_partner().post("/signalen", content=json.dumps(signal("s-3", bsn)), headers={
        "content-type": "application/json; charset=utf-8"
    })  # fmt: skip
    assert told.status_code == 200
    assert told.json()["ontvangstbewijs"]["signaalId"] == given.text("ontvangstbewijs/signaalId")
