"""The kit's page is for this computer only, starts nothing for another page, and keeps what is secret to itself."""

import html
import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from conformance.page import choices
from conformance.page.choices import Unfit
from conformance.page.runs import Runs, today
from conformance.page.site import MOST, Site
from tests.conformance.fake_gateway import Fake
from tests.conformance.runs import committed

SECRET = "zeer-geheim-token"


class Visitor:
    """Somebody with a browser, or who claims to have one."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, dict[str, str], str]:
        line = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=20)
        given = {"Host": f"127.0.0.1:{self.site.port}"} | {
            key.replace("_", "-"): value for key, value in headers.items()
        }
        line.request(method, path, body.encode(), given)
        answer = line.getresponse()
        told = answer.status, {key.lower(): value for key, value in answer.getheaders()}, answer.read().decode()
        line.close()
        return told

    def send(self, path: str, proof: str | None = None, **fields: object) -> tuple[int, dict[str, str], str]:
        return self.ask(
            "POST", path, urlencode({"bewijs": self.site.proof if proof is None else proof, **fields}, doseq=True)
        )


@pytest.fixture
def visitor(tmp_path: Path) -> Iterator[Visitor]:
    site = Site(Runs(tmp_path / "toetsen"))
    serving = threading.Thread(target=site.serve)
    serving.start()
    yield Visitor(site)
    site.close()
    serving.join()


def test_it_is_only_on_this_computer(visitor: Visitor) -> None:
    assert visitor.site._server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize("host", ["example.org", "127.0.0.1", "127.0.0.1.example.org:{port}", "rebind.test:{port}", ""])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_name_that_was_made_to_point_here_is_refused(method: str, host: str, visitor: Visitor) -> None:
    status, _, said = visitor.ask(method, "/", Host=host.format(port=visitor.site.port))
    assert (status, visitor.site.proof in said) == (403, False)


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http" + "://example.org"}, {"Origin": "null"}, {"Sec_Fetch_Site": "cross-site"}],
)
def test_another_page_cannot_begin_a_test(headers: dict[str, str], visitor: Visitor) -> None:
    body = urlencode({"bewijs": visitor.site.proof})
    assert visitor.ask("POST", "/nieuw/gateway", body, **headers)[0] == 403
    assert visitor.site.runs.names() == []


@pytest.mark.parametrize("proof", ["", "geraden", "é"])
def test_a_form_without_the_proof_is_refused(proof: str, visitor: Visitor) -> None:
    fields = {"sut": "http" + "://127.0.0.1:9", "token": SECRET, "format": "soap", "pakket": "kern"}
    assert visitor.send("/nieuw/gateway", proof, **fields)[0] == 403
    assert visitor.site.runs.names() == []


def test_what_is_not_filled_in_is_said_and_the_token_is_not_said_back(visitor: Visitor) -> None:
    status, headers, said = visitor.send("/nieuw/gateway", sut="", token=SECRET, format="soap", pakket="kern")
    assert status == 422
    assert 'role="alert"' in said and "Adres van de gateway" in said and 'aria-invalid="true"' in said
    assert SECRET not in said + str(headers)


NOWHERE = ("/nieuw/niets", "/toets/..", "/toets/20261122-091052-b067", "/toets/../../etc/passwd", "/x", "/nieuw/%2e%2e")


@pytest.mark.parametrize("path", NOWHERE)
def test_what_is_not_there_is_not_there(path: str, visitor: Visitor) -> None:
    assert visitor.ask("GET", path)[0] == 404
    assert visitor.send(path)[0] == 404


def test_a_huge_form_is_not_read(visitor: Visitor) -> None:
    assert visitor.ask("POST", "/nieuw/gateway", "", Content_Length=str(MOST + 1))[0] == 413
    assert visitor.ask("POST", "/nieuw/gateway", "", Content_Length="-1")[0] in (400, 413)


def test_every_page_says_what_it_may_do(visitor: Visitor) -> None:
    for path in ("/", "/nieuw/gateway", "/niets", "/stijl.css", "/volg.js"):
        headers = visitor.ask("GET", path)[1]
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")


def test_a_reader_may_choose_english(visitor: Visitor) -> None:
    status, headers, _ = visitor.ask("GET", "/taal/en")
    assert (status, "HttpOnly" in headers["set-cookie"]) == (303, True)
    assert '<html lang="en" class="english">' in visitor.ask("GET", "/", Cookie="taal=en")[2]
    assert '<html lang="nl">' in visitor.ask("GET", "/", Cookie='taal="<script>')[2]


def test_a_choice_becomes_the_words_of_the_command() -> None:
    role = next(one for one in choices.known() if one.name == "gateway")
    filled = {
        "sut": ["http:" + "//a"],
        "token": [SECRET],
        "format": ["json", "vreemd"],
        "pakket": ["kern"],
        "build": ["--map=/x"],
    }
    words, hidden = choices.command(today(), role, filled)
    assert words[:4] == ["gateway", "--sut=http:" + "//a", "--build=--map=/x", "--format=json"]
    assert {one.partition("=")[2] for one in words[4:]} == {*choices.packs(today(), "gateway")} - {"kern"}
    assert hidden == {"TOETS_TOKEN": SECRET}
    for wrong in (
        {"sut": ["file:" + "//x"]},
        {"token": [""]},
        {"format": ["vreemd"]},
        {"pakket": []},
        {"build": ["a\nb"]},
    ):
        with pytest.raises(Unfit):
            choices.command(today(), role, filled | wrong)


def test_every_role_that_can_be_played_can_be_chosen() -> None:
    played = {one.rol for one in today().scenarios}
    assert played <= {one.name for one in choices.known()}
    assert {one.name for one in choices.roles(today())} == played


def test_a_run_of_the_command_line_is_shown(visitor: Visitor, tmp_path: Path) -> None:
    name = "20261122-091052-b067"
    folder = tmp_path / "toetsen" / name
    folder.mkdir()
    (folder / "opdracht.json").write_text('["gateway"]', encoding="utf-8")
    rows = [json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")) for row in committed().rows]
    (folder / "verloop.jsonl").write_text("\n".join([*rows, '{"half']), encoding="utf-8", newline="\n")
    before = (folder / "verloop.jsonl").read_bytes()
    said = visitor.ask("GET", f"/toets/{name}")[2]
    assert "voldoet niet" in said and "niet bereikt" in said
    assert (folder / "verloop.jsonl").read_bytes() == before, "looking changes nothing"
    status, headers, report = visitor.ask("GET", f"/toets/{name}/uitslag.html")
    assert (status, "sandbox" in headers["content-security-policy"]) == (200, True)
    assert "Uitslag van de toets" in report
    for other in ("verloop.jsonl", "opdracht.json", "uitvoer.txt", "..%2fx"):
        assert visitor.ask("GET", f"/toets/{name}/{other}")[0] == 404
    events = visitor.ask("GET", f"/toets/{name}/volg")
    assert events[1]["content-type"] == "text/event-stream"
    assert json.loads(events[2].partition("data: ")[2])["klaar"] is True


@pytest.mark.verify
def test_a_run_is_begun_stopped_and_goes_on_to_its_end(visitor: Visitor, tmp_path: Path) -> None:
    runs = visitor.site.runs
    with Fake() as fake:
        fields = {"sut": fake.url, "token": SECRET, "format": "soap", "pakket": choices.packs(today(), "gateway")}
        status, headers, _ = visitor.send("/nieuw/gateway", **fields)
        assert status == 303
        own = headers["location"]
        name = own.rpartition("/")[2]
        _until(lambda: runs.state(name).done >= 2)
        assert visitor.send(f"{own}/stop")[0] == 303
        stopped = runs.state(name)
        assert not stopped.running and stopped.result is not None
        assert "Ga verder" in visitor.ask("GET", own)[2] or stopped.result.verdict.finished
        assert visitor.send(f"{own}/verder", token=SECRET)[0] == 303
        _until(lambda: not runs.running(name))
    ended = runs.state(name)
    assert ended.result is not None and ended.result.verdict.finished
    assert ended.done == len(ended.parts) and "uitslag.html" in ended.files
    for path in (tmp_path / "toetsen").rglob("*"):
        assert path.is_dir() or SECRET not in path.read_text(encoding="utf-8")


@pytest.mark.verify
def test_a_sender_is_told_what_to_do_and_the_tester_ends_it(visitor: Visitor) -> None:
    runs = visitor.site.runs
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    fields = {"port": str(port), "format": "soap", "pakket": choices.packs(today(), "zender")}
    own = visitor.send("/nieuw/zender", **fields)[1]["location"]
    name = own.rpartition("/")[2]
    _until(lambda: f":{port}" in runs.state(name).output and runs.state(name).parts)
    said = visitor.ask("GET", own)[2]
    assert "Wat u doet" in said and "Rond af" in said
    told = [step for one in runs.state(name).parts for step in one.todo]
    assert told and html.escape(told[0]) in said
    assert visitor.ask("GET", f"{own}/werkblad.html")[0] == 200
    assert visitor.send(f"{own}/afronden")[0] == 303
    _until(lambda: not runs.running(name))
    ended = runs.state(name).result
    assert ended is not None and ended.verdict.finished and not ended.verdict.passed


def _until(good: object) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        if callable(good) and good():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come")
