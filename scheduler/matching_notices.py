"""What is said about policies: watched ones, and a question left open for a day."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain import retention
from domain.digests import next_digest
from domain.measures import Measure, window_state
from domain.screens import Screen
from domain.verdicts import Verdict
from domain.windows import WindowState
from models import Company, Conversation, Message, Notice, Person, Watch
from models.matching import WatchReason
from scheduler.outcomes import Postponed
from services import (
    companies,
    matching,
    notice_choices,
    policy_contacts,
    sittings,
    watches,
    wishes,
)
from services.office import Office
from views import facts as fact_words
from views import matching as list_views
from views import searches as search_views
from views import watches as watch_views
from views.translations import translator

MOST_FOUND = 3
"""Measures named when a wish is met."""


@dataclass(frozen=True, slots=True)
class _Watched:
    """A watch whose person still wants to hear of it now."""

    watch: Watch
    person: Person
    measure: Measure
    verdict: Verdict | None


async def _wanted(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> _Watched | Postponed | None:
    watch = await session.get(Watch, notice.subject_id)
    person = await session.get(Person, notice.person_id)
    if watch is None or watch.ended_at is not None or person is None:
        return None
    if not await watches.is_theirs(session, watch, person):
        return None
    choice = await notice_choices.choice_of(session, person.id)
    if not notice_choices.wants(choice, watch.reason):
        return None
    if notice_choices.waits_for_the_week(choice, watch.reason):
        digest = next_digest(notice.due_at, office.calendar, weekly=True)
        if digest > now:
            return Postponed(digest)
    measure = office.catalogue.measure(watch.measure_id)
    if measure is None or measure not in office.catalogue.active:
        return None
    if await _is_told_as_duty(session, watch, measure):
        return None
    verdict = await _verdict(session, watch, measure, office, office.today(now))
    return _Watched(watch, person, measure, verdict)


async def _is_told_as_duty(session: AsyncSession, watch: Watch, measure: Measure) -> bool:
    """The days of a yearly duty are told to the company's contact anyhow (services/seasons.py)."""
    if not measure.is_duty or watch.reason not in notice_choices.ABOUT_DEADLINES:
        return False
    if watch.company_id is None:
        return False
    wants = notice_choices.wants_deadlines
    contact = await policy_contacts.contact_of(session, watch.company_id, wants=wants)
    return contact is not None and contact.person.id == watch.person_id


async def watched(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | Postponed | None:
    """A watched measure opens, closes soon, fits, or has conditions; said only while it is true,
    and as the person wants to hear of such things.
    """
    found = await _wanted(session, notice, office, now)
    if not isinstance(found, _Watched):
        return found
    today, reason = office.today(now), found.watch.reason
    window = found.verdict.window if found.verdict else window_state(found.measure, today)
    if not _is_true(reason, found.measure, found.verdict, window):
        return None
    return watch_views.watch_notice(
        translator(found.person.locale),
        found.measure,
        reason,
        found.watch.id,
        window,
        today=today,
        calendar=office.calendar,
    )


async def looked_at_again(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | Postponed | None:
    """The figures of another year count; said only while the measure does not fit."""
    found = await _wanted(session, notice, office, now)
    if not isinstance(found, _Watched):
        return found
    if found.verdict is None or found.verdict.outcome in watches.FITS:
        return None
    t, year = translator(found.person.locale), office.today(now).year - 1
    return watch_views.look_again(t, found.measure, found.watch.id, year)


async def _verdict(
    session: AsyncSession, watch: Watch, measure: Measure, office: Office, today: date
) -> Verdict | None:
    company = await session.get(Company, watch.company_id) if watch.company_id else None
    if company is None:
        return None
    known = await companies.known_of(session, company, office.catalogue.facts)
    match = await matching.match_of(session, office.catalogue, known, today=today)
    return match.verdict(measure.id)


def _is_true(
    reason: WatchReason,
    measure: Measure,
    verdict: Verdict | None,
    window: WindowState,
) -> bool:
    match reason:
        case WatchReason.OPENS:
            return window.state == "open"
        case WatchReason.CLOSES:
            return window.state == "open" and window.closes is not None
        case WatchReason.FITS:
            return verdict is not None and verdict.outcome in watches.FITS
        case WatchReason.PUBLISHED:
            return bool(measure.criteria)


async def wished(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | Postponed | None:
    """What was searched in vain is there now; until then the wish is looked at every working day,
    and forgotten with its words."""
    message = await session.get(Message, notice.subject_id)
    person = await session.get(Person, notice.person_id)
    if person is None or message is None or not message.text:
        return None
    if notice.created_at <= now - retention.WISHES:
        return None
    hits = office.catalogue.index.search(message.text, MOST_FOUND)
    if not hits:
        return Postponed(wishes.next_look(office, now))
    found = (office.catalogue.measure(measure_id) for measure_id, _ in hits)
    return search_views.wish_met(
        translator(person.locale), message.text, [one for one in found if one is not None]
    )


async def profile_unfinished(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | Postponed | None:
    """A question has been open for a day: one word, and both answers."""
    talk = await session.get(Conversation, notice.subject_id)
    person = await session.get(Person, notice.person_id)
    if talk is None or person is None or talk.state != sittings.QUESTION:
        return None
    if talk.updated_at > now - sittings.SILENCE:
        return Postponed(sittings.after_silence(talk.updated_at, office.calendar))
    asked = talk.data.get("asked", {})
    spec = office.catalogue.fact(asked.get("fact", ""))
    if spec is None:
        return None
    t = translator(person.locale)
    return list_views.unfinished(t, fact_words.label(t, spec), asked.get("settles", 0))
