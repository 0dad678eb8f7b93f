"""Add what volumes hold.

Safe while the old version runs: it does not know the table, and needs nothing in it.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261124_2315"
down_revision = "20261124_2300"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table; the next rounds measure what is there."""
    op.create_table(
        "volumes",
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("work_bytes", BIG, nullable=False),
        sa.Column("home_bytes", BIG, nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name="fk_volumes_session"),
        sa.PrimaryKeyConstraint("session", name="pk_volumes"),
    )


def downgrade() -> None:
    """Drop it; nothing hangs on it."""
    op.drop_table("volumes")
