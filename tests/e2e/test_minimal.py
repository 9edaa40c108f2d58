"""Nothing more than needed, anywhere: unique texts in every field are looked for in every place bytes can stay."""

import base64
import hashlib
import itertools
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from lxml import etree

from gateway.adapters.senders.fhir import xml_form
from gateway.canonical.identifiers import Bsn, Onderwijsnummer
from gateway.cli.sandbox import REGIONAL, token_of
from gateway.simulator.faults import Fault, Rule
from gateway.store.keyring import unseal
from gateway.store.sealing import BODY, MATCH, RECEIPT, SIGNAL, Sealing
from tests.e2e.talk import (
    BLIND,
    CARE,
    JGZ,
    REPORTED,
    SCHOOL,
    Sender,
    Told,
    children,
    envelope,
    own,
    person,
    signal,
    until,
)
from tests.e2e.traces import Place, found, number, quietly, running, spellings, unkept, words_of
from tests.spec.fhir_format import bundle
from tests.spec.formats import Message
from tests.spec.json_format import wire

STATUTORY = {"national law": "", "region with a contact term": REGIONAL}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    words = dict(zip(unkept(), words_of(1), strict=False))
    with running(tmp_path_factory.mktemp("minimal"), words) as it:
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


MOST_WORDS = 20
"""So many words a message may have."""


def mixed(word: str) -> str:
    """A word as its list does not spell it: the lists themselves are kept, each version of them."""
    return "".join(letter.upper() if at % 3 == 0 else letter for at, letter in enumerate(word))


def tables(place: Place) -> dict[str, bytes]:
    """All cells of every table of the store."""
    database = sqlite3.connect(place.directory / "gateway.db")
    names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    cells = {
        name: b"\x00".join(
            cell if isinstance(cell, bytes) else str(cell).encode()
            for row in database.execute(f'SELECT * FROM "{name}"')
            for cell in row
        )
        for name in names
    }
    database.close()
    return cells


def test_answering_a_question_with_what_is_not_kept_keeps_nothing(place: Place) -> None:
    word = next(words_of(40))
    place.say(SCHOOL, signal("vraag", words=[("crisis", word)], region=REGIONAL))
    chosen = f"<vi:keuze><vi:as>crisis</vi:as><vi:woord>{word}</vi:woord><vi:begrip>vermoed</vi:begrip></vi:keuze>"
    told = place.say(SCHOOL, envelope(f"<vi:betekenisAanvullen>{KOP}{own('vraag')}{chosen}</vi:betekenisAanvullen>"))
    assert told.status == 200 and "bel-nu" in told.texts("advies/code")
    assert place.delivered()
    assert not found([word], place.kept() | place.left())


KOP = "<vi:kop><vi:bronSysteem>bron</vi:bronSysteem></vi:kop>"


# with every key, and without


def sealed(place: Place) -> Iterator[tuple[str, Any]]:
    """Every sealed column of every row, opened: where it stood, and what was in it."""
    sealing: Sealing = place.house.store.read._sealing
    database = sqlite3.connect(f"file:{place.directory / 'gateway.db'}?mode=ro", uri=True)
    try:
        for table, column, label, bound in (
            ("signals", "sealed", SIGNAL, "id"),
            ("operations", "receipt", RECEIPT, "signal_id"),
            ("matches", "sealed", MATCH, "signal_id"),
            ("outbox", "body", BODY, "message_id"),
        ):
            owner = "id" if table == "signals" else "signal_id"
            rows = database.execute(f"SELECT {owner}, {bound}, {column} FROM {table} WHERE {column} IS NOT NULL")
            for signal_id, place_id, content in rows.fetchall():
                key = sealing.key(UUID(signal_id)) if signal_id else sealing.ring.transport
                for candidate in (key, sealing.ring.transport):
                    try:
                        plain = unseal(candidate or b"", label + UUID(place_id).bytes, content)
                        break
                    except Exception:  # noqa: BLE001  the other key
                        continue
                else:
                    raise AssertionError(f"{table}.{column} is sealed with no key of its signal")
                yield f"{table}.{column}", plain
    finally:
        database.close()


def meanings(value: Any) -> Iterator[tuple[str, str]]:
    """Every (axis, concept) said anywhere in a value."""
    if isinstance(value, dict):
        if "concept" in value:
            yield value["axis"], value["concept"]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from meanings(item)


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


