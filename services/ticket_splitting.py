"""One ticket that is two: the duty desk gives the second matter a number of its own."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.errors import NotFound
from domain.tickets import Category, Step
from models import Message, Ticket
from models.messages import Direction
from services import messages
from services.office import Office
from services.ticket_raising import Draft, receive
from services.ticket_steps import By, open_for, record, tell_company

#: Words of the duty desk that say what the second ticket is about.
SPLIT_WORDS = "split"


async def split(
    session: AsyncSession,
    task_id: int,
    *,
    message: Message,
    category: Category,
    department: str,
    actor: Actor,
    now: datetime,
    office: Office,
) -> Ticket:
    """A second ticket of the same company with words, category and department of its own; the
    company is told. Its clocks start now, those of the first run on.

    NotFound for an unheard-of department.
    """
    by = By(actor, now, office)
    case = await open_for(session, task_id, Step.SPLIT, by)
    if office.catalogue.department(department) is None:
        raise NotFound
    first = case.ticket
    draft = Draft(
        category=category,
        urgency=first.urgency,
        department=department,
        company_id=first.company_id,
        split_from=first.id,
        on_behalf=first.registered_by is not None,
    )
    messages.belongs_to(message, first.id, direction=Direction.NOTE)
    second = await receive(session, draft, first.person_id, by)
    second.locale = first.locale
    words = await messages.copy(session, message, second.id)
    words.direction, words.role, words.at = Direction.IN, SPLIT_WORDS, now
    event = await record(session, case, Step.SPLIT, by, into=second.id)
    await tell_company(session, second, "ticket_split", event, first=first.id)
    return second
