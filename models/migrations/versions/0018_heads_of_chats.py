"""heads of chats

The oldest open update of a chat is the one with Telegram's smallest number, and the chats are taken
in the order in which they came: one index for each, over the few updates that are open.

Going back loses nothing.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op


revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.drop_index('ix_inbox_open', sqlite_where=OPEN, postgresql_where=OPEN)
        batch_op.create_index('ix_inbox_open', ['bot_id', 'chat_key', 'update_id'], unique=False, sqlite_where=OPEN, postgresql_where=OPEN)
        batch_op.create_index('ix_inbox_waiting', ['bot_id', 'id'], unique=False, sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.drop_index('ix_inbox_waiting', sqlite_where=OPEN, postgresql_where=OPEN)
        batch_op.drop_index('ix_inbox_open', sqlite_where=OPEN, postgresql_where=OPEN)
        batch_op.create_index('ix_inbox_open', ['bot_id', 'chat_key', 'id'], unique=False, sqlite_where=OPEN, postgresql_where=OPEN)
