"""What is asked without a resource: searches, reads, and what a sender may do. Their places are HTTP parameters."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from gateway.adapters.senders.fhir.names import CONTRACT, FORMAT, MATCH_ID, source_of
from gateway.canonical import command
from gateway.canonical.command import Request, Said
from gateway.canonical.finding import Finding
from gateway.errors import SenderError
from gateway.wire.fhir import SIGNAAL_ID

HERE = "http"
NAMES: Mapping[str, frozenset[str]] = {
    "Flag": frozenset({"identifier", "_count", "na", "organisatie"}),
    "Task": frozenset({"identifier", "_count", "na", "organisatie"}),
    "Subscription": frozenset({"url", "status", "organisatie"}),
    "$events": frozenset({"eventsSinceNumber", "eventsUntilNumber", "content", "organisatie"}),
    "": frozenset({"organisatie"}),
}
"""Resource -> the parameters its search has; '' where nothing is searched."""
IN_ADDRESS = frozenset({"_count", "na", "organisatie", "content", "eventsSinceNumber", "eventsUntilNumber"})
"""Of these, what may stand in an address: nothing that points at a signal."""
IGNORED = frozenset({"_format", "_pretty"})
MOST = 20


def said(kind: str, body: bytes, query: Mapping[str, str]) -> dict[str, Said]:
    """The parameters of a request; raises SenderError for one that does not exist, or that says two things."""
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MOST)
    except ValueError:
        raise SenderError(Finding(code="VIX-1035")) from None
    found: dict[str, Said] = {}
    wrong: list[Finding] = []
    for name, text in (*query.items(), *pairs):
        if name in IGNORED:
            continue
        if name not in NAMES[kind] or (name in query and name not in IN_ADDRESS):
            wrong.append(Finding(code="VIX-1035", at=HERE))
        elif name in found:
            wrong.append(Finding(code="VIX-1035", at=f"{HERE}.{name}"))
        else:
            found[name] = Said(text, f"{HERE}.{name}")
    if wrong:
        raise SenderError(*dict.fromkeys(wrong))
    return found


def flags(asked: Mapping[str, Said]) -> Request:
    """The status of one own signal, or a list of all."""
    head = _head(asked)
    if identifier := asked.get("identifier"):
        system, _, value = identifier.text.rpartition("|")
        number = identifier._replace(text=value) if value else None
        if system == SIGNAAL_ID:
            return command.StatusOpvragen(**head, here=HERE, signaal_id=number or identifier)
        source = identifier._replace(text=source_of(system)) if system else None
        places = dict.fromkeys(("bron_systeem", "bron_signaal_id"), identifier.at)
        return command.StatusOpvragen(
            **head | {"bron_systeem": source}, here=HERE, places=places, bron_signaal_id=number
        )
    return command.EigenSignalenOpvragen(**head, **_page(asked))


def tasks(asked: Mapping[str, Said]) -> Request:
    """One match, or a page of them."""
    if identifier := asked.get("identifier"):
        system, _, value = identifier.text.rpartition("|")
        number = identifier._replace(text=value if system in ("", MATCH_ID) else "")
        return command.MatchOpvragen(**_head(asked), here=HERE, match_id=number)
    return command.MatchesOpvragen(**_head(asked), **_page(asked))


def flag(name: str, asked: Mapping[str, Said]) -> Request:
    """One own signal by our id."""
    return command.StatusOpvragen(**_head(asked), here=HERE, signaal_id=Said(name, f"{HERE}.id"))


def task(name: str, asked: Mapping[str, Said]) -> Request:
    """One match by its id."""
    return command.MatchOpvragen(**_head(asked), here=HERE, match_id=Said(name, f"{HERE}.id"))


def capabilities(asked: Mapping[str, Said]) -> Request:
    """What this sender may do."""
    return command.Capaciteiten(**_head(asked))


def _head(asked: Mapping[str, Said]) -> dict[str, Any]:
    return {"formaat": FORMAT, "contract": CONTRACT, "organisatie": asked.get("organisatie")}


def _page(asked: Mapping[str, Said]) -> dict[str, Any]:
    return {"here": HERE, "na": asked.get("na"), "maximum": asked.get("_count")}
