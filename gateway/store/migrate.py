"""Bringing a database to the shape this version needs. A database newer than this version is refused."""

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
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    scripts = ScriptDirectory.from_config(config)
    with engine.begin() as connection:
        alone(connection)
        current = MigrationContext.configure(connection).get_current_revision()
        if current == scripts.get_current_head():
            return
        if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
            raise Misconfigured("store.url: the database was made by a newer version; start that version instead")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
