"""The regie of a match over real HTTP: each side in a format of its own, and the index's own web application."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID
from xml.sax.saxutils import escape

import httpx
import pytest
import sqlalchemy as sa

from gateway.cli.sandbox import REGIONAL, Sandbox, sandbox, token_of
from gateway.store.tables import matches
from tests.e2e.talk import BLIND, CARE, LEGAL, SCHOOL, Sender, Told, children, told_by, until

HELD = "uitgebreid"
"""The index that holds the regie itself; the other does not."""
FHIR = "https://verwijsindex.example/fhir"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(tmp_path_factory.mktemp("sandbox"), clock=LEGAL, wait_seconds=3) as running:
        yield running


def client(place: Sandbox, partner: str) -> httpx.Client:
    headers = {"authorization": f"Bearer {token_of(partner)}"}
    return httpx.Client(base_url=place.gateway, headers=headers, timeout=60, trust_env=False)


def matched(place: Sandbox, child: int, region: str = "") -> tuple[str, str]:
    """A match between the school and the care provider; the id of each side."""
    registered = [row for row in children() if row["opgeschort"] == "nee"]
    bsn, ids = registered[child]["bsn"], []
    with Sender(place.gateway, SCHOOL) as school, Sender(place.gateway, CARE) as care:
        for who in (school, care):
            who.give(f"r-{child}", bsn=bsn, region=region, naam=f"Melder van {who.partner}")
        for who in (school, care):
            assert until(lambda who=who: who.status(f"r-{child}").find("match") != [])  # type: ignore[misc]
            ids.append(who.status(f"r-{child}").text("match/matchId"))
    return ids[0], ids[1]


def by_soap(place: Sandbox, partner: str, match: str, handeling: str, stand: str) -> str:
    said = {"matchId": match, "regiehandeling": handeling, "stand": stand}
    with Sender(place.gateway, partner) as sender:
        inner = "".join(f"<vi:{name}>{escape(text)}</vi:{name}>" for name, text in said.items())
        told: Told = sender.say("regieVastleggen", inner)
    assert told.valid()
    return ",".join(told.codes) or told.text("match/regie/wie")


def by_json(place: Sandbox, partner: str, match: str, handeling: str, stand: str) -> str:
    with client(place, partner) as http:
        told = http.put(
            f"/v1/matches/{match}/regie", json={"regiehandeling": handeling}, headers={"if-match": f'"{stand}"'}
        )
    body = told.json()
    return (
        str(body["regie"]["wie"]) if told.status_code == 200 else ",".join(one["code"] for one in body["bevindingen"])
    )


def by_fhir(place: Sandbox, partner: str, match: str, handeling: str, stand: str) -> str:
    with client(place, partner) as http:
        task = http.get(f"/fhir/Task/{match}").json()
        task["extension"].append({
            "url": f"{FHIR}/StructureDefinition/vi-regiehandeling",
            "extension": [{"url": "handeling", "valueCode": handeling}],
        })  # fmt: skip
        told = http.put(
            f"/fhir/Task/{match}",
            content=json.dumps(task),
            headers={"content-type": "application/fhir+json", "if-match": f'W/"{stand}"'},
        )
    body = told.json()
    if told.status_code != 200:
        return ",".join(issue["details"]["coding"][0]["code"] for issue in body["issue"])
    (regie,) = [one for one in body["extension"] if one["url"].endswith("/vi-match-regie")]
    return str(next(part["valueCode"] for part in regie["extension"] if part["url"] == "wie"))


def by_file(place: Sandbox, partner: str, match: str, handeling: str, stand: str) -> str:
    rows = f"actie;bron_systeem;match_id;regiehandeling;stand\nregie_vastleggen;bron;{match};{handeling};{stand}\n"
    with client(place, partner) as http:
        begun = http.post("/csv/v1/batches", content=rows.encode(), headers={"content-type": "text/csv"})
        assert begun.status_code == 202, begun.text
        where = begun.headers["location"]
        assert until(lambda: http.get(where).json()["status"] != "loopt")
        result = http.get(f"{where}/result.csv").text
    line = result.splitlines()[1]
    return "IK" if "aangenomen" in line else next(code for code in ("VIX-1420", "VIX-1421") if code in line)


def seen(place: Sandbox, partner: str, match: str) -> dict[str, Any]:
    with client(place, partner) as http:
        regie: dict[str, Any] = http.get(f"/v1/matches/{match}").json()["regie"]
    return regie


WAYS: dict[str, Callable[[Sandbox, str, str, str, str], str]] = {
    "soap": by_soap,
    "json": by_json,
    "fhir": by_fhir,
    "csv": by_file,
}


@pytest.mark.parametrize(("child", "way"), [*enumerate(WAYS)])
def test_who_is_first_has_it_and_the_other_is_told_so_in_its_own_format(place: Sandbox, child: int, way: str) -> None:
    mine, theirs = matched(place, child)
    assert WAYS[way](place, SCHOOL, mine, "NEMEN", "r0") == "IK"
    other = list(WAYS)[child - 1]
    assert WAYS[other](place, CARE, theirs, "NEMEN", "r0") == "VIX-1420"
    assert seen(place, CARE, theirs)["naam"] == f"Melder van {SCHOOL}"
    assert seen(place, CARE, theirs)["stand"] == seen(place, SCHOOL, mine)["stand"] == "r1"
    assert WAYS[other](place, CARE, theirs, "AANVAARDEN", "r1") == "VIX-1421"


def test_a_match_of_another_is_nobodys(place: Sandbox) -> None:
    mine, _ = matched(place, 5)
    assert by_json(place, BLIND, mine, "NEMEN", "r0") == "VIX-1412"


@pytest.mark.parametrize(("child", "region"), [(6, REGIONAL)])
def test_where_the_index_holds_it_both_show_what_the_index_says(place: Sandbox, child: int, region: str) -> None:
    mine, theirs = matched(place, child, region)
    first = by_json(place, SCHOOL, mine, "NEMEN", "r0")
    assert first == "IK"
    assert until(lambda: seen(place, CARE, theirs)["status"] == "VASTGESTELD")
    assert seen(place, CARE, theirs)["wie"] == "ANDER"
    index = place.indexes[HELD]
    reference = [one["gatewayReferentie"] for one in told_by(index, "signalen")][-1]
    with httpx.Client(base_url=index.url, timeout=20, trust_env=False) as web:
        for handeling, done in (("NEMEN", False), ("AANVAARDEN", False)):
            wish = {"gatewayReferentie": reference, "matchId": number(place, theirs), "handeling": handeling}
            assert web.post("/beheer/regie", json=wish).json()["uitgevoerd"] is done
        assert by_json(place, SCHOOL, mine, "OVERDRAGEN", seen(place, SCHOOL, mine)["stand"]) == "IK"
        wish = {"gatewayReferentie": reference, "matchId": number(place, theirs), "handeling": "AANVAARDEN"}
        assert until(lambda: web.post("/beheer/regie", json=wish).json()["uitgevoerd"])
    assert until(lambda: seen(place, SCHOOL, mine)["wie"] == "ANDER")
    assert seen(place, CARE, theirs)["wie"] == "IK"
    assert seen(place, SCHOOL, mine)["naam"] == f"Melder van {CARE}"


def number(place: Sandbox, match: str) -> str:
    """The index's own number of a match."""
    with place.house.store._reads.begin() as connection:
        found = connection.execute(sa.select(matches.c.index_match).where(matches.c.id == UUID(match)))
        return str(found.scalar_one())
