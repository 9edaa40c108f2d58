"""Bytes as they came in or go out, with what their transport says about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, repr=False)
class WireRequest:
    """A request as bytes. Its repr shows no byte of it."""

    body: bytes
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Lower-case names; only what an adapter may look at (`soapaction`)."""

    def __repr__(self) -> str:
        return f"WireRequest({len(self.body)} bytes)"


@dataclass(frozen=True, slots=True, repr=False)
class WireResponse:
    """A response as bytes. Its repr shows no byte of it."""

    status: int
    body: bytes
    content_type: str = ""

    def __repr__(self) -> str:
        return f"WireResponse({self.status}, {len(self.body)} bytes)"
