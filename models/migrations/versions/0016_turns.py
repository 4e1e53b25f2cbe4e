"""what the courier looks for next

Revision ID: 0016
Revises: 0015

Going back loses nothing.
"""

from alembic import op
import sqlalchemy as sa


revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

OWED = "state IN ('pending', 'sending')"


def upgrade() -> None:
    turn, limit = sa.text(OWED), sa.text(f'good_until IS NOT NULL AND {OWED}')
    op.create_index(
        'ix_outbox_turn',
        'outbox',
        ['bot_id', 'broadcast', 'id'],
        sqlite_where=turn,
        postgresql_where=turn,
    )
    op.create_index(
        'ix_outbox_good_until',
        'outbox',
        ['good_until'],
        sqlite_where=limit,
        postgresql_where=limit,
    )


def downgrade() -> None:
    op.drop_index('ix_outbox_good_until', table_name='outbox')
    op.drop_index('ix_outbox_turn', table_name='outbox')
