"""Builds every part from the configuration. The only file that knows all names; nothing is built anywhere else."""

import datetime as dt
import threading
import tomllib
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import cast
from uuid import UUID

from uuid_utils.compat import uuid4

from gateway import __version__
from gateway.adapters.channels import terugmelding
from gateway.adapters.channels.fhir_message import FhirMessage
from gateway.adapters.channels.mail import Mail, Pointer
from gateway.adapters.channels.pickup import Pickup
from gateway.adapters.channels.terugmelding import Terugmelding
from gateway.adapters.indexes.regionale_index import RegionaleIndex
from gateway.adapters.publications.fhir import KINDS, Library, Shelf, library
from gateway.adapters.senders import csvfile, fhir, plainjson, soap
from gateway.adapters.senders.csvfile import CsvSender, Layout
from gateway.adapters.senders.plainjson import PlainJson
from gateway.canonical.order import IndexCapabilities
from gateway.canonical.signal import Instantie
from gateway.clock import Clock, set_clock, system_clock
from gateway.config import Config, EndpointConfig, FolderConfig, IndexConfig, MailConfig, PartnerConfig, PostboxConfig
from gateway.errors import Misconfigured
from gateway.flow import professionals, versions
from gateway.flow.ageing import Ageing
from gateway.flow.directory import Directory, Partner, Region
from gateway.flow.dispatch import Courier, Destination, Dispatcher
from gateway.flow.files import Files
from gateway.flow.identity import Recognition
from gateway.flow.intake import OPERATIONS, Intake
from gateway.flow.moving import Moving
from gateway.flow.ports import IndexAdapter, Transport
from gateway.flow.professionals import Professionals
from gateway.rules import policy, vocabulary
from gateway.rules.findings import FindingTexts
from gateway.rules.policy import Pack
from gateway.rules.vocabulary import CALL_NOW, Vocabulary
from gateway.store.keyring import KeyRing
from gateway.store.outbox import MAIL
from gateway.store.store import Store
from gateway.store.work import Way, Ways
from gateway.web import fhir_door, files_door, json_door, problem, soap_door
from gateway.web.app import Edge, operators
from gateway.web.asgi import Door
from gateway.web.drive import Driver
from gateway.web.fhir_door import FhirDoor
from gateway.web.fhir_terminology_door import TerminologyDoor
from gateway.web.files_door import FilesDoor
from gateway.web.identity import identifier
from gateway.web.json_door import JsonDoor
from gateway.web.message_door import Doorway, MessageDoor
from gateway.web.meters import Meters
from gateway.web.soap_door import SoapDoor
from gateway.wire.folder import FolderTransport
from gateway.wire.http import HttpTransport
from gateway.wire.smtp import SmtpTransport

Over = Callable[[str, Transport], Transport]
MAPPINGS: Traversable = files("gateway.mappings")


@dataclass(frozen=True, slots=True)
class House:
    """The parts every process has: who is who, the store, the legal clock."""

    config: Config
    clock: Clock
    store: Store
    directory: Directory

    def close(self) -> None:
        """Commit what waits, and let go."""
        self.store.close()


def clock_of(config: Config) -> Clock:
    """The legal clock."""
    return set_clock(config.clock.start) if config.clock.start else system_clock


@cache
def shared_vocabulary() -> Vocabulary:
    """The vocabulary as shipped."""
    return vocabulary.load(MAPPINGS / "vocabulary")


def packs_of(config: Config) -> dict[str, Pack]:
    """The shipped packs and the operator's own."""
    return policy.load(policy.texts(MAPPINGS / "packs", config.packs))


def advice_texts() -> dict[str, tuple[str, str]]:
    """Advice by code: Dutch, English."""
    data = tomllib.loads((MAPPINGS / "advice.toml").read_text(encoding="utf-8"))
    return {code: (entry["nl"], entry["en"]) for code, entry in data.items()}


def capabilities_of(index: IndexConfig) -> IndexCapabilities:
    """What an index can carry, as configured."""
    return IndexCapabilities.model_validate(
        {
            "ketenregistratie": index.ketenregistratie,
            "signaalcode": index.signaalcode,
            "mails": index.mails,
            "wijzigen": index.wijzigen,
            "axes": index.carries,
            "processing_time": index.processing_seconds,
        }
    )


