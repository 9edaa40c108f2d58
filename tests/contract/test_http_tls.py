"""What may be said after an exchange in which both sides must show a certificate."""

import datetime as dt
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.canonical.order import Retry
from gateway.errors import Misconfigured
from gateway.wire.http import HttpTransport
from tests.contract.peer import ANSWER, BROKEN, OK, REQUEST, peer, sends, silence, timed


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost with its key, in one file; its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def guarded(pem: Path) -> ssl.SSLContext:
    """A server side that demands a client certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=pem)
    context.load_cert_chain(pem)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


class TestTls:
    def test_both_sides_show_a_certificate(self, pem: Path, guarded: ssl.SSLContext) -> None:
        http = HttpTransport(authority=pem, client_certificate=pem)
        with peer(sends(OK), guarded) as server:
            assert [http.exchange(REQUEST, url=server.url, deadline=5) for _ in range(2)] == [ANSWER] * 2
            assert server.connections == 1
        http.close()

    def test_without_a_client_certificate_nothing_is_done(self, pem: Path, guarded: ssl.SSLContext) -> None:
        http = HttpTransport(authority=pem)
        with peer(sends(OK), guarded) as server:
            assert http.exchange(REQUEST, url=server.url, deadline=5) == BROKEN
            assert server.requests == []
        http.close()

    def test_an_unknown_authority_gets_nothing(self, http: HttpTransport, guarded: ssl.SSLContext) -> None:
        with peer(sends(OK), guarded) as server:
            assert http.exchange(REQUEST, url=server.url, deadline=5) == Retry(reason="geen-verbinding")
            assert server.requests == []

    def test_a_handshake_that_never_ends_is_certain(self, pem: Path) -> None:
        http = HttpTransport(authority=pem)
        with peer(silence) as server:
            outcome, took = timed(http, server.url.replace("http:", "https:"), 0.4)
        assert outcome == Retry(reason="geen-verbinding")
        assert took < 4
        http.close()

    @pytest.mark.parametrize("role", ["authority", "client_certificate"])
    def test_files_that_are_no_certificates_stop_the_start(self, tmp_path: Path, role: str) -> None:
        bad = tmp_path / "bad.pem"
        bad.write_text("geheim")
        for path in (bad, tmp_path / "absent.pem"):
            with pytest.raises(Misconfigured) as problem:
                HttpTransport(**{role: path})  # type: ignore[arg-type]
            assert "geheim" not in str(problem.value)
