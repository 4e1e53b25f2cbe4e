"""The columns that many tables share, and the naming of constraints."""

from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Enum,
    Index,
    Integer,
    Table,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.ids import new_id

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

#: SQLite keeps a rowid table only for INTEGER; PostgreSQL needs 64 bits said aloud.
BIG = BigInteger().with_variant(Integer(), "sqlite")
DOCUMENT = JSON().with_variant(JSONB(), "postgresql")


def id_field() -> Any:
    """A primary key that we make ourselves."""
    return Field(default_factory=new_id, primary_key=True, sa_type=BIG)


def reference(target: str, *, index: bool = True, nullable: bool = False) -> Any:
    """A foreign key; `nullable` ones default to None."""
    if nullable:
        return Field(default=None, foreign_key=target, index=index, sa_type=BIG)
    return Field(foreign_key=target, index=index, sa_type=BIG)


class _WrittenOut(Enum.Comparator):
    """Compares with values that stand in the statement itself, not beside it.

    What is beside it may be what an index over part of the rows is about: to find out, SQLite plans
    the statement anew each time it is asked, and PostgreSQL's own plans do without that index.
    """

    def operate(self, op: Any, *other: Any, **named: Any) -> Any:
        return super().operate(op, *map(_written_out, other), **named)


def _written_out(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return literal_column(f"'{value}'")
    if isinstance(value, tuple | list | set | frozenset):
        return [_written_out(one) for one in value]
    return value


def code(kind: type[StrEnum], default: StrEnum | None) -> Any:
    """An enum stored by value, as text, so that PostgreSQL needs no TYPE migrations."""
    column = Enum(
        kind,
        native_enum=False,
        length=32,
        values_callable=lambda members: [member.value for member in members],
        create_constraint=False,
    )
    column.comparator_factory = _WrittenOut  # of this one, so that migrations know it as an Enum
    return Field(default=default, sa_type=column)


def document(default: type[dict[str, Any]] | type[list[Any]]) -> Any:
    """A JSON column; assign anew to change it, edits in place are not seen."""
    return Field(default_factory=default, sa_type=DOCUMENT)


def unique_where(name: str, columns: tuple[str, ...], condition: str) -> Index:
    """A unique index over part of the rows."""
    return Index(
        name,
        *columns,
        unique=True,
        sqlite_where=text(condition),
        postgresql_where=text(condition),
    )


def index_where(name: str, columns: tuple[str, ...], condition: str) -> Index:
    """An index over part of the rows; a query finds it when it repeats the condition."""
    return Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition))


def version_column() -> Column[int]:
    """The counter that lets the second of two writers notice the first."""
    return Column("version", Integer, nullable=False, default=1)


def table_of(model: type[SQLModel]) -> Table:
    """Where rows are kept, to read plain values of many: several times as fast as objects.

    Nothing that is only added to the session is written out before, as it is for objects: read so
    what is always written at once.
    """
    return SQLModel.metadata.tables[str(model.__tablename__)]
