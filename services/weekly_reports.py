"""The figures of the week, owed to every head on the week's first working day."""

from datetime import datetime, time, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Role
from domain.digests import next_digest, week_reported
from domain.statistics import Dimension, Period, Report, Span
from models import Person, TaskRound
from services import people, staffing, statistics
from services.notices import owe_notice
from services.office import Office

KIND = "weekly_report"


async def owe(session: AsyncSession, *, office: Office, now: datetime) -> None:
    """One report a week for each head whose departments had anything before; late it is the same
    one. A week without a working day has none of its own."""
    today = office.today(now)
    monday = today - timedelta(days=today.weekday())
    due_at = next_digest(office.calendar.at(monday, time()), office.calendar, weekly=True)
    said_on = office.today(due_at)
    week = said_on - timedelta(days=said_on.weekday())
    for person in await staffing.holders(session, Role.HEAD):
        if person.started_at is None:
            continue  # Telegram lets nobody be written to who never opened the chat
        actor = await people.actor_for(session, person, administrators=office.administrators)
        if not await _had_anything(session, actor, office.calendar.at(week, time())):
            continue
        await owe_notice(
            session,
            KIND,
            key=f"{KIND}:{week}:{person.id}",
            due_at=due_at,
            now=now,
            person_id=person.id,
        )


async def _had_anything(session: AsyncSession, actor: Actor, until: datetime) -> bool:
    statement = (
        select(TaskRound.task_id)
        .where(col(TaskRound.department).in_(headed(actor)), col(TaskRound.started_at) < until)
        .limit(1)
    )
    return (await session.exec(statement)).first() is not None


def headed(actor: Actor) -> tuple[str, ...]:
    """The departments somebody heads, or stands in for the head of."""
    heads = (grant.department for grant in actor.grants if grant.role is Role.HEAD)
    return tuple(sorted(key for key in heads if key))


async def report_for(
    session: AsyncSession, person: Person, *, office: Office, now: datetime
) -> Report | None:
    """The report that is due now; None for somebody who heads nothing any more, or where nothing
    came in and nothing is open."""
    actor = await people.actor_for(session, person, administrators=office.administrators)
    departments = headed(actor)
    if not departments:
        return None
    first, last = week_reported(office.today(now), office.calendar)
    report = await statistics.report(
        session,
        Period(Span.LAST_WEEK.value, first, last),
        departments=departments,
        dimensions=tuple({told_by(departments), Dimension.CATEGORY}),
        office=office,
        now=now,
    )
    return None if report.total.is_empty else report


def told_by(departments: tuple[str, ...]) -> Dimension:
    """Who heads several sees them side by side, who heads one sees what it was about."""
    return Dimension.DEPARTMENT if len(departments) > 1 else Dimension.CATEGORY
