"""Add since when a channel is bound.

Safe while the old version runs: it adds a column that may be null.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261125_0900"
down_revision = "20261125_0235"


def upgrade() -> None:
    """Add the column; of channels that are bound already it is not known."""
    op.add_column("channel", sa.Column("bound_since", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Drop it, with what is stored there."""
    op.drop_column("channel", "bound_since")
