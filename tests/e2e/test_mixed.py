"""One signal, sent again and again by systems of every format at once: one signal, and everybody's receipt the same."""

import csv
import io
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from gateway.cli.sandbox import EXTENDED, Sandbox, sandbox, token_of
from tests.e2e.talk import LEGAL, REPORTED, SCHOOL, Sender, children, signal, told_by, until
from tests.spec.fhir_format import bundle
from tests.spec.formats import Message

SENDS = 200
WORDS = (("urgentie", "spoed"), ("crisis", "crisis"))
SOURCE = "alles-1"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(tmp_path_factory.mktemp("mixed"), clock=LEGAL, wait_seconds=0) as running:
        yield running


def by_soap(place: Sandbox) -> dict[str, Any]:
    consent = "<vi:toestemming><vi:gegevenOp>2026-11-01</vi:gegevenOp><vi:bewijsReferentie>d-7</vi:bewijsReferentie>"
    with Sender(place.gateway) as sender:
        told = sender.post(
            signal(SOURCE, words=WORDS, region=EXTENDED, more=f"{consent}</vi:toestemming>", bsn=children()[0]["bsn"])
        )
    return {
        "signaalId": told.text("ontvangstbewijs/signaalId"),
        "ontvangenOp": told.text("ontvangstbewijs/ontvangenOp"),
        "verwijderdatum": told.text("ontvangstbewijs/verwijderdatum"),
        "betekenissen": sorted(
            zip(
                told.texts("ontvangstbewijs/betekenis/as"),
                told.texts("ontvangstbewijs/betekenis/woord"),
                told.texts("ontvangstbewijs/betekenis/begrip"),
                told.texts("ontvangstbewijs/betekenis/equivalentie"),
                strict=True,
            )
        ),
        "vragen": sorted(told.texts("ontvangstbewijs/vraag/woord")),
        "bevindingen": sorted(told.texts("ontvangstbewijs/bevinding/code")),
        "vocabulaire": told.text("ontvangstbewijs/vocabulaire"),
        "beleid": told.text("ontvangstbewijs/beleid"),
    }


def by_json(place: Sandbox) -> dict[str, Any]:
    message = {
        "bronSysteem": "bron",
        "bronSignaalId": SOURCE,
        "soort": "SIGNAAL",
        "jeugdige": {"bsn": children()[0]["bsn"], "gemeenteCode": EXTENDED},
        "melder": {"professionalId": "p-1", "naam": "A. Fictief", "telefoon": "030-7654321"},
        "datumTijdMelding": REPORTED,
        "attestaties": {
            "redelijkVermoeden": True,
            "informatieplicht": {"wie": "BEIDEN", "datum": "2026-11-20"},
            "toestemming": {"gegevenOp": "2026-11-01", "bewijsReferentie": "d-7"},
        },
        "aanduidingen": [{"as": axis, "woord": word} for axis, word in WORDS],
    }
    told = httpx.post(
        f"{place.gateway}/v1/signalen", json=message, headers=_token(), timeout=60, trust_env=False
    ).json()["ontvangstbewijs"]
    return {
        **{name: told[name] for name in ("signaalId", "ontvangenOp", "verwijderdatum", "vocabulaire", "beleid")},
        "betekenissen": sorted(
            tuple(one[name] for name in ("as", "woord", "begrip", "equivalentie")) for one in told["betekenissen"]
        ),
        "vragen": sorted(one["woord"] for one in told["vragen"]),
        "bevindingen": sorted(one["code"] for one in told["bevindingen"]),
    }


