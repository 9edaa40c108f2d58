"""What may be asked at which address: one table, from which requests find their way and the capabilities are told."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from gateway.wire.fhir_subscription import BACKPORT


class Does(StrEnum):
    """What an address does."""

    MESSAGE = "message"
    GIVE = "give"
    CHANGE = "change"
    STATUS = "status"
    SIGNALS = "signals"
    MATCH = "match"
    FOLLOW_UP = "follow-up"
    MATCHES = "matches"
    CAPABILITIES = "capabilities"
    METADATA = "metadata"
    SUBSCRIBE = "subscribe"
    RESUBSCRIBE = "resubscribe"
    UNSUBSCRIBE = "unsubscribe"
    SUBSCRIPTION = "subscription"
    SUBSCRIPTIONS = "subscriptions"
    STANDING = "standing"
    STANDINGS = "standings"
    EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Route:
    """A method on an address below the door's own; `{id}` stands for an id of R4.

    `resource` and `interaction` are how a CapabilityStatement tells of it: an interaction of R4 on a type, or, where
    `operation` is named, an operation.
    """

    method: str
    path: str
    does: str
    resource: str = ""
    interaction: str = ""
    operation: str = ""
    definition: str = ""
    """Of the operation, where it is not one of ours or of R4."""

    def found(self, path: str) -> str | None:
        """The id in a path that is this route's ('' when it has none); None for another path."""
        matched = _pattern(self.path).fullmatch(path)
        return None if matched is None else "".join(matched.groups())


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.escape(path).replace(r"\{id\}", r"([A-Za-z0-9\-.]{1,64})"))


ROUTES = (
    Route("GET", "metadata", Does.METADATA),
    Route("POST", "$process-message", Does.MESSAGE, operation="process-message"),
    Route("POST", "$capaciteiten", Does.CAPABILITIES, operation="capaciteiten"),
    Route("POST", "Flag", Does.GIVE, "Flag", "create"),
    Route("PUT", "Flag/{id}", Does.CHANGE, "Flag", "update"),
    Route("GET", "Flag/{id}", Does.STATUS, "Flag", "read"),
    Route("POST", "Flag/_search", Does.SIGNALS, "Flag", "search-type"),
    Route("PUT", "Task/{id}", Does.FOLLOW_UP, "Task", "update"),
    Route("GET", "Task/{id}", Does.MATCH, "Task", "read"),
    Route("POST", "Task/_search", Does.MATCHES, "Task", "search-type"),
)


_STATUS = f"{BACKPORT}/OperationDefinition/backport-subscription-status"
_EVENTS = f"{BACKPORT}/OperationDefinition/backport-subscription-events"
SUBSCRIPTIONS = (
    Route("POST", "Subscription", Does.SUBSCRIBE, "Subscription", "create"),
    Route("PUT", "Subscription/{id}", Does.RESUBSCRIBE, "Subscription", "update"),
    Route("DELETE", "Subscription/{id}", Does.UNSUBSCRIBE, "Subscription", "delete"),
    Route("GET", "Subscription/{id}", Does.SUBSCRIPTION, "Subscription", "read"),
    Route("POST", "Subscription/_search", Does.SUBSCRIPTIONS, "Subscription", "search-type"),
    *(
        Route(method, path, does, "Subscription", operation=operation, definition=definition)
        for method in ("GET", "POST")
        for path, does, operation, definition in (
            ("Subscription/$status", Does.STANDINGS, "status", _STATUS),
            ("Subscription/{id}/$status", Does.STANDING, "status", _STATUS),
            ("Subscription/{id}/$events", Does.EVENTS, "events", _EVENTS),
        )
    ),
)
"""What may be asked of subscriptions; another flow answers it."""


def find(routes: Iterable[Route], method: str, path: str) -> tuple[Route | None, str, tuple[str, ...]]:
    """The route of a request with the id in its path; without one, the methods the path does have."""
    here = [(route, name) for route in routes if (name := route.found(path)) is not None]
    for route, name in here:
        if route.method == method:
            return route, name, ()
    return None, "", tuple(dict.fromkeys(route.method for route, _ in here))
