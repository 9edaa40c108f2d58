"""What may not be kept is nowhere: unique texts in every field are looked for in every place bytes can stay."""

import base64
import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from lxml import etree

from gateway.adapters.senders.fhir import xml_form
from gateway.canonical.identifiers import Onderwijsnummer
from gateway.cli.sandbox import REGIONAL, token_of
from gateway.simulator.faults import Fault, Rule
from tests.e2e.stored import meanings, sealed, tables
from tests.e2e.talk import (
    CARE,
    KOP,
    MOST_WORDS,
    REPORTED,
    SCHOOL,
    Sender,
    children,
    envelope,
    own,
    person,
    signal,
    until,
)
from tests.e2e.traces import Place, found, number, running, unkept, words_of
from tests.spec.fhir_format import bundle
from tests.spec.formats import Message
from tests.spec.json_format import wire

STATUTORY = {"national law": "", "region with a contact term": REGIONAL}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running(tmp_path_factory.mktemp("minimal")) as it:
        yield it


def test_the_search_finds_what_is_there() -> None:
    for encoded in (
        "a qzcanary b".encode("utf-16-le"),
        "a qzcanary b".encode("utf-16-be")[1:],
        base64.b64encode(b"qzcanary"),
        base64.b64encode(b"?qzcanary-"),
        base64.b64encode(b"??qzcanary--"),
        b"qzcanary".hex().upper().encode(),
        quote("qzcanary").encode(),
    ):
        assert found(["qzcanary"], {"here": b"\xff\x00" + encoded + b"\x00"}), encoded
    assert not found(["qzcanary"], {"here": b"qzcanar" * 9})


@pytest.mark.parametrize("region", STATUTORY.values(), ids=STATUTORY)
def test_what_may_not_travel_or_be_kept_is_nowhere(place: Place, region: str) -> None:
    canary = words_of(2 + len(region))
    secret = {name: next(canary) for name in (
        "bron_signaal_id", "message id", "header block", "header attribute", "header name", "user agent", "cookie",
        "query", "own header", "comment", "instruction", "prefix", "namespace", "professional", "gegevens", "bewijs",
        "coordinator mail", "familienaam", "voornamen", "crisis", "veiligheid", "betrokkenheid", "geinformeerd",
    )}  # fmt: skip
    numbers = {
        "onderwijsnummer": number(Onderwijsnummer.parse, 101_230_000 + len(region)), "UZI": "918273645",
        "BIG": "98765432101", "AGB": "87654321", "SKJ": "112358132", "coordinator": "+31 6 1357 9246",
    }  # fmt: skip
    held = "".join(
        f"<vi:registratie><vi:stelsel>{name}</vi:stelsel><vi:nummer>{numbers[name]}</vi:nummer></vi:registratie>"
        for name in ("UZI", "BIG", "AGB", "SKJ")
    )
    row = next(row for row in children() if row["opgeschort"] == "nee")
    data = {**row, "familienaam": secret["familienaam"], "voornamen": secret["voornamen"], "voorvoegsel": ""}
    body = signal(
        secret["bron_signaal_id"],
        child=f"<vi:bsn>{row['bsn']}</vi:bsn><vi:onderwijsnummer>{numbers['onderwijsnummer']}</vi:onderwijsnummer>"
        + person(data),
        contact=f"<vi:telefoon>030-7654321</vi:telefoon>{held}",
        coordinator="<vi:coordinator><vi:naam>C. Verzonnen</vi:naam>"
        f"<vi:telefoon>{numbers['coordinator']}</vi:telefoon>"
        f"<vi:email>{secret['coordinator mail']}@school.example</vi:email></vi:coordinator>",
        more=f"<vi:toestemming><vi:gegevenOp>2026-11-20</vi:gegevenOp><vi:bewijsReferentie>{secret['bewijs']}"
        "</vi:bewijsReferentie></vi:toestemming>",
        words=[("crisis", secret["crisis"]), ("veiligheid", secret["veiligheid"])],
        region=region,
        header=f"<x:{secret['header name']} xmlns:x='urn:{secret['namespace']}' a='{secret['header attribute']}'>"
        f"{secret['header block']}</x:{secret['header name']}><!-- {secret['comment']} --><?{secret['instruction']} a?>"
        f"<{secret['prefix']}:b xmlns:{secret['prefix']}='urn:b'/>",
    ).replace(b"urn:uuid:", f"urn:{secret['message id']}:".encode(), 1)
    told = place.say(
        SCHOOL, body, user_agent=secret["user agent"], cookie=secret["cookie"], x_request_id=secret["own header"]
    )
    assert told.status == 200, told.codes
    assert place.delivered()
    talking = {line.partition(" ")[0].partition(".")[0] for line in place.heard.lines}
    assert {"sqlalchemy", "httpcore", "httpx"} <= talking, "whoever has something to tell was heard"
    hidden = [*secret.values(), *numbers.values(), token_of(SCHOOL)]
    assert not found(hidden, place.kept())
    assert not found(hidden, place.left())
    assert found(["C. Verzonnen"], place.left()), "what may travel did"
    assert not found([row["bsn"], "C. Verzonnen", "A. Fictief", "030-7654321"], place.kept())


