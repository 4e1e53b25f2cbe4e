"""Yearly duties, titles that end, windows: what of it concerns one company now, and its answers.

They become due by night (services/season_nights.py). A duty is done for a season by the mark
已享受 on its measure, until the day before the next season. That a title is not renewed stands as a
closed notice: its key keeps every further one of that title and end from being owed.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.catalogue import Catalogue
from domain.errors import NotFound
from domain.facts import FactSpec, Held, Profile
from domain.measures import TITLES, Measure
from domain.seasons import Duty, EndingTitle, Season, rests_until, season_of, step_on
from domain.verdicts import Outcome, Verdict, judge
from domain.windows import WindowState
from models import Company, MeasureMark, Notice
from models.matching import MarkKind, WatchReason
from models.notices import NoticeState
from services import companies, matching, notice_choices, notices, policy_contacts, watches
from services.office import Office
from services.policy_contacts import Contact

DUTY, TITLE = "duty_due", "title_ends"
WINDOWS = {WatchReason.OPENS: "window_opens", WatchReason.CLOSES: "window_closes"}
KINDS = (DUTY, TITLE, *WINDOWS.values())
LONGEST_KEY = 128


def key(kind: str, company_id: int, *parts: object) -> str:
    """Names what is owed to a company, once."""
    return ":".join([kind, str(company_id), *map(str, parts)])[:LONGEST_KEY]


# What a notice comes to now


class Recipient(NamedTuple):
    """Somebody who hears of a company's days to come."""

    company: Company
    contact: Contact


async def recipient(session: AsyncSession, notice: Notice) -> Recipient | None:
    """Whom of which company it is for at this moment; None, when nobody wants deadlines."""
    company = await session.get_one(Company, notice.subject_id)
    wants = notice_choices.wants_deadlines
    contact = await policy_contacts.contact_of(session, company.id, wants=wants)
    if contact is None or company.erased_at is not None:
        return None
    return Recipient(company, contact)


async def duty_of(
    session: AsyncSession, notice: Notice, company: Company, *, office: Office, today: date
) -> Duty | None:
    """What is still to do; None once it is done or is of no concern, and where a later step says
    it. Who was told since it opened, on the list or in the news, is spared the first word."""
    measure = office.catalogue.measure(notice.details["measure"])
    season = season_of(measure, today) if measure in office.catalogue.active and measure else None
    if measure is None or season is None:
        return None
    step = step_on(office.catalogue.seasons.duties, season, today, office.calendar)
    if step is None or step.code(season) != notice.details["step"]:
        return None
    if await settled(session, [company.id], measure.id, season, office):
        return None
    if step.opens is not None and await _was_told(session, company, measure, season.opens, office):
        return None
    verdict = await _verdict(session, company, measure, office, today)
    if verdict.outcome is not Outcome.ELIGIBLE:
        return None
    return Duty(measure, season, _window_of(season, verdict.window, today))


def _window_of(season: Season, window: WindowState, today: date) -> WindowState:
    """A season that is over, not the one to come."""
    if today <= season.closes:
        return window
    return WindowState("closed", None, season.closes)


async def _was_told(
    session: AsyncSession, company: Company, measure: Measure, since: date | None, office: Office
) -> bool:
    record = (await matching.records_of(session, company.id)).get(measure.id)
    return record is not None and since is not None and office.today(record.judged_at) >= since


async def settled(
    session: AsyncSession,
    company_ids: Collection[int],
    measure_id: str,
    season: Season,
    office: Office,
) -> set[int]:
    """Which of these companies said in this season that it is done, or at any time that it is none
    of their business."""
    statement = select(MeasureMark).where(
        col(MeasureMark.company_id).in_(company_ids),
        col(MeasureMark.measure_id) == measure_id,
        col(MeasureMark.ended_at).is_(None),
    )
    return {
        mark.company_id
        for mark in (await session.exec(statement)).all()
        if mark.kind is MarkKind.IRRELEVANT
        or season.opens is None
        or office.today(mark.created_at) >= season.opens
    }


async def _verdict(
    session: AsyncSession, company: Company, measure: Measure, office: Office, today: date
) -> Verdict:
    profile = await companies.profile_of(session, company.id, office.catalogue.facts)
    return judge(measure, profile, today, office.catalogue)


async def title_of(
    session: AsyncSession, notice: Notice, company: Company, *, office: Office, today: date
) -> EndingTitle | None:
    """The title while it ends on that day; None once it was renewed, given up or has lapsed."""
    title = title_in(notice, office.catalogue)
    if title is None:
        return None
    step = step_on(
        office.catalogue.seasons.titles, Season(None, title.ends), today, office.calendar
    )
    if step is None or step.code(Season(None, title.ends)) != notice.details["step"]:
        return None
    profile = await companies.profile_of(session, company.id, office.catalogue.facts)
    known = profile.get(title.spec.key)
    if not isinstance(known, Held) or (title.item, title.ends) not in known.items:
        return None
    return None if await _is_given_up(session, company.id, title) else title


