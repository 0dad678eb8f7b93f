"""Brings a database to the schema that this program knows."""

import secrets
from datetime import datetime
from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, select

from engine.adapters.store.tables import InstallationRow
from engine.domain.errors import Conflict
from engine.domain.values import InstallationId

ALEMBIC = Lock()
"""Alembic keeps the open migration in its own module, so there is one at a time in a process."""


def config() -> Config:
    """Return Alembic's settings; the migrations are found where they are installed."""
    settings = Config()
    settings.set_main_option("script_location", "migrations:")
    settings.set_main_option("path_separator", "os")
    return settings


def refuse_unknown(revision: str | None, path: Path) -> None:
    """Do nothing if this program knows the revision.

    Raises:
        Conflict: it does not, so a newer one has been here.
    """
    known = {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}
    if revision is not None and revision not in known:
        raise Conflict(
            f"{path} was written by a newer Halyard (schema {revision}); it was left as it is."
            " Install that version again, or give this one a database of its own."
        )


def upgrade(db: Connection) -> None:
    """Run the migrations that are missing, in one transaction each."""
    settings = config()
    settings.attributes["connection"] = db
    with ALEMBIC:
        command.upgrade(settings, "head")
    db.commit()


def installation(db: Connection, now: datetime) -> InstallationId:
    """Return whose database this is; a new one gets an id of its own."""
    id_ = db.scalar(select(InstallationRow.id))
    if id_ is None:
        id_ = secrets.token_hex(4)
        db.execute(insert(InstallationRow).values(id=id_, created_at=now))
    db.commit()
    return InstallationId(id_)