@pytest.mark.parametrize("region", STATUTORY.values(), ids=STATUTORY)
@pytest.mark.parametrize("form", ["fhir", "fhir-xml", "json", "csv"])
def test_it_is_nowhere_whatever_format_it_came_in(place: Place, form: str, region: str) -> None:
    seed = f"{form}{region}"
    canary = words_of(sum(seed.encode()))
    secret = {name: next(canary) for name in (
        "bron_signaal_id", "familienaam", "voornamen", "crisis", "veiligheid", "professional_id",
        "toestemming_bewijs_referentie", "coordinator_email",
    )}  # fmt: skip
    row = [row for row in children() if row["opgeschort"] == "nee"][3 + len(region)]
    fields = {
        **{name: secret[name] for name in secret if name not in ("crisis", "veiligheid", "coordinator_email")},
        "bron_systeem": "bron", "soort": "SIGNAAL", "bsn": row["bsn"], "geboortedatum": row["geboortedatum"],
        "geslacht": row["geslacht"], "melder_naam": "A. Fictief", "melder_telefoon": "030-7654321",
        "coordinator_naam": "C. Verzonnen", "coordinator_email": f"{secret['coordinator_email']}@school.example",
        "datum_tijd_melding": REPORTED, "redelijk_vermoeden": "true", "informatieplicht_wie": "BEIDEN",
        "informatieplicht_datum": "2026-11-20", "toestemming_gegeven_op": "2026-11-20",
    } | ({"gemeente_code": region} if region else {})  # fmt: skip
    words = [(axis, secret[axis]) for axis in ("crisis", "veiligheid")]
    tally = place.house.store.read.tally
    before = sum(tally()["signals"].values())
    path, content_type, body = written(form, Message("signaalAfgeven", fields, words, [("SKJ", "112358132")]))
    with Sender(place.gateway) as sender:
        told = sender.post(body, path=path, content_type=content_type, user_agent=secret["bron_signaal_id"])
    assert told.status in (200, 201, 202), told.body
    assert sum(tally()["signals"].values()) == before + 1, told.body
    assert place.delivered()
    hidden = [*secret.values(), "112358132", token_of(SCHOOL)]
    travels = {"professional_id"}
    assert not found([text for name, text in secret.items() if name not in travels], place.left())
    assert not found([*hidden, row["bsn"], "C. Verzonnen", "A. Fictief", "030-7654321"], place.kept())


def written(form: str, message: Message) -> tuple[str, str, bytes]:
    """Where a message goes, as what, and its bytes."""
    match form:
        case "fhir":
            return "/fhir/$process-message", "application/fhir+json", json.dumps(bundle(message)).encode()
        case "fhir-xml":
            return "/fhir/$process-message", "application/fhir+xml", xml_form.write(bundle(message))
        case "json":
            return "/v1/signalen", "application/json", wire(message).body
    row = {
        "actie": "afgeven", **message.fields, **dict(message.words),
        **{kind.lower(): number for kind, number in message.registrations},
    }  # fmt: skip
    return "/csv/v1/batches", "text/csv", f"{';'.join(row)}\r\n{';'.join(row.values())}\r\n".encode()


@pytest.mark.parametrize("region", STATUTORY.values(), ids=STATUTORY)
def test_what_is_refused_is_nowhere(place: Place, region: str) -> None:
    canary = words_of(20 + len(region))
    secret = [next(canary) for _ in range(12)]
    whole = signal("bron", region=region).decode()
    soort = "<vi:soort>SIGNAAL</vi:soort>"
    bodies = [
        whole.replace(soort, f"{soort}<vi:reden>{secret[0]}</vi:reden>"),
        whole.replace(soort, f"{soort}<vi:{secret[1]}>{secret[2]}</vi:{secret[1]}>"),
        whole.replace(soort, f"<vi:soort>{secret[3]}</vi:soort>"),
        whole.replace("<vi:bsn>999990287", f"<vi:bsn>{secret[4]}"),
        whole.replace("<vi:kop>", f"<vi:kop {secret[5]}='{secret[6]}'>"),
        whole.replace("</soap:Envelope>", f"<{secret[7]}>"),
        whole.replace("vi:signaalAfgeven", f"vi:{secret[8]}"),
        whole.replace("<soap:Header>", f"<soap:Header><x:{secret[9]} xmlns:x='urn:x' soap:mustUnderstand='1'/>"),
        whole.replace("999990287", "999990288").replace("A. Fictief", secret[10]),
        f"<!DOCTYPE a [<!ENTITY {secret[11]} '{secret[11]}'>]>{whole}",
    ]
    before = place.house.store.read.tally()
    for body in bodies:
        told = place.say(SCHOOL, body.encode())
        assert told.status == 500 and told.codes
        assert not found([*secret, "999990288"], {"answer": told.body})
    with Sender(place.gateway) as sender:
        assert sender.post(b"", path=f"/soap/v1?{secret[0]}", authorization=f"Bearer {secret[1]}").status == 401
        assert sender.post(b"", path=f"/{secret[2]}").status == 404
    assert place.house.store.read.tally() == before
    assert not found([*secret, "999990288"], place.kept() | place.left())


