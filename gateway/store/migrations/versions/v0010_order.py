"""The open messages of an organisation by destination and in the order in which they go, of the same moment too."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_OPEN = "state IN ('underway','unknown','waiting')"


def upgrade() -> None:
    """Make the index of open messages anew, by destination, and with the id of each at the end."""
    op.drop_index("outbox_open", "outbox")
    op.create_index(
        "outbox_open",
        "outbox",
        ["bucket", "tenant", "destination", "due", "id"],
        unique=False,
        sqlite_where=sa.text(_OPEN),
        postgresql_where=sa.text(_OPEN),
    )
