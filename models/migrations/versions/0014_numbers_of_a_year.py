"""numbers of a year

Tickets are numbered through the year, so that the short number on a desk names one ticket for as
long as anybody speaks of it. Both ways the counters go on from the numbers that were given.

Going back loses nothing but a number given on a day whose tickets are gone.

Revision ID: 0014
Revises: 0013
"""

from collections.abc import Callable, Hashable
from datetime import date

import sqlalchemy as sa
from alembic import op


revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table('ticket_counter')
    years = op.create_table(
        'ticket_counter',
        sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('last', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('year', name=op.f('pk_ticket_counter')),
    )
    highest = _highest(lambda day: int(day[:4]))
    op.bulk_insert(years, [{'year': year, 'last': last} for year, last in highest.items()])


def downgrade() -> None:
    op.drop_table('ticket_counter')
    days = op.create_table(
        'ticket_counter',
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('last', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('day', name=op.f('pk_ticket_counter')),
    )
    highest = _highest(lambda day: date.fromisoformat(day))
    op.bulk_insert(days, [{'day': day, 'last': last} for day, last in highest.items()])


def _highest(period: Callable[[str], Hashable]) -> dict[Hashable, int]:
    """The highest running number of each period, by the numbers of the tickets (QT-20261123-0007)."""
    found: dict[Hashable, int] = {}
    for (number,) in op.get_bind().execute(sa.text('SELECT number FROM ticket')):
        _, day, running = number.split('-')
        key = period(day)
        found[key] = max(found.get(key, 0), int(running))
    return found
