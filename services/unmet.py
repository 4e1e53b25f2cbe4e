"""Unmet needs: noted when they are met with, told to editors by month and industry.

Words of a search are kept only of somebody who agreed, and only as a message of their chat: they
go with it, after a month or when the person is erased. Of everybody else only the fact counts.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select, SelectOfScalar

from domain import retention
from domain.actors import Actor
from domain.fact_rows import UNCLEAR
from domain.incoming import Incoming
from domain.lexicon import plain
from domain.unmet import Part, UnmetReport, counted, next_month
from models import Fact, MeasureMark, Message, Ticket, UnmetNeed
from models.matching import MarkKind
from models.unmet import UnmetKind
from services import messages
from services.messages import Address
from services.office import Office

LONGEST_QUERY = 200
"""Characters of a search that are kept; what is longer is a story, not a search."""

#: The role of the message that holds the words of a search.
SEARCH = "search"
_LONG_NUMBER = re.compile(r"[0-9xX-]{5,}")


async def note_search(
    session: AsyncSession,
    kind: UnmetKind,
    text: str,
    *,
    actor: Actor,
    place: Address,
    now: datetime,
) -> None:
    """A search found nothing, or nothing right; the same words in one chat count once,
    as long as they are kept."""
    message_id = None
    if actor.consented:
        words = text[:LONGEST_QUERY]
        if await _was_noted(session, kind, words, place, now):
            return
        message_id = await _keep(session, words, actor, place, now)
    industry = await _industry_of(session, actor.company_id)
    session.add(UnmetNeed(kind=kind, industry=industry, message_id=message_id, at=now))
    await session.flush()


async def _was_noted(
    session: AsyncSession, kind: UnmetKind, words: str, place: Address, now: datetime
) -> bool:
    statement = (
        select(UnmetNeed.id)
        .join(Message, col(Message.id) == col(UnmetNeed.message_id))
        .where(
            col(UnmetNeed.kind) == kind,
            col(Message.bot_id) == place.bot_id,
            col(Message.chat_id) == place.chat_id,
            col(Message.text) == words,
            col(UnmetNeed.at) > now - retention.RAW_RECORDS,
        )
    )
    return (await session.exec(statement)).first() is not None


async def _keep(
    session: AsyncSession, words: str, actor: Actor, place: Address, now: datetime
) -> int:
    kept = await messages.keep(
        session, Incoming(text=words), place, person_id=actor.person_id, now=now, role=SEARCH
    )
    return kept.id


async def note_problem(
    session: AsyncSession, ticket: Ticket, words: str, *, office: Office, now: datetime
) -> None:
    """A problem became a ticket. It is an unmet need when no measure speaks of such a thing."""
    if ticket.measure_id is not None or office.catalogue.index.search(words, 1):
        return
    industry = await _industry_of(session, ticket.company_id)
    session.add(
        UnmetNeed(kind=UnmetKind.PROBLEM, industry=industry, category=ticket.category.value, at=now)
    )
    await session.flush()


async def report(session: AsyncSession, zone: ZoneInfo, month: date) -> UnmetReport:
    """What was missed in the month that begins on that day, in the office's zone."""
    since, until = (
        datetime.combine(day, time(), tzinfo=zone) for day in (month, next_month(month))
    )
    searches, wordless = await _searches(session, since, until)
    return UnmetReport(
        month,
        {
            Part.SEARCHES: counted(searches),
            Part.IRRELEVANT: counted(await _irrelevant(session, since, until)),
            Part.UNCLEAR: counted(await _unclear(session, since, until)),
            Part.PROBLEMS: counted(await _problems(session, since, until)),
        },
        wordless,
    )


async def irrelevant_to(session: AsyncSession, measure_id: str) -> int:
    """How many companies say at present that a measure is none of their business."""
    statement = select(MeasureMark.company_id).where(
        col(MeasureMark.measure_id) == measure_id,
        col(MeasureMark.kind) == MarkKind.IRRELEVANT,
        col(MeasureMark.ended_at).is_(None),
    )
    return len(set((await session.exec(statement)).all()))


Case = tuple[str, str, str]


async def _searches(
    session: AsyncSession, since: datetime, until: datetime
) -> tuple[list[Case], int]:
    statement = (
        select(UnmetNeed, Message.text)
        .join(Message, col(Message.id) == col(UnmetNeed.message_id), isouter=True)
        .where(
            col(UnmetNeed.kind) != UnmetKind.PROBLEM,
            col(UnmetNeed.at) >= since,
            col(UnmetNeed.at) < until,
        )
        .order_by(col(UnmetNeed.id))
    )
    found = (await session.exec(statement)).all()
    told = [(masked(text), need.kind.value, need.industry) for need, text in found if text]
    return told, len(found) - len(told)


def masked(words: str) -> str:
    """A search as editors read it: numbers long enough to name somebody are hidden."""
    return _LONG_NUMBER.sub("…", plain(words))


async def _problems(session: AsyncSession, since: datetime, until: datetime) -> list[Case]:
    statement = select(UnmetNeed).where(
        col(UnmetNeed.kind) == UnmetKind.PROBLEM,
        col(UnmetNeed.at) >= since,
        col(UnmetNeed.at) < until,
    )
    return [(one.category, "", one.industry) for one in (await session.exec(statement)).all()]


async def _irrelevant(session: AsyncSession, since: datetime, until: datetime) -> list[Case]:
    where = (
        col(MeasureMark.kind) == MarkKind.IRRELEVANT,
        col(MeasureMark.ended_at).is_(None),
        col(MeasureMark.created_at) >= since,
        col(MeasureMark.created_at) < until,
    )
    marks = (await session.exec(select(MeasureMark).where(*where))).all()
    trades = await _industries(session, select(MeasureMark.company_id).where(*where))
    return [(one.measure_id, one.reason, trades.get(one.company_id, "")) for one in marks]


async def _unclear(session: AsyncSession, since: datetime, until: datetime) -> list[Case]:
    """Facts answered with 不清楚, once per company."""
    where = (col(Fact.key) == UNCLEAR, col(Fact.at) >= since, col(Fact.at) < until)
    rows = (await session.exec(select(Fact).where(*where))).all()
    told = {(row.item, row.company_id) for row in rows if row.item and row.value is not None}
    trades = await _industries(session, select(Fact.company_id).where(*where))
    return [(item, "", trades.get(company_id, "")) for item, company_id in sorted(told)]


async def _industry_of(session: AsyncSession, company_id: int | None) -> str:
    if company_id is None:
        return ""
    statement = _codes([company_id])
    return _division(value for _, value in (await session.exec(statement)).all())


async def _industries(session: AsyncSession, companies: SelectOfScalar[int]) -> dict[int, str]:
    """The division of each company that has said its industry."""
    said: dict[int, list[Any]] = {}
    for company_id, value in (await session.exec(_codes(companies))).all():
        said.setdefault(company_id, []).append(value)
    return {company_id: _division(values) for company_id, values in said.items()}


def _codes(companies: SelectOfScalar[int] | Iterable[int]) -> Select[int, Any]:
    return (
        select(Fact.company_id, Fact.value)
        .where(col(Fact.company_id).in_(companies), col(Fact.key) == "industry")
        .order_by(col(Fact.at), col(Fact.id))
    )


def _division(told: Iterable[Any]) -> str:
    """The first two digits of what was said last; nothing once it was taken back."""
    last = next(reversed(list(told)), None)
    return last[:2] if isinstance(last, str) else ""
