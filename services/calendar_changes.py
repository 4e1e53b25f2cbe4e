"""The district changes its calendar: proposed, looked at, saved, undone; open promises follow.

Notices owed here, subject "calendar_change": `calendar_file` (a file was read, to who sent it).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import ClassVar

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.calendar_changes import CalendarPatch, ChangeSource, ChangeState, DistrictCalendar
from domain.errors import ChangedMeanwhile, NotAllowed, NotFound, Refusal
from domain.words import Words
from domain.work_calendar import MAX_IDLE, NoWorkingTimeError, WorkCalendar
from models import CalendarChange, Outbox
from models.messages import OutboxKind
from services import notices
from services.calendar_reading import MOST_BYTES, read_calendar_file
from services.messages import Address
from services.office import Office
from services.ticket_calendar import Move, compare
from services.work_calendar import with_district
from services.yaml_files import Fault

#: Days further back or ahead are a slip of the finger; what is promised does not depend on them.
BACK, AHEAD = timedelta(days=60), timedelta(days=800)
#: So many open tasks are compared to show what a change does before it is saved.
COMPARED = 300
_DAY = timedelta(days=1)


class CalendarUnusable(Refusal):
    """The office would never open, or be closed for too long on end."""

    code: ClassVar[str] = "calendar_unusable"


class NothingChanges(Refusal):
    """All of it holds already."""

    code: ClassVar[str] = "calendar_same"


class DayOutOfReach(Refusal):
    """A day long past or years ahead. Facts: day."""

    code: ClassVar[str] = "calendar_day_out_of_reach"


class ChangedLater(Refusal):
    """A later change speaks of the same days: undo that first. Facts: number."""

    code: ClassVar[str] = "calendar_changed_later"


class CalendarFileTooBig(Refusal):
    """No calendar is so large. Facts: limit (KB)."""

    code: ClassVar[str] = "calendar_file_too_big"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to open tasks; not `is_complete`: only the first were compared."""

    moves: tuple[Move, ...]
    is_complete: bool


# What is in force


async def in_force(session: AsyncSession) -> DistrictCalendar:
    """What the district says of its own now."""
    return DistrictCalendar.of(patch_of(one) for one in await _saved(session))


async def _saved(session: AsyncSession) -> Sequence[CalendarChange]:
    statement = (
        select(CalendarChange)
        .where(col(CalendarChange.state) == ChangeState.SAVED)
        .order_by(col(CalendarChange.number))
    )
    return (await session.exec(statement)).all()


async def latest(session: AsyncSession) -> int:
    """Rises with every change that is saved; 0 before the first."""
    return (await session.exec(select(func.max(col(CalendarChange.number))))).one() or 0


async def history(session: AsyncSession, *, limit: int = 5) -> list[CalendarChange]:
    """The district's changes in force or undone, the newest first."""
    statement = (
        select(CalendarChange)
        .where(
            col(CalendarChange.state) == ChangeState.SAVED,
            col(CalendarChange.source) != ChangeSource.CATALOGUE,
            col(CalendarChange.undoes).is_(None),
        )
        .order_by(col(CalendarChange.number).desc())
        .limit(limit)
    )
    return list((await session.exec(statement)).all())


async def by_number(session: AsyncSession, number: int) -> CalendarChange | None:
    """A saved change."""
    statement = select(CalendarChange).where(col(CalendarChange.number) == number)
    return (await session.exec(statement)).first()


async def get_for(session: AsyncSession, change_id: int, actor: Actor) -> CalendarChange:
    """A change, for administrators."""
    _check(actor)
    change = await session.get(CalendarChange, change_id)
    if change is None:
        raise NotFound
    return change


def patch_of(change: CalendarChange) -> CalendarPatch:
    """What it says."""
    return CalendarPatch.model_validate(change.patch)


# Proposing


async def propose(
    session: AsyncSession,
    patch: CalendarPatch,
    *,
    actor: Actor | None,
    source: ChangeSource,
    office: Office,
    now: datetime,
    file_name: str = "",
) -> CalendarChange:
    """Keep a change to be looked at; `actor` None is the command line. NothingChanges,
    DayOutOfReach, CalendarUnusable."""
    if actor is not None:
        _check(actor)
    today = office.today(now)
    for day in patch.days:
        if not today - BACK <= day <= today + AHEAD:
            raise DayOutOfReach(day=day.isoformat())
    await check(session, patch, office=office, now=now)
    return await _new(session, patch, actor=actor, source=source, now=now, file_name=file_name)


