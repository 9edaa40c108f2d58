"""A value goes out in every format and is read by somebody else: it is the same value. And so on the way in.

The writers of `tests.spec` say a signal without a line of the adapters; the readers here are zeep, fhirclient, and
Python's own JSON and CSV.
"""

import csv
import datetime as dt
import io
import json
import re
from functools import cache
from typing import Any

import pytest
import zeep
from fhirclient.models.bundle import Bundle
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from gateway import compose
from gateway.canonical.command import Afgeven
from gateway.canonical.match import Betrokkene, Match, MatchContent, MatchSoort, MatchStatus, Opvolging
from gateway.canonical.receipt import MatchPage
from gateway.canonical.regie import Regie, RegieStatus, Wie
from gateway.canonical.signal import Signal
from gateway.canonical.terms import Equivalence, Meaning
from gateway.config import PartnerConfig
from tests.spec.formats import FORMATS, PLAIN, Message
from tests.spec.office import judged
from tests.spec.people import FIELDS, SCHOOL, directory, regions, shared

letters = st.sampled_from("abcdefghijklmnopqrstuvwxyzABCXYZ0189 '-.éèëïöüáçñÉÖŠžőğłøßœ")
"""Names as people have them; what a file was spoiled by when it was saved has tests of its own."""
name = st.text(letters, min_size=1, max_size=30).map(lambda text: f"A{text}z")
number = st.integers(0, 10**9).map(lambda n: f"0{n:09d}")
mail = st.from_regex(r"[a-z]{1,9}@[a-z]{1,9}\.nl", fullmatch=True)
day = st.dates(dt.date(2026, 11, 22), dt.date(2028, 11, 20)).map(str)
ID = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9./-]{0,30}", fullmatch=True)
KNOWN_WORDS = [("urgentie", "spoed"), ("crisis", "crisis"), ("veiligheid", "acuut"), ("handelt", "wij bellen zelf")]

signals = st.fixed_dictionaries(
    {
        "bron_systeem": ID,
        "bron_signaal_id": ID,
        "melder_naam": name,
        "professional_id": ID,
        "melder_telefoon": number,
        "geslacht": st.sampled_from("MV"),
        "familienaam": name,
        "geboortedatum": st.dates(dt.date(2008, 1, 1), dt.date(2020, 1, 1)).map(str),
        "datum_tijd_melding": st.datetimes(dt.datetime(2026, 11, 1), dt.datetime(2026, 11, 20)).map(
            lambda moment: f"{moment.isoformat(timespec='seconds')}+01:00"
        ),
        "informatieplicht_wie": st.sampled_from(["JEUGDIGE", "VERTEGENWOORDIGER", "BEIDEN"]),
        "toestemming_gegeven_op": st.just("2026-11-01"),
        "toestemming_bewijs_referentie": ID,
    },
    optional={
        "revisie": st.integers(1, 9999).map(str),
        "voorvoegsel": st.sampled_from(["van der", "el", "'t"]),
        "voornamen": name,
        "postcode": st.just("3511AB"),
        "huisnummer": st.integers(1, 99999).map(str),
        "melder_functie": name,
        "melder_email": mail,
        "coordinator_naam": name,
        "verwijderdatum": day,
    },
)
words = st.lists(st.sampled_from(KNOWN_WORDS), unique=True, max_size=4)


def read(message: Message, form: str) -> dict[str, Any]:
    """The canonical signal of a message, without what each reading makes anew."""
    request = FORMATS[form].request(message)
    assert isinstance(request, Afgeven)
    admitted = judged(request, directory().partners[SCHOOL], regions()["uitgebreid"])
    assert isinstance(admitted.read, Signal), admitted.findings
    dumped = admitted.read.model_dump(mode="json", exclude={"signaal_id", "herkomst"})
    dumped["datum_tijd_melding"] = admitted.read.datum_tijd_melding.astimezone(dt.UTC).isoformat()
    dumped["betekenissen"] = sorted(dumped["betekenissen"], key=json.dumps)
    return dumped


@pytest.mark.parametrize("form", [form for form in FORMATS if FORMATS[form] is not PLAIN])
@given(says=signals, said=words)
def test_a_signal_said_in_a_format_is_the_signal(form: str, says: dict[str, str], said: list[tuple[str, str]]) -> None:
    fixed = {key: FIELDS[key] for key in ("soort", "redelijk_vermoeden", "informatieplicht_datum") if key in FIELDS}
    message = Message("signaalAfgeven", fixed | says, said, [("SKJ", "110000001")])
    assert read(message, form) == read(message, "plat")