@pytest.mark.parametrize("region", STATUTORY.values(), ids=STATUTORY)
def test_a_word_for_what_is_not_kept_is_answered_and_nowhere(place: Place, region: str) -> None:
    own_way = {concept: mixed(word) for concept, word in place.words.items()}
    pairs = list(own_way.items())
    for number_, part in enumerate(pairs[at : at + MOST_WORDS] for at in range(0, len(pairs), MOST_WORDS)):
        source = f"woorden-{region}-{number_}"
        said = [(axis, word) for (axis, _), word in part]
        told = place.say(SCHOOL, signal(source, words=said, region=region))
        understood = list(zip(told.texts("vertaling/woord"), told.texts("vertaling/begrip"), strict=True))
        assert understood == [(word, code) for (_, code), word in part]
        danger = any(
            place.house.directory.partners[SCHOOL].vocabulary.concept(*c).strekking == "gevaar" for c, _ in part
        )
        assert ("bel-nu" in told.texts("advies/code")) is danger
        again = place.say(SCHOOL, signal(source, words=said, region=region))
        assert again.part("ontvangstbewijs") == told.part("ontvangstbewijs")
        later = place.say(SCHOOL, envelope(f"<vi:statusOpvragen>{KOP}{own(source)}</vi:statusOpvragen>"))
        assert not found(own_way.values(), {"status": later.body})
    assert place.delivered()
    assert not found(own_way.values(), place.kept(), exactly=True)
    assert not found(own_way.values(), place.left())
    assert not found(own_way.values(), {name: cells for name, cells in tables(place).items() if name != "artifacts"})


def mixed(word: str) -> str:
    """A word as its list does not spell it: the lists themselves are kept, each version of them."""
    return "".join(letter.upper() if at % 3 == 0 else letter for at, letter in enumerate(word))


def test_answering_a_question_with_what_is_not_kept_keeps_nothing(place: Place) -> None:
    word = next(words_of(40))
    place.say(SCHOOL, signal("vraag", words=[("crisis", word)], region=REGIONAL))
    chosen = f"<vi:keuze><vi:as>crisis</vi:as><vi:woord>{word}</vi:woord><vi:begrip>vermoed</vi:begrip></vi:keuze>"
    told = place.say(SCHOOL, envelope(f"<vi:betekenisAanvullen>{KOP}{own('vraag')}{chosen}</vi:betekenisAanvullen>"))
    assert told.status == 200 and "bel-nu" in told.texts("advies/code")
    assert place.delivered()
    assert not found([word], place.kept() | place.left())


def test_no_row_that_a_signal_leads_to_says_what_may_not_be_kept(place: Place) -> None:
    words = [(axis, word) for (axis, _), word in place.words.items()]
    term = [("urgentie", "binnen-1-werkdag", "verwijsindex")]
    parts = [words[at : at + MOST_WORDS - 1] for at in range(0, len(words), MOST_WORDS - 1)]
    for number_, part in enumerate(parts):
        for partner in (SCHOOL, CARE):
            place.say(partner, signal(f"rijen-{number_}", region=REGIONAL, words=[*part, *term]))
    assert until(lambda: place.house.store.read.tally()["matches"].get("ACTIEF", 0) > 0)
    place.indexes["uitgebreid"].script([Rule(operation="signaalAfgeven", fault=Fault.UNAVAILABLE)])
    place.say(SCHOOL, signal("rijen-later", region=REGIONAL, words=[*parts[0], *term]))
    assert until(lambda: any(where == "outbox.body" for where, _ in sealed(place)))
    seen: dict[str, int] = {}
    kept: set[tuple[str, str]] = set()
    for where, plain in sealed(place):
        seen[where] = seen.get(where, 0) + 1
        if where == "outbox.body":
            tree = etree.fromstring(plain.partition(b"\n\n")[2])
            said = {(word[0].text, word[1].text) for word in tree.iter("{*}aanduiding")}
        else:
            said = set(meanings(json.loads(plain)))
        kept |= said
        assert not said & set(unkept()), where
        assert not found(place.words.values(), {where: plain})
    assert seen.keys() == {"signals.sealed", "operations.receipt", "outbox.body", "matches.sealed"}
    assert ("urgentie", "binnen-1-werkdag") in kept, "what may be kept is"
    place.indexes["uitgebreid"].script()
    assert not found([code for _, code in unkept() if len(code) > 6], {"audit": tables(place)["audit"]})
