"""Production as it is run: nginx asks for client certificates, and a real `serve` process stands behind it."""

import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import quote

import httpx
import pytest

from gateway.cli.running import free_port
from gateway.store.keyring import KeyRing
from tests.cli.processes import running
from tests.cli.toml import toml
from tests.foreign import needs
from tests.web.certificates import SCHOOL, STRANGER, SUPPLIER, Holder, issue
from tests.web.conftest import configuration
from tests.web.edge import XML, envelope, texts

pytestmark = pytest.mark.verify

NGINX = """
daemon off;
error_log {place}/error.log;
pid {place}/nginx.pid;
events {{}}
http {{
  access_log off;
  client_body_temp_path {place}/body;
  proxy_temp_path {place}/proxy;
  fastcgi_temp_path {place}/fastcgi;
  uwsgi_temp_path {place}/uwsgi;
  scgi_temp_path {place}/scgi;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {place}/server.pem;
    ssl_certificate_key {place}/server.key;
    ssl_client_certificate {place}/authority.pem;
    ssl_verify_client optional;
    location / {{
      proxy_pass http://127.0.0.1:{gateway};
      proxy_set_header X-SSL-Client-Cert $ssl_client_escaped_cert;
    }}
  }}
}}
"""
Client = Callable[[Holder | None], httpx.Client]


@pytest.fixture(scope="module")
def authority() -> Holder:
    return issue(name="testautoriteit")


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a gateway in production, that trusts the proxy on this machine."""
    place, port = tmp_path_factory.mktemp("gateway"), free_port()
    KeyRing.create(place / "keyring.json")
    config = configuration(place)
    config["http"] = {
        "port": port,
        "trusted_proxies": ["127.0.0.1"],
        "client_certificate_header": "x-ssl-client-cert",
    }
    (place / "gateway.toml").write_text(toml(config), encoding="utf-8")
    with running(place, "serve", "--config", str(place / "gateway.toml")) as serve:
        wait(f"http://127.0.0.1:{port}/ready", httpx.Client(trust_env=False))
        yield port
        assert serve.end() == 0


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, authority: Holder, gateway: int) -> Iterator[Client]:
    """Makes a client that shows a certificate, or none, to nginx."""
    nginx = needs("nginx")
    place, port = tmp_path_factory.mktemp("nginx"), free_port()
    server = issue(name="localhost", by=authority)
    (place / "server.pem").write_bytes(server.pem)
    (place / "server.key").write_bytes(server.key_pem)
    (place / "authority.pem").write_bytes(authority.pem)
    (place / "nginx.conf").write_text(NGINX.format(place=place, port=port, gateway=gateway), encoding="utf-8")

    def make(holder: Holder | None) -> httpx.Client:
        trust = ssl.create_default_context(cadata=authority.pem.decode())
        if holder is not None:
            file = place / f"{holder.certificate.serial_number}.pem"
            file.write_bytes(holder.pem + holder.key_pem)
            trust.load_cert_chain(file)
        return httpx.Client(verify=trust, base_url=f"https://localhost:{port}", trust_env=False)

    process = subprocess.Popen([nginx, "-p", str(place), "-c", str(place / "nginx.conf")], stderr=subprocess.DEVNULL)
    try:
        wait("/health", make(None))
        yield make
    finally:
        process.terminate()
        process.wait(10)


def wait(url: str, client: httpx.Client, seconds: float = 20) -> None:
    with client:
        for _ in range(int(seconds / 0.1)):
            with suppress(httpx.TransportError):
                if client.get(url).status_code == 200:
                    return
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")


def call(client: httpx.Client, organisatie: str = "", **headers: str) -> httpx.Response:
    with client:
        message = envelope("capaciteiten", organisatie=organisatie)
        return client.post("/soap/v1", content=message, headers={"content-type": XML, **headers})


def test_a_certificate_with_a_mandate_is_let_in(client: Client, authority: Holder) -> None:
    answer = call(client(issue(SUPPLIER, by=authority)), "school")
    assert (answer.status_code, texts(answer, "bsnToegestaan")) == (200, ["true"])


def test_it_acts_for_whom_it_may(client: Client, authority: Holder) -> None:
    answer = call(client(issue(SCHOOL, by=authority)), "opvang")
    assert texts(answer, "code")[0] == "VIX-1905"


def test_a_certificate_without_a_mandate_is_turned_away(client: Client, authority: Holder) -> None:
    assert call(client(issue(STRANGER, by=authority)), "school").status_code == 401


def test_no_certificate_is_turned_away(client: Client) -> None:
    assert call(client(None), "school").status_code == 401


def test_a_certificate_of_another_authority_does_not_pass_nginx(client: Client) -> None:
    answer = call(client(issue(SUPPLIER, by=issue(name="testautoriteit"))), "school")
    assert (answer.status_code, answer.headers["server"].partition("/")[0]) == (400, "nginx")


def test_an_expired_certificate_does_not_pass_nginx(client: Client, authority: Holder) -> None:
    assert call(client(issue(SUPPLIER, by=authority, days=0)), "school").status_code == 400


def test_a_header_from_outside_does_not_pass_nginx(client: Client, authority: Holder) -> None:
    forged = {"x-ssl-client-cert": quote(issue(SUPPLIER).pem, safe="")}
    assert call(client(None), "school", **forged).status_code == 401
    assert call(client(issue(STRANGER, by=authority)), "school", **forged).status_code == 401
