"""Leave what agents say and think out of the index by kind: nobody looks for the newest of it.

Safe while the old version runs: it only changes how rows are found.
"""

from alembic import op
from sqlalchemy import text

revision = "20261128_1800"
down_revision = "20261125_1300"

INDEX = "ix_event_session_kind_number"
COLUMNS = ["session", "kind", "number"]
IS_NOT_STREAMED = text("kind != 'text' AND kind != 'thought'")


def upgrade() -> None:
    """Make it anew without them."""
    op.drop_index(INDEX, "event")
    op.create_index(
        INDEX,
        "event",
        COLUMNS,
        sqlite_where=IS_NOT_STREAMED,
        postgresql_where=IS_NOT_STREAMED,
    )


def downgrade() -> None:
    """Make it anew with them."""
    op.drop_index(INDEX, "event")
    op.create_index(INDEX, "event", COLUMNS)