def house(config: Config) -> House:
    """Open the store and learn who is who; raises Misconfigured with every problem."""
    ring = KeyRing.open(config.store.keyring)
    clock = clock_of(config)
    shared, packs = shared_vocabulary(), packs_of(config)
    regions = _regions(config, packs)
    words = regional_vocabularies(config, shared)
    partners = {item.id: _partner(item, regions, shared, words) for item in config.partners}
    store = Store(config.store.url, keys_url=config.store.keys, ring=ring, clock=clock, ways=ways_of(config))
    store.do(
        versions.keep(
            policy.texts(MAPPINGS / "packs", config.packs),
            MAPPINGS / "vocabulary",
            _overlays(config, partners, shared),
        )
    )
    directory = Directory(
        partners,
        regions,
        past_pack=cache(lambda label: versions.past_pack(store.read, label)),
        past_vocabulary=cache(lambda version: versions.past_vocabulary(store.read, version)),
    )
    return House(config, clock, store, directory)


def _regions(config: Config, packs: Mapping[str, Pack]) -> dict[str, Region]:
    problems = [
        f"regions.{name}.pack: no pack '{item.pack}'; there are {', '.join(sorted(packs))}"
        for name, item in config.regions.items()
        if item.pack not in packs
    ]
    problems += [
        f"regions.{name}: pack '{item.pack}' needs covenant and dpia on record in production"
        for name, item in config.regions.items()
        if config.environment == "production"
        and item.pack in packs
        and packs[item.pack].needs_record
        and not (item.covenant and item.dpia)
    ]
    if problems:
        raise Misconfigured(*problems)
    return {
        name: Region(
            id=name,
            name=item.name or name,
            pack=packs[item.pack],
            index=item.index,
            capabilities=capabilities_of(config.indexes[item.index]),
            municipalities=frozenset(item.municipalities),
        )
        for name, item in config.regions.items()
    }


def overlaid(below: Vocabulary, overlay: Path | None) -> Vocabulary:
    """A vocabulary with the words of a region or an organisation over it; raises Misconfigured."""
    return below if overlay is None else below.overlay(vocabulary.load_rows(cast(Traversable, overlay)))


def regional_vocabularies(config: Config, shared: Vocabulary) -> dict[str, Vocabulary]:
    """The vocabulary of each region that has words of its own; raises Misconfigured."""
    return {name: overlaid(shared, item.overlay) for name, item in config.regions.items() if item.overlay is not None}


def _overlays(config: Config, partners: Mapping[str, Partner], shared: Vocabulary) -> dict[str, tuple[Path, ...]]:
    """Every vocabulary in use, by its version, with its overlays, lowest first."""
    found: dict[str, tuple[Path, ...]] = {shared.version: ()}
    for item in config.partners:
        own = (item.overlay,) if item.overlay else ()
        found[partners[item.id].vocabulary.version] = own
        for region, known in partners[item.id].regional.items():
            found[known.version] = (*(path for path in (config.regions[region].overlay,) if path), *own)
    return found


def _partner(
    item: PartnerConfig, regions: Mapping[str, Region], shared: Vocabulary, words: Mapping[str, Vocabulary]
) -> Partner:
    return Partner(
        id=item.id,
        instantie=Instantie(id=item.id, naam=item.name, locatie=item.location, categorie=item.category),
        regions=tuple(regions[name] for name in item.regions),
        may_know_bsn=item.may_know_bsn,
        code_list=item.code_list,
        wait_seconds=item.wait_seconds,
        vocabulary=overlaid(shared, item.overlay),
        regional={name: overlaid(words[name], item.overlay) for name in item.regions if name in words},
        professionals=professionals_of(item),
        duty_address=item.duty_address,
    )


def professionals_of(item: PartnerConfig) -> Professionals:
    """Who is who at an organisation; raises Misconfigured."""
    if item.professionals is None:
        return {}
    source = f"partners.{item.id}.professionals"
    try:
        return professionals.load(item.professionals.read_bytes(), source=source)
    except OSError:
        raise Misconfigured(f"{source}: {item.professionals} cannot be read; mind its path") from None


def described(axis: str, code: str) -> tuple[str, str]:
    """A concept's display and definition."""
    concept = shared_vocabulary().concept(axis, code)
    return concept.display_nl, concept.definition_nl


def soap_sender(new_id: Callable[[], UUID] = uuid4) -> soap.SoapSender:
    """The SOAP sender adapter with its texts and words."""
    return soap.SoapSender.load(FindingTexts.load(), advice=advice_texts(), describe=described, new_id=new_id)


