"""What a copy of the database owes when it is put back, and what was said since it was made."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from models import Inbox, Notice, Outbox, Person, TicketCounter
from models.messages import OutboxState
from models.notices import NoticeState
from services import messages

#: Numbers left out for tickets that were raised after the copy, where nobody can count them.
NUMBERS_LEFT_OUT = 100
_WAS_SAID = "restored from a copy: said before"


@dataclass(frozen=True, slots=True)
class Unsaid:
    """`newest` is the last sign of life in the copy; `owed` are messages, `due` notices by now."""

    newest: datetime | None
    owed: int
    due: int


async def unsaid(session: AsyncSession, *, now: datetime, acting: Sequence[str]) -> Unsaid:
    """What a bot would say at its start; `acting` kinds of notices do something instead."""
    owed = select(func.count()).select_from(Outbox).where(messages.is_owed(Outbox))
    due = select(func.count()).select_from(Notice).where(*_is_due(now, acting))
    return Unsaid(
        newest=await last_sign_of_life(session),
        owed=(await session.exec(owed)).one(),
        due=(await session.exec(due)).one(),
    )


async def last_sign_of_life(session: AsyncSession) -> datetime | None:
    """When the bot last took something in or gave something out."""
    moments = (
        await session.exec(select(func.max(col(Inbox.received_at)))),
        await session.exec(select(func.max(col(Outbox.done_at)))),
        await session.exec(select(func.max(col(Outbox.created_at)))),
    )
    return max((moment for one in moments if (moment := one.one()) is not None), default=None)


async def take_as_said(
    session: AsyncSession, *, until: datetime, now: datetime, acting: Sequence[str]
) -> None:
    """Say nothing again of what was owed, or fell due, before that moment."""
    await session.exec(
        update(Outbox)
        .where(messages.is_owed(Outbox), col(Outbox.created_at) < until)
        .values(state=OutboxState.DROPPED, error=_WAS_SAID, done_at=now)
    )
    await session.exec(
        update(Notice).where(*_is_due(until, acting)).values(state=NoticeState.SAID, done_at=now)
    )


async def numbers_given(session: AsyncSession) -> dict[int, int]:
    """The last running number of each year."""
    return {one.year: one.last for one in (await session.exec(select(TicketCounter))).all()}


async def erased_people(session: AsyncSession) -> frozenset[int]:
    """Ids of people of whom nothing is left but codes."""
    statement = select(Person.id).where(col(Person.erased_at).is_not(None))
    return frozenset((await session.exec(statement)).all())


async def come_back(session: AsyncSession, erased: Collection[int]) -> list[int]:
    """Telegram's ids of people who are erased, and of whom this copy knows everything."""
    statement = select(Person.telegram_id).where(
        col(Person.id).in_(erased), col(Person.erased_at).is_(None)
    )
    return list((await session.exec(statement.order_by(col(Person.id)))).all())


async def go_on_after(session: AsyncSession, given: Mapping[int, int]) -> None:
    """Number tickets beyond these, so that a number that somebody holds names no second ticket."""
    for year, last in given.items():
        counter = await session.get(TicketCounter, year)
        if counter is None:
            session.add(TicketCounter(year=year, last=last))
        else:
            counter.last = max(counter.last, last)


def _is_due(by: datetime, acting: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Notice.state) == NoticeState.OPEN,
        col(Notice.due_at) <= by,
        col(Notice.kind).not_in(acting),
    )