def by_fhir(place: Sandbox) -> dict[str, Any]:
    source = {"bron_systeem": "bron", "bron_signaal_id": SOURCE, "professional_id": "p-1", "melder_naam": "A. Fictief"}
    consent = {"toestemming_gegeven_op": "2026-11-01", "toestemming_bewijs_referentie": "d-7"}
    message = Message("signaalAfgeven", {
        **source, **consent, "soort": "SIGNAAL", "bsn": children()[0]["bsn"], "gemeente_code": EXTENDED,
        "melder_telefoon": "030-7654321", "datum_tijd_melding": REPORTED, "redelijk_vermoeden": "true",
        "informatieplicht_wie": "BEIDEN", "informatieplicht_datum": "2026-11-20",
    }, WORDS)  # fmt: skip
    headers = {**_token(), "content-type": "application/fhir+json"}
    told = httpx.post(
        f"{place.gateway}/fhir/$process-message", json=bundle(message), headers=headers, timeout=60, trust_env=False
    ).json()
    flag, issues = (
        next(entry["resource"] for entry in told["entry"] if entry["resource"]["resourceType"] == kind)
        for kind in ("Flag", "OperationOutcome")
    )
    (proof,) = said(flag, "ontvangstbewijs")
    return {
        "signaalId": flag["id"],
        "ontvangenOp": proof["ontvangen-op"],
        "verwijderdatum": proof["verwijderdatum"],
        "betekenissen": sorted(
            (one["as"], one["woord"], one["begrip"]["code"], one["equivalentie"])
            for one in said(flag, "betekenis")
            if one["bewaard"]
        ),
        "vragen": sorted(one["woord"] for one in said(flag, "vraag")),
        "bevindingen": sorted(
            one["details"]["coding"][0]["code"] for one in issues["issue"] if one["severity"] == "warning"
        ),
        "vocabulaire": proof["vocabulaire"],
        "beleid": proof["beleid"],
    }


def said(flag: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Our extensions of a name, each by the names of its parts."""
    return [
        {
            part["url"]: next(value for key, value in part.items() if key.startswith("value"))
            for part in one["extension"]
        }
        for one in flag["extension"]
        if one["url"].endswith(f"/vi-{name}")
    ]


ROW = {
    "actie": "afgeven", "bron_systeem": "bron", "bron_signaal_id": SOURCE, "soort": "SIGNAAL",
    "professional_id": "p-1", "melder_naam": "A. Fictief", "melder_telefoon": "030-7654321",
    "datum_tijd_melding": REPORTED, "redelijk_vermoeden": "ja", "informatieplicht_wie": "beiden",
    "informatieplicht_datum": "20-11-2026", "toestemming_gegeven_op": "1-11-2026",
    "toestemming_bewijs_referentie": "d-7", "gemeente_code": EXTENDED, **dict(WORDS),
}  # fmt: skip


def by_csv(place: Sandbox) -> dict[str, Any]:
    row = {**ROW, "bsn": children()[0]["bsn"]}
    file = f"{';'.join(row)}\r\n{';'.join(row.values())}\r\n".encode()
    headers = {**_token(), "content-type": "text/csv"}
    with httpx.Client(base_url=place.gateway, headers=headers, timeout=60, trust_env=False) as client:
        while True:
            told = client.post("/csv/v1/batches", content=file)
            if told.status_code != 503:  # as many files as may be are being read
                break
            time.sleep(0.02)
        report = client.get(told.json()["resultaat"]).content.decode("utf-8-sig")
    (line,) = csv.DictReader(io.StringIO(report), delimiter=";")
    assert line["status"] in ("aangenomen", "bekend"), line
    return {
        "signaalId": line["signaal_id"],
        "verwijderdatum": line["verwijderdatum"],
        "betekenissen": line["betekenissen"],
        "ontvangen": line["ontvangen_op"],
    }


def _token() -> dict[str, str]:
    return {"authorization": f"Bearer {token_of(SCHOOL)}"}


FORMATS: tuple[Callable[[Sandbox], dict[str, Any]], ...] = (by_soap, by_json, by_fhir, by_csv)


@pytest.mark.verify
def test_the_same_signal_two_hundred_times_in_every_format(place: Sandbox) -> None:
    work = [FORMATS[number % len(FORMATS)] for number in range(SENDS)]
    with ThreadPoolExecutor(8) as senders:
        told = list(senders.map(lambda send: (send.__name__, send(place)), work))
    whole = {json.dumps(receipt, sort_keys=True) for name, receipt in told if name != "by_csv"}
    assert len(whole) == 1
    (receipt,) = (json.loads(one) for one in whole)
    lines = {json.dumps(line) for name, line in told if name == "by_csv"}
    assert len(lines) == 1
    (line,) = (json.loads(one) for one in lines)
    assert (line["signaalId"], line["verwijderdatum"]) == (receipt["signaalId"], receipt["verwijderdatum"])
    assert line["betekenissen"].count("(") == len(receipt["betekenissen"]) == len(WORDS)
    assert place.house.store.read.tally()["signals"] == {"ACTIEF": 1}
    assert until(lambda: told_by(place.indexes["uitgebreid"], "telling")["signalen"] == {"ACTIEF": 1})
