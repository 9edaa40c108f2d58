"""What goes out: the worker, the indices and the receivers of matches; and the clock that is carried out."""

import datetime as dt
import tomllib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace

from gateway.adapters.channels.fhir_message import FhirMessage
from gateway.adapters.channels.mail import Mail, Pointer
from gateway.adapters.channels.pickup import Pickup
from gateway.adapters.channels.terugmelding import Terugmelding
from gateway.adapters.senders import fhir
from gateway.clock import Clock
from gateway.compose.delivery import way, whole
from gateway.compose.dialects import adapter_of
from gateway.compose.doors import base_of
from gateway.compose.formats import advice_texts, described, display, file_adapter, layouts
from gateway.compose.foundation import House
from gateway.compose.secret import secret
from gateway.compose.subscribers import subscribers
from gateway.compose.words import MAPPINGS
from gateway.config import Config, EndpointConfig, FolderConfig, IndexConfig, MailConfig, PartnerConfig, PostboxConfig
from gateway.errors import Misconfigured
from gateway.flow.ageing import Ageing
from gateway.flow.courier import Courier, Destination
from gateway.flow.dispatch import Dispatcher
from gateway.flow.ports import IndexAdapter, Transport
from gateway.rules.subscriptions import LONGEST_TIMEOUT
from gateway.rules.vocabulary import CALL_NOW
from gateway.store.outbox import MAIL
from gateway.web import fhir_door, files_door, page_door
from gateway.wire.folder import FolderTransport
from gateway.wire.http import HttpTransport
from gateway.wire.smtp import SmtpTransport

Over = Callable[[str, Transport], Transport]


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
        courier = Courier(
            parts.store,
            parts.directory,
            destinations,
            parts.clock,
            parts.config.announce.times,
            subscriber=subscribers(parts.config, stack),
        )
        longest = LONGEST_TIMEOUT if any(item.delivery.subscription for item in parts.config.partners) else 0.0
        return Dispatcher(parts.store, courier, destinations, hang_up=stack.pop_all().close, longest=longest)


def receivers_of(partner: PartnerConfig, config: Config) -> list[Destination]:
    """An organisation's ways to hear of its matches, as the worker needs them; raises Misconfigured, OSError."""
    found: list[Destination] = []
    if (soap_way := partner.delivery.soap) is not None:
        found.append(_endpoint(partner, "soap", soap_way, Terugmelding(organisatie=partner.id, describe=described)))
    if (fhir_way := partner.delivery.fhir) is not None:
        told = _endpoint(partner, "fhir", fhir_way, _fhir_message(partner, fhir_way, base_of(config)))
        found.append(replace(told, url=f"{fhir_way.url.rstrip('/')}/$process-message"))
    if (folder := partner.delivery.folder) is not None:
        found.append(_folder(partner, folder))
    if (postbox := partner.delivery.mail) is not None and config.mail is not None:
        found.append(_postbox(partner, postbox, config, config.mail))
    return found


def _fhir_message(partner: PartnerConfig, item: EndpointConfig, base: str) -> FhirMessage:
    return FhirMessage(
        organisatie=partner.id,
        url=item.url,
        base=f"{base}{fhir_door.PATH}",
        task=fhir.Writer(display).match,
        flag=fhir.Writer(display).expiring,
        written=lambda resource: fhir.media.write(resource, fhir.media.JSON),
    )


def _folder(partner: PartnerConfig, folder: FolderConfig) -> Destination:
    writer = file_adapter(partner, layouts())
    return Destination(
        id=way(partner, "folder"),
        adapter=Pickup(write=writer.matches, expiring=writer.expiring, kept=files_door.MATCHES_KEPT),
        transport=FolderTransport(),
        url=str(folder.path),
        deadline=10.0,
        retry=folder.retry_seconds,
        poll=0.0,
    )


def _endpoint(partner: PartnerConfig, name: str, item: EndpointConfig, adapter: IndexAdapter) -> Destination:
    place = f"partners.{partner.id}.delivery.{name}"
    token = secret(item.token_file, f"{place}.token_file")
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


def _postbox(partner: PartnerConfig, to: PostboxConfig, config: Config, mail: MailConfig) -> Destination:
    """An address that is pointed at news. Who is told a match itself is not reminded by the mails beside it."""
    texts = mail_texts()
    told = texts["melding"]
    reads = any(account.partner == partner.id for account in config.page.accounts)
    where = told["pagina"].format(adres=f"{base_of(config)}{page_door.PATH}") if reads else told["systeem"]
    pointer = Pointer(
        sender=mail.sender,
        texts=told | {"tekst": told["tekst"].replace("{waar}", where)},
        expiry=texts["verloop"],
        address=to.address,
        naam=partner.name,
    )
    remind = None if whole(partner) else dt.timedelta(hours=config.announce.remind_hours)
    return replace(mailbox(mail), id=way(partner, "mail"), adapter=pointer, remind=remind)


def ageing(parts: House) -> Ageing:
    """Who carries out the legal clock, not yet started."""
    return Ageing(parts.store, parts.clock, asked=parts.directory.expiry)


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
    texts = mail_texts()
    return Destination(
        id=MAIL,
        adapter=Mail(
            sender=mail.sender,
            texts=texts["alarm"] | {"advies": advice_texts()[CALL_NOW][0]},
            escalation=texts["regie"],
        ),
        transport=FolderTransport() if mail.folder else smtp_of(mail),
        url=str(mail.folder or f"{mail.host}:{mail.port}"),
        deadline=mail.deadline_seconds,
        retry=mail.retry_seconds,
        poll=0.0,
    )


def destination_of(name: str, index: IndexConfig, clock: Clock, transport: Transport | None = None) -> Destination:
    """An index with its dialect and the way there; without a transport, one of its own."""
    return Destination(
        id=name,
        adapter=adapter_of(name, index, clock),
        transport=transport or transport_of(index),
        url=index.url,
        deadline=index.deadline_seconds,
        retry=index.retry_seconds,
        poll=index.poll_seconds,
    )
