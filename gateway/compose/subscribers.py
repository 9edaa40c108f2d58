"""Where organisations' own subscriptions are told: found for each message, for they come while the worker works."""

import datetime as dt
from contextlib import ExitStack

from gateway.adapters.channels.rest_hook import RestHook
from gateway.adapters.senders import fhir
from gateway.canonical.subscription import Subscription
from gateway.compose.delivery import whole
from gateway.compose.doors import base_of
from gateway.config import Config, SubscriptionConfig
from gateway.errors import Misconfigured
from gateway.flow.courier import Destination, Subscriber
from gateway.rules.subscriptions import within
from gateway.web import fhir_door
from gateway.wire.headed import HeadedTransport
from gateway.wire.http import HttpTransport

ANSWER_BYTES = 100_000


def subscribers(config: Config, stack: ExitStack) -> Subscriber:
    """How to reach any subscriber; each organisation has a pool of its own, which `stack` closes.

    Whether an address is allowed is asked again for each message: an operator may have changed that. Raises
    Misconfigured.
    """
    base, remind = f"{base_of(config)}{fhir_door.PATH}", dt.timedelta(hours=config.announce.remind_hours)
    known = {
        partner.id: (item, _pool(item, partner.id, stack), None if whole(partner) else remind)
        for partner in config.partners
        if (item := partner.delivery.subscription) is not None
    }

    def of(tenant: str, subscription: Subscription) -> Destination | None:
        if tenant not in known:
            return None
        (item, pool, again), channel = known[tenant], subscription.channel
        if not within(channel.endpoint, item.allow):
            return None
        return Destination(
            id=tenant,
            adapter=RestHook(subscription, base=base, written=fhir.media.write),
            transport=HeadedTransport(pool, dict(channel.headers)),
            url=channel.endpoint,
            deadline=channel.timeout,
            retry=item.retry_seconds,
            poll=0.0,
            remind=again,
            give_up=item.failures,
        )

    return of


def _pool(item: SubscriptionConfig, tenant: str, stack: ExitStack) -> HttpTransport:
    try:
        pool = HttpTransport(
            authority=item.authority,
            client_certificate=item.client_certificate,
            client_key=item.client_key,
            connections=4,
            answer_bytes=ANSWER_BYTES,
        )
    except Misconfigured as error:
        raise Misconfigured(*(f"partners.{tenant}.delivery.subscription: {one}" for one in error.problems)) from None
    stack.callback(pool.close)
    return pool