def test_without_the_key_ring_a_stolen_store_shows_no_child(place: Place) -> None:
    register = children()
    with Sender(place.gateway, JGZ) as sender, quietly():
        for row in register:
            both = f"<vi:bsn>{row['bsn']}</vi:bsn>{person(row)}"
            assert sender.give(f"rvig-{row['bsn'][-5:]}", child=both).status == 200
    assert place.delivered()
    stolen = {path.name: path.read_bytes() for path in place.directory.glob("*.db*")}
    assert {"gateway.db", "keys.db"} <= stolen.keys()
    texts = {row[name] for row in register for name in ("bsn", "familienaam", "voornamen", "postcode")}
    telling = {spelled for text in texts if len(text) > 5 for spelled in spellings(text)}
    for row, kind in itertools.product(register, ("md5", "sha1", "sha256", "sha512")):
        digest = hashlib.new(kind, row["bsn"].encode()).digest()
        telling |= {digest, digest.hex().encode(), digest.hex().upper().encode(), base64.b64encode(digest)}
    assert standing(telling, b"...." + sorted(telling)[0])
    assert not {name: left for name, content in stolen.items() if (left := standing(telling, content))}
    assert not numbers_of(register) & whole_numbers(place)


def numbers_of(rows: Iterable[Mapping[str, str]]) -> set[int]:
    return {int(row["bsn"]) for row in rows}


def whole_numbers(place: Place) -> set[int]:
    """Every number in a cell of the store; SQLite does not keep those as digits."""
    found: set[int] = set()
    for name in ("gateway.db", "keys.db"):
        database = sqlite3.connect(place.directory / name)
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in database.execute(f'SELECT * FROM "{table}"'):
                found |= {cell for cell in row if isinstance(cell, int)}
        database.close()
    return found


def standing(patterns: Iterable[bytes], content: bytes) -> set[bytes]:
    """Which of many patterns stand in the content: looked for all at once, by their first bytes."""
    by_start: dict[bytes, list[bytes]] = {}
    for pattern in patterns:
        by_start.setdefault(pattern[:6], []).append(pattern)
    at = (place for place in range(len(content) - 5) if content[place : place + 6] in by_start)
    return {
        pattern
        for place in at
        for pattern in by_start[content[place : place + 6]]
        if content.startswith(pattern, place)
    }


# who may not know a number


def numbers_in(told: Told) -> list[str]:
    """Everything in an answer that could be a BSN."""
    possible = re.findall(rb"(?<![0-9A-Za-z-])[0-9]{8,9}(?![0-9A-Za-z-])", told.body)
    sound = []
    for text in possible:
        try:
            sound.append(Bsn.parse(text.decode().zfill(9)).reveal())
        except ValueError:
            continue
    return sound


def test_who_may_not_know_a_number_never_sees_one(place: Place) -> None:
    rows = [row for row in children() if row["opgeschort"] == "nee" and row["postcode"]][:6]
    numbers = [row["bsn"] for row in rows]
    seen: list[Told] = []
    with Sender(place.gateway, BLIND) as blind, Sender(place.gateway, CARE) as care, quietly():
        for row in rows:
            seen.append(blind.give(f"blind-{row['postcode']}", child=person(row)))
            assert (
                care.give(f"care-{row['postcode']}", child=f"<vi:bsn>{row['bsn']}</vi:bsn>{person(row)}").status == 200
            )
        assert place.delivered()
        assert until(
            lambda: len((last := blind.matches()).find("match")) >= len(rows) and bool(last.texts("betrokkene"))
        )
        bsn = numbers[0]
        said = f"<vi:bsn>{bsn}</vi:bsn>"
        wrong = [
            signal("b-1", bsn=bsn),
            signal("b-2", child=said + person(rows[0])),
            signal("b-3", child=person({**rows[0], "familienaam": bsn})),
            signal("b-4", child=person({**rows[0], "geboortedatum": bsn})),
            signal("b-5", child=person({**rows[0], "postcode": bsn})),
            signal("b-6", child=f"{said}{said}{person(rows[0])}"),
            signal("b-7", child=person(rows[0]), contact=f"<vi:telefoon>{bsn}</vi:telefoon>"),
            signal("b-8", child=person(rows[0]) + f"<vi:{'b' + bsn}/>"),
            signal("b-9", child=person(rows[0]), more=said),
            envelope(f"<vi:statusOpvragen>{KOP}{own(bsn)}</vi:statusOpvragen>"),
            envelope(f"<vi:matchesOpvragen>{KOP}<vi:na>{bsn}</vi:na></vi:matchesOpvragen>"),
            envelope(f"<vi:signaalIntrekken>{KOP}{own(bsn)}</vi:signaalIntrekken>"),
            envelope(f"<vi:zoeken>{said}</vi:zoeken>"),
            said.encode(),
        ]
        seen += [blind.post(body) for body in wrong]
        seen += [blind.status(f"blind-{row['postcode']}") for row in rows]
        seen += [blind.matches(), blind.say("eigenSignalenOpvragen"), blind.say("capaciteiten")]
        assert care.withdraw(f"care-{rows[0]['postcode']}").status == 200
        assert until(lambda: "VERVALLEN" in blind.status(f"blind-{rows[0]['postcode']}").texts("match/status"))
        seen += [blind.status(f"blind-{rows[0]['postcode']}"), blind.matches()]
    assert [told.status for told in seen[: len(rows)]] == [200] * len(rows)
    for told in seen:
        assert not found(numbers, {"answer": told.body})
        assert not numbers_in(told)
