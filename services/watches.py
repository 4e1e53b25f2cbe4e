"""Watching a measure: who wants to hear when it opens, closes, fits or gets conditions."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cache

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from domain.actors import Actor
from domain.errors import NotFound
from domain.limits import WATCHES, TooManyWatches
from domain.measures import Measure, window_state
from domain.quiet_hours import Audience, next_allowed
from domain.verdicts import Outcome, Verdict
from domain.windows import WindowState
from domain.work_calendar import WorkCalendar
from models import Company, Notice, Person, Watch
from models.matching import WatchReason
from models.notices import NoticeState
from services import companies, matching, notices, people
from services.office import Office

DAYS_BEFORE_CLOSE = 10
"""Working days before the end at which a watcher is told."""

NINE = time(9)
FITS = frozenset({Outcome.ELIGIBLE, Outcome.OFFICER_CHECK})
"""What a watch on fitting waits for."""

KINDS = {reason: f"watch_{reason.value}" for reason in WatchReason}
AGAIN = "watch_again"
"""A number that failed is read anew: the figures of another fiscal year count."""


async def open_watches(
    session: AsyncSession, person_id: int, measure_id: str | None = None
) -> Sequence[Watch]:
    """What a person watches now, oldest first; of one measure when it is named."""
    statement = select(Watch).where(
        col(Watch.person_id) == person_id, col(Watch.ended_at).is_(None)
    )
    if measure_id is not None:
        statement = statement.where(col(Watch.measure_id) == measure_id)
    return (await session.exec(statement.order_by(col(Watch.id)))).all()


async def watch(
    session: AsyncSession,
    actor: Actor,
    measure: Measure,
    reason: WatchReason,
    *,
    verdict: Verdict | None,
    office: Office,
    now: datetime,
) -> Watch:
    """Watch a measure for a reason, once; what can be foreseen is owed already now."""
    for known in await open_watches(session, actor.person_id, measure.id):
        if known.reason is reason and known.company_id == actor.company_id:
            return known
    if len(await open_watches(session, actor.person_id)) >= WATCHES:
        raise TooManyWatches(limit=WATCHES)
    started = Watch(
        person_id=actor.person_id,
        company_id=actor.company_id,
        measure_id=measure.id,
        reason=reason,
        created_at=now,
    )
    session.add(started)
    await session.flush()
    await plan(session, started, measure, verdict=verdict, office=office, now=now)
    return started


async def end_watch(
    session: AsyncSession, actor: Actor, measure_id: str, reason: WatchReason, *, now: datetime
) -> None:
    """Stop watching; what was owed for it is dropped."""
    for known in await open_watches(session, actor.person_id, measure_id):
        if known.reason is reason:
            await _end(session, known, now=now)


async def of_person(session: AsyncSession, watch_id: int, person_id: int) -> Watch:
    """A watch of this person. Raises NotFound for anybody else's."""
    found = await session.get(Watch, watch_id)
    if found is None or found.person_id != person_id:
        raise NotFound
    return found


async def is_theirs(session: AsyncSession, watched: Watch, person: Person) -> bool:
    """Whether the person still belongs to the company whose facts the watch tells of."""
    if watched.company_id is None:
        return True
    links = await people.open_memberships(session, person.id)
    return any(link.company_id == watched.company_id for link in links)


async def end(session: AsyncSession, watched: Watch, *, now: datetime) -> None:
    """Stop one watch, answered from its reminder."""
    if watched.ended_at is None:
        await _end(session, watched, now=now)


async def _end(session: AsyncSession, watched: Watch, *, now: datetime) -> None:
    watched.ended_at = now
    await notices.drop(
        session, subject="watch", subject_id=watched.id, kinds=(*KINDS.values(), AGAIN), now=now
    )


async def plan(
    session: AsyncSession,
    watched: Watch,
    measure: Measure,
    *,
    verdict: Verdict | None,
    office: Office,
    now: datetime,
) -> None:
    """Owe what the calendar already knows; safe to repeat, and after every publication.

    Where a failed number is read anew with the new year, that is said then.
    """
    foreseen = _foreseen(watched, measure, verdict, office, now)
    if foreseen is None:
        return
    kind, day, due_at = foreseen
    key = f"{kind}:{watched.id}:{day}"
    known = await _of_other_days_dropped(session, watched, key, now=now)
    if known is not None:
        _take_up_again(known, due_at, now=now)
        return
    await notices.owe_notice(
        session,
        kind,
        key=key,
        due_at=due_at,
        now=now,
        person_id=watched.person_id,
        subject="watch",
        subject_id=watched.id,
        day=day.isoformat(),
    )


async def _of_other_days_dropped(
    session: AsyncSession, watched: Watch, key: str, *, now: datetime
) -> Notice | None:
    """A day that was moved is spoken of once: what was owed for the earlier one is taken back. What
    is known of the day itself is returned; "later", said by the person, stays as it is."""
    found = None
    for notice in await _notices_of(session, watched):
        if notice.key == key:
            found = notice
        elif notice.state is NoticeState.OPEN and not notice.details.get("snoozed"):
            notices.settle(notice, NoticeState.DROPPED, now=now)
    return found


def _take_up_again(notice: Notice, due_at: datetime, *, now: datetime) -> None:
    """A day that was moved away and back."""
    if notice.state is NoticeState.DROPPED and due_at > now:
        notice.state, notice.done_at, notice.due_at = NoticeState.OPEN, None, due_at


