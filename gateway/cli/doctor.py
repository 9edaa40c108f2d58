"""The doctor: every fault of a configuration by its place, what is wrong, and how to mend it; all at once."""

import contextlib
import datetime as dt
import ipaddress
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa
from cryptography import x509
from sqlalchemy.engine import make_url

from gateway import compose
from gateway.canonical.identifiers import Oin
from gateway.canonical.order import AskCapabilities, IndexCapabilities
from gateway.cli import overlays
from gateway.clock import legal_day, monotonic, system_clock
from gateway.config import Config, IndexConfig, load, relations
from gateway.errors import Misconfigured
from gateway.flow.conversation import converse
from gateway.rules import vocabulary
from gateway.store.engine import connect
from gateway.store.keyring import KeyRing

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
        config = load(path)
    except Misconfigured as error:
        return [_told(problem.removeprefix(f"{path}: "), path.name) for problem in error.problems]
    related = [_told(problem) for problem in relations(config)]
    looks = (_store, _data, _files, _mail, _receivers, _callers, _regions, _indexes)
    return [*related, *(complaint for look in looks for complaint in look(config))]


def _fault(where: str, what: str, fix: str) -> Complaint:
    return Complaint(True, where, what, fix)


def _note(where: str, what: str, fix: str) -> Complaint:
    return Complaint(False, where, what, fix)


def _told(problem: str, where: str = "") -> Complaint:
    """A problem as `place: what; fix`, or as `what; fix` when it names no place."""
    place, colon, rest = problem.partition(": ")
    if not colon or " " in place:
        place, rest = where, problem
    what, _, fix = rest.rpartition("; ")
    return _fault(place, what or fix, fix if what else "mend this line")


def _store(config: Config) -> Iterator[Complaint]:
    store = config.store
    try:
        KeyRing.open(store.keyring)
    except Misconfigured as error:
        yield from map(_told, error.problems)
    else:
        if store.keyring.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield _fault("store.keyring", "others on this machine may read it", f"chmod 600 {store.keyring}")
    places = {}
    for name, url in (("store.url", store.url), ("store.keys", store.keys)):
        try:
            parsed = make_url(url)
            places[name] = _place(parsed)
            unreached = _reach(url, parsed)
        except (sa.exc.ArgumentError, ValueError):
            unreached = "is not the address of a database"
        if unreached:
            yield _fault(name, unreached, "check the address, the server and the rights")
    if len(set(places.values())) < len(places):
        fix = "name another file or database, backed up apart"
        yield _fault("store.keys", "the key store is the database itself", fix)


def _place(url: sa.URL) -> str:
    if url.get_backend_name() == "sqlite":
        return str(Path(url.database or "").resolve())
    return f"{url.host}:{url.port or 5432}/{url.database}"


def _reach(url: str, parsed: sa.URL) -> str:
    """Why a database cannot be used; empty when it can. One on SQLite that is not there yet is made at the start."""
    match parsed.get_backend_name():
        case "sqlite" if not Path(parsed.database or "").exists():
            parents = Path(parsed.database or "").resolve().parents
            above = next(directory for directory in parents if directory.exists())
            return "" if os.access(above, os.W_OK) else f"{above} cannot be written to"
        case "sqlite" | "postgresql":
            return _answers(url)
        case other:
            return f"{other} is neither sqlite nor postgresql"


def _answers(url: str) -> str:
    try:
        engine = connect(url, writes=False)
        try:
            with engine.connect() as connection:
                connection.execute(sa.select(1))
        finally:
            engine.dispose()
    except (sa.exc.SQLAlchemyError, OSError, ImportError) as error:
        return f"does not answer ({type(error).__name__})"
    return ""


def _data(config: Config) -> Iterator[Complaint]:
    for line in vocabulary.check(compose.MAPPINGS / "vocabulary"):
        yield _told(f"vocabulary: {line}")
    try:
        compose.packs_of(config)
    except OSError as error:
        yield _fault("packs", f"{error.filename} cannot be read", "name a file with a policy pack")
    except Misconfigured as error:
        for fault in error.problems:
            yield _fault("packs", fault, "mend this line")
    wrong = (*overlays.problems(config), *overlays.unsure(config))
    for problem in wrong:
        yield _fault(*problem)
    if config.cards and not wrong:
        yield from _cards(config)


def _cards(config: Config) -> Iterator[Complaint]:
    """Held against what words mean in messages, so only where that can be read."""
    try:
        known = compose.cards_of(config)
    except Misconfigured as error:
        for fault in error.problems:
            yield _fault("cards", fault, "mend this line")
        return
    today = legal_day(system_clock())
    for partner in config.partners:
        if known.of(partner.name, today) is None:
            yield _note(f"partners.{partner.id}", "has no meaning card today", "name one under cards")


def _files(config: Config) -> Iterator[Complaint]:
    shipped = compose.layouts()
    for partner in config.partners:
        try:
            compose.layout_of(partner, shipped)
        except Misconfigured as error:
            yield from map(_told, error.problems)
        try:
            compose.professionals_of(partner)
        except Misconfigured as error:
            yield from map(_told, error.problems)


def _mail(config: Config) -> Iterator[Complaint]:
    if config.mail is None:
        return
    if (folder := config.mail.folder) is not None:
        if not os.access(folder, os.W_OK | os.X_OK):
            yield _fault("mail.folder", f"{folder} cannot be written to", "make it, for the gateway's own user")
        return
    try:
        let_in = compose.smtp_of(config.mail).greets(url=f"{config.mail.host}:{config.mail.port}", deadline=5.0)
    except OSError:
        yield _fault("mail", "its authority or password_file cannot be read", "check the files")
        return
    if not let_in:
        yield _note(
            "mail", "the mail server does not let us in", "alarms wait; check host, port, tls, user and password"
        )


