"""The negative control: what bots that work unsafely would leave behind, one for each check.

A check that does not notice its injury would not notice a real loss either.
"""

import sqlite3
from contextlib import closing

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import file_of
from domain.screens import Html, Screen
from domain.tickets import Step
from models import Inbox, Notice, Outbox, TicketEvent
from models.append_only import protect, release
from models.messages import InboxState, OutboxKind, OutboxState
from services import messages
from services.messages import Address
from tests.crash.record import BOT_ID
from tests.crash.run import Run


async def unnoticed(run: Run) -> list[str]:
    """Injure a run that was found whole, let the bot go on; the checks that see nothing."""
    await _injure(run)
    await run.winds_up()
    report = await run.is_checked()
    return [name for name, faults in report.faults.items() if not faults]


async def _injure(run: Run) -> None:
    """Nothing runs while this is done; afterwards the bot goes on as after any other stop."""
    chatter = next(iter(run.load.ledger.helps))
    _acknowledged_before_it_was_stored(run, chatter)
    async with run.database.write() as session:
        await _marked_before_it_was_sent(session, run, chatter)
        await _gave_effect_before_the_mark(session, chatter)
        await _sent_in_any_order(session, run, chatter)
        await _forgot_what_was_sent(session, run)
        await _said_a_notice_again(session, run, chatter)
        await _lost_a_line(session, is_sqlite=run.database.is_sqlite)
    await _left_a_reference_to_nothing(run)


def _acknowledged_before_it_was_stored(run: Run, chat: int) -> None:
    """`updates`: Telegram heard that the update arrived, and the bot died."""
    seat = next(one.seat for one in run.load.players if one.chat == chat)
    run.local.say(seat, "/language")
    run.load.ledger.languages[chat] += 1
    run.local.store.forget_updates()


async def _marked_before_it_was_sent(session: AsyncSession, run: Run, chat: int) -> None:
    """`owed`: the mark stands, and the bot died before the call."""
    row = await _owe(session, run, chat, "说好了的")
    row.state, row.done_at = OutboxState.SENT, run.local.clock()


async def _gave_effect_before_the_mark(session: AsyncSession, chat: int) -> None:
    """`effects`: the update stands as open though its effect was committed."""
    statement = select(Inbox).where(
        col(Inbox.chat_key) == chat, col(Inbox.state) == InboxState.DONE
    )
    every = (await session.exec(statement.order_by(col(Inbox.id).desc()))).all()
    row = next(one for one in every if one.payload["message"]["text"] == "/help")
    row.state, row.done_at = InboxState.OPEN, None


async def _sent_in_any_order(session: AsyncSession, run: Run, chat: int) -> None:
    """`order`: the later one goes first."""
    first = await _owe(session, run, chat, "先说的")
    first.after_id = (await _owe(session, run, chat, "后说的")).id


async def _forgot_what_was_sent(session: AsyncSession, run: Run) -> None:
    """`repeats`: what Telegram answered was not written down, though nobody died."""
    excused = {(one.chat, one.text) for one in await run.in_flight()}
    statement = select(Outbox).where(
        col(Outbox.chat_id) > 0,
        col(Outbox.kind) == OutboxKind.SEND,
        col(Outbox.state) == OutboxState.SENT,
        col(Outbox.notice_id).is_(None),
    )
    every = (await session.exec(statement)).all()
    row = next(one for one in every if (one.chat_id, one.payload["text"]) not in excused)
    row.state, row.done_at = OutboxState.PENDING, None


async def _said_a_notice_again(session: AsyncSession, run: Run, chat: int) -> None:
    """`notices`: two timekeepers said the same."""
    notice = (await session.exec(select(Notice).limit(1))).one()
    for _ in range(2):
        row = await _owe(session, run, chat, "两次说的")
        row.notice_id = notice.id


async def _lost_a_line(session: AsyncSession, *, is_sqlite: bool) -> None:
    """`history`: the step was taken, its line was not kept."""
    dialect = "sqlite" if is_sqlite else "postgresql"
    statement = select(TicketEvent.id).where(col(TicketEvent.step) == Step.DISPATCH).limit(1)
    line = (await session.exec(statement)).one()
    deletion = f"DELETE FROM ticket_event WHERE id = {line}"  # noqa: S608 - our own number
    for command in (*release(dialect), deletion, *protect(dialect)):
        await (await session.connection()).execute(text(command))


async def _left_a_reference_to_nothing(run: Run) -> None:
    """`database`: half of what belongs together was committed."""
    break_off = "UPDATE message SET person_id = 1 WHERE id = (SELECT min(id) FROM message)"
    if run.database.is_sqlite:
        with closing(sqlite3.connect(file_of(run.database.url))) as plain:  # holds no references
            plain.execute(break_off)
            plain.commit()
        return
    async with run.database.write() as session:
        connection = await session.connection()
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        await connection.execute(text(break_off))


async def _owe(session: AsyncSession, run: Run, chat: int, words: str) -> Outbox:
    message_id = await messages.owe(
        session, Address(BOT_ID, chat), Screen(Html(words)), now=run.local.clock()
    )
    return (await session.exec(select(Outbox).where(col(Outbox.message_id) == message_id))).one()
