"""An agent's clients: each a company of its own, kept apart, until the client takes it over."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Role
from domain.errors import NotFound
from models import Company, Person
from services import companies, memberships, people, privacy
from services.office import Office


async def clients_of(session: AsyncSession, actor: Actor) -> list[Company]:
    """The companies somebody is an agent for, the active one first."""
    found = await people.companies_of(session, actor)
    return [company for company in found if company.id in actor.client_ids]


async def begin(session: AsyncSession, person: Person, *, name: str, now: datetime) -> Company:
    """A client of whom nothing is known yet; only the agent sees what is kept of it."""
    company = await companies.create(session, person, now=now, role=Role.AGENT)
    companies.rename(company, name)
    await session.flush()
    return company


async def let_go(
    session: AsyncSession, company_id: int, *, actor: Actor, office: Office, now: datetime
) -> None:
    """End acting for a client; what nobody took over is erased."""
    if company_id not in actor.client_ids:
        raise NotFound
    company = await session.get_one(Company, company_id)
    await memberships.leave(session, company_id, actor=actor, now=now)
    if not await memberships.members(session, company_id):
        await privacy.forget_company(session, company, office=office, now=now)
