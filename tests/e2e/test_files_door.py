"""Files over real HTTP: rows in, a report out, matches back; and every way in which it goes wrong."""

import csv
import io
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from gateway.cli.sandbox import Sandbox, sandbox, token_of
from gateway.web import files_door, inflow
from gateway.web.connection import Connection
from tests.e2e.talk import CARE, JGZ, LEGAL, SCHOOL, Sender, children, until

HEADER = "actie;bron_systeem;bron_signaal_id;soort;bsn;professional_id;melder_naam;melder_telefoon;datum_tijd_melding"
HEADER += ";redelijk_vermoeden;informatieplicht_wie;crisis"
CSV = {"content-type": "text/csv"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(tmp_path_factory.mktemp("sandbox"), clock=LEGAL, wait_seconds=0) as running:
        yield running


Open = Callable[..., httpx.Client]


@pytest.fixture
def as_partner(place: Sandbox) -> Iterator[Open]:
    opened: list[httpx.Client] = []

    def make(partner: str = SCHOOL, **more: Any) -> httpx.Client:
        headers = {"authorization": f"Bearer {token_of(partner)}", **CSV}
        client = httpx.Client(base_url=f"{place.gateway}/csv/v1", headers=headers, timeout=60, trust_env=False, **more)
        opened.append(client)
        return client

    yield make
    for client in opened:
        client.close()


@pytest.fixture
def school(as_partner: Open) -> httpx.Client:
    return as_partner()


def line(source: str, bsn: str, *, action: str = "afgeven", system: str = "las", crisis: str = "") -> str:
    who = "ib-1;I. Fictief;030-1234567;21-11-2026 10:30;ja;beiden"
    return f"{action};{system};{source};SIGNAAL;{bsn};{who};{crisis}"


def file_of(*lines: str) -> bytes:
    return "\r\n".join([HEADER, *lines, ""]).encode("cp1252")


def report(client: httpx.Client, told: dict[str, Any]) -> list[dict[str, str]]:
    answer = client.get(told["resultaat"].removeprefix("/csv/v1"))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))


def taken(client: httpx.Client, content: bytes, **query: str) -> dict[str, Any]:
    answer = client.post("/batches", content=content, params=query)
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"/csv/v1/batches/{answer.json()['id']}"
    told: dict[str, Any] = answer.json()
    return told


