"""Add an index for what was done lately, which is asked for every few minutes.

Safe while the old version runs: it only changes how rows are found.
"""

from alembic import op

revision = "20261125_1300"
down_revision = "20261125_1000"


def upgrade() -> None:
    """Add it."""
    op.create_index("ix_inbox_surface_received_at", "inbox", ["surface", "received_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_inbox_surface_received_at", "inbox")
