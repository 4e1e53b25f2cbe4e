"""The negative control: what bots that work unsafely would leave behind, one for each check.

A check that does not notice its injury would not notice a real loss either.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import TypeVar

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import file_of
from domain.paragraphs import bare_text
from domain.screens import Html, Screen
from domain.tickets import Step
from models import Inbox, Notice, Outbox, TicketEvent
from models.append_only import protect, release
from models.messages import InboxState, OutboxKind, OutboxState
from services import messages
from services.messages import Address
from tests.crash.record import BOT_ID
from tests.crash.run import Run

Row = TypeVar("Row")


class NotMade(AssertionError):
    """The run left nothing that could be injured."""


async def unnoticed(run: Run) -> list[str]:
    """Injure a run that was found whole, let the bot go on; the checks that do not tell of it."""
    marks = await _injure(run)
    await run.winds_up()
    found = (await run.is_checked()).faults
    return [name for name, mark in marks.items() if not any(mark in one for one in found[name])]


async def _injure(run: Run) -> dict[str, str]:
    """By check, the words in which it must tell of its injury: each of other rows than the rest.

    Nothing runs while this is done; afterwards the bot goes on as after any other stop.
    """
    chatter = next(iter(run.load.ledger.helps))
    marks = {"updates": _acknowledged_before_it_was_stored(run, chatter)}
    async with run.database.write() as session:
        marks["repeats"] = await _forgot_what_was_sent(session, run)
        marks["owed"] = await _marked_before_it_was_sent(session, run, chatter)
        marks["effects"] = await _gave_effect_before_the_mark(session, chatter)
        marks["order"] = await _sent_in_any_order(session, run, chatter)
        marks["notices"] = await _said_a_notice_again(session, run, chatter)
        marks["history"] = await _lost_a_line(session, is_sqlite=run.database.is_sqlite)
    marks["database"] = await _left_a_reference_to_nothing(run)
    return marks


def _acknowledged_before_it_was_stored(run: Run, chat: int) -> str:
    """Telegram heard that the update arrived, and the bot died."""
    seat = next(one.seat for one in run.load.players if one.chat == chat)
    run.local.say(seat, "/language")
    run.local.store.forget_updates()
    return f"update {run.local.store.last_number('update')} was lost"


async def _marked_before_it_was_sent(session: AsyncSession, run: Run, chat: int) -> str:
    """The mark stands, and the bot died before the call."""
    row = await _owe(session, run, chat, "说好了的")
    row.state, row.done_at = OutboxState.SENT, run.local.clock()
    return f"row {row.id} never arrived"


async def _gave_effect_before_the_mark(session: AsyncSession, chat: int) -> str:
    """The update stands as open though its effect was committed."""
    statement = select(Inbox).where(
        col(Inbox.chat_key) == chat, col(Inbox.state) == InboxState.DONE
    )
    every = (await session.exec(statement.order_by(col(Inbox.id).desc()))).all()
    row = _one([one for one in every if one.payload["message"]["text"] == "/help"], "/help")
    row.state, row.done_at = InboxState.OPEN, None
    return f"help of {chat}:"


async def _sent_in_any_order(session: AsyncSession, run: Run, chat: int) -> str:
    """The later one goes first."""
    first = await _owe(session, run, chat, "先说的")
    first.after_id = (await _owe(session, run, chat, "后说的")).id
    return f"row {first.id} came after"


async def _forgot_what_was_sent(session: AsyncSession, run: Run) -> str:
    """What Telegram answered was not written down, though nobody died."""
    excused = {(one.chat, one.text) for one in await run.in_flight()}
    statement = select(Outbox).where(
        col(Outbox.chat_id) > 0,
        col(Outbox.kind) == OutboxKind.SEND,
        col(Outbox.state) == OutboxState.SENT,
        col(Outbox.notice_id).is_(None),
    )
    every = (await session.exec(statement.order_by(col(Outbox.id).desc()))).all()
    usable = [one for one in every if (one.chat_id, one.payload.get("text", "")) not in excused]
    row = _one(usable, "message that was sent once")
    row.state, row.done_at = OutboxState.PENDING, None
    return f"to {row.chat_id} without reason: {bare_text(row.payload['text'])[:40]!r}"


async def _said_a_notice_again(session: AsyncSession, run: Run, chat: int) -> str:
    """Two timekeepers said the same."""
    notices = (await session.exec(select(Notice).order_by(col(Notice.id)).limit(1))).all()
    notice = _one(notices, "notice")
    for _ in range(2):
        row = await _owe(session, run, chat, "两次说的")
        row.notice_id = notice.id
    return f"notice {notice.id} was said 2 times"


async def _lost_a_line(session: AsyncSession, *, is_sqlite: bool) -> str:
    """The step was taken, its line was not kept."""
    dialect = "sqlite" if is_sqlite else "postgresql"
    statement = (
        select(TicketEvent)
        .where(col(TicketEvent.step) == Step.DISPATCH, col(TicketEvent.task_id).is_not(None))
        .order_by(col(TicketEvent.id))
        .limit(1)
    )
    line = _one((await session.exec(statement)).all(), "dispatched ticket")
    deletion = f"DELETE FROM ticket_event WHERE id = {line.id}"  # noqa: S608 - our own number
    for command in (*release(dialect), deletion, *protect(dialect)):
        await (await session.connection()).execute(text(command))
    return f"task {line.task_id}:"


def _one(rows: Sequence[Row], what: str) -> Row:
    if not rows:
        raise NotMade(f"the control cannot be made: there is no {what}")
    return rows[0]


async def _left_a_reference_to_nothing(run: Run) -> str:
    """Half of what belongs together was committed."""
    told = "1 rows of message name no person"
    break_off = "UPDATE message SET person_id = 1 WHERE id = (SELECT min(id) FROM message)"
    if run.database.is_sqlite:
        with closing(sqlite3.connect(file_of(run.database.url))) as plain:  # holds no references
            plain.execute(break_off)
            plain.commit()
        return told
    async with run.database.write() as session:
        connection = await session.connection()
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        await connection.execute(text(break_off))
    return told


async def _owe(session: AsyncSession, run: Run, chat: int, words: str) -> Outbox:
    message_id = await messages.owe(
        session, Address(BOT_ID, chat), Screen(Html(words)), now=run.local.clock()
    )
    return (await session.exec(select(Outbox).where(col(Outbox.message_id) == message_id))).one()