def _receivers(config: Config) -> Iterator[Complaint]:
    """Ways to receivers of matches; nothing is sent to them."""
    try:
        with contextlib.ExitStack() as stack:
            compose.subscribers(config, stack)
    except Misconfigured as error:
        yield from map(_told, error.problems)
    for partner in config.partners:
        where = f"partners.{partner.id}.delivery"
        try:
            compose.receivers_of(partner, config)
        except Misconfigured as error:
            yield from map(_told, error.problems)
        except OSError:
            yield _fault(f"{where}.mail", "a file of [mail] cannot be read", "check the files")
        folder = partner.delivery.folder
        if folder is None:
            continue
        try:
            open_to_others = stat.S_IMODE(folder.path.stat().st_mode) & 0o002
        except OSError:
            yield _fault(f"{where}.folder.path", "there is no such folder", "make it, for the gateway's user")
            continue
        if open_to_others:
            yield _fault(f"{where}.folder.path", "everybody may write in it", "chmod o-w")
        elif not os.access(folder.path, os.W_OK | os.X_OK):
            yield _fault(f"{where}.folder.path", "it cannot be written to", "give the gateway's user the right")


def _callers(config: Config) -> Iterator[Complaint]:
    production = config.environment == "production"
    if production and not config.http.trusted_proxies:
        fix = "name the addresses of the proxy that verifies client certificates"
        yield _fault("http.trusted_proxies", "nobody can call: no proxy is trusted", fix)
    if production and not config.certificates:
        yield _fault(
            "certificates", "nobody can call: no mandate is recorded", "add [[certificates]] with oin and acts_for"
        )
    for proxy in config.http.trusted_proxies:
        try:
            ipaddress.ip_address(proxy)
        except ValueError:
            fix = "give each proxy's own address, not a name or a range"
            yield _fault("http.trusted_proxies", f"'{proxy}' is not an address", fix)
    for certificate in config.certificates:
        try:
            Oin.parse(certificate.oin)
        except ValueError:
            yield _fault("certificates.oin", "not an OIN", "give the twenty positions of Subject.serialNumber")


def _regions(config: Config) -> Iterator[Complaint]:
    try:
        packs = compose.packs_of(config)
    except (Misconfigured, OSError):
        return
    yield from map(_told, compose.region_problems(config, packs))


def _indexes(config: Config) -> Iterator[Complaint]:
    for name, index in config.indexes.items():
        where = f"indexes.{name}"
        if index.client_certificate is not None:
            yield from _certificate(where, index.client_certificate)
        try:
            told = _asked(name, index)
        except Misconfigured as error:
            if own := [problem for problem in error.problems if problem.startswith(where)]:
                yield from map(_told, own)
            else:
                yield _fault(where, "its authority, client_certificate or client_key cannot be read", "check the files")
            continue
        if told is None:
            yield _note(f"{where}.url", "the index does not answer", "signals are accepted and wait; check the address")
            continue
        yield from _promised(where, index, told)


def _promised(where: str, index: IndexConfig, told: IndexCapabilities) -> Iterator[Complaint]:
    """What is configured of an index that it says it cannot do."""
    missing = set(index.carries) - told.axes
    if missing:
        yield _fault(f"{where}.carries", f"the index does not carry {', '.join(sorted(missing))}", "remove them")
    if index.regie != told.regie:
        why = "the index does not hold the regie of a match" if index.regie else "the index holds it itself"
        yield _fault(f"{where}.regie", why, f"set it to {str(told.regie).lower()}")
    if index.terugkoppelen and not told.terugkoppelen:
        yield _fault(f"{where}.terugkoppelen", "the index cannot be told of contact", "set it to false")
    if index.wijzigen and not told.wijzigen:
        yield _fault(f"{where}.wijzigen", "the index cannot be told of a change", "set it to false")
    if index.signaalcode and not told.signaalcode:
        yield _fault(f"{where}.signaalcode", "the index knows no signaalcode", "set it to false")
    if index.ketenregistratie and not told.ketenregistratie:
        yield _fault(f"{where}.ketenregistratie", "the index takes no ketenregistratie", "set it to false")
    if told.processing_time.total_seconds() > index.processing_seconds:
        fix = f"set it to {told.processing_time.total_seconds():g} or more"
        yield _fault(f"{where}.processing_seconds", "shorter than the index says it needs", fix)


def _asked(name: str, index: IndexConfig) -> IndexCapabilities | None:
    """What an index says it can carry; None when it does not say."""
    order = AskCapabilities(message_id=uuid4())
    with contextlib.closing(compose.transport_of(index)) as transport:
        destination = compose.destination_of(name, index, system_clock, transport)
        ends = monotonic() + 5.0
        first = destination.adapter.encode(order)
        told = converse(
            destination.adapter,
            order,
            first,
            lambda request: transport.exchange(request, url=index.url, deadline=ends - monotonic()),
        )
    return told if isinstance(told, IndexCapabilities) else None


def _certificate(where: str, path: Path) -> Iterator[Complaint]:
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError):
        return  # who asks the index finds out
    left = certificate.not_valid_after_utc - system_clock()
    if left < dt.timedelta(0):
        yield _fault(f"{where}.client_certificate", "has expired", "renew it")
    elif left < SOON:
        yield _note(f"{where}.client_certificate", f"expires in {left.days} days", "renew it in time")
