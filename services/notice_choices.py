"""What a person wants to hear of: policies daily, weekly or not at all, deadlines or none."""

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import NoticeChoice
from models.matching import WatchReason
from models.notices import Pace

#: A watch speaks of a day that must not be missed, or of conditions, which can wait for a digest.
ABOUT_DEADLINES = frozenset({WatchReason.OPENS, WatchReason.CLOSES})
_NEVER = datetime.min.replace(tzinfo=UTC)


async def choice_of(session: AsyncSession, person_id: int) -> NoticeChoice:
    """What the person chose, or the defaults as a row that is not stored."""
    return (await choices_of(session, [person_id]))[person_id]


async def choices_of(session: AsyncSession, person_ids: Iterable[int]) -> dict[int, NoticeChoice]:
    """The same for several persons at once."""
    wanted = list(person_ids)
    statement = select(NoticeChoice).where(col(NoticeChoice.person_id).in_(wanted))
    made = {choice.person_id: choice for choice in (await session.exec(statement)).all()}
    return {key: made.get(key) or _default(key) for key in wanted}


def _default(person_id: int) -> NoticeChoice:
    return NoticeChoice(
        person_id=person_id,
        policies=Pace.DAILY,
        deadlines=True,
        reminders=True,
        changed_at=_NEVER,
    )


async def choose(
    session: AsyncSession,
    person_id: int,
    *,
    now: datetime,
    policies: Pace | None = None,
    deadlines: bool | None = None,
    reminders: bool | None = None,
) -> NoticeChoice:
    """Keep a choice; what is not named stays as it was."""
    choice = await choice_of(session, person_id)
    choice.policies = choice.policies if policies is None else policies
    choice.deadlines = choice.deadlines if deadlines is None else deadlines
    choice.reminders = choice.reminders if reminders is None else reminders
    choice.changed_at = now
    session.add(choice)
    await session.flush()
    return choice


def wants_news(choice: NoticeChoice) -> bool:
    """Whether changes in policies may be told."""
    return choice.policies is not Pace.OFF


def wants_deadlines(choice: NoticeChoice) -> bool:
    """Whether openings and ends may be told."""
    return choice.deadlines


def wants(choice: NoticeChoice, reason: WatchReason) -> bool:
    """Whether a watch may speak at all."""
    if reason in ABOUT_DEADLINES:
        return wants_deadlines(choice)
    return wants_news(choice)


def waits_for_the_week(choice: NoticeChoice, reason: WatchReason) -> bool:
    """Whether what a watch says waits for the weekly digest's hour."""
    return reason not in ABOUT_DEADLINES and choice.policies is Pace.WEEKLY
