"""Bytes as they came in or go out, with what their transport says about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, repr=False)
class WireRequest:
    """A request as bytes. Its repr shows no byte of it."""

    body: bytes
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Lower-case names; only what an adapter may look at (`soapaction`, `if-match`)."""
    method: str = "POST"
    path: str = ""
    """Below the door's own path, without the query; empty where a door has one path."""
    query: Mapping[str, str] = field(default_factory=dict)
    known: object = None
    """What the adapter that wrote it knew then, for reading the answer: never sent, never kept, its own affair."""

    def frozen(self) -> bytes:
        """The request as one run of bytes, to be kept until it is sent and sent again as it is."""
        head = "\n".join([self.content_type, *(f"{name}: {value}" for name, value in sorted(self.headers.items()))])
        return head.encode() + b"\n\n" + self.body

    @classmethod
    def thawed(cls, kept: bytes) -> "WireRequest":
        """The request that `frozen` kept."""
        head, _, body = kept.partition(b"\n\n")
        content_type, *lines = head.decode().split("\n")
        return cls(body, content_type, dict(line.split(": ", 1) for line in lines))

    def __repr__(self) -> str:
        return f"WireRequest({len(self.body)} bytes)"


@dataclass(frozen=True, slots=True, repr=False)
class WireResponse:
    """A response as bytes. Its repr shows no byte of it."""

    status: int
    body: bytes
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Beside the content type; only what an adapter knows (`location`, `etag`)."""
    known: object = None
    """What stood so in the request that it answers."""

    def __repr__(self) -> str:
        return f"WireResponse({self.status}, {len(self.body)} bytes)"
