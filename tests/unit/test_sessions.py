"""Who is logged in: a cookie only the key ring makes; tries that get slower; a proxy that knows who somebody is."""

from typing import Any

import pytest

from gateway.config import AccountConfig
from gateway.flow.directory import Caller
from gateway.web import session
from gateway.web.session import Sessions, fits, hashed

SCHOOL = AccountConfig(name="ib-1@school.example", partner="school", password=hashed("geheim"))
OTHER = AccountConfig(name="jeugd", partner="jeugdhulp", password=hashed("anders"))


class Wall:
    now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


def sessions(wall: Wall, *accounts: AccountConfig, **more: Any) -> Sessions:
    named = {one.name: one for one in accounts or (SCHOOL, OTHER)}
    return Sessions(**{"accounts": named, "key": b"k" * 32, "seconds": 1800, "secure": True, "now": wall} | more)


def cookie(told: str | None) -> bytes:
    assert told
    return told.partition(";")[0].encode()


def seen(known: Sessions, shown: bytes) -> Caller | None:
    return known.identify({b"cookie": shown}, "10.0.0.1")


def test_a_password_is_kept_as_its_hash_and_nothing_else() -> None:
    assert fits("geheim", hashed("geheim"))
    assert not fits("Geheim", hashed("geheim"))
    assert hashed("geheim") != hashed("geheim")
    assert "geheim" not in hashed("geheim")


def test_who_logs_in_is_known_until_the_session_ends() -> None:
    wall = Wall()
    known = sessions(wall)
    told = known.log_in("ib-1@school.example", "geheim")
    assert told
    assert told.endswith("; Path=/match; Max-Age=1800; HttpOnly; SameSite=Lax; Secure")
    assert seen(known, cookie(told)) == Caller(frozenset({"school"}))
    wall.now += 1801
    assert seen(known, cookie(told)) is None


def test_it_ends_with_its_password_its_organisation_and_its_account() -> None:
    wall = Wall()
    shown = cookie(sessions(wall).log_in("ib-1@school.example", "geheim"))
    for changed in (
        sessions(wall, OTHER),
        sessions(wall, SCHOOL.model_copy(update={"password": hashed("geheim")})),
        sessions(wall, SCHOOL.model_copy(update={"partner": "elders"})),
        sessions(wall, key=b"x" * 32),
    ):
        assert seen(changed, shown) is None
    assert seen(sessions(wall), shown) is not None


def test_no_byte_of_it_can_be_changed() -> None:
    wall = Wall()
    known = sessions(wall)
    shown = cookie(known.log_in("ib-1@school.example", "geheim"))
    for at in range(len("verwijsindex="), len(shown)):
        other = b"1" if shown[at : at + 1] != b"1" else b"2"
        assert seen(known, shown[:at] + other + shown[at + 1 :]) is None, at
    assert seen(known, shown.replace(b"ib-1@school.example", b"jeugd")) is None


NAMED = b"verwijsindex=ib-1@school.example"


@pytest.mark.parametrize(
    "shown",
    [b"", b"verwijsindex=", NAMED, NAMED + b".99999999999.", NAMED + b".-1.x", NAMED + b".\xb2.x",
     b"verwijsindex=" + b"9" * 4000, b"\xff\xfe=;;;", b'a="b; verwijsindex=x'],
)  # fmt: skip
def test_what_is_no_session_is_nobody(shown: bytes) -> None:
    assert seen(sessions(Wall()), shown) is None


def test_wrong_names_and_passwords_get_nothing() -> None:
    known = sessions(Wall(), SCHOOL, AccountConfig(name="zonder", partner="school"))
    for name, password in (("ib-1@school.example", "x"), ("niemand", "geheim"), ("zonder", ""), ("", "")):
        assert known.log_in(name, password) is None


def test_trying_gets_slower_and_the_right_password_then_waits_too(monkeypatch: pytest.MonkeyPatch) -> None:
    at = [100.0]
    monkeypatch.setattr(session, "monotonic", lambda: at[0])
    known = sessions(Wall())
    for _ in range(session.FREE_TRIES):
        assert known.log_in("ib-1@school.example", "x") is None
    assert known.log_in("ib-1@school.example", "geheim") is None, "closed"
    assert known.log_in("jeugd", "anders"), "for this account alone"
    at[0] += 1.0
    assert known.log_in("ib-1@school.example", "x") is None
    at[0] += 1.5
    assert known.log_in("ib-1@school.example", "geheim") is None, "longer now"
    at[0] += 1.0
    assert known.log_in("ib-1@school.example", "geheim")
    assert known.log_in("ib-1@school.example", "x") is None
    assert known.log_in("ib-1@school.example", "geheim"), "who got in begins anew"


def test_a_proxy_says_who_it_is_and_nobody_else() -> None:
    known = sessions(Wall(), proxies=frozenset({"10.0.0.5"}), header=b"x-user")
    assert known.identify({b"x-user": b"ib-1@school.example"}, "10.0.0.5") == Caller(frozenset({"school"}))
    assert known.identify({b"x-user": b"ib-1@school.example"}, "10.0.0.6") is None
    assert known.identify({b"x-user": b"niemand"}, "10.0.0.5") is None
    assert known.identify({}, "10.0.0.5") is None
    shown = cookie(known.log_in("ib-1@school.example", "geheim"))
    assert known.identify({b"cookie": shown}, "10.0.0.6") is None, "a cookie is nothing beside a proxy"


def test_who_logs_out_has_an_empty_cookie() -> None:
    assert sessions(Wall(), secure=False).log_out() == "verwijsindex=; Path=/match; Max-Age=0; HttpOnly; SameSite=Lax"