async def _new(
    session: AsyncSession,
    patch: CalendarPatch,
    *,
    actor: Actor | None,
    source: ChangeSource,
    now: datetime,
    file_name: str = "",
) -> CalendarChange:
    change = CalendarChange(
        state=ChangeState.PROPOSED,
        source=source,
        patch=patch.model_dump(mode="json", by_alias=True),
        by=actor.person_id if actor else None,
        file_name=file_name,
        created_at=now,
    )
    session.add(change)
    await session.flush()
    return change


def _check(actor: Actor) -> None:
    if not actor.is_admin:
        raise NotAllowed


async def check(
    session: AsyncSession, patch: CalendarPatch, *, office: Office, now: datetime
) -> WorkCalendar:
    """The calendar as it would be; raises what speaks against it."""
    today = office.today(now)
    standing = await in_force(session)
    if standing.with_patch(patch) == standing:
        raise NothingChanges
    changed = calendar_with(office, standing.with_patch(patch))
    try:
        _walk(changed, patch, today)
    except NoWorkingTimeError as error:
        raise CalendarUnusable from error
    return changed


def calendar_with(office: Office, district: DistrictCalendar) -> WorkCalendar:
    """The files' calendar with these words of the district over it."""
    return with_district(office.files_calendar or office.calendar, district)


def _walk(calendar: WorkCalendar, patch: CalendarPatch, today: date) -> None:
    """Every working day must have a next one within reach."""
    span = patch.span() or (today, today)
    day, last = span[0] - MAX_IDLE, span[1] + MAX_IDLE
    while day < last:
        day = calendar.next_workday(day)


async def effect(
    session: AsyncSession, patch: CalendarPatch, *, office: Office, now: datetime
) -> Effect:
    """Which promises a change would move. Reads at most COMPARED open tasks."""
    changed = await check(session, patch, office=office, now=now)
    since = until = None
    if span := patch.span():
        since, until = changed.at(span[0], time()), changed.at(span[1] + _DAY, time())
    found = await compare(
        session, replace(office, calendar=changed), limit=COMPARED, since=since, until=until
    )
    rest = await compare(session, office, after=found.last or 0, limit=1, since=since, until=until)
    return Effect(found.moves, is_complete=found.last is None or rest.last is None)


# A file