texts = name.map(str.strip)
concepts = [(one.axis, one.code) for one in shared().tables.concepts]
meanings = st.builds(
    lambda where, word, degree: Meaning(axis=where[0], concept=where[1], word=word, equivalence=degree, map="lijst@1"),
    st.sampled_from(concepts),
    texts,
    st.sampled_from(Equivalence),
)
others = st.builds(
    Betrokkene,
    naam=texts,
    functie=st.none() | texts,
    instantie=texts,
    locatie=st.none() | texts,
    telefoon=st.none() | number,
    email=st.none() | mail,
    coordinator=st.none() | texts,
)
regies = st.builds(
    Regie,
    status=st.sampled_from(RegieStatus),
    wie=st.sampled_from(Wie),
    naam=st.none() | texts,
    instantie=st.none() | texts,
    aangeboden=st.booleans(),
    herzien_op=st.none() | st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)),
    stand=st.integers(0, 999).map("r{}".format),
    niet_zichtbaar_voor=st.lists(texts, max_size=1).map(tuple),
)
matches = st.builds(
    Match,
    match_id=st.uuids(),
    soort=st.sampled_from(MatchSoort),
    signaal_id=st.uuids(),
    bron_signaal_id=ID,
    niet_dezelfde_jeugdige=st.booleans(),
    ontstaan_op=st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2030, 1, 1), timezones=st.just(dt.UTC)).map(
        lambda moment: moment.replace(microsecond=0)
    ),
    status=st.just(MatchStatus.ACTIEF),
    verwijderen=st.booleans(),
    opvolging=st.none() | st.sampled_from(Opvolging),
    content=st.builds(
        MatchContent,
        betrokkenen=st.lists(others, min_size=1, max_size=3).map(tuple),
        betekenissen=st.lists(meanings, max_size=3).map(tuple),
    ),
    regie=st.none() | regies,
)
PARTS = ("naam", "functie", "instantie", "locatie", "telefoon", "email", "coordinator")
WORD = ("as", "woord", "begrip", "equivalentie")
Told = dict[str, Any]


def told(match: Match) -> Told:
    """A match, as its values are."""
    return {
        "id": str(match.match_id),
        "soort": match.soort.value,
        "ander kind": match.niet_dezelfde_jeugdige,
        "weg": match.verwijderen,
        "sinds": match.ontstaan_op,
        "opvolging": match.opvolging.value if match.opvolging else None,
        "anderen": [tuple(getattr(one, part) for part in PARTS) for one in match.content.betrokkenen],
        "woorden": [(one.axis, one.word, one.concept, one.equivalence.value) for one in match.content.betekenissen],
        "regie": _regie(match.regie) if match.regie else None,
    }


def _regie(regie: Regie) -> tuple[object, ...]:
    return (
        regie.status.value, regie.wie.value, regie.naam, regie.instantie, regie.aangeboden, regie.herzien_op,
        regie.stand, list(regie.niet_zichtbaar_voor),
    )  # fmt: skip


REGIE = ("status", "wie", "naam", "instantie", "aangeboden", "herzienOp", "stand", "nietZichtbaarVoor")


@cache
def contract() -> Any:
    client = zeep.Client("gateway/schemas/aanlevering-1.wsdl")
    return next(iter(client.wsdl.services.values())).ports.popitem()[1].binding._operations["matchesOpvragen"]


def by_zeep(page: MatchPage) -> list[Told]:
    body = compose.soap_sender().encode(page, operation="MatchesOpvragen", relates_to="").body
    answer = contract().process_reply(etree.fromstring(body))
    return [
        {
            "id": one.matchId,
            "soort": one.soort,
            "ander kind": one.nietDezelfdeJeugdige,
            "weg": bool(one.verwijderen),
            "sinds": one.ontstaanOp,
            "opvolging": one.opvolging,
            "anderen": [tuple(getattr(other, part) for part in PARTS) for other in one.betrokkene],
            "woorden": [tuple(said[part] for part in WORD) for said in one.betekenis],
            "regie": one.regie and tuple(one.regie[part] for part in REGIE),
        }
        for one in answer.match
    ]


def by_json(page: MatchPage) -> list[Told]:
    answer = json.loads(compose.json_sender().encode(page, operation="MatchesOpvragen", relates_to="").body)
    return [
        {
            "id": one["matchId"],
            "soort": one["soort"],
            "ander kind": one["nietDezelfdeJeugdige"],
            "weg": one.get("verwijderen", False),
            "sinds": dt.datetime.fromisoformat(one["ontstaanOp"]),
            "opvolging": one.get("opvolging"),
            "anderen": [tuple(other.get(part) for part in PARTS) for other in one["betrokkenen"]],
            "woorden": [
                (said["as"], said["woord"], said["begrip"], said["equivalentie"]) for said in one["betekenissen"]
            ],
            "regie": _from_json(one["regie"]) if "regie" in one else None,
        }
        for one in answer["matches"]
    ]


def _from_json(regie: dict[str, Any]) -> tuple[object, ...]:
    found = {part: regie.get(part) for part in REGIE}
    if day := found["herzienOp"]:
        found["herzienOp"] = dt.date.fromisoformat(day)
    return tuple(found.values())


