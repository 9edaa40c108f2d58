"""The floor: the least that takes a signal durably and answers it. Bare ASGI, lxml, XSD, one table, group commit.

Reads every field in one pass, keeps them as JSON in one row under a unique key (SQLite, WAL, synchronous=FULL), and
answers from a text template with as many bytes as the gateway does. No admission, no words, no sealing, no outbox,
no audit, no check of who is calling, no validation of the answer.
"""

import asyncio
import json
import queue
import sqlite3
import sys
import threading
import time
from typing import Any
from xml.sax.saxutils import escape

import uvicorn
from lxml import etree

from tests.bench.messages import NAMESPACE
from tests.bench.servers.answer import contract, template

VALID = contract()
ANSWER = template()
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
HEADER = "{http://www.w3.org/2005/08/addressing}MessageID"


class Table:
    """One table and its writing thread: whatever waits is one transaction."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._waiting: queue.SimpleQueue[tuple[tuple[Any, ...], asyncio.Future[None]]] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._write, daemon=True).start()

    async def insert(self, *row: Any) -> None:
        done = self._loop.create_future()
        self._waiting.put((row, done))
        await done

    def _write(self) -> None:
        base = sqlite3.connect(self._path, isolation_level=None)
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("PRAGMA synchronous=FULL")
        base.execute("CREATE TABLE IF NOT EXISTS signal(id TEXT PRIMARY KEY, at REAL NOT NULL, fields TEXT NOT NULL)")
        while True:
            batch = [self._waiting.get()]
            while not self._waiting.empty():
                batch.append(self._waiting.get())
            base.execute("BEGIN IMMEDIATE")
            base.executemany("INSERT INTO signal VALUES (?, ?, ?)", [row for row, _ in batch])
            base.execute("COMMIT")
            self._loop.call_soon_threadsafe(release, [done for _, done in batch])


def release(waiting: list[asyncio.Future[None]]) -> None:
    for done in waiting:
        done.set_result(None)


def fields(group: etree._Element, into: dict[str, str]) -> dict[str, str]:
    for element in group:
        if len(element):
            fields(element, into)
        else:
            into[element.tag] = element.text
    return into


async def app(scope: Any, receive: Any, send: Any) -> None:
    global table
    body = (await receive())["body"]
    envelope = etree.fromstring(body, PARSER)
    header, (request,) = envelope
    if VALID.validate(request):
        if table is None:
            table = Table(sys.argv[1])
        said = fields(request, {})
        own = said[f"{{{NAMESPACE}}}bronSignaalId"]
        await table.insert(own, time.time(), json.dumps(said))
        status, text = 200, ANSWER.format(relates=escape(header.findtext(HEADER)), source=escape(own))
    else:
        status, text = 500, "invalid"
    answer = text.encode()
    lines = [(b"content-type", b"text/xml; charset=utf-8"), (b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": answer})


table: Table | None = None

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), access_log=False, log_config=None, lifespan="off")
