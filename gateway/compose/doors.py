"""What answers: the doors, and who stands behind them."""

import threading
import time
from dataclasses import replace

from gateway import __version__
from gateway.adapters.channels import terugmelding
from gateway.adapters.publications.fhir import KINDS, Shelf
from gateway.adapters.senders import fhir, plainjson, soap
from gateway.canonical.command import Request
from gateway.canonical.receipt import Reply
from gateway.clock import Clock
from gateway.compose.formats import (
    advice_texts,
    fhir_sender,
    fhir_subscriptions,
    file_adapter,
    json_sender,
    layouts,
    match_pages,
    publications,
    soap_sender,
)
from gateway.compose.foundation import House
from gateway.config import Config
from gateway.flow.files import Files
from gateway.flow.identity import Recognition
from gateway.flow.intake import Intake
from gateway.flow.moving import Moving
from gateway.flow.subscribing import Subscribing
from gateway.rules.findings import FindingTexts
from gateway.rules.subscriptions import Allowed
from gateway.web import fhir_door, files_door, json_door, page_door, problem, soap_door
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
from gateway.web.page_door import PageDoor
from gateway.web.session import Sessions
from gateway.web.soap_door import SoapDoor

Requests = Doorway[Request, Reply]


def base_of(config: Config) -> str:
    """How senders reach the gateway."""
    return config.http.base_url or f"http://{config.http.host}:{config.http.port}"


def edge(parts: House) -> Edge:
    """The doors of this house."""
    config, store = parts.config, parts.store
    base = base_of(config)
    taken = intake(parts)
    doorway: Requests = Doorway(
        identify=identifier(config),
        intake=taken,
        driver=Driver(store),
        meters=Meters(store.read),
        limit=config.http.max_body_bytes,
    )
    others = operators(store, doorway.meters, token=config.http.metrics_token)
    problem.add_to(others, FindingTexts.load())
    files_door.add_to(others, _doors_for_files(parts, doorway, taken))
    doors: dict[str, Door] = {
        soap_door.PATH: _soap_door(base, doorway),
        json_door.PATH: _json_door(base, doorway),
        fhir_door.PATH: _terminology_door(base, parts.clock, doorway.meters, beyond=_fhir_door(parts, doorway)),
    }
    if config.page.accounts:
        doors[page_door.PATH] = _page_door(parts, base, doorway)
    return Edge(doors, others)


def _soap_door(base: str, doorway: Requests) -> SoapDoor:
    contract = soap.contract(f"{base}{soap_door.PATH}")
    back = terugmelding.contract(f"{base}{soap_door.PATH}")
    messages = MessageDoor("soap", soap_door.PATH, soap_sender(), doorway, too_large="VIX-1007")
    return SoapDoor(messages, {"": contract.wsdl, "terugmelding": back.wsdl}, {**contract.schemas, **back.schemas})


def _json_door(base: str, doorway: Requests) -> JsonDoor:
    adapter = json_sender()
    contract = plainjson.contract(f"{base}{json_door.PATH}")
    return JsonDoor(MessageDoor("json", json_door.PATH, adapter, doorway), contract, adapter.version)


def _terminology_door(base: str, clock: Clock, counts: Meters, *, beyond: Door) -> TerminologyDoor:
    """What is published in FHIR; `beyond` takes every other path of FHIR."""
    shelf = Shelf(publications(), FindingTexts.load(), f"{base}{fhir_door.PATH}")
    return TerminologyDoor(shelf, clock, counts, frozenset(KINDS), beyond)


def _fhir_door(parts: House, doorway: Requests) -> FhirDoor:
    base, routes = f"{base_of(parts.config)}{fhir_door.PATH}", (*fhir.ROUTES, *fhir.SUBSCRIPTIONS)
    adapter = fhir_sender(base)
    small = replace(doorway, limit=min(doorway.limit, fhir_door.MOST_BYTES))
    pages = {"metadata": lambda request: adapter.metadata(request, routes, __version__)}
    beside = Doorway(
        doorway.identify, subscribing(parts), doorway.driver, doorway.meters, small.limit, names=doorway.names
    )
    subscriptions = MessageDoor("fhir", fhir_door.PATH, fhir_subscriptions(base), beside)
    messages = MessageDoor("fhir", fhir_door.PATH, adapter, small)
    return FhirDoor(messages, pages, {"Subscription": subscriptions})


def _page_door(parts: House, base: str, doorway: Requests) -> PageDoor:
    sessions = Sessions.of(parts.config, parts.store.ring, time.time)
    small = replace(doorway, identify=sessions.identify, limit=min(doorway.limit, page_door.MOST_BYTES))
    return PageDoor(MessageDoor("page", page_door.PATH, match_pages(page_door.PATH), small), sessions, base)


def _doors_for_files(parts: House, doorway: Requests, taken: Intake) -> FilesDoor:
    config, shipped = parts.config, layouts()
    return FilesDoor(
        files=carrier(parts),
        store=parts.store,
        intake=taken,
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


def intake(parts: House) -> Intake:
    """Who answers requests."""
    return Intake(parts.directory, recognition(parts), parts.clock)


def subscribing(parts: House) -> Subscribing:
    """Who answers what is asked of subscriptions."""
    asked = {item.id: item.delivery.subscription for item in parts.config.partners}
    allowed = {
        name: Allowed(item.allow, item.most, item.shortest_heartbeat_seconds)
        for name, item in asked.items()
        if item is not None
    }
    return Subscribing(parts.directory, recognition(parts), parts.clock, allowed)


def recognition(parts: House) -> Recognition:
    """By what messages, persons and words are recognised."""
    return Recognition(parts.store.ring)


def carrier(parts: House) -> Files:
    """Who carries files."""
    return Files(parts.store, intake(parts), recognition(parts), parts.clock)


def moving(parts: House, tenant: str, *, old: str, new: str) -> Moving:
    """Who moves an organisation's signals from one source system to another."""
    return Moving(parts.store, recognition(parts), parts.clock, tenant=tenant, old=old, new=new)
