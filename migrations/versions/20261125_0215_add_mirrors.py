"""Add mirrors of sessions.

Safe while the old version runs: it adds a table that the old version does not know.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261125_0215"
down_revision = "20261124_2315"

TIME = sa.DateTime(timezone=True)
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "mirror",
        sa.Column("seq", BIG, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("since", BIG, nullable=False),
        sa.Column("shared_by", sa.Text(), nullable=False),
        sa.Column("shared_at", TIME, nullable=False),
        sa.Column("anchor", sa.Text(), nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("seq", name="pk_mirror"),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name="fk_mirror_session"),
        sa.UniqueConstraint("id", name="uq_mirror_id"),
    )
    op.create_index("ix_mirror_session", "mirror", ["session"])
    op.create_index(
        "ix_mirror_platform_channel_thread", "mirror", ["platform", "channel", "thread"]
    )
    op.create_index("ix_mirror_anchor", "mirror", ["anchor"])
    op.create_index(
        "uq_mirror_one_in_a_channel",
        "mirror",
        ["session", "platform", "space", "channel"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    """Drop it, with all that is stored."""
    op.drop_table("mirror")
