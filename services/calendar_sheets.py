"""Gathers what the calendar's screens show."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.calendar_sheets import (
    CalendarSheet,
    ChangeLine,
    EffectSheet,
    MoveLine,
    missing_years,
    unusual_days,
)
from domain.deadlines import Clock
from domain.errors import NotAllowed
from models import CalendarChange, Person
from services import calendar_changes
from services.office import Office
from services.ticket_calendar import Move


async def sheet_of(
    session: AsyncSession, actor: Actor, *, office: Office, now: datetime
) -> CalendarSheet:
    """The calendar, for whoever works in the office; administrators may change it."""
    if not actor.in_office:
        raise NotAllowed
    today = office.today(now)
    district = await calendar_changes.in_force(session)
    calendar = calendar_changes.calendar_with(office, district)
    changes = await calendar_changes.history(session) if actor.is_admin else []
    return CalendarSheet(
        windows=calendar.windows_of_day,
        missing=missing_years(calendar, today),
        coming=unusual_days(calendar, today),
        changes=tuple([await line_of(session, one) for one in changes]),
        may_change=actor.is_admin,
    )


async def line_of(session: AsyncSession, change: CalendarChange) -> ChangeLine:
    """A saved change, with the name of who made it."""
    person = await session.get(Person, change.by) if change.by else None
    return ChangeLine(
        id=change.id,
        number=change.number or 0,
        patch=calendar_changes.patch_of(change),
        who=person.name if person else None,
        saved_at=change.saved_at or change.created_at,
        is_undone=change.undone_at is not None,
    )


async def effect_of(
    session: AsyncSession, change: CalendarChange, *, office: Office, now: datetime
) -> EffectSheet:
    """What a proposed change does. Raises what speaks against it by now."""
    patch = calendar_changes.patch_of(change)
    found = await calendar_changes.effect(session, patch, office=office, now=now)
    district = await calendar_changes.in_force(session)
    calendar = calendar_changes.calendar_with(office, district)
    return EffectSheet(
        change_id=change.id,
        patch=patch,
        now_works={day: calendar.is_workday(day) for day in patch.days},
        moves=tuple(_line(move) for move in found.moves),
        is_complete=found.is_complete,
    )


def _line(move: Move) -> MoveLine:
    """The answer where it moves, else the first clock that does."""
    moved = [clock for clock in Clock if move.before.of(clock) != move.after.of(clock)]
    clock = Clock.ANSWER if Clock.ANSWER in moved else moved[0]
    return MoveLine(move.number, clock, move.before.of(clock), move.after.of(clock))