def codes(answer: httpx.Response) -> list[str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return [finding["code"] for finding in answer.json()["bevindingen"]]


BSNS = [row["bsn"] for row in children() if row["opgeschort"] == "nee"]


def test_the_same_child_over_soap_and_csv_matches(place: Sandbox, school: httpx.Client) -> None:
    told = taken(school, file_of(line("csv-1", BSNS[0], crisis="crisis"), line("csv-2", "1.23E+08")))
    assert told["uitkomsten"] == {"aangenomen": 1, "geweigerd": 1}
    assert next(advice["code"] for advice in told["adviezen"]) == "bel-nu"
    first, second = report(school, told)
    assert (first["regel"], first["status"], first["niet_bewaard"]) == ("2", "aangenomen", "crisis: 1")
    assert (second["regel"], second["status"]) == ("3", "geweigerd")
    assert "VIX-1101" in second["bevindingen"] or "VIX-1013" in second["bevindingen"]
    assert "1.23" not in second["bevindingen"]
    with Sender(place.gateway, CARE) as care:
        given = care.give("soap-1", child=f"<vi:bsn>{BSNS[0]}</vi:bsn>")
        assert given.status == 200

        def news() -> httpx.Response:
            return school.get("/matches")

        assert until(lambda: "Jeugdhulp Voorbeeld" in news().content.decode("utf-8-sig"), 20)
        (match,) = csv.DictReader(io.StringIO(news().content.decode("utf-8-sig"), newline=""), delimiter=";")
        assert (match["niet_in_dossier"], match["vervalt_op"]) == ("ja", "2026-11-28")
        assert match["bron_signaal_id"] == "csv-1"
        assert match["betrokkene_instantie"] == "Jeugdhulp Voorbeeld"
        assert BSNS[0] not in news().text
        assert until(lambda: care.status("soap-1").texts("betrokkene/instantie") == ["School De Wilg"], 20)
    cursor = news().headers["verwijsindex-cursor"]
    later = school.get("/matches", params={"na": cursor})
    assert len(later.content.splitlines()) == 1
    assert codes(school.get("/matches", params={"na": cursor + "0"})) == ["VIX-1503"]


def test_a_file_sent_again_is_known(school: httpx.Client) -> None:
    content = file_of(*(line(f"her-{number}", bsn) for number, bsn in enumerate(BSNS[:5])))
    assert taken(school, content)["uitkomsten"] == {"aangenomen": 5}
    assert taken(school, content)["uitkomsten"] == {"bekend": 5}


def test_a_file_of_actions_proposes_nothing(school: httpx.Client) -> None:
    told = taken(school, file_of(line("actie-1", BSNS[5])))
    assert told["voorstel"] is None
    assert codes(school.get(f"/batches/{told['id']}/voorstel.csv")) == ["VIX-1407"]


def test_who_says_twice_who_it_is_says_nothing(place: Sandbox) -> None:
    """Nobody can tell which of the two holds: a proxy's header behind one from outside, or the reverse."""
    headers = [("authorization", f"Bearer {token_of(partner)}") for partner in (SCHOOL, CARE)]
    answer = httpx.get(f"{place.gateway}/csv/v1/batches", headers=headers)
    assert (answer.status_code, codes(answer)) == (401, ["VIX-1904"])


def test_what_nobody_foresaw_is_no_500(
    place: Sandbox, school: httpx.Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def gone(*_: object) -> object:
        raise OSError("kanarie")

    monkeypatch.setattr(place.house.store.read, "files", gone)
    answer = school.get("/batches")
    assert (answer.status_code, codes(answer)) == (503, ["VIX-1901"])
    assert answer.json()["herhaalbaar"] is True
    assert "kanarie" not in answer.text


def test_files_are_listed_newest_first_for_their_own_organisation(school: httpx.Client, as_partner: Open) -> None:
    told = taken(school, file_of(line("lijst-1", BSNS[1])))
    newest, *_ = school.get("/batches").json()
    assert newest["id"] == told["id"]
    progress = school.get(f"/batches/{told['id']}").json()
    assert (progress["status"], progress["rijen"], progress["bestand"]["tekens"]) == ("klaar", 1, "utf-8")
    other = as_partner(CARE)
    assert told["id"] not in [listed["id"] for listed in other.get("/batches").json()]
    for path in ("", "/result.csv", "/voorstel.csv"):
        assert codes(other.get(f"/batches/{told['id']}{path}")) == ["VIX-1410"]
        assert codes(school.get(f"/batches/geen{path}")) == ["VIX-1410"]


def test_a_whole_list_proposes_and_ends_what_is_gone(as_partner: Open) -> None:
    jgz = as_partner(JGZ)
    rows = [line(f"w-{number}", bsn, system="jgz") for number, bsn in enumerate(BSNS[:10])]
    assert taken(jgz, file_of(*rows), wijze="volledig")["voorstel"] is None
    time.sleep(0.01)
    told = taken(jgz, file_of(*rows[:-1]), wijze="volledig")
    assert told["status"] == "voorstel"
    assert told["voorstel"]["beeindigen"] == 1
    assert jgz.get("/batches").json()[0]["voorstel"] == told["voorstel"]
    listed = jgz.get(told["voorstel"]["lijst"].removeprefix("/csv/v1")).content.decode("utf-8-sig")
    assert listed.splitlines()[1].split(";")[1] == "w-9"
    where = f"/batches/{told['id']}/beeindigen"
    assert codes(jgz.post(where)) == ["VIX-1106"]
    assert codes(jgz.post(where, params={"aantal": "2"})) == ["VIX-1408"]
    ended = jgz.post(where, params={"aantal": "1"})
    assert (ended.status_code, ended.json()["status"]) == (200, "klaar")
    assert report(jgz, ended.json())[-1]["actie"] == "beeindigen"
    assert codes(jgz.post(where, params={"aantal": "1"})) == ["VIX-1407"]
    assert codes(jgz.get(f"/batches/{told['id']}/voorstel.csv")) == ["VIX-1407"]


def test_who_may_not_come_in_is_told_why(place: Sandbox, school: httpx.Client) -> None:
    stranger = httpx.post(f"{place.gateway}/csv/v1/batches", content=b"x", headers=CSV)
    assert (stranger.status_code, codes(stranger)) == (401, ["VIX-1904"])
    assert stranger.headers["www-authenticate"].startswith("Bearer")
    elsewhere = school.post("/batches", content=b"x", params={"organisatie": CARE})
    assert (elsewhere.status_code, codes(elsewhere)) == (403, ["VIX-1905"])
    form = school.post("/batches", content=b"x", headers={"content-type": "multipart/form-data"})
    assert (form.status_code, codes(form)) == (415, ["VIX-1022"])
    assert codes(school.post("/batches", content=b"x", params={"wijze": "half"})) == ["VIX-1105"]
    assert codes(school.post("/batches", content=b"\x00\x01\x02")) != []
    assert codes(school.post("/batches", content=b"")) == ["VIX-1006"]


@pytest.mark.verify
def test_a_file_that_is_too_large_is_broken_off_and_its_rows_stand(
    place: Sandbox, school: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = inflow.Inflow.__init__

    def small(self: inflow.Inflow, body: Any, loop: Any, limit: int) -> None:
        seen(self, body, loop, 150_000)

    monkeypatch.setattr(inflow.Inflow, "__init__", small)
    rows = (line(f"groot-{number}", BSNS[number % 60]) for number in range(2_000))
    answer = school.post("/batches", content=file_of(*rows))
    assert (answer.status_code, codes(answer)) == (413, ["VIX-1023"])
    newest = school.get("/batches").json()[0]
    assert newest["status"] == "afgebroken"
    assert newest["rijen"] > 200


@pytest.mark.verify
def test_no_more_files_at_once_than_may_be(school: httpx.Client, as_partner: Open) -> None:
    go = threading.Event()

    def slowly() -> Iterator[bytes]:
        yield file_of(*(line(f"snel-{number}", BSNS[number]) for number in range(60)))
        go.wait(20)
        yield f"{line('traag-1', BSNS[2])}\r\n".encode()

    answers: list[httpx.Response] = []
    threads = [
        threading.Thread(target=lambda: answers.append(as_partner().post("/batches", content=slowly())))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()

    def full() -> bool:
        return [batch["status"] for batch in school.get("/batches").json()[:2]] == ["loopt", "loopt"]

    assert until(full, 20)
    busy = school.post("/batches", content=file_of(line("vol-1", BSNS[3])))
    assert (busy.status_code, codes(busy)) == (503, ["VIX-1901"])
    assert busy.headers["retry-after"]
    go.set()
    for thread in threads:
        thread.join(30)
    assert [answer.status_code for answer in answers] == [202, 202]
    assert taken(school, file_of(line("vol-2", BSNS[3])))["rijen"] == 1


@pytest.mark.verify
def test_who_goes_away_half_way_leaves_its_rows_and_sends_the_file_again(place: Sandbox, school: httpx.Client) -> None:
    rows = [line(f"weg-{number}", BSNS[number % 60]) for number in range(500)]
    content = file_of(*rows)
    with socket.create_connection((urlsplit(place.gateway).hostname, urlsplit(place.gateway).port)) as wire:
        head = f"POST /csv/v1/batches HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token_of(SCHOOL)}\r\n"
        wire.sendall(f"{head}content-type: text/csv\r\ncontent-length: {len(content)}\r\n\r\n".encode())
        wire.sendall(content[:40_000])
        time.sleep(0.5)
    assert until(lambda: school.get("/batches").json()[0]["status"] == "afgebroken", 20)
    told = taken(school, content)
    assert sum(told["uitkomsten"].values()) == 500
    assert set(told["uitkomsten"]) <= {"aangenomen", "bekend"}


def test_a_sender_that_falls_silent_is_not_waited_for(
    place: Sandbox, school: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inflow, "IDLE_SECONDS", 0.3)

    def silent() -> Iterator[bytes]:
        yield f"{HEADER}\r\n{line('stil-1', BSNS[4])}\r\n".encode()
        time.sleep(1.5)
        yield b"x"

    answer = school.post("/batches", content=silent())
    assert (answer.status_code, codes(answer)) == (408, ["VIX-1024"])


def test_who_was_turned_away_does_not_keep_the_connection(place: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Connection, "patience", 2)
    for token in ("geen", token_of(SCHOOL)):  # a stranger, and a known sender with a file that may not come in
        with socket.create_connection((urlsplit(place.gateway).hostname, urlsplit(place.gateway).port)) as wire:
            wire.settimeout(10)
            head = f"POST /csv/v1/batches?wijze=x HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n"
            wire.sendall(f"{head}content-type: text/csv\r\ncontent-length: 1000000\r\n\r\n".encode())
            assert wire.recv(4096)[9:12] in (b"401", b"400")
            with pytest.raises(OSError):
                for _ in range(400):
                    wire.sendall(b"x")
                    time.sleep(0.05)


def test_a_slow_file_is_not_hung_up_on(school: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Connection, "patience", 2)

    def slowly() -> Iterator[bytes]:
        yield f"{HEADER}\r\n".encode()
        for number in range(4):
            time.sleep(0.7)
            yield f"{line(f'sloom-{number}', BSNS[number])}\r\n".encode()

    assert school.post("/batches", content=slowly()).json()["rijen"] == 4


def test_a_file_that_says_it_is_too_large_is_not_begun(place: Sandbox) -> None:
    with socket.create_connection((urlsplit(place.gateway).hostname, urlsplit(place.gateway).port)) as wire:
        wire.settimeout(10)
        head = f"POST /csv/v1/batches HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token_of(SCHOOL)}\r\n"
        wire.sendall(f"{head}content-type: text/csv\r\ncontent-length: 1000000001\r\n\r\n".encode())
        assert wire.recv(4096)[9:12] == b"413"


def test_the_door_names_its_paths(place: Sandbox, tmp_path: Path) -> None:
    assert files_door.PREFIX == "/csv/v1"
    assert httpx.get(f"{place.gateway}/csv/v1/niets").status_code == 404
