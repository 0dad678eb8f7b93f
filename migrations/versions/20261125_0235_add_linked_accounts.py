"""Add linked accounts, and the person of what was said.

Safe while the old version runs: it adds tables that the old version does not know, a column that
may be null, and an index.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261125_0235"
down_revision = "20261125_0215"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables, the column and the index."""
    op.create_table(
        "account",
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("linked_at", TIME, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("actor", name="pk_account"),
    )
    op.create_index("ix_account_person", "account", ["person"])
    op.create_table(
        "link_code",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_link_code"),
    )
    op.create_index("ix_link_code_actor", "link_code", ["actor"])
    op.add_column("inbox", sa.Column("person", sa.Text(), nullable=True))
    op.create_index(
        "ix_inbox_refused",
        "inbox",
        ["actor", "received_at"],
        sqlite_where=sa.text("outcome = 'refused'"),
        postgresql_where=sa.text("outcome = 'refused'"),
    )


def downgrade() -> None:
    """Drop them, with all that is stored."""
    op.drop_index("ix_inbox_refused", "inbox")
    op.drop_column("inbox", "person")
    op.drop_table("link_code")
    op.drop_table("account")
