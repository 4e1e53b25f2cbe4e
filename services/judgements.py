"""An officer's word on a condition: what may be judged on a ticket, and keeping the word."""

from dataclasses import replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.errors import NotFound
from domain.facts import FactValue, Profile
from domain.judgements import Judgeable, judgeable
from domain.tickets import Step
from models import Company, Ticket
from models.companies import FactSource
from services import companies, watches
from services.office import Office
from services.ticket_queries import company_of, events_of
from services.ticket_steps import By, open_for, record


async def conditions_of(session: AsyncSession, ticket: Ticket, office: Office) -> list[Judgeable]:
    """The conditions an officer may judge on this ticket, with what is known of each.

    None for a ticket that is about no measure, or where the person speaks for no company.
    """
    company = await company_of(session, ticket)
    named = await _measures_of(session, ticket)
    measures = [measure for key in named if (measure := office.catalogue.measure(key)) is not None]
    found = judgeable(measures, office.catalogue)
    if company is None or not found:
        return []
    known = await companies.known_of(session, company, office.catalogue.facts)
    return [
        replace(
            one,
            value=known.profile.get(one.spec.key),
            judgement=known.judged.get(one.spec.key),
        )
        for one in found
    ]


async def _measures_of(session: AsyncSession, ticket: Ticket) -> list[str]:
    """The measures that were on the draft; the ticket itself keeps the first."""
    raised, *_ = await events_of(session, ticket.id)
    return list(raised.details.get("measures", ()))


async def judge(
    session: AsyncSession,
    task_id: int,
    key: str,
    value: FactValue | None,
    *,
    actor: Actor,
    now: datetime,
    office: Office,
) -> None:
    """Keep an officer's word on a condition (None takes it back); whoever waits for it hears.

    Raises NotFound for a condition the ticket is not about.
    """
    by = By(actor, now, office)
    case = await open_for(session, task_id, Step.JUDGE, by)
    company = await company_of(session, case.ticket)
    about = {one.spec.key for one in await conditions_of(session, case.ticket, office)}
    if company is None or key not in about:
        raise NotFound
    await _keep(session, company, key, value, actor, by)
    await record(session, case, Step.JUDGE, by, why="" if value is not None else "taken_back")
    await watches.look_again(session, company, office=office, now=now)


async def _keep(
    session: AsyncSession,
    company: Company,
    key: str,
    value: FactValue | None,
    officer: Actor,
    by: By,
) -> None:
    facts, today = by.office.catalogue.facts, by.office.today(by.now)
    source, who = FactSource.OFFICER, officer.person_id
    if value is None:
        await companies.take_back(
            session, company, key, facts, person_id=who, now=by.now, today=today, source=source
        )
        return
    said = Profile({key: value})
    await companies.save(
        session, company, said, facts, person_id=who, now=by.now, today=today, source=source
    )
