"""What passes between two parties: one request, and the reply to it or the silence after it."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST = 1_000_000
"""Bytes of a body that a transcript keeps; of a longer one its length, its hash and its beginning."""

STRANGER = "geen testpersoon"
"""What is done with a message about somebody who is no test person: refused, and nothing of it is written down."""

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked. Authorization is never among the headers: `token` holds who asks, and is never written down."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""
    token: str | None = None

    def header(self, name: str) -> str:
        """The first header of that name; empty when there is none."""
        return _header(self.headers, name)

    def curl(self, file: str) -> str:
        """The one line that sends this again; TOKEN stands for the sender's own token."""
        words = ["curl -sS -i", f"-X {self.method}"]
        words += [f'-H "{name}: {_quoted(value)}"' for name, value in self.headers]
        words += ['-H "Authorization: Bearer TOKEN"'] if self.token is not None else []
        words += [f'--data-binary "@{file}"'] if self.body else []
        return " ".join([*words, f'"{self.url}"'])


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: Headers
    body: bytes

    def header(self, name: str) -> str:
        """The first header of that name; empty when there is none."""
        return _header(self.headers, name)

    @property
    def content_type(self) -> str:
        """The media type without its parameters, in small letters."""
        return self.header("content-type").split(";", maxsplit=1)[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request with its reply, and where in a run it was.

    `party` is who the kit played; `inward` when it was asked instead of asking, and `did` what it then did with it.
    """

    n: int
    scenario: str
    attempt: int
    form: str
    step: str
    turn: int
    party: str
    op: str
    inward: bool
    moment: str
    took_ms: int
    request: Request
    reply: Reply | None
    silence: str = ""
    did: str = ""

    def row(self) -> dict[str, Any]:
        """As a transcript keeps it."""
        return {
            "soort": "uitwisseling", "n": self.n, "scenario": self.scenario, "poging": self.attempt,
            "formaat": self.form, "stap": self.step, "ronde": self.turn, "partij": self.party, "handeling": self.op,
            "binnen": self.inward, "op": self.moment, "ms": self.took_ms,
            "vraag": {
                "methode": self.request.method, "adres": self.request.url, "koppen": [*map(list, self.request.headers)],
                "met_token": self.request.token is not None, "inhoud": body_row(self.request.body),
            },
            "antwoord": None if self.reply is None else {
                "status": self.reply.status, "koppen": [*map(list, self.reply.headers)],
                "inhoud": body_row(self.reply.body),
            },
            "stilte": self.silence,
        } | ({"gedaan": self.did} if self.did else {})  # fmt: skip

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Exchange":
        """Read a row of a transcript."""
        asked, answered = row["vraag"], row["antwoord"]
        token = "" if asked["met_token"] else None
        request = Request(
            asked["methode"], asked["adres"], _pairs(asked["koppen"]), body_of(asked["inhoud"]), token
        )  # fmt: skip
        reply = None
        if answered is not None:
            reply = Reply(answered["status"], _pairs(answered["koppen"]), body_of(answered["inhoud"]))
        return cls(
            row["n"], row["scenario"], row["poging"], row["formaat"], row["stap"], row["ronde"], row["partij"],
            row["handeling"], row["binnen"], row["op"], row["ms"], request, reply, row["stilte"],
            row.get("gedaan", ""),
        )  # fmt: skip


def body_row(body: bytes) -> dict[str, Any]:
    """A body as text where it is text, else as base64; of a very long one what identifies it."""
    if len(body) > MOST:
        kept = {"lengte": len(body), "sha256": hashlib.sha256(body).hexdigest()}
        return kept | {"base64": base64.b64encode(body[:1000]).decode()}
    try:
        return {"tekst": body.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}


def body_of(row: Mapping[str, Any]) -> bytes:
    """A body from a row; of a very long one its beginning."""
    return str(row["tekst"]).encode() if "tekst" in row else base64.b64decode(row["base64"])


def _header(headers: Headers, name: str) -> str:
    return next((value for key, value in headers if key.lower() == name.lower()), "")


def _pairs(rows: list[list[str]]) -> Headers:
    return tuple((name, value) for name, value in rows)


def _quoted(text: str) -> str:
    return text.replace('"', '\\"')
