"""The doctor: every fault of a configuration by its place, what is wrong, and how to mend it; all at once."""

import datetime as dt
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa
from cryptography import x509

from gateway import compose
from gateway.canonical.identifiers import Oin
from gateway.canonical.order import AskCapabilities, IndexCapabilities
from gateway.clock import system_clock
from gateway.config import Config, read
from gateway.errors import Misconfigured
from gateway.rules import vocabulary
from gateway.store.engine import connect
from gateway.store.keyring import KeyRing
from gateway.wire.message import WireResponse

SOON = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something that is wrong (`serious`) or that an operator should know."""

    serious: bool
    where: str
    what: str
    fix: str


def examine(path: Path) -> list[Complaint]:
    """Look at everything a configuration names. Nothing is changed; an index is asked only what it can carry."""
    try:
        config = read(path)
    except Misconfigured as error:
        return [_fault(path.name, problem, "mend this line") for problem in error.problems]
    return [*_store(config), *_data(config), *_callers(config), *_regions(config), *_indexes(config)]


def _fault(where: str, what: str, fix: str) -> Complaint:
    return Complaint(True, where, what, fix)


def _note(where: str, what: str, fix: str) -> Complaint:
    return Complaint(False, where, what, fix)


def _store(config: Config) -> Iterator[Complaint]:
    store = config.store
    if store.url == store.keys:
        yield _fault(
            "store.keys", "the key store is the database itself", "name another file or database, backed up apart"
        )
    try:
        KeyRing.open(store.keyring)
    except Misconfigured as error:
        yield _fault("store.keyring", *_split(error.problems[0]))
    else:
        if store.keyring.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield _fault("store.keyring", "others on this machine may read it", f"chmod 600 {store.keyring}")
    for name, url in (("store.url", store.url), ("store.keys", store.keys)):
        engine = connect(url, writes=False)
        try:
            with engine.connect() as connection:
                connection.execute(sa.select(1))
        except (sa.exc.SQLAlchemyError, OSError) as error:
            yield _fault(
                name, f"does not answer ({type(error).__name__})", "check the address, the server and the rights"
            )
        finally:
            engine.dispose()


def _split(problem: str) -> tuple[str, str]:
    what, _, fix = problem.partition("; ")
    return what.removeprefix("store.keyring: "), fix


def _data(config: Config) -> Iterator[Complaint]:
    for problem in vocabulary.check(compose.MAPPINGS / "vocabulary"):
        yield _fault("vocabulary", problem, "restore the shipped tables")
    try:
        compose.packs_of(config)
    except Misconfigured as error:
        for problem in error.problems:
            yield _fault("packs", problem, "mend this line")
    shared = compose.shared_vocabulary()
    for partner in config.partners:
        where = f"partners.{partner.id}"
        if partner.overlay is not None:
            try:
                compose.own_vocabulary(shared, partner)
            except (Misconfigured, OSError) as error:
                yield _fault(f"{where}.overlay", str(error), "mend the row it names")
        if partner.code_list and partner.code_list not in shared.code_lists and partner.overlay is None:
            fix = f"name one of {', '.join(shared.code_lists)}, or bring an overlay"
            yield _fault(f"{where}.code_list", f"no list '{partner.code_list}'", fix)


def _callers(config: Config) -> Iterator[Complaint]:
    production = config.environment == "production"
    for partner in config.partners:
        if production and partner.token_sha256:
            fix = "use a client certificate and [[certificates]]; tokens are for sandboxes"
            yield _fault(f"partners.{partner.id}.token_sha256", "a token in production", fix)
    if production and not config.http.trusted_proxies:
        fix = "name the addresses of the proxy that verifies client certificates"
        yield _fault("http.trusted_proxies", "nobody can call: no proxy is trusted", fix)
    if production and not config.certificates:
        yield _fault(
            "certificates", "nobody can call: no mandate is recorded", "add [[certificates]] with oin and acts_for"
        )
    for certificate in config.certificates:
        try:
            Oin.parse(certificate.oin)
        except ValueError:
            yield _fault("certificates.oin", "not an OIN", "give the twenty positions of Subject.serialNumber")
    if production and config.clock.start is not None:
        yield _fault("clock.start", "the legal clock is set", "remove it: in production the law runs on real time")


def _regions(config: Config) -> Iterator[Complaint]:
    try:
        packs = compose.packs_of(config)
    except Misconfigured:
        return
    for name, region in config.regions.items():
        pack = packs.get(region.pack)
        if pack is None:
            fix = f"name one of {', '.join(sorted(packs))}"
            yield _fault(f"regions.{name}.pack", f"no pack '{region.pack}'", fix)
        elif pack.needs_record and not (region.covenant and region.dpia) and config.environment == "production":
            fix = "name covenant and dpia, or use a pack that keeps less"
            yield _fault(f"regions.{name}", f"pack '{pack.id}' needs a recorded covenant and DPIA", fix)


def _indexes(config: Config) -> Iterator[Complaint]:
    for name, index in config.indexes.items():
        where = f"indexes.{name}"
        if index.client_certificate is not None:
            yield from _certificate(where, index.client_certificate)
        try:
            destination = compose.destination_of(name, index, system_clock)
        except (OSError, ValueError) as error:
            yield _fault(where, f"its certificate or key cannot be used ({type(error).__name__})", "check the files")
            continue
        order = AskCapabilities(message_id=uuid4())
        answer = destination.transport.exchange(destination.adapter.encode(order), url=index.url, deadline=5.0)
        told = destination.adapter.decode(order, answer) if isinstance(answer, WireResponse) else answer
        if not isinstance(told, IndexCapabilities):
            yield _note(f"{where}.url", "the index does not answer", "signals are accepted and wait; check the address")
            continue
        missing = set(index.carries) - told.axes
        if missing:
            yield _fault(f"{where}.carries", f"the index does not carry {', '.join(sorted(missing))}", "remove them")
        if index.signaalcode and not told.signaalcode:
            yield _fault(f"{where}.signaalcode", "the index knows no signaalcode", "set it to false")
        if index.ketenregistratie and not told.ketenregistratie:
            yield _fault(f"{where}.ketenregistratie", "the index takes no ketenregistratie", "set it to false")
        if told.processing_time.total_seconds() > index.processing_seconds:
            fix = f"set it to {told.processing_time.total_seconds():g} or more"
            yield _fault(f"{where}.processing_seconds", "shorter than the index says it needs", fix)


def _certificate(where: str, path: Path) -> Iterator[Complaint]:
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError):
        yield _fault(f"{where}.client_certificate", "cannot be read as PEM", "name a certificate file")
        return
    left = certificate.not_valid_after_utc - system_clock()
    if left < dt.timedelta(0):
        yield _fault(f"{where}.client_certificate", "has expired", "renew it")
    elif left < SOON:
        yield _note(f"{where}.client_certificate", f"expires in {left.days} days", "renew it in time")
