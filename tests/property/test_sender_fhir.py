"""FHIR under any damage, and any signal said in FHIR read as it was meant, in JSON and in XML."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from fhir.resources.R4B.bundle import Bundle
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.adapters.senders.fhir import xml_form
from gateway.canonical.command import Afgeven, Said
from gateway.canonical.receipt import Refusal
from gateway.errors import SenderError
from gateway.wire import fhir_r4
from gateway.wire.message import WireRequest
from tests.conftest import EXAMPLES
from tests.hostile.test_fhir import BUNDLE, CANARIES, FULL, MESSAGE, R
from tests.spec.fhir_format import adapter, bundle, wire
from tests.spec.fhir_names import JSON
from tests.spec.formats import FORMATS, PLAIN, Message
from tests.spec.office import judged
from tests.spec.people import SCHOOL, directory, regions

XML = "application/fhir+xml"
BODY = json.dumps(BUNDLE).encode()
IN_XML = Bundle.model_validate(BUNDLE).model_dump_xml()
if isinstance(IN_XML, str):
    IN_XML = IN_XML.encode()


def told(body: bytes, kind: str = JSON, path: str = "/$process-message") -> bytes:
    """What the sender is told; empty when nothing is wrong. Anything but a request or a SenderError fails the test."""
    try:
        request, relates_to = adapter().decode(WireRequest(body, kind, path=path))
    except SenderError as error:
        findings, relates_to = error.findings, error.relates_to
    else:
        findings = request.remarks
        if isinstance(request, Afgeven):
            findings = judged(request, directory().partners[SCHOOL], regions()["strikt"]).findings
    if not findings:
        return b""
    return adapter().encode(Refusal(findings=findings), operation="", relates_to=relates_to).body


@given(st.binary(max_size=80), st.sampled_from([JSON, XML, "application/x-www-form-urlencoded"]))
def test_any_bytes_are_a_request_or_a_sender_error(body: bytes, kind: str) -> None:
    for path in ("/$process-message", "/Flag", "/Flag/_search", "/Task/_search", "/$capaciteiten"):
        told(body, kind, path)


@settings(max_examples=EXAMPLES * 5)
@given(st.data(), st.sampled_from([(BODY, JSON), (IN_XML, XML)]))
def test_any_damage_to_the_bytes_is_survived(data: st.DataObject, message: tuple[bytes, str]) -> None:
    body, kind = message
    start, length = data.draw(st.integers(0, len(body))), data.draw(st.integers(0, 40))
    by, times = data.draw(st.binary(max_size=8)), data.draw(st.integers(0, 2))
    told(body[:start] + body[start : start + length] * times + by + body[start + length :], kind)


def spots(value: Any) -> Iterator[tuple[Any, Any]]:
    for key, inner in [*value.items()] if isinstance(value, dict) else [*enumerate(value)]:
        yield value, key
        if isinstance(inner, dict | list):
            yield from spots(inner)


STRANGE: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, "", " ", "x", "kanarieverhaal", [], {}, [None], [[]], [{}], {"x": "kanarieverhaal"},
    {"resourceType": "Patient"}, {"reference": "#x"}, ["a", 1], "2014-05-06", "\x00", "\U0001f600",
)  # fmt: skip
NAMES = (
    "resourceType",
    "extension",
    "_family",
    "contained",
    "coding",
    "kanarieverhaal",
    "id",
    "fullUrl",
    "url",
    "text",
)


@settings(max_examples=EXAMPLES * 20)
@given(st.data())
def test_any_change_to_the_message_is_survived_and_tells_nothing_of_it(data: st.DataObject) -> None:
    value = copy.deepcopy(BUNDLE)
    for _ in range(data.draw(st.integers(1, 3))):
        known = [*spots(value)]
        if not known:
            break
        above, key = data.draw(st.sampled_from(known))
        change = data.draw(st.sampled_from(["drop", "put", "wrap", "move", "name"]))
        if change == "drop":
            del above[key]
        elif change == "put":
            above[key] = copy.deepcopy(data.draw(st.sampled_from(STRANGE)))
        elif change == "wrap":
            above[key] = [above[key]]
        elif change == "move":
            there, place = data.draw(st.sampled_from(known))
            above[key] = copy.deepcopy(there[place]) if place in there or isinstance(there, list) else None
        elif isinstance(above, dict):
            above[data.draw(st.sampled_from(NAMES))] = copy.deepcopy(data.draw(st.sampled_from(STRANGE)))
    answer = told(json.dumps(value).encode()).decode().lower()
    assert not [canary for canary in CANARIES if canary.lower() in answer and canary.lower() not in named(value)]


def named(value: Any) -> str:
    """The id of a message: the one thing of it that an answer must say (MessageHeader.response.identifier)."""
    entries = value.get("entry") if isinstance(value, dict) else None
    first = entries[0] if isinstance(entries, list) and entries else None
    header = first.get("resource") if isinstance(first, dict) else None
    return json.dumps(header.get("id") if isinstance(header, dict) else "").lower()


def test_xml_is_read_as_the_json_it_means() -> None:
    in_json, _ = adapter().decode(WireRequest(BODY, JSON, path="/$process-message"))
    in_xml, _ = adapter().decode(WireRequest(IN_XML, XML, path="/$process-message"))
    assert in_xml == in_json
    assert fhir_r4.valid(BUNDLE)


line = st.text(st.characters(categories=["L", "N", "P"], exclude_characters="\x85\xa0"), min_size=1, max_size=30)
number = st.integers(1, 9999).map(str)
fields = st.fixed_dictionaries(
    {},
    optional={
        "familienaam": line,
        "voorvoegsel": line,
        "voornamen": line,
        "geboortedatum": st.dates().filter(lambda day: day.year > 1).map(str),
        "geslacht": st.sampled_from("MVO"),
        "postcode": st.from_regex(r"[1-9][0-9]{3}[A-Z]{2}", fullmatch=True),
        "huisnummer": number,
        "gemeente_code": st.from_regex(r"[0-9]{4}", fullmatch=True),
        "professional_id": line,
        "melder_naam": line,
        "melder_functie": line,
        "melder_telefoon": line,
        "melder_email": line,
        "coordinator_naam": line,
        "coordinator_telefoon": line,
        "coordinator_email": line,
        "bron_signaal_id": line,
        "revisie": number,
        "soort": st.sampled_from(["SIGNAAL", "KETENREGISTRATIE"]),
        "verwijderdatum": st.dates().map(str),
        "redelijk_vermoeden": st.sampled_from(["true", "false"]),
        "informatieplicht_wie": st.sampled_from(["JEUGDIGE", "BEIDEN"]),
        "informatieplicht_uitgesteld": st.sampled_from(["true", "false"]),
        "toestemming_gegeven_op": st.dates().map(str),
        "toestemming_bewijs_referentie": line,
        "bsn": line,
        "onderwijsnummer": line,
    },
)
words = st.lists(st.tuples(st.sampled_from(["urgentie", "crisis"]), line), max_size=3)
registrations = st.lists(st.tuples(st.sampled_from(["SKJ", "BIG", "UZI", "AGB"]), line), max_size=3)


@given(fields, words, registrations)
def test_what_is_said_in_fhir_is_read_as_it_was_said(
    said: dict[str, str], spoken: list[tuple[str, str]], held: list[tuple[str, str]]
) -> None:
    message = Message("signaalAfgeven", {"bron_systeem": "b", **said}, spoken, held)
    plain = PLAIN.request(message)
    for request in (FORMATS["fhir"].request(message), in_xml(message)):
        assert isinstance(request, Afgeven) and isinstance(plain, Afgeven)
        assert request.bron_systeem is not None and request.bron_systeem.text == "b"
        for name in FULL.keys() | said.keys():
            if name != "bron_systeem":
                assert texts(getattr(request.draft, name)) == texts(getattr(plain.draft, name)), name
        assert [(one.axis.text, one.word.text) for one in request.draft.terms] == [tuple(word) for word in spoken]
        pairs = [(kind.text, one.text) for kind, one in request.draft.registraties]
        assert sorted(pairs) == sorted(map(tuple, held))


def texts(said: Said | None) -> str | None:
    return said.text if said else None


def in_xml(message: Message) -> Any:
    return adapter().decode(WireRequest(xml_form.write(bundle(message)), XML, path="/$process-message"))[0]


def test_the_layers_do_not_stop_at_the_first() -> None:
    value = copy.deepcopy(BUNDLE)
    flag, role = value["entry"][1]["resource"], value["entry"][3]["resource"]
    flag["status"], flag["note"], flag["subject"]["type"] = "foo", [{"text": "x"}], "Practitioner"
    role["code"].append({"text": "x"})
    answer = json.loads(told(json.dumps(value).encode()))
    issues = answer["entry"][1]["resource"]["issue"]
    places = {issue["expression"][0].rpartition("resource")[2] for issue in issues}
    assert {".status", ".note", ".subject.reference", ".code[1]"} <= places
    assert R in {issue["expression"][0].removesuffix(".code[1]") for issue in issues}


def test_the_message_of_the_corpus_is_the_one_the_spec_writes() -> None:
    assert json.loads(wire(MESSAGE).body) == BUNDLE
