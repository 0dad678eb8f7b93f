"""Add deliveries channels and bookmarks.

Safe while the old version runs: it reads none of what is added, and the new columns of the inbox
have defaults.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261124_2248"
down_revision = "20261121_0400"

TIME = sa.DateTime(timezone=True)
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IS_CARD = sa.text("card != ''")
IS_REPLACED = sa.text("old_receipt != ''")
IS_UNANSWERED = sa.text("answer IS NULL")


def upgrade() -> None:
    """Add three tables, and to the inbox what answering over a platform needs."""
    _small_ones()
    _deliveries()
    _inbox()
    op.create_index(
        "ix_session_platform_channel_thread", "session", ["platform", "channel", "thread"]
    )


def _small_ones() -> None:
    op.create_table(
        "bookmark",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_bookmark"),
    )
    op.create_table(
        "channel",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("project", sa.Text(), nullable=True),
        sa.Column("verbosity", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "space", "channel", name="pk_channel"),
    )


def _deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("seq", BIG, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sent_version", sa.Integer(), nullable=False),
        sa.Column("posting", sa.Integer(), nullable=False),
        sa.Column("anchor", sa.Text(), nullable=True),
        sa.Column("opens", sa.Text(), nullable=True),
        sa.Column("answers", sa.Text(), nullable=True),
        sa.Column("approval", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_at", TIME, nullable=True),
        sa.Column("claimed_version", sa.Integer(), nullable=False),
        sa.Column("tried", sa.Text(), nullable=False),
        sa.Column("doubt_at", TIME, nullable=True),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("sent_at", TIME, nullable=True),
        sa.Column("old_receipt", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_delivery"),
        sa.UniqueConstraint("id", name="uq_delivery_id"),
    )
    op.create_index("ix_delivery_lane_state_seq", "delivery", ["lane", "state", "seq"])
    op.create_index(
        "ix_delivery_platform_channel_thread", "delivery", ["platform", "channel", "thread"]
    )
    op.create_index(
        "ix_delivery_replaced",
        "delivery",
        ["platform"],
        sqlite_where=IS_REPLACED,
        postgresql_where=IS_REPLACED,
    )
    op.create_index("ix_delivery_state", "delivery", ["state"])
    op.create_index(
        "uq_delivery_card",
        "delivery",
        ["card"],
        unique=True,
        sqlite_where=IS_CARD,
        postgresql_where=IS_CARD,
    )


def _inbox() -> None:
    op.add_column("inbox", sa.Column("groups", sa.Text(), server_default="[]", nullable=False))
    op.add_column("inbox", sa.Column("origin", sa.Text(), server_default="{}", nullable=False))
    op.add_column("inbox", sa.Column("attempts", sa.Integer(), server_default="1", nullable=False))
    op.create_index(
        "ix_inbox_unanswered",
        "inbox",
        ["surface"],
        sqlite_where=IS_UNANSWERED,
        postgresql_where=IS_UNANSWERED,
    )


def downgrade() -> None:
    """Drop them, with all that is stored."""
    op.drop_index("ix_inbox_unanswered", table_name="inbox")
    op.drop_index("ix_session_platform_channel_thread", table_name="session")
    op.drop_column("inbox", "attempts")
    op.drop_column("inbox", "origin")
    op.drop_column("inbox", "groups")
    op.drop_index("uq_delivery_card", table_name="delivery")
    op.drop_index("ix_delivery_state", table_name="delivery")
    op.drop_index("ix_delivery_replaced", table_name="delivery")
    op.drop_index("ix_delivery_platform_channel_thread", table_name="delivery")
    op.drop_index("ix_delivery_lane_state_seq", table_name="delivery")
    op.drop_table("delivery")
    op.drop_table("channel")
    op.drop_table("bookmark")
