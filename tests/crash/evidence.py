"""Everything that the database keeps after a run, read once, beside what the local Telegram has."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import exists, func, text
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Database
from models import (
    CalendarChange,
    Company,
    Fact,
    Inbox,
    Message,
    Notice,
    Outbox,
    Person,
    Task,
    Ticket,
    TicketEvent,
    Topic,
)
from models.messages import OutboxKind
from services import calendar_changes, ticket_calendar
from services.office import Office
from services.work_calendar import with_district
from tests.crash.machines import InFlight
from tests.crash.players import Ledger
from tests.crash.record import LocalTelegram

_SPOKEN = frozenset({OutboxKind.SEND, OutboxKind.EDIT})


@dataclass
class Evidence:
    """Rows by table, each list by age; and what was seen while the bot was killed."""

    local: LocalTelegram
    ledger: Ledger
    in_flight: list[InFlight]
    troubles: list[str]
    damages: list[str]
    #: Open tasks that are due at other moments than the calendar in force says.
    unreckoned: int
    inbox: list[Inbox]
    outbox: list[Outbox]
    messages: list[Message]
    topics: list[Topic]
    notices: list[Notice]
    tickets: list[Ticket]
    tasks: list[Task]
    events: list[TicketEvent]
    companies: list[Company]
    facts: list[Fact]
    changes: list[CalendarChange]
    people: list[Person]
    by_id: dict[int, Message] = field(init=False)
    by_number: dict[tuple[int, int | None], Message] = field(init=False)
    rows_of: dict[int, list[Outbox]] = field(init=False)
    lines_of: dict[int, list[TicketEvent]] = field(init=False)
    inbox_of: dict[int, list[Inbox]] = field(init=False)
    #: Our numbers of people, by Telegram's.
    person_of: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self.by_id = {one.id: one for one in self.messages}
        self.by_number = {(one.chat_id, one.telegram_id): one for one in self.messages}
        self.person_of = {one.telegram_id: one.id for one in self.people}
        self.lines_of = defaultdict(list)
        for event in self.events:
            self.lines_of[event.ticket_id].append(event)
        self.inbox_of = defaultdict(list)
        for update in self.inbox:
            self.inbox_of[update.chat_key].append(update)
        self.rows_of = {}
        for row in self.outbox:
            if row.message_id is not None and row.kind in _SPOKEN:
                self.rows_of.setdefault(row.message_id, []).append(row)

    def row_behind(self, chat: int, number: int) -> Outbox | None:
        """The row that made a message at Telegram; of an album, the row of its first file.

        None for the first copy of what was sent again, though somebody may have pressed its key.
        """
        message = self.by_number.get((chat, number))
        if message is None:
            return None
        if message.album is not None and message.album.startswith("out:"):
            return self._first(int(message.album.removeprefix("out:")))
        return self._first(message.id)

    def _first(self, message_id: int) -> Outbox | None:
        rows = self.rows_of.get(message_id, [])
        return next((row for row in rows if row.kind is OutboxKind.SEND), None)


async def gather(
    database: Database,
    local: LocalTelegram,
    ledger: Ledger,
    *,
    office: Office,
    in_flight: list[InFlight],
    troubles: list[str],
) -> Evidence:
    """Read everything; nobody writes any more."""
    async with database.read() as session:
        district = await calendar_changes.in_force(session)
        ours = replace(office, calendar=with_district(office.calendar, district))
        compared = await ticket_calendar.compare(session, ours, limit=100_000)
        return Evidence(
            local=local,
            ledger=ledger,
            in_flight=in_flight,
            troubles=troubles,
            damages=await _damages(session, is_sqlite=database.is_sqlite),
            unreckoned=len(compared.moves),
            inbox=await _every(session, Inbox),
            outbox=await _every(session, Outbox),
            messages=await _every(session, Message),
            topics=await _every(session, Topic),
            notices=await _every(session, Notice),
            tickets=await _every(session, Ticket),
            tasks=await _every(session, Task),
            events=await _every(session, TicketEvent),
            companies=await _every(session, Company),
            facts=await _every(session, Fact),
            changes=await _every(session, CalendarChange),
            people=await _every(session, Person),
        )


async def _every(session: AsyncSession, table: type[SQLModel]) -> list[Any]:
    return list((await session.exec(select(table).order_by(text("id")))).all())


async def _damages(session: AsyncSession, *, is_sqlite: bool) -> list[str]:
    found: list[str] = []
    if is_sqlite:
        connection = await session.connection()
        rows = await connection.execute(text("PRAGMA integrity_check"))
        found += [str(row[0]) for row in rows if row[0] != "ok"]
    for table in SQLModel.metadata.sorted_tables:
        for key in table.foreign_keys:
            parent = key.column.table.alias("parent")
            is_there = exists().where(parent.c[key.column.name] == key.parent)
            dangling = select(func.count()).select_from(table).where(key.parent.is_not(None))
            count = (await session.exec(dangling.where(~is_there))).one()
            if count:
                found.append(f"{count} rows of {table.name} name no {key.column.table.name}")
    return found
