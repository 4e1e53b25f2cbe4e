"""The same words from several accounts: the office is shown that tickets may be one (FAULTS 45)."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.triage import same
from models import Ticket, TicketEvent
from services.ticket_merging import is_same_side
from services.ticket_queries import OPEN, events_of, recent_texts


async def alike(session: AsyncSession, ticket: Ticket, words: str) -> list[int]:
    """Open tickets of others in the category that say the same as a new one, at most three."""
    if not words:
        return []
    numbers = same(words, await recent_texts(session, ticket.category))
    if not numbers:
        return []
    statement = select(Ticket).where(col(Ticket.number).in_(numbers), col(Ticket.status).in_(OPEN))
    found = (await session.exec(statement.order_by(col(Ticket.id)))).all()
    return [one.id for one in found if not is_same_side(one, ticket)]


async def likes_of(session: AsyncSession, ticket: Ticket) -> list[Ticket]:
    """What was found alike when it came, as far as that is still open and apart from it."""
    found = _ids(await events_of(session, ticket.id))
    statement = select(Ticket).where(
        col(Ticket.id).in_(found),
        col(Ticket.status).in_(OPEN),
        col(Ticket.merged_into).is_(None),
    )
    others = (await session.exec(statement.order_by(col(Ticket.id)))).all()
    return [one for one in others if ticket.id != one.joined_to and one.id != ticket.joined_to]


def _ids(history: list[TicketEvent]) -> list[int]:
    return [number for event in history for number in event.details.get("like", ())]
