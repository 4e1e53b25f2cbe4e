"""News of policies for a company: gathered into one digest, judged again when it is said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Self

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.digests import next_digest
from domain.facts import Profile
from domain.matches import title_for
from domain.measures import Measure, MeasureStatus, window_state
from domain.quiet_hours import Audience, next_allowed
from domain.verdict_news import (
    CLOSE_TO_FITTING,
    VerdictNews,
    has_other_days,
    other_benefits,
    reasons_between,
    soonest_end,
)
from domain.verdicts import Outcome, Verdict, judge
from domain.windows import WindowState
from models import Company, Notice, NoticeChoice, Person
from models.matching import KeptMark, MarkKind
from models.notices import NoticeState, Pace
from services import companies, matching, measure_versions, policy_contacts
from services.companies import Known
from services.matching import LastTold
from services.office import Office
from services.policy_contacts import Contact

KIND = "policy_news"
ENOUGH_DAYS = 3
"""A digest must leave so many working days before an end, or the news goes out before it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What became different: the measure, and how it stood `since` a moment.

    `was` None: not offered. `version` is the number in force then, 0 when nothing was published.
    """

    measure: str
    was: Outcome | None
    version: int
    since: datetime

    def document(self) -> dict[str, Any]:
        """As it stands in a notice: codes and moments, no words."""
        return {
            "measure": self.measure,
            "was": self.was.value if self.was is not None else None,
            "version": self.version,
            "since": self.since.isoformat(),
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """What `document` wrote."""
        was = document["was"]
        return cls(
            document["measure"],
            Outcome(was) if was is not None else None,
            document["version"],
            datetime.fromisoformat(document["since"]),
        )


@dataclass(frozen=True, slots=True)
class Owed:
    """What one company is to hear; `closes` is the nearest end among its measures."""

    company_id: int
    entries: tuple[Entry, ...]
    closes: date | None = None


async def owe(
    session: AsyncSession,
    owed: Sequence[Owed],
    contacts: Mapping[int, Contact],
    *,
    key: str,
    office: Office,
    now: datetime,
) -> None:
    """Put news into the companies' digests, those that are open already or new ones.

    `contacts` are by company (services/policy_contacts.py); where there is none nothing is owed.
    `key` names the occasion: the same company is owed once for it.
    """
    waiting = await _waiting(session, contacts)
    for one in owed:
        contact = contacts.get(one.company_id)
        if contact is None:
            continue
        due_at = moment(office, contact.choice, one.closes, now)
        notice = waiting.get(one.company_id)
        if notice is None:
            session.add(_notice(one, contact.person, f"{KIND}:{one.company_id}:{key}", due_at, now))
            continue
        notice.details = {"news": _together(notice.details["news"], one.entries)}
        notice.due_at = min(notice.due_at, due_at)
    await session.flush()


def _notice(one: Owed, person: Person, key: str, due_at: datetime, now: datetime) -> Notice:
    return Notice(
        kind=KIND,
        key=key,
        due_at=due_at,
        created_at=now,
        person_id=person.id,
        subject="company",
        subject_id=one.company_id,
        details={"news": [entry.document() for entry in one.entries]},
    )


async def _waiting(session: AsyncSession, company_ids: Iterable[int]) -> dict[int, Notice]:
    statement = select(Notice).where(
        col(Notice.kind) == KIND,
        col(Notice.subject) == "company",
        col(Notice.subject_id).in_(list(company_ids)),
        col(Notice.state) == NoticeState.OPEN,
    )
    found = (await session.exec(statement)).all()
    return {notice.subject_id: notice for notice in found if notice.subject_id is not None}


def _together(told: Sequence[dict[str, Any]], entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """What stood first counts: news that took itself back is none when it comes to be said."""
    known = {one["measure"] for one in told}
    return [*told, *(entry.document() for entry in entries if entry.measure not in known)]


def moment(office: Office, choice: NoticeChoice, closes: date | None, after: datetime) -> datetime:
    """When news is to be said: the digest of the person's choice, unless that is too late."""
    weekly = choice.policies is Pace.WEEKLY
    daily = next_digest(after, office.calendar)
    candidates = [next_digest(after, office.calendar, weekly=True)] if weekly else []
    for digest in (*candidates, daily):
        day = office.today(digest)
        if closes is None or office.calendar.workdays_left(day, closes) >= ENOUGH_DAYS:
            return digest
    return min(daily, next_allowed(after, Audience.COMPANY, office.calendar))


@dataclass(frozen=True)
class Digest:
    """What a notice says now of one company's measures.

    `marks` are what the company says of a measure itself.
    """

    company: Company
    known: Known
    news: tuple[VerdictNews, ...]
    marks: Mapping[str, KeptMark]

    @property
    def verdicts(self) -> list[Verdict]:
        """What is being told."""
        return [one.now for one in self.news if one.now is not None]


@dataclass(frozen=True, slots=True)
class Later:
    """The person has come to prefer another hour."""

    due_at: datetime


