"""What is due? Each job is one slice of work in one transaction, safe to run late or twice."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel.ext.asyncio.session import AsyncSession
from structlog.contextvars import bound_contextvars

from domain.quiet_hours import next_allowed
from domain.screens import Screen
from models import Message, Notice, Person
from models.notices import NoticeState
from scheduler import ticket_notices
from scheduler.kinds import KINDS, Kind, Rendered
from scheduler.outcomes import Elsewhere, Postponed
from services import messages, notices
from services.messages import Address
from services.office import Office
from services.reminders import PERSONAL
from services.statistics import REDRAWS

log = structlog.get_logger()
#: Notices said in one transaction, some milliseconds each: keeps the writer free for replies.
SLICE = 5
#: A notice whose rendering failed comes due again after this long; one for which another process
#: changed meanwhile what it was about to change needs only be looked at again.
ASK_AGAIN = timedelta(minutes=5)
LOOK_AGAIN = timedelta(seconds=1)
_STUDIED = tuple(name for name, kind in KINDS.items() if kind.studied)
_NAMED_IN_LOGS = frozenset({"ticket", "task", "publication"})


async def say_due_notices(session: AsyncSession, office: Office, now: datetime) -> bool:
    """Say what is due: judge it again, render it, owe it and close it. True: there is more.

    What is said to one person at a time comes last: by then all that fell due for them is known,
    and told together.
    """
    due = await notices.due_notices(session, now=now, limit=SLICE, but=(*PERSONAL, *_STUDIED))
    if not due:
        due = await notices.due_notices(session, now=now, limit=1, only=PERSONAL)
    for notice in due:
        if notice.state is NoticeState.OPEN:
            async with _safely(session, notice, now):
                await _say(session, notice, office, now)
    return bool(due)


async def study_due_notices(
    session: AsyncSession, office: Office, now: datetime
) -> Callable[[AsyncSession, Office, datetime], Awaitable[bool]] | None:
    """Render the oldest that takes long; the work that is returned owes what came of it."""
    notice = await notices.oldest_due(session, _STUDIED, now=now)
    if notice is None:
        return None
    with _about(notice):
        return partial(_say_studied, notice.id, await _studied(session, notice, office, now))


async def _studied(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Rendered:
    kind = KINDS[notice.kind]
    try:
        return _hushed(notice, kind, office, now) or await kind.render(session, notice, office, now)
    except Exception:
        log.exception("notice failed")
        return Postponed(now + ASK_AGAIN)


async def _say_studied(
    notice_id: int, found: Rendered, session: AsyncSession, office: Office, now: datetime
) -> bool:
    """Unless it was taken back meanwhile. True: another may wait."""
    notice = await session.get_one(Notice, notice_id)
    if notice.state is NoticeState.OPEN:
        async with _safely(session, notice, now):
            await _close(session, notice, found, office, now)
    return True


def _about(notice: Notice) -> AbstractContextManager[None]:
    subject = {notice.subject: notice.subject_id} if notice.subject in _NAMED_IN_LOGS else {}
    return bound_contextvars(notice=notice.id, kind=notice.kind, person=notice.person_id, **subject)


@asynccontextmanager
async def _safely(session: AsyncSession, notice: Notice, now: datetime) -> AsyncGenerator[None]:
    """One notice that cannot be said must not hold up the others: it is asked again later."""
    with _about(notice):
        try:
            async with session.begin_nested():
                yield
        except StaleDataError:
            await session.refresh(notice)
            log.info("notice overtaken by another writer")
            notices.postpone(notice, until=now + LOOK_AGAIN)
        except Exception:
            await session.refresh(notice)
            log.exception("notice failed")
            notices.postpone(notice, until=now + ASK_AGAIN)


async def _say(session: AsyncSession, notice: Notice, office: Office, now: datetime) -> None:
    kind = KINDS.get(notice.kind)
    if kind is None:
        log.error("no view for this kind of notice")
        notices.settle(notice, NoticeState.DROPPED, now=now)
        return
    if (later := _hushed(notice, kind, office, now)) is not None:
        notices.postpone(notice, until=later.until)
        return
    if kind.to_company and not await ticket_notices.for_whom_it_is(session, notice, now):
        notices.settle(notice, NoticeState.DROPPED, now=now)
        return
    await _close(session, notice, await kind.render(session, notice, office, now), office, now)


def _hushed(notice: Notice, kind: Kind, office: Office, now: datetime) -> Postponed | None:
    """Whether its audience is left in peace now, and how long."""
    if kind.hushed is None:
        return None
    may = next_allowed(
        now,
        kind.hushed,
        office.calendar,
        urgent=notice.urgent and not kind.never_first,
        quiet=office.catalogue.notices.quiet.hours,
    )
    return Postponed(may) if may > now else None


async def _close(
    session: AsyncSession, notice: Notice, result: Rendered, office: Office, now: datetime
) -> None:
    kind = KINDS[notice.kind]
    if isinstance(result, Postponed):
        notices.postpone(notice, until=result.until)
        return
    said = isinstance(result, Elsewhere) or (result is None and kind.acts)
    if isinstance(result, Screen):
        said = await _owe_to_person(session, notice, result, office, kind, now)
    notices.settle(notice, NoticeState.SAID if said else NoticeState.DROPPED, now=now)


async def _owe_to_person(
    session: AsyncSession,
    notice: Notice,
    screen: Screen,
    office: Office,
    kind: Kind,
    now: datetime,
) -> bool:
    """Owe it to the private chat; nothing is sent to somebody who cannot be reached."""
    person = await session.get(Person, notice.person_id) if notice.person_id else None
    if person is None or person.unreachable_since is not None or person.erased_at is not None:
        return False
    if await _is_redrawn(session, notice, screen, now):
        return True
    await messages.owe(
        session,
        Address(office.bot_id, person.telegram_id),
        screen,
        now=now,
        ticket_id=notice.subject_id if notice.subject == "ticket" else None,
        good_until=now + kind.good_for if kind.good_for else None,
        broadcast=kind.broadcast,
        notice_id=notice.id,
    )
    return True


async def _is_redrawn(session: AsyncSession, notice: Notice, screen: Screen, now: datetime) -> bool:
    """In place of the message it was asked for on; what Telegram cannot make of that is sent."""
    if notice.subject != REDRAWS:
        return False
    card = await session.get(Message, notice.subject_id)
    if card is None or card.kind != "text" or screen.attachment is not None:
        return False
    await messages.redraw(session, card, screen, now=now)
    return True
