"""The page for professionals, over HTTP: who is let in, what they see, what a form may do."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gateway.cli.partners import RawPartner, ZeepPartner
from gateway.cli.sandbox import Sandbox, sandbox, token_of
from gateway.cli.scenes import met
from gateway.cli.stage import wait

SCHOOL, CARE, JGZ = "school-de-wilg", "jeugdhulp-voorbeeld", "jgz-voorbeeld"
CHILD = "999990287"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(tmp_path_factory.mktemp("page")) as running:
        school = ZeepPartner(running.gateway, token_of(SCHOOL))
        school.afgeven("LAS-1", CHILD, [])
        RawPartner(running.gateway, token_of(CARE)).afgeven("ECD-1", CHILD, [])
        wait(school.matches, met)
        yield running


OPEN: list[httpx.Client] = []


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().close()


def visitor(place: Sandbox) -> httpx.Client:
    OPEN.append(httpx.Client(base_url=place.gateway, headers={"origin": place.gateway}, trust_env=False))
    return OPEN[-1]


def logged_in(place: Sandbox, name: str = SCHOOL) -> httpx.Client:
    client = visitor(place)
    answer = client.post("/match/aanmelden", data={"naam": name, "wachtwoord": token_of(name)})
    assert answer.status_code == 303
    return client


def first(client: httpx.Client) -> str:
    found = re.search(r"/match/([0-9a-f-]{36})", client.get("/match").text)
    assert found
    return found[0]


def stand(page: str) -> str:
    found = re.search(r'name="stand" value="([^"]+)"', page)
    assert found
    return found[1]


def test_who_is_not_logged_in_sees_nothing_and_comes_back_to_the_page(place: Sandbox) -> None:
    where = first(logged_in(place))
    client = visitor(place)
    for path in ("/match", where, "/match/niets", f"{where}/meer"):
        answer = client.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/match/aanmelden")
        assert not answer.content
    to = client.get(where).headers["location"]
    assert 'name="wachtwoord"' in client.get(to).text
    answer = client.post(to, data={"naam": SCHOOL, "wachtwoord": token_of(SCHOOL)})
    assert answer.headers["location"] == where


@pytest.mark.parametrize("to", ["//elders.example", "/\\elders", "https://elders.example", "a/../../v1"])
def test_after_logging_in_nobody_is_sent_elsewhere(place: Sandbox, to: str) -> None:
    said = {"naam": SCHOOL, "wachtwoord": token_of(SCHOOL)}
    answer = visitor(place).post("/match/aanmelden", params={"naar": to}, data=said)
    assert re.fullmatch(r"/match/[^/\\]*", answer.headers["location"])


def test_a_match_is_shown_with_contact_and_card_and_never_the_child(place: Sandbox) -> None:
    client = logged_in(place)
    page = client.get(first(client))
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for told in (
        "Jeugdhulp Voorbeeld",
        "tel:0301234567",
        "Bedoelkaart van Jeugdhulp Voorbeeld",
        "gedragswetenschapper",
    ):
        assert told in page.text
    assert CHILD not in page.text
    assert "<script" not in page.text


def test_another_organisation_has_another_page(place: Sandbox) -> None:
    where = first(logged_in(place))
    answer = logged_in(place, JGZ).get(where)
    assert answer.status_code == 404
    assert "Jeugdhulp" not in answer.text
    assert "Er zijn hier geen matches" in logged_in(place, JGZ).get("/match").text


def test_what_became_of_it_is_recorded_once_by_who_saw_the_last(place: Sandbox) -> None:
    client = logged_in(place)
    where = first(client)
    seen = stand(client.get(where).text)
    answer = client.post(where, data={"contact": "GEPROBEERD", "stand": seen})
    assert (answer.status_code, answer.headers["location"]) == (303, where)
    page = client.get(where).text
    assert 'value="GEPROBEERD" aria-pressed="true"' in page
    late = client.post(where, data={"contact": "AFGESTEMD", "stand": seen})
    assert late.status_code == 412
    assert "VIX-1413" in late.text
    assert where in late.text, "the way back"
    assert client.get(where).text == page


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"content": b"contact=CONTACT&contact=AFGESTEMD"}, 400),
        ({"content": b"contact=CONTACT&reden=x"}, 400),
        ({"content": b"contact=CONTACT&a=1&b=2&c=3"}, 400),
        ({"content": b"contact=%FF\xff"}, 400),
        ({"content": b"contact=GEZIEN"}, 400),
        ({"content": b""}, 400),
        ({"content": b"contact=CONTACT", "headers": {"content-type": "text/plain"}}, 415),
        ({"content": b"contact=" + b"x" * 5000}, 413),
    ],
)
def test_a_strange_form_changes_nothing(place: Sandbox, said: dict[str, bytes], status: int) -> None:
    client = logged_in(place)
    where = first(client)
    before = client.get(where).text
    client.headers["content-type"] = "application/x-www-form-urlencoded"
    answer = client.post(where, **said)  # type: ignore[arg-type]
    assert answer.status_code == status
    assert "text/html" in answer.headers["content-type"]
    del client.headers["content-type"]
    assert client.get(where).text == before


@pytest.mark.parametrize(
    "head",
    [
        {"origin": "https://elders.example"},
        {"origin": "null"},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_of_another_page_is_not_taken(place: Sandbox, head: dict[str, str]) -> None:
    client = logged_in(place)
    where = first(client)
    data = {"contact": "NIET_NODIG", "stand": stand(client.get(where).text)}
    assert client.post(where, data=data, headers=head).status_code == 403
    assert client.post("/match/afmelden", headers=head).status_code == 403
    login = {"naam": SCHOOL, "wachtwoord": token_of(SCHOOL)}
    assert visitor(place).post("/match/aanmelden", data=login, headers=head).status_code == 403


def test_who_logs_out_is_out(place: Sandbox) -> None:
    client = logged_in(place)
    assert client.post("/match/afmelden").headers["location"] == "/match"
    assert client.get("/match").status_code == 303


@pytest.mark.parametrize("path", ["/match/x/y", "/match/aanmelden/x"])
def test_other_paths_are_not_there(place: Sandbox, path: str) -> None:
    assert logged_in(place).get(path).status_code == 404


def test_a_page_is_read_and_a_match_takes_forms(place: Sandbox) -> None:
    client = logged_in(place)
    for method, path in (("POST", "/match"), ("DELETE", first(client)), ("PUT", "/match")):
        assert client.request(method, path).status_code == 405
    assert client.get("/match", params={"na": "verzonnen"}).status_code == 400


def test_a_password_for_an_organisation_is_no_token_and_a_token_no_session(place: Sandbox) -> None:
    cookie = logged_in(place).cookies["verwijsindex"]
    with httpx.Client(base_url=place.gateway, trust_env=False) as client:
        assert client.get("/v1/matches", headers={"cookie": f"verwijsindex={cookie}"}).status_code == 401
        assert client.get("/match", headers={"authorization": f"Bearer {token_of(SCHOOL)}"}).status_code == 303


def test_large_and_strange_log_ins_are_refused(place: Sandbox) -> None:
    client = visitor(place)
    head = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/match/aanmelden", content=b"naam=" + b"x" * 9000, headers=head).status_code == 413
    for body in (b"", b"naam=a", b"&&&&&&", b"\xff\xfe", b"naam=%00&wachtwoord=%00"):
        assert client.post("/match/aanmelden", content=body, headers=head).status_code == 401


def test_the_store_keeps_no_password_and_no_session(place: Sandbox, tmp_path: Path) -> None:
    cookie = logged_in(place).cookies["verwijsindex"].rpartition(".")[2]
    url = str(place.house.config.store.url).removeprefix("sqlite:///")
    for file in Path(url).parent.glob("*.db*"):
        assert cookie.encode() not in file.read_bytes(), tmp_path


def regie(client: httpx.Client, where: str) -> dict[str, str]:
    """The buttons of the regie by what they do, and the stand they are on."""
    page = client.get(where).text
    steps = re.findall(r'<button name="regiehandeling" value="([A-Z]+)"', page)
    last = re.findall(r'name="stand" value="(r[0-9]+)"', page)
    return {"page": page, "steps": " ".join(steps), "stand": last[0] if last else ""}


def test_the_regie_is_taken_seen_offered_and_accepted_on_the_page(place: Sandbox) -> None:
    school, care = logged_in(place), logged_in(place, CARE)
    ours = first(school)
    theirs = first(wait(lambda: care, lambda client: "/match/0" in client.get("/match").text))
    assert regie(school, ours)["steps"] == "NEMEN"
    taken = {"regiehandeling": "NEMEN", "herzien_op": "", "stand": regie(school, ours)["stand"]}
    assert school.post(ours, data=taken).status_code == 303
    assert "U heeft de regie, opnieuw bekijken op" in regie(school, ours)["page"]
    assert "De regie ligt bij I. Fictief, School De Wilg" in regie(care, theirs)["page"]
    assert regie(care, theirs)["steps"] == ""
    late = care.post(theirs, data=taken)
    assert late.status_code in (409, 412)
    offered = {"regiehandeling": "OVERDRAGEN", "stand": regie(school, ours)["stand"]}
    assert school.post(ours, data=offered).status_code == 303
    assert "aangeboden aan u" in regie(care, theirs)["page"]
    assert regie(care, theirs)["steps"] == "AANVAARDEN AFWIJZEN"
    accepted = {"regiehandeling": "AANVAARDEN", "stand": regie(care, theirs)["stand"]}
    assert care.post(theirs, data=accepted | {"herzien_op": "2020-01-01"}).status_code == 400
    assert care.post(theirs, data=accepted).status_code == 303
    assert "De regie ligt bij J. Fictief, Jeugdhulp Voorbeeld" in regie(school, ours)["page"]
    both = {"contact": "CONTACT", "regiehandeling": "NEMEN", "stand": "r1"}
    assert school.post(ours, data=both).status_code == 400