async def digest(
    session: AsyncSession, notice: Notice, *, office: Office, now: datetime
) -> tuple[Person, Digest] | Later | None:
    """What there is still to say when a notice comes due, and to whom; None: to nobody, or nothing.

    What was taken back meanwhile, marked as irrelevant or enjoyed, or seen by the company on its
    own list or card, is left out.
    """
    company = await session.get_one(Company, notice.subject_id)
    contact = await policy_contacts.contact_of(session, company.id)
    if contact is None or company.erased_at is not None:
        return None
    choice, entries = contact.choice, entries_of(notice)
    desk = await _desk(session, company, office=office, now=now, deadlines=choice.deadlines)
    seen = await matching.records_of(session, company.id)
    found = [await desk.news_of(session, entry) for entry in entries]
    still = [
        _unseen(news, seen.get(news.measure.id), since=notice.created_at)
        for news in found
        if news is not None and not desk.is_settled(news.measure)
    ]
    told = desk.digest(sorted((one for one in still if one.is_anything), key=lambda one: one.order))
    closes = soonest_end(one.window for one in told.verdicts if one.outcome in CLOSE_TO_FITTING)
    due_at = moment(office, choice, closes, notice.due_at)
    return Later(due_at) if due_at > now else (contact.person, told)


def _unseen(news: VerdictNews, record: LastTold | None, *, since: datetime) -> VerdictNews:
    if record is None or record.judged_at <= since or record.outcome != news.outcome:
        return news
    return news.without_outcome()


async def digest_again(
    session: AsyncSession, notice: Notice, company: Company, *, office: Office, now: datetime
) -> Digest:
    """A digest that was said, drawn anew with all its measures."""
    desk = await _desk(session, company, office=office, now=now, deadlines=True)
    found = [await desk.news_of(session, entry) for entry in entries_of(notice)]
    return desk.digest([news for news in found if news is not None])


def entries_of(notice: Notice) -> list[Entry]:
    """What a notice was owed for; nothing once its particulars were blanked."""
    return [Entry.of(one) for one in notice.details.get("news", ())]


def keep_only(notice: Notice, digest: Digest) -> None:
    """What was said: the buttons under it count by their place."""
    by_measure = {one["measure"]: one for one in notice.details["news"]}
    notice.details = {"news": [by_measure[one.measure.id] for one in digest.news]}


@dataclass(frozen=True)
class _Desk:
    """All that is needed to judge one company's news; `deadlines`: other days are news too."""

    office: Office
    today: date
    company: Company
    known: Known
    marks: Mapping[str, KeptMark]
    deadlines: bool

    def is_settled(self, measure: Measure) -> bool:
        """Whether the company has it already, or said that it is none of its business."""
        is_had = title_for(measure, self.known.profile, self.today) is not None
        return is_had or measure.id in self.marks

    def digest(self, found: Sequence[VerdictNews]) -> Digest:
        return Digest(self.company, self.known, tuple(found), self.marks)

    async def news_of(self, session: AsyncSession, entry: Entry) -> VerdictNews | None:
        """What is different now; None when the measure is unknown altogether."""
        before = await measure_versions.measure_at(session, entry.measure, entry.version)
        measure = self.office.catalogue.measure(entry.measure) or before
        if measure is None:
            return None
        now = self._judged(measure, self.known.profile, self.today)
        earlier = await self._earlier(session, entry, before or measure)
        news = VerdictNews(measure, entry.was, now, earlier)
        if now is not None:
            news = replace(news, reasons=reasons_between(earlier, now))
        if before is None or now is None or now.outcome not in CLOSE_TO_FITTING:
            return news
        return replace(
            news,
            benefits=other_benefits(before, measure),
            window=self._earlier_window(before, measure, now.route, entry),
        )

    def _judged(self, measure: Measure, profile: Profile, day: date) -> Verdict | None:
        if measure.status is not MeasureStatus.ACTIVE:
            return None
        held = {key: True for key, mark in self.marks.items() if mark.kind is MarkKind.HELD}
        return judge(measure, profile, day, self.office.catalogue, held)

    async def _earlier(
        self, session: AsyncSession, entry: Entry, measure: Measure
    ) -> Verdict | None:
        """The verdict of then, where judging again comes to what was stored."""
        facts = self.office.catalogue.facts
        profile = await companies.profile_of(session, self.company.id, facts, until=entry.since)
        verdict = self._judged(measure, profile, self.office.today(entry.since))
        return verdict if verdict is not None and verdict.outcome is entry.was else None

    def _earlier_window(
        self, before: Measure, measure: Measure, route: str | None, entry: Entry
    ) -> WindowState | None:
        if not self.deadlines or not has_other_days(before, measure):
            return None
        return window_state(before, self.office.today(entry.since), route)


async def _desk(
    session: AsyncSession, company: Company, *, office: Office, now: datetime, deadlines: bool
) -> _Desk:
    today = office.today(now)
    return _Desk(
        office=office,
        today=today,
        company=company,
        known=await companies.known_of(session, company, office.catalogue.facts),
        marks=await matching.marks_of(session, company, today=today),
        deadlines=deadlines,
    )
