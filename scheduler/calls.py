"""Calling people by name in their group: who never opened the chat cannot be written to."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.screens import Screen
from models import Person, Task, Ticket
from services import desks, messages
from services.messages import Address
from services.office import Office
from views import desk_reminders as words
from views.translations import translator


async def call_in_group(
    session: AsyncSession,
    ticket: Ticket,
    task: Task,
    persons: Sequence[Person],
    screen: Screen,
    *,
    office: Office,
    now: datetime,
) -> bool:
    """Say it at the desk, with the names of those it is for (FAULTS 12); False without a desk."""
    desk = await desks.of_department(session, office.bot_id, task.department)
    if desk is None or not desks.is_usable(desk):
        return False
    t = translator(office.default_locale)
    topic = await desks.topic_for(session, desk.bot_id, desk.chat_id, ticket.id)
    address = Address(desk.bot_id, desk.chat_id, topic.id if topic else None)
    called = words.calling(t, screen, [(one.telegram_id, one.name) for one in persons])
    await messages.owe(session, address, called, now=now, ticket_id=ticket.id)
    return True
