"""What is wrong with a subscription, as its sender is told: code and place, in JSON and in XML; and nothing is kept."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from gateway.adapters.senders.fhir import media
from gateway.canonical.receipt import Refusal
from gateway.canonical.subscription import OneSubscription, SubscriptionReply
from gateway.errors import SenderError
from gateway.flow.identity import Recognition
from gateway.flow.subscribing import Subscribing
from gateway.rules.subscriptions import Allowed
from tests.contract.subscriptions import adapter, posted, wanted
from tests.spec.office import Office
from tests.spec.people import SCHOOL, caller

CHANNEL = "Subscription.channel"
Break = Callable[[dict[str, Any]], object]
CASES: dict[str, tuple[Break, str, str]] = {
    "an address that nobody allowed": (
        lambda s: s["channel"].update(endpoint="https://elders.example/"), "VIX-1431", f"{CHANNEL}.endpoint",
    ),
    "an address that can be read in two ways": (
        lambda s: s["channel"].update(endpoint="https://lvs.example@elders.example/fhir"),
        "VIX-1431", f"{CHANNEL}.endpoint",
    ),
    "no address": (lambda s: s["channel"].pop("endpoint"), "VIX-1106", f"{CHANNEL}.endpoint"),
    "another topic": (lambda s: s.update(criteria="Flag?status=active"), "VIX-1432", "Subscription.criteria"),
    "another channel": (lambda s: s["channel"].update(type="message"), "VIX-1433", f"{CHANNEL}.type"),
    "a heartbeat too quick": (
        lambda s: s["channel"]["extension"][0].update(valueUnsignedInt=1), "VIX-1434", f"{CHANNEL}.extension[0].value",
    ),
    "an attempt too long": (
        lambda s: s["channel"]["extension"][1].update(valueUnsignedInt=60), "VIX-1434", f"{CHANNEL}.extension[1].value",
    ),
    "a header of HTTP's": (
        lambda s: s["channel"].update(header=["Host: elders.example"]), "VIX-1435", f"{CHANNEL}.header[0]",
    ),
    "an end that is past": (lambda s: s.update(end="2020-01-01T00:00:00Z"), "VIX-1105", "Subscription.end"),
}  # fmt: skip


def ask(office: Office, resource: dict[str, Any], *, kind: str = media.JSON, path: str = "/Subscription") -> Any:
    allowed = {SCHOOL: Allowed(("https://lvs.example/fhir/",), 1, 60)}
    flow = Subscribing(office.directory, Recognition(office.store.ring), office.clock, allowed)
    method = "POST" if path == "/Subscription" else "PUT"
    try:
        request, _ = adapter().decode(posted(resource, method, path, kind))
    except SenderError as refused:
        return Refusal(findings=refused.findings)
    reply: SubscriptionReply = office.drive(flow.answer(request, caller()))  # type: ignore[arg-type, assignment]
    return reply


@pytest.mark.parametrize("kind", [media.JSON, media.XML])
@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_told_and_nothing_is_kept(one_office: Office, name: str, kind: str) -> None:
    breaks, code, at = CASES[name]
    resource = copy.deepcopy(wanted())
    breaks(resource)
    reply = ask(one_office, resource, kind=kind)
    assert isinstance(reply, Refusal)
    assert [(finding.code, finding.at) for finding in reply.findings] == [(code, at)]
    assert one_office.store.read.subscriptions(SCHOOL) == []


def test_everything_wrong_is_told_at_once(one_office: Office) -> None:
    resource = copy.deepcopy(wanted())
    for breaks, _, _ in (CASES[name] for name in ("another topic", "another channel", "a header of HTTP's")):
        breaks(resource)
    reply = ask(one_office, resource)
    assert {finding.code for finding in reply.findings} == {"VIX-1432", "VIX-1433", "VIX-1435"}


def test_one_too_many_and_one_that_is_not_there(office: Office) -> None:
    first = ask(office, wanted())
    assert isinstance(first, OneSubscription) and first.fresh
    more = copy.deepcopy(wanted())
    more["channel"]["endpoint"] = "https://lvs.example/fhir/twee"
    too_many = ask(office, more)
    assert [(finding.code, finding.limit) for finding in too_many.findings] == [("VIX-1436", "1")]
    unknown = ask(office, wanted(), path="/Subscription/019a0000-0000-7000-8000-000000000001")
    assert [(finding.code, finding.at) for finding in unknown.findings] == [("VIX-1430", "http.id")]
    assert len(office.store.read.subscriptions(SCHOOL)) == 1