@cache
def fhir() -> Any:
    return compose.fhir_sender("https://gateway.example/fhir")


def by_fhirclient(page: MatchPage) -> list[Told]:
    body = fhir().encode(page, operation="MatchesOpvragen", relates_to="").body
    return [_task(entry.resource) for entry in Bundle(json.loads(body)).entry or ()]


def _task(task: Any) -> Told:
    inside = {f"#{one.id}": one for one in task.contained}
    inputs = [(one.type.coding[0].code, one) for one in task.input]
    follow_up = task.businessStatus.coding[0].code
    return {
        "id": task.id,
        "soort": next(one.valueCode for kind, one in inputs if kind == "soort"),
        "ander kind": next(one.valueBoolean for kind, one in inputs if kind == "niet-dezelfde-jeugdige"),
        "weg": any(one.valueBoolean for kind, one in inputs if kind == "verwijderen"),
        "sinds": task.authoredOn.date,
        "opvolging": None if follow_up == "NIEUW" else follow_up,
        "anderen": [_other(inside, one.valueReference.reference) for kind, one in inputs if kind == "betrokkene"],
        "woorden": [_word(one) for one in task.extension if one.url.endswith("/vi-betekenis")],
        "regie": next((_extended(one) for one in task.extension if one.url.endswith("/vi-match-regie")), None),
    }


def _other(inside: dict[str, Any], reference: str) -> tuple[str | None, ...]:
    role = inside[reference]
    place = inside[role.organization.reference]
    reached = {point.system: point.value for point in role.telecom or ()}
    return (
        role.practitioner.display,
        role.code[0].text if role.code else None,
        place.name,
        place.address[0].text if place.address else None,
        reached.get("phone"),
        reached.get("email"),
        role.extension[0].valueReference.display if role.extension else None,
    )


def _word(extension: Any) -> tuple[str, ...]:
    parts = {part.url: part for part in extension.extension}
    concept = parts["begrip"].valueCoding
    assert concept.system.endswith(f"/vi-{parts['as'].valueCode}")
    return parts["as"].valueCode, parts["woord"].valueString, concept.code, parts["equivalentie"].valueCode


def _extended(extension: Any) -> tuple[object, ...]:
    parts = {part.url: part for part in extension.extension if part.url != "niet-zichtbaar-voor"}
    day = parts.get("herzien-op")
    return (
        parts["status"].valueCode,
        parts["wie"].valueCode,
        *(parts[name].valueString if name in parts else None for name in ("naam", "instantie")),
        parts["aangeboden"].valueBoolean,
        day.valueDate.date if day else None,
        parts["stand"].valueString,
        [part.valueString for part in extension.extension if part.url == "niet-zichtbaar-voor"],
    )


@cache
def sheets() -> Any:
    return compose.file_adapter(PartnerConfig.model_construct(id="x", csv_layout="standaard"), compose.layouts())


MEANING = re.compile(r'(\S+): "(.*?)" = (\S+) \((\w+)\)')


def by_csv(page: MatchPage) -> list[Told]:
    text = sheets().matches(page, dt.date(2030, 1, 1)).decode("utf-8-sig")
    found: dict[str, Told] = {}
    for line in csv.DictReader(io.StringIO(text, newline=""), delimiter=";"):
        one = found.setdefault(
            line["match_id"],
            {
                "id": line["match_id"],
                "soort": line["soort"],
                "ander kind": line["niet_dezelfde_jeugdige"] == "ja",
                "weg": line["verwijderen"] == "ja",
                "sinds": dt.datetime.fromisoformat(line["ontstaan_op"]),
                "opvolging": line["opvolging"] or None,
                "anderen": [],
                "regie": _row(line) if line["regie_stand"] else None,
                "woorden": [m.groups() for said in line["betekenissen"].split(" | ") if (m := MEANING.fullmatch(said))],
            },
        )
        one["anderen"].append(tuple(line[f"betrokkene_{part}"] or None for part in PARTS))
    return list(found.values())


def _row(line: dict[str, str]) -> tuple[object, ...]:
    day, unseen = line["regie_herzien_op"], line["regie_niet_zichtbaar_voor"]
    return (
        line["regie_status"], line["regie_wie"], line["regie_naam"] or None, line["regie_instantie"] or None,
        line["regie_aangeboden"] == "ja", dt.date.fromisoformat(day) if day else None, line["regie_stand"],
        [unseen] if unseen else [],
    )  # fmt: skip


@pytest.mark.parametrize("reader", [by_zeep, by_json, by_fhirclient, by_csv])
@given(found=st.lists(matches, max_size=3, unique_by=lambda match: match.match_id))
def test_a_match_told_in_a_format_is_the_match(reader: Any, found: list[Match]) -> None:
    page = MatchPage(matches=tuple(found), cursor="c", more=False)
    assert reader(page) == [told(match) for match in found]
