"""After a change of the calendar every open promise is worked out anew, a few tasks at a time."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

from sqlmodel.ext.asyncio.session import AsyncSession

from services import calendar_changes, ticket_calendar
from services.office import Office
from services.ticket_calendar import Comparison

#: Tasks compared at once, while nobody waits for a lock; and of them, so many are written in one
#: transaction, some milliseconds each.
COMPARED, WRITTEN = 200, 3


async def reckon(
    session: AsyncSession, office: Office, _now: datetime
) -> Callable[[AsyncSession, Office, datetime], Awaitable[bool]] | None:
    """Find what moves among the next open tasks; the work that is returned writes it down."""
    change = await calendar_changes.to_reckon(session, office)
    if change is None:
        return None
    found = await ticket_calendar.compare(session, office, after=change.reckoned_to, limit=COMPARED)
    return partial(_write, change.id, found)


async def _write(
    change_id: int, found: Comparison, session: AsyncSession, office: Office, now: datetime
) -> bool:
    """True: there is more."""
    moves = found.moves[:WRITTEN]
    moved = [
        await ticket_calendar.reckon_anew(session, one.task_id, office=office, now=now)
        for one in moves
    ]
    to = moves[-1].task_id if len(found.moves) > WRITTEN else found.last
    await calendar_changes.reckoned(session, change_id, to=to, moved=sum(moved), now=now)
    return to is not None
