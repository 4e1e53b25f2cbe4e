"""found by an index

What is asked of messages, calls and updates of one chat, of requests like another, of one person's
steps, of who works in the office and of one fact of many companies reads no table that grows from its beginning to its end.

Going back loses nothing.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql


revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('fact', schema=None) as batch_op:
        batch_op.create_index('ix_fact_key', ['key', 'at'], unique=False)

    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.create_index('ix_inbox_chat', ['chat_key'], unique=False)

    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.create_index('ix_membership_role', ['role'], unique=False)

    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.create_index('ix_message_chat', ['chat_id', 'role', 'id'], unique=False)

    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_chat', ['chat_id'], unique=False)
        batch_op.create_index('ix_outbox_postponed', ['bot_id', 'next_try_at'], unique=False, sqlite_where=sa.text("state = 'pending' AND next_try_at IS NOT NULL"), postgresql_where=sa.text("state = 'pending' AND next_try_at IS NOT NULL"))

    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.create_index('ix_ticket_category', ['category', 'id'], unique=False, sqlite_where=sa.text('merged_into IS NULL'), postgresql_where=sa.text('merged_into IS NULL'))

    with op.batch_alter_table('ticket_event', schema=None) as batch_op:
        batch_op.create_index('ix_ticket_event_actor', ['actor_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('ticket_event', schema=None) as batch_op:
        batch_op.drop_index('ix_ticket_event_actor')

    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.drop_index('ix_ticket_category', sqlite_where=sa.text('merged_into IS NULL'), postgresql_where=sa.text('merged_into IS NULL'))

    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_postponed', sqlite_where=sa.text("state = 'pending' AND next_try_at IS NOT NULL"), postgresql_where=sa.text("state = 'pending' AND next_try_at IS NOT NULL"))
        batch_op.drop_index('ix_outbox_chat')

    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_index('ix_message_chat')

    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.drop_index('ix_membership_role')

    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.drop_index('ix_inbox_chat')

    with op.batch_alter_table('fact', schema=None) as batch_op:
        batch_op.drop_index('ix_fact_key')
