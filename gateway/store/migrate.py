"""Bringing a database to the shape this version needs. A database newer than this version is refused."""

from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from gateway.errors import Misconfigured
from gateway.store.engine import alone

_SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(engine: sa.Engine) -> None:
    """Migrate to the newest shape; several processes may start at once. Raises Misconfigured for a newer database."""
    with engine.begin() as connection:
        alone(connection)
        current = MigrationContext.configure(connection).get_current_revision()
        newest, *older = _revisions()
        if current == newest:
            return
        if current is not None and current not in older:
            raise Misconfigured("store.url: the database was made by a newer version; start that version instead")
        config = Config()
        config.set_main_option("script_location", str(_SCRIPTS))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@cache
def _revisions() -> tuple[str, ...]:
    """The shapes this version knows, newest first."""
    return tuple(script.revision for script in ScriptDirectory(str(_SCRIPTS)).walk_revisions())
