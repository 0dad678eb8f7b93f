"""What all tables share: the names of constraints, and our own types as columns."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, TypeAlias

from sqlalchemy import ColumnElement, ForeignKey, Index, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, mapped_column

from engine.adapters.store.columns import BIG, UtcDateTime

Seq: TypeAlias = Annotated[int, mapped_column(BIG, primary_key=True, autoincrement=True)]
Big: TypeAlias = Annotated[int, mapped_column(BIG)]
JsonText: TypeAlias = Annotated[str, mapped_column(Text)]
OfSession: TypeAlias = Annotated[str, mapped_column(ForeignKey("session.id"))]


class Base(DeclarativeBase):
    """Names constraints, and maps our own types to columns, in one place."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: UtcDateTime, str: Text}


def index_where(
    rows: ColumnElement[bool],
    name: str,
    *columns: InstrumentedAttribute[Any],
    unique: bool = False,
) -> Index:
    """Make an index of some rows only; a query has to ask for the same of them to use it."""
    return Index(name, *columns, unique=unique, sqlite_where=rows, postgresql_where=rows)
