"""Who is calling: tokens in a sandbox, certificates behind a trusted proxy in production, and nobody else."""

import base64
import hashlib
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.canonical.identifiers import Oin
from gateway.config import check
from gateway.errors import Misconfigured
from gateway.flow.directory import Caller
from gateway.web.asgi import headers_of
from gateway.web.identity import Identify, identifier, oin_of
from tests.web.certificates import SCHOOL, STRANGER, SUPPLIER, Holder, issue

PROXY, OUTSIDE = "10.0.0.5", "203.0.113.9"
RUBBISH = [b"", b"::", b":AAAA:", b"-----BEGIN CERTIFICATE-----", b"%", b"%ff%00", b"\xff\x00"]


def rfc9440(holder: Holder) -> bytes:
    """A structured field byte sequence: DER in base64 between colons."""
    return b":" + base64.b64encode(holder.der) + b":"


def nginx(holder: Holder) -> bytes:
    """`$ssl_client_escaped_cert`: the PEM, percent-encoded."""
    return quote(holder.pem, safe="").encode()


def traefik(holder: Holder) -> bytes:
    """passTLSClientCert.pem: the PEM without armour and line ends."""
    return base64.b64encode(holder.der)


def armoured(holder: Holder) -> bytes:
    """A proxy that keeps the armour and puts the lines behind each other."""
    return holder.pem.replace(b"\n", b" ").strip()


FORMS = {"client-cert": rfc9440, "x-ssl-client-cert": nginx, "x-forwarded-tls-client-cert": traefik}


@pytest.fixture(scope="session")
def supplier() -> Holder:
    return issue(SUPPLIER, name="leverancier")


def partner(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "name": name, "category": "onderwijs", "regions": ["noord"], **more}


def configured(*, environment: str = "production", header: str = "client-cert", **school: Any) -> Identify:
    """Two partners; the supplier may act for both, the school for itself."""
    return identifier(
        check(
            {
                "environment": environment,
                "http": {"trusted_proxies": [PROXY], "client_certificate_header": header},
                "partners": [partner("school", **school), partner("opvang")],
                "certificates": [
                    {"oin": SUPPLIER, "acts_for": ["school", "opvang"]},
                    {"oin": SCHOOL, "acts_for": ["school"]},
                ],
                "indexes": {"noord": {"url": "http://index", "sender": "s", "receiver": "r"}},
                "regions": {"noord": {"pack": "landelijk-strikt", "index": "noord"}},
            },
            source="test",
        )
    )


TOKEN = {"environment": "sandbox", "token_sha256": hashlib.sha256(b"sleutel").hexdigest()}
BOTH, ONE = Caller(frozenset({"school", "opvang"})), Caller(frozenset({"school"}))


@pytest.mark.parametrize("said", [b"Bearer sleutel", b"bearer sleutel", b"BEARER  sleutel "])
def test_a_bearer_token_is_its_partner(said: bytes) -> None:
    assert configured(**TOKEN)({b"authorization": said}, OUTSIDE) == ONE


@pytest.mark.parametrize("said", [b"", b"Bearer", b"Bearer ", b"Bearer Sleutel", b"Basic sleutel", b"sleutel", b"\xff"])
def test_another_token_is_nobody(said: bytes) -> None:
    assert configured(**TOKEN)({b"authorization": said}, OUTSIDE) is None


def test_the_hash_of_a_token_is_no_token() -> None:
    said = f"Bearer {TOKEN['token_sha256']}".encode()
    assert configured(**TOKEN)({b"authorization": said}, OUTSIDE) is None


def test_production_has_no_tokens() -> None:
    with pytest.raises(Misconfigured, match="a token in production"):
        configured(token_sha256=TOKEN["token_sha256"])
    assert configured()({b"authorization": b"Bearer sleutel"}, PROXY) is None


def test_two_partners_have_two_tokens() -> None:
    twice = partner("a", token_sha256=TOKEN["token_sha256"]), partner("b", token_sha256=TOKEN["token_sha256"])
    with pytest.raises(Misconfigured, match="the same token"):
        check(
            {
                "environment": "sandbox",
                "partners": list(twice),
                "indexes": {"i": {"url": "http://i", "sender": "s", "receiver": "r"}},
                "regions": {"noord": {"pack": "landelijk-strikt", "index": "i"}},
            },
            source="test",
        )


@pytest.mark.parametrize("header", FORMS)
def test_a_certificate_is_known_in_each_proxys_own_form(header: str, supplier: Holder) -> None:
    assert configured(header=header)({header.encode(): FORMS[header](supplier)}, PROXY) == BOTH


@pytest.mark.parametrize("form", [rfc9440, nginx, traefik, armoured])
def test_every_form_says_the_same_oin(form: Any, supplier: Holder) -> None:
    assert oin_of(form(supplier)) == Oin.parse(SUPPLIER)


def test_traefik_passes_the_whole_chain_and_the_first_is_the_caller(supplier: Holder) -> None:
    chain = traefik(supplier) + b"," + traefik(issue(SCHOOL, name="uitgever"))
    header = "x-forwarded-tls-client-cert"
    assert configured(header=header)({header.encode(): chain}, PROXY) == BOTH


@pytest.mark.parametrize("header", ["client-cert", "x-ssl-client-cert"])
def test_two_headers_made_into_one_are_none(header: str, supplier: Holder) -> None:
    joined = FORMS[header](issue(SCHOOL)) + b", " + FORMS[header](supplier)
    assert configured(header=header)({header.encode(): joined}, PROXY) is None


@pytest.mark.parametrize("peer", [OUTSIDE, "", "10.0.0.50", "10.0.0.5 "])
def test_a_header_from_anybody_but_the_proxy_is_not_believed(peer: str, supplier: Holder) -> None:
    assert configured()({b"client-cert": rfc9440(supplier)}, peer) is None


def test_only_the_configured_header_is_believed(supplier: Holder) -> None:
    headers = {name.encode(): form(supplier) for name, form in FORMS.items() if name != "client-cert"}
    assert configured()(headers, PROXY) is None


def test_two_headers_are_none(supplier: Holder) -> None:
    lines = [(b"client-cert", rfc9440(issue(STRANGER))), (b"client-cert", rfc9440(supplier))]
    for order in (lines, lines[::-1]):
        assert configured()(headers_of({"headers": order}), PROXY) is None


def test_a_condition_said_twice_is_still_a_condition() -> None:
    lines = [(b"if-match", b'"1"'), (b"accept", b"text/xml"), (b"if-match", b'"2"')]
    assert headers_of({"headers": lines}) == {b"if-match": b'"1", "2"', b"accept": b"text/xml"}


@pytest.mark.parametrize("serials", [(), (STRANGER,), ("12345",), (SUPPLIER, SCHOOL), (SUPPLIER[:-1],)])
def test_a_certificate_without_exactly_one_mandated_oin_is_nobody(serials: tuple[str, ...]) -> None:
    assert configured()({b"client-cert": rfc9440(issue(*serials))}, PROXY) is None


def test_a_token_does_not_hide_a_certificate(supplier: Holder) -> None:
    headers = {b"authorization": b"Bearer geraden", b"client-cert": rfc9440(supplier)}
    assert configured()(headers, PROXY) == BOTH


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_rubbish_is_nobody(rubbish: bytes) -> None:
    assert oin_of(rubbish) is None


@given(st.binary(max_size=400))
def test_any_bytes_are_an_oin_or_nobody(shown: bytes) -> None:
    assert oin_of(shown) is None