async def hand_in(
    session: AsyncSession,
    *,
    file_id: str,
    file_name: str,
    size: int | None,
    actor: Actor,
    place: Address,
    now: datetime,
) -> CalendarChange:
    """An administrator sent a file: the courier is to fetch it. CalendarFileTooBig."""
    _check(actor)
    if size is not None and size > MOST_BYTES:
        raise CalendarFileTooBig(limit=MOST_BYTES // 1024)
    change = CalendarChange(
        state=ChangeState.FETCHING,
        source=ChangeSource.FILE,
        by=actor.person_id,
        file_name=file_name,
        created_at=now,
    )
    session.add(change)
    await session.flush()
    session.add(
        Outbox(
            bot_id=place.bot_id,
            chat_id=place.chat_id,
            kind=OutboxKind.FETCH,
            payload={"file_id": file_id, "calendar_change": change.id, "limit": MOST_BYTES},
            created_at=now,
        )
    )
    return change


async def fetched(
    session: AsyncSession, change_id: int, content: bytes | None, *, now: datetime
) -> None:
    """The courier has the file (None: Telegram does not give it); its sender sees what it says."""
    change = await session.get_one(CalendarChange, change_id)
    if change.state is not ChangeState.FETCHING:
        return
    patch, faults = _read(content, change.file_name)
    if patch is None:
        change.state = ChangeState.FAULTY
        change.faults = [
            {"file": one.file, "line": one.line, **one.text.model_dump()} for one in faults
        ]
    else:
        change.state = ChangeState.PROPOSED
        change.patch = patch.model_dump(mode="json", by_alias=True)
    await notices.owe_notice(
        session,
        "calendar_file",
        key=f"calendar_file:{change.id}",
        due_at=now,
        now=now,
        person_id=change.by,
        subject="calendar_change",
        subject_id=change.id,
    )


def _read(content: bytes | None, name: str) -> tuple[CalendarPatch | None, list[Fault]]:
    if content is not None:
        return read_calendar_file(content, name)
    words = Words(zh="没能从 Telegram 取到文件", en="Telegram did not give the file")
    return None, [Fault(name, 1, words)]


def faults_of(change: CalendarChange) -> list[Fault]:
    """What was wrong with the file."""
    return [
        Fault(one["file"], one["line"], Words(zh=one["zh"], en=one["en"])) for one in change.faults
    ]


# Deciding


async def save(
    session: AsyncSession, change_id: int, *, actor: Actor | None, office: Office, now: datetime
) -> CalendarChange:
    """Put a proposed change in force; open promises follow in slices. Saving twice is saving once.

    ChangedMeanwhile when it was put away; NothingChanges, CalendarUnusable as things stand now.
    """
    change = await session.get(CalendarChange, change_id, with_for_update=True)
    if change is None:
        raise NotFound
    if actor is not None:
        _check(actor)
    if change.state is ChangeState.SAVED and change.undone_at is None:
        return change
    if change.state is not ChangeState.PROPOSED:
        raise ChangedMeanwhile
    patch = patch_of(change)
    await check(session, patch, office=office, now=now)
    await _put_in_force(session, change, patch, now=now)
    return change


async def _put_in_force(
    session: AsyncSession, change: CalendarChange, patch: CalendarPatch, *, now: datetime
) -> None:
    reverse = (await in_force(session)).reverse(patch)
    change.reverse = reverse.model_dump(mode="json", by_alias=True)
    change.state, change.saved_at = ChangeState.SAVED, now
    change.number = await latest(session) + 1
    await session.flush()


async def drop(session: AsyncSession, change_id: int, *, actor: Actor) -> None:
    """Put a proposed change away."""
    change = await get_for(session, change_id, actor)
    if change.state in {ChangeState.PROPOSED, ChangeState.FETCHING}:
        change.state = ChangeState.DROPPED


async def undo(
    session: AsyncSession, change_id: int, *, actor: Actor | None, office: Office, now: datetime
) -> CalendarChange:
    """Take a change back by a further one, which is returned; promises move back too.

    ChangedMeanwhile when it is not in force, ChangedLater when a later one speaks of the same.
    """
    change = await session.get(CalendarChange, change_id, with_for_update=True)
    if change is None:
        raise NotFound
    if actor is not None:
        _check(actor)
    if change.state is not ChangeState.SAVED or change.undone_at is not None or not change.patch:
        raise ChangedMeanwhile
    await _must_be_newest(session, change)
    reverse = CalendarPatch.model_validate(change.reverse)
    await check(session, reverse, office=office, now=now)
    back = await _new(session, reverse, actor=actor, source=change.source, now=now)
    back.undoes, change.undone_at = change.id, now
    await _put_in_force(session, back, reverse, now=now)
    return back


async def _must_be_newest(session: AsyncSession, change: CalendarChange) -> None:
    patch, number = patch_of(change), change.number or 0
    for later in await _saved(session):
        stands = later.undone_at is None and later.undoes is None
        if stands and (later.number or 0) > number and patch_of(later).touches(patch):
            raise ChangedLater(number=later.number)


async def note_files(session: AsyncSession, print_: str, *, now: datetime) -> None:
    """At a start: when the catalogue's calendar or limits changed, open promises follow."""
    statement = (
        select(CalendarChange.print)
        .where(col(CalendarChange.source) == ChangeSource.CATALOGUE)
        .order_by(col(CalendarChange.number).desc())
        .limit(1)
    )
    if (await session.exec(statement)).first() == print_:
        return
    session.add(
        CalendarChange(
            state=ChangeState.SAVED,
            source=ChangeSource.CATALOGUE,
            print=print_,
            number=await latest(session) + 1,
            created_at=now,
            saved_at=now,
        )
    )
    await session.flush()


# Promises follow


async def to_reckon(session: AsyncSession, office: Office) -> CalendarChange | None:
    """The newest change that this office knows and open tasks were not worked out by yet."""
    statement = (
        select(CalendarChange)
        .where(
            col(CalendarChange.state) == ChangeState.SAVED,
            col(CalendarChange.reckoned_at).is_(None),
            col(CalendarChange.number) <= office.calendar_change,
        )
        .order_by(col(CalendarChange.number).desc())
        .limit(1)
    )
    return (await session.exec(statement)).first()


async def reckoned(
    session: AsyncSession, change_id: int, *, to: int | None, moved: int, now: datetime
) -> None:
    """Open tasks up to an id were worked out; None: all of them, for older changes too."""
    change = await session.get_one(CalendarChange, change_id)
    change.moved += moved
    if to is not None:
        change.reckoned_to = to
        return
    for earlier in await _saved(session):
        if earlier.reckoned_at is None and (earlier.number or 0) <= (change.number or 0):
            earlier.reckoned_at = now