def _foreseen(
    watched: Watch, measure: Measure, verdict: Verdict | None, office: Office, now: datetime
) -> tuple[str, date, datetime] | None:
    """The kind of notice, the day it is about, and the moment to say it."""
    reason, today = watched.reason, office.today(now)
    kind = KINDS[reason]
    window = verdict.window if verdict else window_state(measure, today)
    if reason is WatchReason.OPENS and window.opens and window.opens > today:
        return kind, window.opens, office.calendar.at(window.opens, NINE)
    if reason is WatchReason.OPENS and window.state == "open":
        return _opened_meanwhile(kind, window.opens, watched, office, now)
    if reason is WatchReason.CLOSES and window.closes and window.closes >= today:
        return kind, window.closes, closing_reminder(window.closes, office.calendar, now)
    miss = verdict.near_miss if verdict and reason is WatchReason.FITS else None
    if miss is not None and miss.on is not None:
        return kind, miss.on, office.calendar.at(miss.on, NINE)
    if miss is not None and miss.again is not None:
        return AGAIN, miss.again, office.calendar.at(miss.again, NINE)
    return None


def _opened_meanwhile(
    kind: str, opens: date | None, watched: Watch, office: Office, now: datetime
) -> tuple[str, date, datetime] | None:
    """It was brought forward, and has opened since the watch began."""
    if opens is None or opens <= office.today(watched.created_at):
        return None
    return kind, opens, next_allowed(now, Audience.COMPANY, office.calendar)


def closing_reminder(closes: date, calendar: WorkCalendar, now: datetime) -> datetime:
    """Nine o'clock ten working days before the end; when that is past, the next allowed moment."""
    moment = calendar.at(closing_day(closes, calendar), NINE)
    return moment if moment > now else next_allowed(now, Audience.COMPANY, calendar)


def closing_day(closes: date, calendar: WorkCalendar) -> date:
    """Ten working days before the end."""
    day = closes
    for _ in range(DAYS_BEFORE_CLOSE):
        day = calendar.previous_workday(day)
    return day


async def look_again(
    session: AsyncSession,
    company: Company,
    *,
    office: Office,
    now: datetime,
    but_person: int | None = None,
) -> None:
    """After a fact or a day changed: tell those who wait for a measure that fits this company now,
    except whoever sees it on the screen anyhow, and foresee anew when it will."""
    waiting = await waiting_for_fit(session, company.id)
    if not waiting:
        return
    known = await companies.known_of(session, company, office.catalogue.facts)
    match = await matching.match_of(session, office.catalogue, known, today=office.today(now))
    for watched in waiting:
        verdict = match.verdict(watched.measure_id)
        measure = office.catalogue.measure(watched.measure_id)
        if verdict is None or measure is None:
            continue
        if verdict.outcome not in FITS:
            await plan(session, watched, measure, verdict=verdict, office=office, now=now)
        elif watched.person_id != but_person:
            await tell_today(session, watched, office=office, now=now)


async def tell_today(
    session: AsyncSession, watched: Watch, *, office: Office, now: datetime
) -> None:
    """Once: what was told is not told again, what was foreseen for later is brought forward."""
    known = await _notices_of(session, watched)
    if any(notice.state is NoticeState.SAID for notice in known):
        return
    day = office.today(now)
    foreseen = [notice for notice in known if notice.state is NoticeState.OPEN]
    if foreseen:
        notices.postpone(foreseen[0], until=now)
        return
    await notices.owe_notice(
        session,
        KINDS[watched.reason],
        key=f"{KINDS[watched.reason]}:{watched.id}:{day}",
        due_at=now,
        now=now,
        person_id=watched.person_id,
        subject="watch",
        subject_id=watched.id,
        day=day.isoformat(),
    )


async def _notices_of(session: AsyncSession, watched: Watch) -> Sequence[Notice]:
    statement = select(Notice).where(
        col(Notice.subject) == "watch",
        col(Notice.subject_id) == watched.id,
        col(Notice.kind) == KINDS[watched.reason],
    )
    return (await session.exec(statement.order_by(col(Notice.due_at)))).all()


async def waiting_for_fit(session: AsyncSession, company_id: int) -> Sequence[Watch]:
    """Watches of a company that wait for a measure to fit."""
    asked = {"company_id": company_id}
    return (await session.exec(_waiting_for_fit(), params=asked)).all()


@cache
def _waiting_for_fit() -> SelectOfScalar[Watch]:
    """For `company_id`: asked for with every answer that is kept."""
    return select(Watch).where(
        col(Watch.company_id) == bindparam("company_id"),
        col(Watch.reason) == WatchReason.FITS,
        col(Watch.ended_at).is_(None),
    )


async def snooze(
    session: AsyncSession, watched: Watch, *, days: int, office: Office, now: datetime
) -> datetime:
    """Remind again some days later, at nine."""
    day = office.today(now) + timedelta(days=days)
    due_at = office.calendar.at(day, NINE)
    await notices.owe_notice(
        session,
        KINDS[watched.reason],
        key=f"{KINDS[watched.reason]}:{watched.id}:again:{day}",
        due_at=due_at,
        now=now,
        person_id=watched.person_id,
        subject="watch",
        subject_id=watched.id,
        day=day.isoformat(),
        snoozed=True,
    )
    return due_at


def useful_reasons(measure: Measure, verdict: Verdict | None, today: date) -> list[WatchReason]:
    """What can be waited for: conditions met, opening, closing, publication of conditions."""
    window: WindowState = verdict.window if verdict else window_state(measure, today)
    reasons: list[WatchReason] = []
    if verdict is not None and verdict.outcome in {Outcome.INELIGIBLE, Outcome.UNDETERMINED}:
        reasons.append(WatchReason.FITS)
    if window.state != "open":
        reasons.append(WatchReason.OPENS)
    if window.closes and window.closes >= today:
        reasons.append(WatchReason.CLOSES)
    if not measure.criteria:
        reasons.append(WatchReason.PUBLISHED)
    return reasons
