"""One row per company with the outcome last reviewed of every measure, in a small column each.

Measures come and go with publications, so the table lives outside Alembic like the derived row:
missing columns are added, none is taken away. A new column reads NOT_OFFERED in the rows that are
there; NULL means that this company was not yet reviewed for the measure.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Column, ColumnElement, MetaData, SmallInteger, Table

from domain.verdicts import Outcome
from models.base import BIG

TABLE = "outcome_row"
OUTCOMES = tuple(Outcome)
"""An outcome is stored as its place here."""

NOT_OFFERED = len(OUTCOMES)
LONGEST = 63
"""PostgreSQL cuts longer names off."""


def column_of(measure_id: str) -> str:
    """The column of a measure."""
    name = f"of_{measure_id.replace('-', '_')}"
    if len(name) <= LONGEST:
        return name
    return f"of_{hashlib.sha256(name.encode()).hexdigest()[:32]}"


def place_of(outcome: Outcome | None) -> int:
    """How an outcome is stored; None: the measure is not offered."""
    return NOT_OFFERED if outcome is None else OUTCOMES.index(outcome)


def outcome_at(place: int) -> Outcome | None:
    """What `place_of` stored."""
    return None if place == NOT_OFFERED else OUTCOMES[place]


@dataclass(frozen=True)
class OutcomeRows:
    """The table as far as these measures need it."""

    measures: tuple[str, ...]

    @classmethod
    def of(cls, measures: Iterable[str]) -> "OutcomeRows":
        """For measures by their ids."""
        return cls(tuple(measures))

    @cached_property
    def table(self) -> Table:
        """The company's id and a column per measure."""
        return Table(
            TABLE,
            MetaData(),
            Column("company_id", BIG, primary_key=True, autoincrement=False),
            *(Column(column_of(measure), SmallInteger) for measure in self.measures),
        )

    def column(self, measure_id: str) -> ColumnElement[int]:
        """Where the outcome of a measure stands."""
        return self.table.c[column_of(measure_id)]