def title_in(notice: Notice, catalogue: Catalogue) -> EndingTitle | None:
    """What a notice names, as long as its particulars are kept and the dictionary has it."""
    told: Mapping[str, Any] = notice.details
    spec = catalogue.fact(told.get("fact", ""))
    if spec is None or told["item"] not in spec.values:
        return None
    ends = date.fromisoformat(told["ends"])
    return EndingTitle(spec, told["item"], ends, renewal(catalogue, spec, told["item"]))


def renewal(catalogue: Catalogue, spec: FactSpec, item: str) -> Measure | None:
    """The measure that grants a title: the one that names it first."""
    if spec.key != TITLES:
        return None
    granting = [measure for measure in catalogue.active if item in measure.grants]
    return min(granting, key=lambda measure: measure.grants.index(item), default=None)


async def window_of(
    session: AsyncSession,
    notice: Notice,
    company: Company,
    contact: Contact,
    *,
    office: Office,
    today: date,
) -> tuple[Measure, WindowState] | None:
    """The window while it stands as it was owed and the measure fits. None for who watches it and
    hears by that, who has or does not want it, and who was told of it since it opened."""
    measure = office.catalogue.measure(notice.details["measure"])
    if measure is None or measure not in office.catalogue.active:
        return None
    verdict = await _verdict(session, company, measure, office, today)
    if verdict.outcome is not Outcome.ELIGIBLE or verdict.window.state != "open":
        return None
    reason = next(one for one, kind in WINDOWS.items() if kind == notice.kind)
    opens = reason is WatchReason.OPENS
    day = verdict.window.opens if opens else verdict.window.closes
    if day is None or day.isoformat() != notice.details["day"]:
        return None
    if await _is_heard_otherwise(session, company, contact, measure, reason, today):
        return None
    if opens and await _was_told(session, company, measure, day, office):
        return None
    return measure, verdict.window


async def _is_heard_otherwise(
    session: AsyncSession,
    company: Company,
    contact: Contact,
    measure: Measure,
    reason: WatchReason,
    today: date,
) -> bool:
    watched = await watches.open_watches(session, contact.person.id, measure.id)
    if any(one.reason is reason for one in watched):
        return True
    return measure.id in await matching.marks_of(session, company, today=today)


# What a company answers


async def done(
    session: AsyncSession,
    company: Company,
    measure: Measure,
    *,
    person_id: int,
    today: date,
    now: datetime,
) -> date | None:
    """已报, 已办好: it rests until the day that is returned, for a yearly duty; else for good."""
    rests = rests_until(measure, today)
    await matching.mark_measure(
        session,
        company,
        measure.id,
        MarkKind.HELD,
        person_id=person_id,
        now=now,
        reason=rests.isoformat() if rests else "",
    )
    await _drop(session, company, DUTY, now=now, measure=measure.id)
    return rests


async def renew(
    session: AsyncSession,
    company: Company,
    title: EndingTitle,
    until: date,
    *,
    person_id: int,
    office: Office,
    now: datetime,
) -> None:
    """The new end; what was owed of the earlier one is dropped. Raises NotFound for a day that is
    not later."""
    if until <= title.ends:
        raise NotFound
    await companies.save(
        session,
        company,
        Profile({title.spec.key: Held(((title.item, until),))}),
        office.catalogue.facts,
        person_id=person_id,
        now=now,
        today=office.today(now),
    )
    await _drop(session, company, TITLE, now=now, fact=title.spec.key, item=title.item)


async def give_up(
    session: AsyncSession, company: Company, title: EndingTitle, *, person_id: int, now: datetime
) -> None:
    """不再续: nothing more is said of this title and end. A dropped notice keeps it."""
    await notices.owe_notice(
        session,
        TITLE,
        key=given_up_key(company.id, title.spec.key, title.item, title.ends),
        due_at=now,
        now=now,
        person_id=person_id,
        subject="company",
        subject_id=company.id,
        fact=title.spec.key,
        item=title.item,
    )
    await _drop(session, company, TITLE, now=now, fact=title.spec.key, item=title.item)


def given_up_key(company_id: int, fact: str, item: str, ends: date) -> str:
    """The key under which 不再续 stands."""
    return key(TITLE, company_id, ends, "given-up", fact, item)


async def _is_given_up(session: AsyncSession, company_id: int, title: EndingTitle) -> bool:
    wanted = given_up_key(company_id, title.spec.key, title.item, title.ends)
    statement = select(Notice.id).where(col(Notice.key) == wanted)
    return (await session.exec(statement)).first() is not None


async def _drop(
    session: AsyncSession, company: Company, kind: str, *, now: datetime, **about: str
) -> None:
    statement = select(Notice).where(
        col(Notice.subject) == "company",
        col(Notice.subject_id) == company.id,
        col(Notice.kind) == kind,
        col(Notice.state) == NoticeState.OPEN,
    )
    for notice in (await session.exec(statement)).all():
        if about.items() <= notice.details.items():
            notices.settle(notice, NoticeState.DROPPED, now=now)


async def found(session: AsyncSession, actor: Actor, notice_id: int) -> tuple[Notice, Company]:
    """The notice under a button; NotFound for another company's, and once it is forgotten."""
    notice = await session.get(Notice, notice_id)
    if notice is None or notice.kind not in KINDS or not notice.details:
        raise NotFound
    return notice, await companies.require(session, actor, notice.subject_id)