def json_sender() -> PlainJson:
    """The JSON sender adapter with its texts and words."""
    return PlainJson.load(FindingTexts.load(), advice=advice_texts(), describe=described, base=json_door.PATH)


def fhir_sender(base: str) -> fhir.FhirSender:
    """The FHIR sender adapter with its texts and words, for a door at an address."""
    return fhir.FhirSender.load(
        FindingTexts.load(),
        advice=advice_texts(),
        display=_display,
        list_of=shared_vocabulary().list_of,
        base=base,
    )


@cache
def publications() -> Library:
    """What the gateway publishes in FHIR."""
    return library(shared_vocabulary(), FindingTexts.load(), advice=advice_texts(), operations=OPERATIONS.values())


def base_of(config: Config) -> str:
    """How senders reach the gateway."""
    return config.http.base_url or f"http://{config.http.host}:{config.http.port}"


def edge(parts: House) -> Edge:
    """The doors of this house."""
    config, store = parts.config, parts.store
    base = base_of(config)
    doorway = Doorway(
        identify=identifier(config),
        intake=intake(parts),
        driver=Driver(store),
        meters=Meters(store.read),
        limit=config.http.max_body_bytes,
    )
    others = operators(store, doorway.meters, token=config.http.metrics_token)
    problem.add_to(others, FindingTexts.load())
    files_door.add_to(others, _doors_for_files(parts, doorway))
    doors: dict[str, Door] = {
        soap_door.PATH: _soap_door(base, doorway),
        json_door.PATH: _json_door(base, doorway),
        fhir_door.PATH: _terminology_door(base, parts.clock, doorway.meters, beyond=_fhir_door(base, doorway)),
    }
    return Edge(doors, others)


def _soap_door(base: str, doorway: Doorway) -> SoapDoor:
    contract = soap.contract(f"{base}{soap_door.PATH}")
    back = terugmelding.contract(f"{base}{soap_door.PATH}")
    messages = MessageDoor("soap", soap_door.PATH, soap_sender(), doorway, too_large="VIX-1007")
    return SoapDoor(messages, {"": contract.wsdl, "terugmelding": back.wsdl}, {**contract.schemas, **back.schemas})


def _json_door(base: str, doorway: Doorway) -> JsonDoor:
    adapter = json_sender()
    contract = plainjson.contract(f"{base}{json_door.PATH}")
    return JsonDoor(MessageDoor("json", json_door.PATH, adapter, doorway), contract, adapter.version)


def _terminology_door(base: str, clock: Clock, counts: Meters, *, beyond: Door) -> TerminologyDoor:
    """What is published in FHIR; `beyond` takes every other path of FHIR."""
    shelf = Shelf(publications(), FindingTexts.load(), f"{base}{fhir_door.PATH}")
    return TerminologyDoor(shelf, clock, counts, frozenset(KINDS), beyond)


def _fhir_door(base: str, doorway: Doorway) -> FhirDoor:
    adapter = fhir_sender(f"{base}{fhir_door.PATH}")
    small = replace(doorway, limit=min(doorway.limit, fhir_door.MOST_BYTES))
    pages = {"metadata": lambda request: adapter.metadata(request, fhir.ROUTES, __version__)}
    return FhirDoor(MessageDoor("fhir", fhir_door.PATH, adapter, small), pages)


def intake(parts: House) -> Intake:
    """Who answers requests."""
    return Intake(parts.directory, recognition(parts), parts.clock)


def recognition(parts: House) -> Recognition:
    """By what messages, persons and words are recognised."""
    return Recognition(parts.store.ring)


def carrier(parts: House) -> Files:
    """Who carries files."""
    return Files(parts.store, intake(parts), recognition(parts), parts.clock)


def moving(parts: House, tenant: str, *, old: str, new: str) -> Moving:
    """Who moves an organisation's signals from one source system to another."""
    return Moving(parts.store, recognition(parts), parts.clock, tenant=tenant, old=old, new=new)


def file_adapter(item: PartnerConfig, shipped: Mapping[str, Layout]) -> CsvSender:
    """How an organisation's files are read and answered; raises Misconfigured."""
    return CsvSender.load(
        FindingTexts.load(), layout_of(item, shipped), choices_display=lambda axis, code: described(axis, code)[0]
    )


@cache
def layouts() -> dict[str, Layout]:
    """The layouts of files that ship with the gateway."""
    return csvfile.layouts(shared_vocabulary().axes)


