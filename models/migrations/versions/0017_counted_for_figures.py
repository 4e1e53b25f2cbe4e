"""counted for figures

What is counted at each look of Prometheus is found by an index: a million rows are not read for it.

Going back loses nothing.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql


revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_failed', ['done_at'], unique=False, sqlite_where=sa.text("state = 'failed'"), postgresql_where=sa.text("state = 'failed'"))

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.create_index('ix_person_unreachable', ['id'], unique=False, sqlite_where=sa.text('unreachable_since IS NOT NULL'), postgresql_where=sa.text('unreachable_since IS NOT NULL'))

    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.create_index('ix_ticket_status', ['status'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.drop_index('ix_ticket_status')

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_index('ix_person_unreachable', sqlite_where=sa.text('unreachable_since IS NOT NULL'), postgresql_where=sa.text('unreachable_since IS NOT NULL'))

    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_failed', sqlite_where=sa.text("state = 'failed'"), postgresql_where=sa.text("state = 'failed'"))

