"""A partner that speaks the JSON contract: a youth worker's small application, which may not know a BSN."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from gateway.cli.partners.exchange import MELDING, Child, Exchange, Heard, Meant, Word, ask


def read(received: bytes) -> Heard:
    """An answer or a problem of the contract."""
    told: dict[str, Any] = json.loads(received)
    receipt = told.get("ontvangstbewijs", {})
    matches = told.get("matches") or told.get("stand", {}).get("matches", [])
    asked = [*receipt.get("vragen", ()), *told.get("vragen", ())]
    return Heard(
        signal_id=receipt.get("signaalId", ""),
        receipt=receipt,
        kept=_meanings(receipt.get("betekenissen", ())),
        shown=_meanings(told.get("vertalingen", ())),
        asked=frozenset(question["woord"] for question in asked),
        advice=" ".join(advice["tekst"] for advice in told.get("adviezen", ())),
        codes=frozenset(finding["code"] for finding in told.get("bevindingen", ())),
        others=tuple(other["instantie"] for match in matches for other in match["betrokkenen"]),
        statuses=tuple(match["status"] for match in matches),
        met=_meanings(meaning for match in matches for meaning in match["betekenissen"]),
        match_ids=tuple(match["matchId"] for match in matches),
    )


def _meanings(told: Iterable[dict[str, str]]) -> dict[Word, Meant]:
    return {(one["as"], one["woord"]): Meant(one["weergave"], one["equivalentie"], one["definitie"]) for one in told}


class PlainPartner:
    """Who speaks JSON."""

    def __init__(self, gateway: str, token: str) -> None:
        self._url = f"{gateway}/v1"
        self._token = token

    def afgeven(self, source: str, child: Child, words: Sequence[Word], *, region: str = "") -> Exchange:
        """Give a signal about a child by its name, birth date and sex."""
        message = {
            "bronSysteem": "jongerenwerk",
            "bronSignaalId": source,
            "soort": "SIGNAAL",
            "jeugdige": {
                "familienaam": child.familienaam,
                "geboortedatum": child.geboortedatum,
                "geslacht": child.geslacht,
                **({"gemeenteCode": region} if region else {}),
            },
            "melder": {"professionalId": "jw-2", "naam": "W. Fictief", "telefoon": "0687654321"},
            "datumTijdMelding": MELDING,
            "attestaties": {
                "redelijkVermoeden": True,
                "informatieplicht": {"wie": "JEUGDIGE", "datum": "2026-11-20"},
                "toestemming": {"gegevenOp": "2026-11-20", "bewijsReferentie": "jw-2026-2"},
            },
            "aanduidingen": [{"as": axis, "woord": word} for axis, word in words],
        }
        body = json.dumps(message, ensure_ascii=False, indent=1).encode()
        received = ask(f"{self._url}/signalen", self._token, body, Content_Type="application/json")
        return Exchange(body, received, ("json", "json"), read, tuple(words))

    def matches(self) -> Exchange:
        """Ask for matches."""
        return Exchange(b"GET /v1/matches", ask(f"{self._url}/matches", self._token), ("txt", "json"), read)
