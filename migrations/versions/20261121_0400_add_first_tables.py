"""Add the first tables.

Safe while the old version runs: there is none before it.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261121_0400"
down_revision = None

TIME = sa.DateTime(timezone=True)
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ACTIVE = sa.text("state IN ('sent', 'running', 'cancelling')")
TABLES = ["installation", "project", "host", "event", "feed", "inbox", "alert", "session"]
TABLES += ["task", "approval", "rule", "job", "attempt", "message"]
"""In the order of their foreign keys."""


def upgrade() -> None:
    """Add them all."""
    _world()
    _facts()
    _sessions()
    _work()
    _containers()


def downgrade() -> None:
    """Drop them, with all that is stored."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _world() -> None:
    op.create_table(
        "installation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_installation"),
    )
    op.create_table(
        "project",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_project"),
    )
    op.create_table(
        "host",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("seen_at", TIME, nullable=True),
        sa.Column("engine_id", sa.Text(), nullable=False),
        sa.Column("engine_version", sa.Text(), nullable=False),
        sa.Column("free_bytes", BIG, nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_host"),
    )


def _facts() -> None:
    op.create_table(
        "event",
        sa.Column("number", BIG, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("session", sa.Text(), nullable=True),
        sa.Column("task", sa.Text(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_event"),
    )
    op.create_index("ix_event_session_kind_number", "event", ["session", "kind", "number"])
    op.create_index("ix_event_session_number", "event", ["session", "number"])
    op.create_table(
        "feed",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_feed"),
    )
    op.create_table(
        "inbox",
        sa.Column("seq", BIG, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("surface", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_inbox"),
        sa.UniqueConstraint("key", name="uq_inbox_key"),
    )
    op.create_table(
        "alert",
        sa.Column("seq", BIG, autoincrement=True, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("session", sa.Text(), nullable=True),
        sa.Column("opened_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_alert"),
        sa.UniqueConstraint("fingerprint", name="uq_alert_fingerprint"),
    )


def _sessions() -> None:
    op.create_table(
        "session",
        sa.Column("seq", BIG, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("project", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("once", sa.Boolean(), nullable=False),
        sa.Column("host_wanted", sa.Text(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("deaths", sa.Integer(), nullable=False),
        sa.Column("agent_session", sa.Text(), nullable=False),
        sa.Column("start_commit", sa.Text(), nullable=False),
        sa.Column("volumes_until", TIME, nullable=True),
        sa.PrimaryKeyConstraint("seq", name="pk_session"),
        sa.UniqueConstraint("id", name="uq_session_id"),
        sa.UniqueConstraint("project", "number", name="uq_session_project_number"),
    )
    op.create_index("ix_session_state", "session", ["state"])
    op.create_index("ix_session_volumes_until", "session", ["volumes_until"])


def _work() -> None:
    op.create_table(
        "task",
        sa.Column("seq", BIG, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rpc_id", sa.Text(), nullable=True),
        sa.Column("stop_reason", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name="fk_task_session"),
        sa.PrimaryKeyConstraint("seq", name="pk_task"),
        sa.UniqueConstraint("id", name="uq_task_id"),
        sa.UniqueConstraint("session", "number", name="uq_task_session_number"),
    )
    op.create_index("ix_task_state", "task", ["state"])
    op.create_index(
        "uq_task_one_active",
        "task",
        ["session"],
        unique=True,
        sqlite_where=ACTIVE,
        postgresql_where=ACTIVE,
    )
    op.create_table(
        "approval",
        sa.Column("seq", BIG, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("rpc_id", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("shown_at", TIME, nullable=True),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name="fk_approval_session"),
        sa.PrimaryKeyConstraint("seq", name="pk_approval"),
        sa.UniqueConstraint("id", name="uq_approval_id"),
        sa.UniqueConstraint("session", "number", name="uq_approval_session_number"),
    )
    op.create_index("ix_approval_state", "approval", ["state"])
    op.create_table(
        "rule",
        sa.Column("seq", BIG, autoincrement=True, nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name="fk_rule_session"),
        sa.PrimaryKeyConstraint("seq", name="pk_rule"),
    )
    op.create_index("ix_rule_session", "rule", ["session"])
    op.create_table(
        "job",
        sa.Column("seq", BIG, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("args", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name="fk_job_session"),
        sa.PrimaryKeyConstraint("seq", name="pk_job"),
        sa.UniqueConstraint("id", name="uq_job_id"),
    )
    op.create_index("ix_job_state", "job", ["state"])


def _containers() -> None:
    op.create_table(
        "attempt",
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("container", sa.Text(), nullable=True),
        sa.Column("unlocked", sa.Boolean(), nullable=False),
        sa.Column("stdout_stamp_ns", BIG, nullable=False),
        sa.Column("stdout_number", BIG, nullable=False),
        sa.Column("stdout_ordinal", BIG, nullable=False),
        sa.Column("stderr_stamp_ns", BIG, nullable=False),
        sa.Column("stderr_number", BIG, nullable=False),
        sa.Column("stderr_ordinal", BIG, nullable=False),
        sa.Column("floor_ns", BIG, nullable=False),
        sa.Column("stepped", sa.Boolean(), nullable=False),
        sa.Column("log_bytes", BIG, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("exit_code", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name="fk_attempt_session"),
        sa.PrimaryKeyConstraint("session", "number", name="pk_attempt"),
    )
    op.create_table(
        "message",
        sa.Column("seq", BIG, autoincrement=True, nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rpc_id", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=True),
        sa.Column("written_at", TIME, nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name="fk_message_session"),
        sa.PrimaryKeyConstraint("seq", name="pk_message"),
        sa.UniqueConstraint(
            "session", "attempt", "kind", "rpc_id", name="uq_message_session_attempt_kind_rpc_id"
        ),
    )
