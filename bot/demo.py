"""The sandbox's office: who sits on which seat, so that a newcomer can try everything at once."""

from bot.clock import Clock
from bot.database import Database
from bot.settings import Settings
from domain.actors import Grant, Role
from sandbox.seats import DESK_CHAT_ID, SEAT_BY_KEY
from services.offices import Seat, seed_sandbox

_DEPARTMENTS = ("finance", "economy_tech", "market_regulation", "hr_social")
_OFFICERS = (*(Grant(Role.OFFICER, key) for key in _DEPARTMENTS), Grant(Role.DUTY))
_HEAD = (*(Grant(Role.HEAD, key) for key in _DEPARTMENTS), Grant(Role.DUTY))
_EDITOR = (Grant(Role.EDITOR),)
_STAFF = {"officer": _OFFICERS, "officer2": _OFFICERS, "editor": _EDITOR, "head": _HEAD}


async def staff_the_sandbox(settings: Settings, database: Database, clock: Clock) -> None:
    """Give an empty sandbox its staff, and its group the work of their departments."""
    seats = [
        Seat(SEAT_BY_KEY[key].user_id, SEAT_BY_KEY[key].name, grants)
        for key, grants in _STAFF.items()
    ]
    async with database.write() as session:
        await seed_sandbox(
            session,
            staff=seats,
            desks=dict.fromkeys((*_DEPARTMENTS, "duty"), DESK_CHAT_ID),
            bot_id=settings.bot_id,
            locale=settings.default_locale,
            now=clock(),
        )