def layout_of(item: PartnerConfig, shipped: Mapping[str, Layout]) -> Layout:
    """How one organisation's files are laid out: as shipped, or by a file of its own; raises Misconfigured."""
    if item.csv_layout in shipped:
        return shipped[item.csv_layout]
    source = f"partners.{item.id}.csv_layout"
    try:
        return Layout.load(Path(item.csv_layout).read_text(encoding="utf-8"), shipped[csvfile.STANDARD])
    except (OSError, UnicodeDecodeError):
        known = ", ".join(shipped)
        raise Misconfigured(
            f"{source}: no layout or file '{item.csv_layout}'; name one of {known}, or a file"
        ) from None
    except Misconfigured as error:
        raise Misconfigured(*(f"{source}: {problem}" for problem in error.problems)) from None


def _doors_for_files(parts: House, doorway: Doorway) -> FilesDoor:
    config, shipped = parts.config, layouts()
    return FilesDoor(
        files=carrier(parts),
        store=parts.store,
        intake=doorway.intake,
        driver=doorway.driver,
        directory=parts.directory,
        adapters={item.id: file_adapter(item, shipped) for item in config.partners},
        texts=FindingTexts.load(),
        advice=advice_texts(),
        identify=doorway.identify,
        meters=doorway.meters,
        clock=parts.clock,
        limit=config.http.max_file_bytes,
        places=threading.Semaphore(config.http.files_at_once),
    )


def dispatcher(parts: House, over: Over | None = None) -> Dispatcher:
    """The worker of this house, not yet started; `over` may put something over each index's transport."""
    with ExitStack() as stack:
        destinations = {}
        for name, item in parts.config.indexes.items():
            transport = transport_of(item)
            stack.callback(transport.close)
            destinations[name] = destination_of(name, item, parts.clock, over(name, transport) if over else transport)
        if parts.config.mail is not None:
            destinations[MAIL] = mailbox(parts.config.mail)
        for partner in parts.config.partners:
            for receiver in receivers_of(partner, parts.config):
                if isinstance(receiver.transport, HttpTransport):
                    stack.callback(receiver.transport.close)
                destinations[receiver.id] = receiver
        courier = Courier(parts.store, parts.directory, destinations, parts.clock, parts.config.announce.times)
        return Dispatcher(parts.store, courier, destinations, hang_up=stack.pop_all().close)


def way(partner: PartnerConfig, name: str) -> str:
    """The destination that one of an organisation's ways is."""
    return f"{partner.id}/{name}"


def ways(partner: PartnerConfig) -> tuple[str, ...]:
    """The names of an organisation's ways to hear of its matches."""
    return (*_whole(partner), *(("mail",) if partner.delivery.mail else ()))


def ways_of(config: Config) -> Ways:
    """How organisations hear of their matches; a mail is left out where the index mails itself."""
    told = {item.id: tuple(Way(way(item, name)) for name in _whole(item)) for item in config.partners}
    mailed = {item.id: Way(way(item, "mail"), pointer=True) for item in config.partners if item.delivery.mail}
    by_themselves = {name for name, index in config.indexes.items() if index.mails}

    def of(tenant: str, index: str) -> tuple[Way, ...]:
        pointers = (mailed[tenant],) if tenant in mailed and index not in by_themselves else ()
        return (*told.get(tenant, ()), *pointers)

    return of


def _whole(partner: PartnerConfig) -> tuple[str, ...]:
    """The ways in which an organisation is told the match itself."""
    return (*partner.delivery.endpoints, *(("folder",) if partner.delivery.folder else ()))


def receivers_of(partner: PartnerConfig, config: Config) -> list[Destination]:
    """An organisation's ways to hear of its matches, as the worker needs them; raises Misconfigured, OSError.

    Who is told a match itself is not reminded by the mails that go beside it.
    """
    found: list[Destination] = []
    if (soap_way := partner.delivery.soap) is not None:
        found.append(_endpoint(partner, "soap", soap_way, Terugmelding(organisatie=partner.id, describe=described)))
    if (fhir_way := partner.delivery.fhir) is not None:
        told = _endpoint(partner, "fhir", fhir_way, _fhir_message(partner, fhir_way, base_of(config)))
        found.append(replace(told, url=f"{fhir_way.url.rstrip('/')}/$process-message"))
    if (folder := partner.delivery.folder) is not None:
        found.append(_folder(partner, folder))
    if (postbox := partner.delivery.mail) is not None and config.mail is not None:
        remind = None if _whole(partner) else dt.timedelta(hours=config.announce.remind_hours)
        found.append(_postbox(partner, postbox, config.mail, remind))
    return found


