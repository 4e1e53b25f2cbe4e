"""Every kind of notice: how it is judged again and rendered when it comes due."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.quiet_hours import Audience
from domain.screens import Screen
from models import Notice
from scheduler import people_notices
from scheduler.outcomes import Elsewhere, Postponed
from services.office import Office

Rendered = Screen | Postponed | Elsewhere | None
#: None: it makes no sense any more, or (for a kind that acts) the work is done.
Render = Callable[[AsyncSession, Notice, Office, datetime], Awaitable[Rendered]]


@dataclass(frozen=True, slots=True)
class Kind:
    """`acts`: the renderer owes everything itself (desk cards). `hushed`: a reminder for this
    audience, held in its quiet hours unless the notice is urgent. `good_for`: how long an unsent
    message stays true before it is judged again.
    """

    render: Render
    acts: bool = False
    hushed: Audience | None = None
    good_for: timedelta | None = None


KINDS: dict[str, Kind] = {
    "join_requested": Kind(people_notices.join_requested, hushed=Audience.COMPANY),
    "join_decided": Kind(people_notices.join_decided, hushed=Audience.COMPANY),
    "member_joined": Kind(people_notices.member_joined, hushed=Audience.COMPANY),
    "member_removed": Kind(people_notices.member_removed, hushed=Audience.COMPANY),
    "update_parked": Kind(people_notices.update_parked),
}
