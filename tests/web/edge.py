"""The whole edge in this process, asked as if over HTTP from any address; and the messages to ask it with."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from lxml import etree

from gateway import compose

VI = "urn:x-verwijsindex-gateway:aanlevering:1"
XML = "text/xml; charset=utf-8"


def envelope(operation: str, content: str = "", *, organisatie: str = "") -> bytes:
    """A request of one operation, for an organisation if one is named."""
    acted_for = f"<organisatie>{organisatie}</organisatie>" if organisatie else ""
    return (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
        f'<{operation} xmlns="{VI}"><kop><bronSysteem>test</bronSysteem>{acted_for}</kop>{content}</{operation}>'
        "</e:Body></e:Envelope>"
    ).encode()


def texts(answer: httpx.Response, name: str) -> list[str]:
    """The texts of all elements of a name."""
    return [element.text or "" for element in etree.fromstring(answer.content).iter(f"{{{VI}}}{name}")]


@dataclass
class Edge:
    """The doors of a house."""

    house: compose.House
    runner: asyncio.Runner
    app: Any = field(init=False)

    def __post_init__(self) -> None:
        self.app = compose.edge(self.house)

    def ask(
        self, path: str, body: bytes | None = None, *, peer: str = "127.0.0.1", headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """GET, or POST a body, from an address."""
        return self.runner.run(self._ask(path, body, peer, dict(headers or {})))

    async def _ask(self, path: str, body: bytes | None, peer: str, headers: dict[str, str]) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, client=(peer, 50_000))
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            if body is None:
                return await client.get(path, headers=headers)
            return await client.post(path, content=body, headers={"content-type": XML, **headers})
