"""A meaning card goes out beside a match in every format and is read by somebody else: it is the same card."""

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from fhirclient.models.bundle import Bundle
from hypothesis import given
from lxml import etree

from gateway import compose
from gateway.canonical.card import Uitleg
from gateway.canonical.match import Betrokkene, Match, MatchContent, MatchSoort, MatchStatus
from gateway.canonical.receipt import MatchPage
from gateway.rules import cards
from tests.property.replies import explained
from tests.property.test_formats_agree import contract, fhir, sheets

Told = dict[str, Any]
FIELDS = {
    "versie": "versie",
    "instantie": "instantie",
    "geldig_vanaf": "geldigVanaf",
    "bevestigd_op": "bevestigdOp",
    "bevestigd_door": "bevestigdDoor",
    "reactietermijn": "reactietermijn",
    "vrijwillige_hulp": "vrijwilligeHulp",
    "gedwongen_hulp": "gedwongenHulp",
}
WORD = {
    "axis": "as", "woord": "woord", "begrip": "begrip", "betekent": "betekent", "termijn": "termijn",
    "doet_zelf": "doetZelf", "verwacht": "verwacht",
}  # fmt: skip
FRIEND = {"axis": "as", "woord": "woord", "bij_u": "bijU", "bij_de_ander": "bijDeAnder"}

readable = explained.map(lambda uitleg: Uitleg.model_validate(_plain(uitleg.model_dump())))


def _plain(value: Any) -> Any:
    """Only letters that every reader keeps as they are: line ends and the like are other tests' business."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    return re.sub(r"[^\w]", "x", value, flags=re.ASCII) if isinstance(value, str) else value


def page(uitleg: Uitleg) -> MatchPage:
    match = Match(
        match_id="00000000-0000-4000-8000-000000000001",
        soort=MatchSoort.CLIENTMATCH,
        signaal_id="00000000-0000-4000-8000-000000000002",
        bron_signaal_id="s-1",
        niet_dezelfde_jeugdige=False,
        ontstaan_op="2026-01-01T00:00:00Z",
        status=MatchStatus.ACTIEF,
        content=MatchContent(betrokkenen=(Betrokkene(naam="A", instantie=uitleg.instantie),)),
        uitleg=(uitleg,),
    )
    return MatchPage(matches=(match,), cursor="c", more=False)


def told(uitleg: Uitleg) -> Told:
    """What stands in it, by the names of the contract."""
    card = uitleg.kaart
    return {
        "instantie": uitleg.instantie,
        "tekst": uitleg.over_de_index,
        "vergeleken": uitleg.vergeleken,
        "vrienden": [[getattr(one, name) for name in FRIEND] for one in uitleg.valse_vrienden],
        "kaart": card
        and {
            **{there: _text(getattr(card, here)) for here, there in FIELDS.items()},
            "kan": list(card.kan),
            "kanNiet": list(card.kan_niet),
            "woorden": [[getattr(word, name) for name in WORD] for word in card.woorden],
        },
    }


def _text(value: Any) -> Any:
    return value if isinstance(value, bool) else str(value)


def by_zeep(answer: bytes) -> Told:
    [match] = contract().process_reply(etree.fromstring(answer)).match
    [one] = match.uitleg
    card = one.bedoelkaart
    return {
        "instantie": one.instantie,
        "tekst": one.tekst,
        "vergeleken": one.vergeleken,
        "vrienden": [[getattr(friend, name) for name in FRIEND.values()] for friend in one.valseVriend],
        "kaart": card
        and {
            **{name: _text(getattr(card, name)) for name in FIELDS.values()},
            "kan": list(card.kan),
            "kanNiet": list(card.kanNiet),
            "woorden": [[getattr(word, name) for name in WORD.values()] for word in card.kaartwoord],
        },
    }


def by_json(answer: bytes) -> Told:
    [match] = json.loads(answer)["matches"]
    [one] = match["uitleg"]
    card = one.get("bedoelkaart")
    return {
        "instantie": one["instantie"],
        "tekst": one["tekst"],
        "vergeleken": one["vergeleken"],
        "vrienden": [[friend[name] for name in FRIEND.values()] for friend in one["valseVrienden"]],
        "kaart": card
        and {
            **{name: card[name] for name in FIELDS.values()},
            "kan": card["kan"],
            "kanNiet": card["kanNiet"],
            "woorden": [[word.get(name) for name in WORD.values()] for word in card["woorden"]],
        },
    }


def by_fhirclient(answer: bytes) -> Told:
    [entry] = Bundle(json.loads(answer)).entry
    [one] = [part for part in entry.resource.extension if part.url.endswith("/vi-uitleg")]
    cards_there = _parts(one, "bedoelkaart")
    return {
        "instantie": _said(one, "instantie"),
        "tekst": _said(one, "tekst"),
        "vergeleken": _said(one, "vergeleken"),
        "vrienden": [
            [_said(friend, _dashed(name)) for name in FRIEND.values()] for friend in _parts(one, "valse-vriend")
        ],
        "kaart": _card(cards_there[0]) if cards_there else None,
    }


def _card(card: Any) -> Told:
    return {
        **{name: _said(card, _dashed(name)) for name in FIELDS.values()},
        "kan": [_value(part) for part in _parts(card, "kan")],
        "kanNiet": [_value(part) for part in _parts(card, "kan-niet")],
        "woorden": [[_said(word, _dashed(name)) for name in WORD.values()] for word in _parts(card, "woord")],
    }


def _dashed(name: str) -> str:
    return re.sub(r"[A-Z]", lambda letter: f"-{letter[0].lower()}", name)


def _parts(above: Any, name: str) -> list[Any]:
    return [part for part in above.extension if part.url == name]


def _said(above: Any, name: str) -> Any:
    found = _parts(above, name)
    return _value(found[0]) if found else None


def _value(part: Any) -> Any:
    [value] = [value for key, value in part.as_json().items() if key.startswith("value")]
    return value


FORMATS: dict[str, tuple[Callable[[], Any], Callable[[bytes], Told]]] = {
    "zeep": (compose.soap_sender, by_zeep),
    "json": (compose.json_sender, by_json),
    "fhirclient": (fhir, by_fhirclient),
}


@pytest.mark.parametrize("name", FORMATS)
@given(uitleg=readable)
def test_a_card_told_in_a_format_is_the_card(name: str, uitleg: Uitleg) -> None:
    write, read = FORMATS[name]
    body = write().encode(page(uitleg), operation="MatchesOpvragen", relates_to="").body
    assert read(body) == told(uitleg)


@given(uitleg=readable)
def test_a_file_has_every_line_of_it_in_one_cell(uitleg: Uitleg) -> None:
    sheet = sheets().matches(page(uitleg), dt.date(2030, 1, 1)).decode("utf-8-sig")
    [line] = csv.DictReader(io.StringIO(sheet, newline=""), delimiter=";")
    assert line["uitleg"] == " | ".join(cards.lines(uitleg))
