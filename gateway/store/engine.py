"""Connections and their clocks, for both engines.

A lease is measured in database time on PostgreSQL, and in monotonic time of one boot of the machine on SQLite.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from gateway import clock

_PATIENCE = {
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "30s",
    "tcp_keepalives_idle": 10,
    "tcp_keepalives_interval": 5,
    "tcp_keepalives_count": 3,
}
"""How long PostgreSQL lets a machine that vanished, or one that hangs, keep its locks from the others."""


def connect(url: str, *, writes: bool, pool_size: int = 8) -> sa.Engine:
    """An engine on a database; `writes` makes SQLite take its write lock at the beginning."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        Path(parsed.database or "").parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(
            parsed, hide_parameters=True, pool_size=pool_size, connect_args={"timeout": 30, "check_same_thread": False}
        )
        _sqlite(engine, begin="BEGIN IMMEDIATE" if writes else "BEGIN")
        return engine
    return sa.create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=pool_size,
        pool_pre_ping=not writes,
        connect_args={"connect_timeout": 3, "application_name": "verwijsindex", "tcp_user_timeout": 15_000}
        | {"options": " ".join(f"-c {name}={value}" for name, value in _PATIENCE.items())},
    )


def _sqlite(engine: sa.Engine, *, begin: str) -> None:
    @sa.event.listens_for(engine, "connect")
    def configure(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "temp_store=MEMORY",
            "secure_delete=ON",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def start(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)


def alone(connection: sa.Connection) -> None:
    """Let no other process change the shape of this database until this transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET LOCAL lock_timeout = 0"))
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(7041)"))


def _asked(time: Callable[[], float]) -> sa.BindParameter[float]:
    return sa.bindparam(None, callable_=time, type_=sa.Double, unique=True)


class Times:
    """What time it is for planning (`due`) and for leases, as SQL of one engine.

    It is that time when a statement runs, also of a statement that was made before.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._database = engine.dialect.name == "postgresql"
        self.epoch = "database" if self._database else clock.boot_id()
        """Which run of the clock a lease belongs to; a lease of another run has ended."""

    def due(self) -> Any:
        """Now, in seconds since 1970, for planning."""
        return sa.func.extract("epoch", sa.func.now()) if self._database else _asked(clock.wall)

    def lease(self) -> Any:
        """Now, on the clock leases are measured by."""
        return sa.func.extract("epoch", sa.func.now()) if self._database else _asked(clock.monotonic)
