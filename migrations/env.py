"""How Alembic reaches the database: by an open connection, or by `-x url=...` on the shell."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, create_engine

from engine.adapters.store.columns import UtcDateTime
from engine.adapters.store.tables import Base


def written(kind: str, value: object, _autogenerate: AutogenContext) -> str | Literal[False]:
    """Say how our own types are written in a migration, which must outlive them."""
    if kind == "type" and isinstance(value, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def migrate(connection: Connection) -> None:
    """Run the migrations on an open connection, each in a transaction of its own."""
    context.configure(
        connection=connection,
        # Whose module imports all other tables.
        target_metadata=Base.metadata,
        render_item=written,
        transaction_per_migration=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def migrate_by_url(url: str) -> None:
    """Connect and migrate."""
    engine = create_engine(url)
    with engine.connect() as connection:
        migrate(connection)
        connection.commit()
    engine.dispose()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    migrate_by_url(context.get_x_argument(as_dictionary=True)["url"])
