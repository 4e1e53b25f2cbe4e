"""What a night owes to companies: yearly duties, titles that end, windows that open and close.

The nightly review hands over each slice of companies that have members. A key names company, season
and step: run late or twice, it is owed once, and of steps that were missed only the last is.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert, or_
from sqlalchemy import select as select_columns
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.facts import FactSpec, Kind
from domain.measures import Measure
from domain.seasons import HORIZON, Season, season_of, step_on
from domain.verdicts import Outcome
from domain.windows import state_on
from models import Company, Notice
from models.company_rows import company_rows, until
from models.ids import new_id
from models.matching import WatchReason
from models.notices import NoticeState
from models.outcome_rows import place_of
from services import notice_choices, policy_contacts, seasons, watches
from services.office import Office
from services.outcomes import Looked, Outlook, Span

OPENED_LATELY = timedelta(days=7)
"""So long after a window opened it is still worth saying."""

AT_ONCE = 100
"""Reminders owed in one transaction: some tens of milliseconds, so that replies keep flowing."""

BETWEEN = timedelta(seconds=4)
"""So many come due so much after those before: what is due meanwhile for others does not wait
behind a hundred thousand of them."""

_ELIGIBLE = place_of(Outcome.ELIGIBLE)


@dataclass(frozen=True, slots=True)
class _Due:
    """What one company is to hear; nothing where `unless` is the key of a notice."""

    company_id: int
    kind: str
    key: str
    details: dict[str, Any]
    unless: str = ""


@dataclass(frozen=True, slots=True)
class _Night:
    """One slice: the day, and the companies with members beside their outcomes."""

    session: AsyncSession
    office: Office
    outlook: Outlook
    looked: Sequence[Looked]
    span: Span

    @property
    def today(self) -> date:
        return self.outlook.today

    def eligible(self, measure: Measure, *, already: bool = False) -> Iterator[int]:
        """Companies that the measure fits; `already`: it did when last reviewed."""
        if measure.id not in self.outlook.measures:
            return
        place = self.outlook.measures.index(measure.id)
        for one in self.looked:
            if one.now[place] == _ELIGIBLE and (not already or one.was[place] == _ELIGIBLE):
                yield one.company_id


async def owe(
    session: AsyncSession,
    outlook: Outlook,
    looked: Sequence[Looked],
    span: Span,
    *,
    office: Office,
    now: datetime,
) -> bool:
    """Owe some of what the calendar brings the companies of a span today. True: there may be more;
    the same span is looked at again, in another transaction."""
    if not looked:
        return False
    night = _Night(session, office, outlook, looked, span)
    due = [*await _duties(night), *_windows(night), *await _titles(night)]
    new = await _not_owed_yet(session, due)
    for start in range(0, len(new), AT_ONCE):
        if await _record(night, new[start : start + AT_ONCE], now=now):
            return True
    return False


async def _duties(night: _Night) -> list[_Due]:
    due: list[_Due] = []
    for measure in night.office.catalogue.active:
        season = season_of(measure, night.today)
        if season is None:
            continue
        steps, calendar = night.office.catalogue.seasons.duties, night.office.calendar
        step = step_on(steps, season, night.today, calendar)
        if step is None:
            continue
        ids = set(night.eligible(measure))
        if step.after is not None:
            ids = await _here_before(night, ids, season.closes)
        ids -= await seasons.settled(night.session, ids, measure.id, season, night.office)
        details = {"measure": measure.id, "step": step.code(season)}
        due += [_due(seasons.DUTY, one, details, details["step"], measure.id) for one in ids]
    return due


def _due(kind: str, company_id: int, details: dict[str, Any], *parts: object) -> _Due:
    return _Due(company_id, kind, seasons.key(kind, company_id, *parts), details)


async def _here_before(night: _Night, ids: Collection[int], closes: date) -> set[int]:
    """Who came after the end need not be told that it has passed."""
    end = night.office.calendar.at(closes + timedelta(days=1), time())
    statement = select(Company.id).where(col(Company.id).in_(ids), col(Company.created_at) < end)
    return set((await night.session.exec(statement)).all())


def _windows(night: _Night) -> Iterator[_Due]:
    for measure in night.office.catalogue.active:
        if measure.is_duty:
            continue
        for reason, day in sorted(set(_moments(measure, night))):
            kind, opens = seasons.WINDOWS[reason], reason is WatchReason.OPENS
            details = {"measure": measure.id, "day": day.isoformat()}
            for company_id in night.eligible(measure, already=opens):
                yield _due(kind, company_id, details, day, measure.id)


def _moments(measure: Measure, night: _Night) -> Iterator[tuple[WatchReason, date]]:
    """Days of its windows that are worth a word today."""
    today = night.today
    for window in measure.windows():
        state = state_on(window, today)
        if state.state != "open":
            continue
        if state.opens is not None and today - state.opens <= OPENED_LATELY:
            yield WatchReason.OPENS, state.opens
        if state.closes is not None and _is_near(state.closes, night):
            yield WatchReason.CLOSES, state.closes


def _is_near(closes: date, night: _Night) -> bool:
    far = closes - night.today > timedelta(days=7 * watches.DAYS_BEFORE_CLOSE)
    return not far and watches.closing_day(closes, night.office.calendar) <= night.today


async def _titles(night: _Night) -> list[_Due]:
    known = {one.company_id for one in night.looked}
    due: list[_Due] = []
    for spec, item, company_id, ends in await _ending(night):
        season = Season(None, ends)
        steps, calendar = night.office.catalogue.seasons.titles, night.office.calendar
        step = step_on(steps, season, night.today, calendar)
        if step is None or company_id not in known:
            continue
        details = {"fact": spec.key, "item": item, "ends": ends.isoformat()}
        details["step"] = step.code(season)
        one = _due(seasons.TITLE, company_id, details, details["step"], spec.key, item)
        unless = seasons.given_up_key(company_id, spec.key, item, ends)
        due.append(_Due(one.company_id, one.kind, one.key, details, unless))
    return due


async def _ending(night: _Night) -> list[tuple[FactSpec, str, int, date]]:
    """Held items of the span that end before long, read from the derived rows."""
    table = company_rows(night.office.catalogue.facts, night.today).table
    places = [
        (spec, option.value, table.c[until(spec.key, option.value)])
        for spec in night.office.catalogue.facts
        if spec.kind is Kind.CHOICES and not spec.derived
        for option in spec.options
        if until(spec.key, option.value) in night.outlook.present
    ]
    if not places or not night.office.catalogue.seasons.titles:
        return []
    columns = [column for _, _, column in places]
    last = night.today + HORIZON
    statement = select_columns(table.c.company_id, *columns).where(
        table.c.company_id > night.span.after,
        table.c.company_id <= night.span.upto,
        or_(*(column.between(night.today, last) for column in columns)),
    )
    rows = (await (await night.session.connection()).execute(statement)).all()
    return [
        (spec, item, row[0], ends)
        for row in rows
        for (spec, item, _), ends in zip(places, row[1:], strict=True)
        if ends is not None and ends >= night.today
    ]


async def _not_owed_yet(session: AsyncSession, due: Iterable[_Due]) -> list[_Due]:
    wanted = list(due)
    keys = {one.key for one in wanted} | {one.unless for one in wanted if one.unless}
    if not keys:
        return []
    statement = select(Notice.key).where(col(Notice.key).in_(keys))
    known = set((await session.exec(statement)).all())
    return [one for one in wanted if one.key not in known and one.unless not in known]


async def _record(night: _Night, due: Sequence[_Due], *, now: datetime) -> bool:
    """To the contacts of those companies that have one who wants to hear of deadlines; says whether
    there was any."""
    session, ids = night.session, {one.company_id for one in due}
    wants = notice_choices.wants_deadlines
    contacts = await policy_contacts.contacts_of(session, ids, wants=wants)
    due_at = await _turn(night, now)
    rows = [
        {
            "id": new_id(),
            "kind": one.kind,
            "key": one.key,
            "due_at": due_at,
            "created_at": now,
            "person_id": contacts[one.company_id].person.id,
            "subject": "company",
            "subject_id": one.company_id,
            "details": one.details,
        }
        for one in due
        if one.company_id in contacts
    ]
    if rows:
        await (await session.connection()).execute(insert(Notice), rows)
    return bool(rows)


async def _turn(night: _Night, now: datetime) -> datetime:
    """The hour of the day, after those before; at once where that hour has passed."""
    hour = night.office.calendar.at(night.today, night.office.catalogue.seasons.at)
    statement = (
        select(Notice.due_at)
        .where(
            col(Notice.state) == NoticeState.OPEN,
            col(Notice.due_at) >= hour,
            col(Notice.due_at) < hour + timedelta(hours=12),
            col(Notice.kind).in_(seasons.KINDS),
        )
        .order_by(col(Notice.due_at).desc())
        .limit(1)
    )
    last = (await night.session.exec(statement)).first()
    return max(now, hour) if last is None else max(now, last + BETWEEN)
