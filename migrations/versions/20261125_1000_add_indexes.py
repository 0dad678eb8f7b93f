"""Add indexes for what is asked most: all deliveries, tasks or jobs were looked through before.

Safe while the old version runs: it only changes how rows are found.
"""

from alembic import op

revision = "20261125_1000"
down_revision = "20261125_0900"


def upgrade() -> None:
    """Add them, and drop the one that nothing is found by any more."""
    op.create_index(
        "ix_delivery_platform_state_channel", "delivery", ["platform", "state", "channel"]
    )
    op.create_index("ix_job_session", "job", ["session"])
    op.create_index("ix_task_session_state", "task", ["session", "state"])
    op.drop_index("ix_delivery_state", "delivery")


def downgrade() -> None:
    """Drop them."""
    op.create_index("ix_delivery_state", "delivery", ["state"])
    op.drop_index("ix_task_session_state", "task")
    op.drop_index("ix_job_session", "job")
    op.drop_index("ix_delivery_platform_state_channel", "delivery")
