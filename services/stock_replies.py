"""Stock replies for a task: which fit, and what is known to fill them in."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.replies import Known, Occasion, Use
from domain.tickets import Category, Outcome
from models import Person, Task, Ticket
from services.desk_cards import category_name
from services.office import Office
from services.ticket_queries import company_of, shown_department


async def known_of(
    session: AsyncSession,
    ticket: Ticket,
    task: Task,
    *,
    actor: Actor,
    now: datetime,
    office: Office,
) -> Known:
    """What is known of a ticket now; the officer is the one who writes."""
    today = office.today(now)
    due = office.today(task.answer_due) if task.answer_due and task.paused_since is None else None
    company = await company_of(session, ticket)
    officer = await session.get_one(Person, actor.person_id)
    return Known(
        company=company.name if company else "",
        number=ticket.number,
        officer=officer.name,
        department=await shown_department(session, task.department, office),
        category=category_name(office, ticket),
        day=due if due is not None and due >= today else None,
        workday=office.calendar.next_workday(today),
    )


def occasion_of(ticket: Ticket, task: Task, use: Use, outcome: Outcome | None) -> Occasion:
    """What is to be said, by whom and of what kind."""
    return Occasion(
        use,
        task.department,
        Category(task.category or ticket.category),
        outcome,
        heard=task.contacted_at is not None,
    )
