"""JSON as the contract `aanlevering` has it, from the other side: what a sender asked, and what a gateway says."""

import json
import re
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

from conformance.exchange import Reply, Request
from conformance.formats.plainjson import JSON, PROBLEM, ROOT, asked_breaches, operations
from conformance.values import Message

STATUS = {"VIX-1004": 409, "VIX-1401": 404, "VIX-1404": 409, "VIX-1405": 410, "VIX-1412": 404, "VIX-1420": 412,
          "VIX-1206": 409, "VIX-1901": 503}  # fmt: skip
"""The status of a refusal; 400 where nothing else is said."""
ALONE = frozenset({"matchTerugkoppelen", "regieVastleggen", "matchOpvragen"})
"""What is answered with a match and nothing around it."""


class Served:
    """A gateway that speaks JSON."""

    name = "json"

    def asked(self, request: Request) -> Message:
        """Read a question."""
        said: Message = {"http": 0, "codes": [], "contract": [], "handeling": "", "draad": _wire(request)}
        found = _operation(request)
        if found is None:
            return said | {"uitkomst": "onleesbaar", "fout": "geen adres van het contract", "contract": ["adres"]}
        op, inner = found
        query = {name: one[0] for name, one in parse_qs(urlsplit(request.url).query).items()}
        message: Message = {name: query[name] for name in operations()[op].query if name in query} | inner
        breaches = []
        if operations()[op].body is not None:
            body, why = _body(request.body)
            if why:
                return said | {"uitkomst": "onleesbaar", "fout": why, "contract": [why]}
            breaches = asked_breaches(op, body)
            message |= body
            if said["draad"]["soort"] != JSON:
                breaches.append(f"Content-Type is niet {JSON}")
        if op == "regieVastleggen":
            message["stand"] = request.header("If-Match").removeprefix("W/").strip('"')
        return message | said | {"uitkomst": "gevraagd", "handeling": op, "inhoud": message, "contract": breaches}

    def answer(self, request: Request, asked: Message, said: Message) -> Reply:
        """Write a reply."""
        rest = {name: value for name, value in said.items() if name not in ("uitkomst", "wacht")}
        if said["uitkomst"] == "geweigerd":
            return _problem(rest, int(said.get("wacht") or 0))
        op = str(asked["handeling"])
        body = rest["match"] if op in ALONE else rest
        status = 201 if "201" in operations()[op].answers else 200
        return Reply(status, (("content-type", JSON), ("api-version", "1.0.0")), _written(body))

    def told(self, reply: Reply) -> Message:
        """Read a reply again."""
        body = json.loads(reply.body)
        return {**body, "uitkomst": "aangenomen" if reply.status < 300 else "geweigerd"}


def _problem(rest: Message, wait: int) -> Reply:
    status = STATUS.get(rest["code"], 400)
    findings = [{**one, "plaats": "".join(f"/{name}" for name in one["plaats"].split(".") if name)}
                for one in rest["bevindingen"]]  # fmt: skip
    body = {"type": "about:blank", "title": "Geweigerd", "status": status, "detail": findings[0]["regel"], **rest}
    headers = [("content-type", PROBLEM), ("api-version", "1.0.0")]
    headers += [("retry-after", str(wait))] if wait else []
    return Reply(status, tuple(headers), _written(body | {"bevindingen": findings}))


def _operation(request: Request) -> tuple[str, Message] | None:
    """Which operation an address is, and what of the message stands in it."""
    path = urlsplit(request.url).path
    for op, pattern in _addresses().items():
        found = re.fullmatch(pattern, path)
        if found and operations()[op].method == request.method:
            return op, dict(found.groupdict())
    return None


@cache
def _addresses() -> dict[str, str]:
    return {name: ROOT + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", one.path) for name, one in operations().items()}


def _body(said: bytes) -> tuple[Message, str]:
    """An object, or why it is none."""
    try:
        found: Any = json.loads(said.decode(), object_pairs_hook=_once)
    except UnicodeDecodeError:
        return {}, "geen UTF-8"
    except json.JSONDecodeError as error:
        return {}, f"geen goed gevormde JSON (regel {error.lineno})"
    except (ValueError, RecursionError):
        return {}, "een naam die twee keer voorkomt, of te diep genest"
    return (found, "") if isinstance(found, dict) else ({}, "geen object")


def _once(pairs: list[tuple[str, Any]]) -> Message:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError
    return made


def _written(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def _wire(request: Request) -> Message:
    return {"soort": request.header("Content-Type").partition(";")[0].strip().lower()}
