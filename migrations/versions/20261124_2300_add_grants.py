"""Add grants.

Safe while the old version runs: it adds a table that the old version does not know.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261124_2300"
down_revision = "20261124_2248"

TIME = sa.DateTime(timezone=True)
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "access_grant",
        sa.Column("seq", BIG, autoincrement=True, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("project", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("granted_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_access_grant"),
        sa.UniqueConstraint(
            "subject", "role", "project", name="uq_access_grant_subject_role_project"
        ),
    )


def downgrade() -> None:
    """Drop it, with all that is stored."""
    op.drop_table("access_grant")
