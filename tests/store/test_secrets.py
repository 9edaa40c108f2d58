"""Whoever takes the files, without the key ring, learns nothing of a person."""

import base64
import datetime as dt
import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.canonical.match import Betrokkene, MatchContent, MatchSoort, MatchStatus
from gateway.canonical.order import Done, MatchNews
from gateway.canonical.signal import Coordinator, Geslacht, Instantie, Jeugdige, Melder, Registraties, Toestemming
from gateway.canonical.terms import Equivalence, Meaning
from gateway.store import outbox
from gateway.store.store import Store
from gateway.store.work import Freeze

from .conftest import Place
from .material import BSNS, Maker, claim, settled


class Birdcage:
    """Gives a text for each field and remembers them all."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def text(self, field: str) -> str:
        return self.kept(field, f"Kanarie-{len(self.texts)}-ë-{field}"[:35])

    def kept(self, field: str, text: str) -> str:
        self.texts[field] = text
        return text


def child(cage: Birdcage, bsn: str) -> Jeugdige:
    return Jeugdige.model_validate(
        {
            "bsn": cage.kept("bsn", bsn),
            "onderwijsnummer": cage.kept("onderwijsnummer", "101222331"),
            "familienaam": cage.text("familienaam"),
            "voorvoegsel": cage.text("voorvoegsel"),
            "voornamen": cage.text("voornamen"),
            "geboortedatum": cage.kept("geboortedatum", "2011-03-17"),
            "geslacht": Geslacht.V,
            "postcode": cage.kept("postcode", "9731XQ"),
            "huisnummer": 7,
            "gemeente_code": "0014",
        }
    )


def person(cage: Birdcage, where: str, model: Any) -> Any:
    return model.model_validate(
        {
            name: cage.text(f"{where}.{name}")
            for name, field in model.model_fields.items()
            if name not in ("registraties", "categorie")
        }
        | ({"categorie": "onderwijs"} if "categorie" in model.model_fields else {})
        | ({"registraties": registrations(cage)} if "registraties" in model.model_fields else {})
    )


def registrations(cage: Birdcage) -> Registraties:
    numbers = {"uzi": "918273645", "big": "91827364550", "agb": "91827364", "skj": "918273640"}
    return Registraties.model_validate({name: cage.kept(name, number) for name, number in numbers.items()})


def meaning(cage: Birdcage, where: str) -> Meaning:
    return Meaning(
        axis="urgentie", word=cage.text(f"{where}.word"), concept="c", equivalence=Equivalence.WIDER, map="m@1"
    )


def filled(store: Store, make: Maker, cage: Birdcage) -> None:
    """Give the store a signal with everything in it, twice, and let it have a whole life."""
    unit = make.accept(
        cage.text("bron_signaal_id"),
        jeugdige=child(cage, BSNS[0]),
        melder=person(cage, "melder", Melder),
        instantie=person(cage, "instantie", Instantie),
        coordinator=person(cage, "coordinator", Coordinator),
        bron_systeem=cage.text("bron_systeem"),
        toestemming=Toestemming(gegeven_op=dt.date(2026, 1, 1), bewijs_referentie=cage.text("bewijs")),
        betekenissen=(meaning(cage, "signaal"),),
    )
    object.__setattr__(unit, "receipt", unit.receipt.model_copy(update={"betekenissen": (meaning(cage, "receipt"),)}))
    store.do(unit)
    store.do(unit)
    [job] = claim(store)
    body = f"<bsn>{BSNS[0]}</bsn>{cage.text('body')}".encode()
    store.do(Freeze(job, body))
    news = MatchNews(
        index_match_id="m-1",
        soort=MatchSoort.CLIENTMATCH,
        signaal_id=str(unit.signal.signaal_id),
        niet_dezelfde_jeugdige=False,
        ontstaan_op=unit.receipt.ontvangen_op,
        status=MatchStatus.ACTIEF,
        content=MatchContent(
            betrokkenen=(person(cage, "betrokkene", Betrokkene),), betekenissen=(meaning(cage, "match"),)
        ),
    )
    store.do(settled(job, outcome=Done(news=(news,))))
    for number, bsn in enumerate(BSNS):
        store.do(make.accept(f"s-{number}", bsn=bsn))
    for job in claim(store, limit=100)[:10]:
        store.do(Freeze(job, body))
    assert store.read.signal(unit.signal.signaal_id) == unit.signal
    assert store.read.match_page("school", 0, 10)[0][0].content == news.content
    store.do(make.change(outbox.END, "s-1"))
    store.do(make.change(outbox.WITHDRAW, "s-2"))


def forms(text: str) -> Iterator[tuple[str, bytes]]:
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        plain = text.encode(encoding)
        yield encoding, plain
        yield f"{encoding} hex", plain.hex().encode()
        yield f"{encoding} HEX", plain.hex().upper().encode()
        for shift in range(3):
            whole = base64.b64encode(b"\0" * shift + plain)
            inner = whole[4 if shift else 0 : len(whole) // 4 * 4 - 4]
            if len(inner) >= 8:  # less is found in any noise
                yield f"{encoding} base64+{shift}", inner
                yield f"{encoding} base64url+{shift}", inner.replace(b"+", b"-").replace(b"/", b"_")


def digests(bsn: str) -> Iterator[tuple[str, bytes]]:
    for name in ("sha1", "sha256", "md5"):
        digest = hashlib.new(name, bsn.encode(), usedforsecurity=False)
        yield f"{name} of bsn", digest.digest()[:16]
        yield f"{name} of bsn, hex", digest.hexdigest()[:32].encode()
        yield f"{name} of bsn, base64", base64.b64encode(digest.digest())[:20]


def wanted(cage: Birdcage) -> Iterator[tuple[str, bytes]]:
    for field, text in cage.texts.items():
        for form, sought in forms(text):
            yield f"{field} as {form}", sought
    for bsn in BSNS:
        for form, sought in forms(bsn):
            yield f"a bsn as {form}", sought
        yield from digests(bsn)


def found(files: list[Path], cage: Birdcage) -> set[str]:
    """What is in the files; by first bytes, since each text in turn through every file takes long."""
    by_head: dict[bytes, list[tuple[str, bytes]]] = {}
    for name, sought in wanted(cage):
        by_head.setdefault(sought[:4], []).append((name, sought))
    seen = set()
    for file in files:
        content = file.read_bytes().rstrip(b"\0")
        for at in range(len(content) - 3):
            for name, sought in by_head.get(content[at : at + 4], ()):
                if content.startswith(sought, at):
                    seen.add(name)
    return seen


def test_no_file_holds_a_person(place: Place, store: Store, make: Maker, request: pytest.FixtureRequest) -> None:
    cage, began = Birdcage(), 0.0
    if not place.sqlite:
        request.getfixturevalue("postgres").run("CHECKPOINT")
        began = time.time()
    filled(store, make, cage)
    if place.sqlite:
        files = [file for file in place.directory.iterdir() if file.is_file()]
        assert {"gateway.db", "gateway.db-wal", "keys.db"} <= {file.name for file in files}
    else:
        server = request.getfixturevalue("postgres")
        server.run("CHECKPOINT")
        asked = "SELECT oid FROM pg_database WHERE datname = current_database()"
        known = [row.oid for keys in (False, True) for row in place.rows(asked, keys=keys)]
        folders = [server.directory / "base" / str(oid) for oid in known] + [server.directory / "pg_wal"]
        files = [file for folder in folders for file in folder.iterdir() if file.is_file()]
        files = [file for file in files if file.stat().st_mtime >= began]
        assert len(files) > 10
        files.append(server.directory / "log")
    assert found(files, cage) == set()


def test_the_search_would_find_them(tmp_path: Path) -> None:
    cage = Birdcage()
    bsn, name = BSNS[3], cage.text("familienaam")
    kept = {
        "plain": name.encode(),
        "wide": b"x" + name.encode("utf-16-le"),
        "coded": base64.b64encode(b"ab" + name.encode() + b"cd"),
        "hashed": hashlib.sha256(bsn.encode()).digest(),
        "hexed": bsn.encode().hex().encode(),
    }
    for label, content in kept.items():
        (tmp_path / label).write_bytes(b"...." + content + b"....")
        assert found([tmp_path / label], cage), label
