"""alarms

One table for what is wrong with the house, in place of a notice for each kind of trouble: those
that were still to be said are dropped, and said again as alarms while they last.

Going back loses which alarms rang: those that last are told once more.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import postgresql

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE notice SET state = 'dropped', done_at = due_at WHERE state = 'open'"
               " AND kind IN ('update_parked', 'backup_failed')")
    op.create_table('alarm',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('courier_stuck', 'telegram_away', 'token_refused', 'inbox_backlog', 'outbox_backlog', 'notices_late', 'update_parked', 'many_parked', 'calendar_missing', 'backup_failed', 'disk_full', name='alarmkind', native_enum=False, length=32), nullable=False),
    sa.Column('since', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('until', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('details', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alarm'))
    )
    with op.batch_alter_table('alarm', schema=None) as batch_op:
        batch_op.create_index('uq_alarm_ringing', ['kind'], unique=True, sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))

    with op.batch_alter_table('task', schema=None) as batch_op:
        batch_op.create_index('ix_task_open', ['answer_due'], unique=False, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))



def downgrade() -> None:
    with op.batch_alter_table('task', schema=None) as batch_op:
        batch_op.drop_index('ix_task_open', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    with op.batch_alter_table('alarm', schema=None) as batch_op:
        batch_op.drop_index('uq_alarm_ringing', sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))

    op.drop_table('alarm')