def _fhir_message(partner: PartnerConfig, item: EndpointConfig, base: str) -> FhirMessage:
    return FhirMessage(
        organisatie=partner.id,
        url=item.url,
        base=f"{base}{fhir_door.PATH}",
        task=fhir.Writer(_display).match,
        written=lambda resource: fhir.media.write(resource, fhir.media.JSON),
    )


def _display(axis: str, code: str) -> str:
    return described(axis, code)[0]


def _folder(partner: PartnerConfig, folder: FolderConfig) -> Destination:
    writer = file_adapter(partner, layouts())
    return Destination(
        id=way(partner, "folder"),
        adapter=Pickup(write=writer.matches, kept=files_door.MATCHES_KEPT),
        transport=FolderTransport(),
        url=str(folder.path),
        deadline=10.0,
        retry=folder.retry_seconds,
        poll=0.0,
    )


def _endpoint(partner: PartnerConfig, name: str, item: EndpointConfig, adapter: IndexAdapter) -> Destination:
    place = f"partners.{partner.id}.delivery.{name}"
    token = _secret(item.token_file, f"{place}.token_file")
    try:
        transport = HttpTransport(
            authority=item.authority,
            client_certificate=item.client_certificate,
            client_key=item.client_key,
            token=token,
            connections=4,
            answer_bytes=100_000,
        )
    except Misconfigured as error:
        raise Misconfigured(*(f"{place}: {problem}" for problem in error.problems)) from None
    return Destination(
        id=way(partner, name),
        adapter=adapter,
        transport=transport,
        url=item.url,
        deadline=item.deadline_seconds,
        retry=item.retry_seconds,
        poll=0.0,
    )


def _secret(file: Path | None, place: str) -> str:
    """The one line of a file that is kept apart."""
    try:
        told = file.read_text(encoding="ascii").strip() if file else ""
    except (OSError, UnicodeDecodeError):
        raise Misconfigured(f"{place}: {file} cannot be read as one line of ASCII; mind its path") from None
    if not told.isprintable() or " " in told:
        raise Misconfigured(f"{place}: {file} holds more than one word; leave the token alone in it")
    return told


def _postbox(partner: PartnerConfig, to: PostboxConfig, mail: MailConfig, remind: dt.timedelta | None) -> Destination:
    pointer = Pointer(sender=mail.sender, texts=mail_texts()["melding"], address=to.address, naam=partner.name)
    return replace(mailbox(mail), id=way(partner, "mail"), adapter=pointer, remind=remind)


def ageing(parts: House) -> Ageing:
    """Who carries out the legal clock, not yet started."""
    return Ageing(parts.store, parts.clock)


def transport_of(index: IndexConfig) -> HttpTransport:
    """The way to an index."""
    return HttpTransport(
        authority=index.authority,
        client_certificate=index.client_certificate,
        client_key=index.client_key,
    )


def smtp_of(mail: MailConfig) -> SmtpTransport:
    """The way to the mail server; raises OSError."""
    password = mail.password_file.read_text(encoding="utf-8").strip() if mail.password_file else ""
    return SmtpTransport(tls=mail.tls, authority=mail.authority, user=mail.user, password=password)


def mail_texts() -> dict[str, dict[str, str]]:
    """What mails say, by their kind."""
    return tomllib.loads((MAPPINGS / "mail.toml").read_text(encoding="utf-8"))


def mailbox(mail: MailConfig) -> Destination:
    """The mail server, as the worker needs it."""
    texts = mail_texts()["alarm"]
    return Destination(
        id=MAIL,
        adapter=Mail(sender=mail.sender, texts=texts | {"advies": advice_texts()[CALL_NOW][0]}),
        transport=smtp_of(mail),
        url=f"{mail.host}:{mail.port}",
        deadline=mail.deadline_seconds,
        retry=mail.retry_seconds,
        poll=0.0,
    )


def destination_of(name: str, index: IndexConfig, clock: Clock, transport: Transport | None = None) -> Destination:
    """An index with its dialect and the way there; without a transport, one of its own."""
    return Destination(
        id=name,
        adapter=RegionaleIndex(
            sender=index.sender, receiver=index.receiver, capabilities=capabilities_of(index), clock=clock
        ),
        transport=transport or transport_of(index),
        url=index.url,
        deadline=index.deadline_seconds,
        retry=index.retry_seconds,
        poll=index.poll_seconds,
    )
