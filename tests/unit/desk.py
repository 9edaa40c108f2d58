"""The desk where subscriptions are asked for, and the worker that tells of them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from gateway.canonical.command import Said
from gateway.canonical.order import Done, Outcome, Retry, Unknown
from gateway.canonical.receipt import Refusal
from gateway.canonical.subscription import (
    AskSubscription,
    OfSubscriptions,
    OneSubscription,
    Subscribe,
    Subscription,
    SubscriptionReply,
)
from gateway.flow.courier import Courier, Destination
from gateway.flow.identity import Recognition
from gateway.flow.subscribing import Subscribing
from gateway.rules.delivery import Recovery
from gateway.rules.subscriptions import Allowed
from tests.spec.office import Office
from tests.spec.people import BLIND, SCHOOL, caller
from tests.unit.announced import news
from tests.unit.scripted import Line, Plain, Post

HOOK = "https://lvs.example/fhir/hook"
BUSY, LOST = Retry(reason="http-503"), Unknown(reason="tijd")
HEAD = {"formaat": "fhir", "contract": "fhir-1", "here": "http"}


class Desk(Post):
    """Who answers what is asked of subscriptions, and the worker that tells them."""

    def __init__(self, office: Office, *script: Outcome, most: int = 3, give_up: int = 100) -> None:
        super().__init__(office, Line(Done()))
        office.store.ways = lambda tenant, _: ()
        self.receiver, self.give_up, self.reachable = Line(*script), give_up, True
        allowed = {name: Allowed(("https://lvs.example/",), most, 60) for name in (SCHOOL, BLIND)}
        recognise = Recognition(office.store.ring)
        self.subscribing = Subscribing(office.directory, recognise, office.clock, allowed)
        indexes = {name: replace(index, poll=1e-6) for name, index in self.destinations.items()}
        self.courier = Courier(office.store, office.directory, indexes, office.clock, subscriber=self.subscriber)

    def subscriber(self, tenant: str, subscription: Subscription) -> Destination | None:
        if not self.reachable:
            return None
        to = Plain(Recovery.REPEAT)
        return Destination(tenant, to, self.receiver, HOOK, 1.0, 0.0, 0.0, give_up=self.give_up)

    def ask(self, request: OfSubscriptions, *, who: str = SCHOOL) -> SubscriptionReply:
        return self.office.drive(self.subscribing.answer(request, caller(who)))  # type: ignore[arg-type, return-value]

    def subscribe(self, who: str = SCHOOL, **said: Any) -> Subscription:
        told = self.ask(asked(**said), who=who)
        assert isinstance(told, OneSubscription), told
        return told.subscription

    def see(self, subscription: Subscription) -> Subscription:
        told = self.ask(AskSubscription(**HEAD, subscription_id=named(subscription)))
        assert isinstance(told, OneSubscription)
        return told.subscription

    def news(self, *matches: str, lapsed: bool = False) -> None:
        self.line.script.clear()
        self.line.script += [Done(news=tuple(news(self.signal_id, one, lapsed=lapsed) for one in matches)), Done()]
        [poll] = [job for job in self.claim("-") if job.kind == "poll"]
        self.courier.carry(poll)

    def given(self) -> None:
        self.signal_id = self.office.given().receipt.signaal_id
        self.deliver()

    @property
    def told(self) -> list[str]:
        return self.receiver.kinds

    @property
    def numbers(self) -> list[int]:
        return [one["Announce"]["number"] for one in self.receiver.sent if "Announce" in one]


def asked(*, of: Subscription | None = None, headers: tuple[str, ...] | None = None, **said: str) -> Subscribe:
    texts = {"endpoint": HOOK} | said
    more: dict[str, Any] = {name: Said(text, name) for name, text in texts.items()}
    more["headers"] = None if headers is None else tuple(Said(line, "header") for line in headers)
    return Subscribe(**HEAD, payload="application/fhir+json", subscription_id=named(of) if of else None, **more)


def named(of: Subscription | UUID | str) -> Said:
    return Said(str(of.id if isinstance(of, Subscription) else of), "http.id")


def codes(reply: SubscriptionReply) -> list[str]:
    return [finding.code for finding in reply.findings] if isinstance(reply, Refusal) else []


Make = Callable[..., Desk]
