"""A round of visits: which officer looks after which company, how far it came, what fell loose."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from domain.actors import COMPANY_ROLES, TICKET_ROLES, Actor, Role
from domain.errors import NotAllowed, NotFound
from domain.visits import REACHES, SETTLES, Coverage, VisitKind
from models import Company, Liaison, Membership, Person, Visit
from services.office import Office
from services.ticket_steps import By

#: Companies on one page of a plan.
PAGE = 6
#: So many companies are shared out by one press: each makes three rows, in one moment of writing.
SHARED_AT_ONCE = 20


# Who plans, and for whom


def led_by(actor: Actor) -> SelectOfScalar[int]:
    """Ids of those whose visits somebody plans: a head those of the own departments, duty desk and
    administrators everybody's; nobody's for whoever plans nothing."""
    serving = (
        select(Membership.person_id)
        .where(col(Membership.role).in_(TICKET_ROLES), col(Membership.until).is_(None))
        .distinct()
    )
    if actor.is_duty or actor.is_admin:
        return serving
    led = [one for one in actor.departments if actor.heads(one)]
    return serving.where(col(Membership.department).in_(led))


async def officers_led_by(session: AsyncSession, actor: Actor) -> list[Person]:
    """Whose visits somebody plans."""
    statement = select(Person).where(col(Person.id).in_(led_by(actor))).order_by(col(Person.id))
    return list((await session.exec(statement)).all())


async def leads(session: AsyncSession, actor: Actor, officer_id: int) -> bool:
    """Whether somebody plans the visits of this officer."""
    statement = led_by(actor).where(col(Membership.person_id) == officer_id)
    return (await session.exec(statement)).first() is not None


def plans(actor: Actor) -> bool:
    """Whether somebody plans anybody's visits."""
    return actor.is_duty or actor.is_admin or actor.holds(Role.HEAD)


async def officer(session: AsyncSession, officer_id: int, actor: Actor) -> Person:
    """An officer whose visits the actor plans. NotAllowed for anybody else."""
    if not await leads(session, actor, officer_id):
        raise NotAllowed
    return await session.get_one(Person, officer_id)


# The plan


async def page_of_companies(
    session: AsyncSession, officer_id: int, actor: Actor, *, page: int, words: str = ""
) -> tuple[list[tuple[Company, Liaison | None]], int]:
    """Companies this officer has, then those nobody has, by name; and how many pages there are.

    Companies of the officer and of whoever plans are none of them.
    """
    mine = await _company_ids(session, officer_id) | actor.company_ids
    open_ = (col(Liaison.company_id) == col(Company.id)) & col(Liaison.until).is_(None)
    where = [
        col(Company.erased_at).is_(None),
        col(Company.name) != "",
        col(Company.id).not_in(mine),
        col(Liaison.id).is_(None) | (col(Liaison.officer_id) == officer_id),
    ]
    if words:
        where.append(col(Company.name).icontains(words, autoescape=True))
    counted = select(func.count()).select_from(Company).outerjoin(Liaison, open_).where(*where)
    statement = (
        select(Company, Liaison)
        .outerjoin(Liaison, open_)
        .where(*where)
        .order_by(col(Liaison.id).is_(None), col(Company.name), col(Company.id))
        .offset(page * PAGE)
        .limit(PAGE)
    )
    total = (await session.exec(counted)).one()
    rows = (await session.exec(statement)).all()
    return [(company, liaison) for company, liaison in rows], max(1, -(-total // PAGE))


async def _company_ids(session: AsyncSession, person_id: int) -> frozenset[int]:
    statement = select(Membership.company_id).where(
        col(Membership.person_id) == person_id,
        col(Membership.role).in_(COMPANY_ROLES),
        col(Membership.until).is_(None),
    )
    return frozenset(one for one in (await session.exec(statement)).all() if one is not None)


async def liaison_of(session: AsyncSession, company_id: int) -> Liaison | None:
    """Who looks after a company now."""
    statement = select(Liaison).where(
        col(Liaison.company_id) == company_id, col(Liaison.until).is_(None)
    )
    return (await session.exec(statement)).first()


async def assign(
    session: AsyncSession,
    company_id: int,
    officer_id: int,
    *,
    actor: Actor,
    now: datetime,
    office: Office,
) -> Liaison:
    """From now on this officer looks after the company; what is open of it moves along.

    NotAllowed for an officer the actor does not lead, or one who belongs to the company.
    """
    await officer(session, officer_id, actor)
    company = await session.get(Company, company_id)
    if company is None or company.erased_at is not None or company_id in actor.company_ids:
        raise NotFound
    if company_id in await _company_ids(session, officer_id):
        raise NotAllowed
    known = await liaison_of(session, company_id)
    if known is not None and known.officer_id == officer_id:
        return known
    if known is not None:
        known.until = now
        await session.flush()
    return await _give(session, company_id, officer_id, By(actor, now, office))


async def _give(session: AsyncSession, company_id: int, officer_id: int, by: By) -> Liaison:
    given_by = by.actor.person_id if by.actor else None
    liaison = Liaison(
        company_id=company_id, officer_id=officer_id, since=by.now, assigned_by=given_by
    )
    session.add(liaison)
    for visit in await open_visits_of(session, company_id):
        visit.officer_id = officer_id
    await session.flush()
    await plan_next(session, liaison, office=by.office, now=by.now)
    return liaison


async def unassign(session: AsyncSession, company_id: int, *, actor: Actor, now: datetime) -> None:
    """Nobody looks after the company; what it asked for itself goes to the duty desk."""
    known = await liaison_of(session, company_id)
    if known is None:
        return
    await officer(session, known.officer_id, actor)
    await _end(session, known, now=now)


async def _end(session: AsyncSession, liaison: Liaison, *, now: datetime) -> None:
    liaison.until = now
    for visit in await open_visits_of(session, liaison.company_id):
        if visit.ticket_id is None:
            await session.delete(visit)
        else:
            visit.officer_id = None
    await session.flush()


async def share_out(session: AsyncSession, *, actor: Actor, now: datetime, office: Office) -> int:
    """Give companies that nobody has to the officers the actor leads, in turn, at most
    SHARED_AT_ONCE; how many were given. An officer's own company goes to the next in turn."""
    officers = list((await session.exec(led_by(actor).order_by(col(Membership.person_id)))).all())
    own = await _own_companies(session)
    turn = await _held_by_fewest(session, officers)
    given = 0
    for company_id in await _loose_companies(session, actor):
        fit = next((one for one in turn if (one, company_id) not in own), None)
        if fit is not None:
            await _give(session, company_id, fit, By(actor, now, office))
            turn = [*(one for one in turn if one != fit), fit]
            given += 1
    return given


async def _own_companies(session: AsyncSession) -> set[tuple[int, int]]:
    """Who in the office belongs to which company."""
    serving = select(Membership.person_id).where(
        col(Membership.role).in_(TICKET_ROLES), col(Membership.until).is_(None)
    )
    statement = select(Membership.person_id, Membership.company_id).where(
        col(Membership.company_id).is_not(None),
        col(Membership.until).is_(None),
        col(Membership.person_id).in_(serving),
    )
    rows = (await session.exec(statement)).all()
    return {(person_id, company_id) for person_id, company_id in rows if company_id is not None}


async def _held_by_fewest(session: AsyncSession, officers: Sequence[int]) -> list[int]:
    """Whoever has the fewest companies comes first."""
    statement = (
        select(Liaison.officer_id, func.count())
        .where(col(Liaison.until).is_(None))
        .group_by(col(Liaison.officer_id))
    )
    held = dict((await session.exec(statement)).all())
    return sorted(officers, key=lambda officer_id: (held.get(officer_id, 0), officer_id))


async def _loose_companies(session: AsyncSession, actor: Actor) -> Sequence[int]:
    held = select(Liaison.company_id).where(col(Liaison.until).is_(None))
    statement = (
        select(Company.id)
        .where(
            col(Company.erased_at).is_(None),
            col(Company.name) != "",
            col(Company.id).not_in(held),
            col(Company.id).not_in(actor.company_ids),
        )
        .order_by(col(Company.name), col(Company.id))
        .limit(SHARED_AT_ONCE)
    )
    return (await session.exec(statement)).all()


# The visits that a plan makes


async def open_visits_of(session: AsyncSession, company_id: int) -> list[Visit]:
    """What is open of a company, planned and asked for, by its day."""
    statement = (
        select(Visit)
        .where(col(Visit.company_id) == company_id, col(Visit.done_at).is_(None))
        .order_by(col(Visit.due), col(Visit.id))
    )
    return list((await session.exec(statement)).all())


async def plan_next(
    session: AsyncSession, liaison: Liaison, *, office: Office, now: datetime
) -> None:
    """One open contact and one open visit for each company that somebody looks after, so long after
    the last one, or after the day on which it was given."""
    open_ = await open_visits_of(session, liaison.company_id)
    planned = {visit.kind: visit for visit in open_ if visit.ticket_id is None}
    started = office.today(liaison.since)
    for kind in VisitKind:
        last = await last_day(session, liaison.company_id, kind, office=office) or started
        due = office.catalogue.visits.next_due(kind, max(last, started), office.calendar)
        if kind in planned:
            planned[kind].due, planned[kind].officer_id = due, liaison.officer_id
            continue
        visit = Visit(
            company_id=liaison.company_id,
            officer_id=liaison.officer_id,
            kind=kind,
            due=due,
            created_at=now,
        )
        session.add(visit)
    await session.flush()


async def last_day(
    session: AsyncSession, company_id: int, kind: VisitKind, *, office: Office
) -> date | None:
    """The day on which a company was last contacted, or visited; a visit is a contact too."""
    settling = [outcome for outcome, kinds in SETTLES.items() if kind in kinds]
    statement = select(func.max(col(Visit.done_at))).where(
        col(Visit.company_id) == company_id, col(Visit.outcome).in_(settling)
    )
    at = (await session.exec(statement)).one()
    return office.today(at) if at is not None else None


async def hand_on(session: AsyncSession, from_id: int, to_id: int | None, by: By) -> None:
    """The companies somebody looks after go to a colleague, but for the colleague's own; without
    one nobody looks after them."""
    statement = select(Liaison).where(
        col(Liaison.officer_id) == from_id, col(Liaison.until).is_(None)
    )
    own = await _company_ids(session, to_id) if to_id is not None else frozenset()
    for liaison in (await session.exec(statement)).all():
        if to_id is None or liaison.company_id in own:
            await _end(session, liaison, now=by.now)
            continue
        liaison.until = by.now
        await session.flush()
        await _give(session, liaison.company_id, to_id, by)


# What fell loose


async def mend(session: AsyncSession, *, now: datetime) -> int:
    """End what cannot go on: the officer has left or belongs to the company now, or the company was
    erased. How many there were; what companies asked for goes to the duty desk."""
    serving = select(Membership.person_id).where(
        col(Membership.role).in_(TICKET_ROLES), col(Membership.until).is_(None)
    )
    joined = (
        select(Membership.id)
        .where(
            col(Membership.person_id) == col(Liaison.officer_id),
            col(Membership.company_id) == col(Liaison.company_id),
            col(Membership.until).is_(None),
        )
        .correlate(Liaison)
        .exists()
    )
    erased = select(Company.id).where(col(Company.erased_at).is_not(None))
    statement = select(Liaison).where(
        col(Liaison.until).is_(None),
        col(Liaison.officer_id).not_in(serving) | joined | col(Liaison.company_id).in_(erased),
    )
    loose = (await session.exec(statement.limit(SHARED_AT_ONCE))).all()
    for liaison in loose:
        await _end(session, liaison, now=now)
    return len(loose)


async def forget_company(session: AsyncSession, company_id: int, *, now: datetime) -> None:
    """Nobody looks after an erased company, and nothing more is planned; what was done stays, in
    codes and ids."""
    known = await liaison_of(session, company_id)
    if known is not None:
        known.until = now
    for visit in await open_visits_of(session, company_id):
        await session.delete(visit)
    await session.flush()


# How far a round came


async def coverage(
    session: AsyncSession, officers: Iterable[Person], *, office: Office, now: datetime
) -> list[Coverage]:
    """Per officer who looks after anybody, those with the most overdue first."""
    today, rules = office.today(now), office.catalogue.visits
    named = {person.id: person for person in officers}
    statement = select(Liaison.officer_id, Liaison.company_id).where(
        col(Liaison.until).is_(None), col(Liaison.officer_id).in_(named)
    )
    pairs = (await session.exec(statement)).all()
    reached = {
        kind: await _reached(session, kind, rules.begins(kind, today), office=office)
        for kind in VisitKind
    }
    overdue = await _overdue(session, today)
    held: dict[int, set[int]] = defaultdict(set)
    for officer_id, company_id in pairs:
        held[officer_id].add(company_id)
    lines = [
        Coverage(
            officer_id,
            named[officer_id].name,
            len(companies),
            len(companies & reached[VisitKind.CONTACT]),
            len(companies & reached[VisitKind.VISIT]),
            overdue.get(officer_id, 0),
        )
        for officer_id, companies in held.items()
    ]
    lines.sort(key=lambda line: (-line.overdue, line.name))
    return lines


async def _reached(
    session: AsyncSession, kind: VisitKind, since: date, *, office: Office
) -> set[int]:
    """Companies that were contacted, or visited, since the beginning of a day."""
    reaching = [outcome for outcome, kinds in REACHES.items() if kind in kinds]
    statement = select(Visit.company_id).where(
        col(Visit.done_at) >= office.calendar.at(since, time()), col(Visit.outcome).in_(reaching)
    )
    return set((await session.exec(statement)).all())


async def _overdue(session: AsyncSession, today: date) -> dict[int, int]:
    statement = (
        select(Visit.officer_id, func.count())
        .where(
            col(Visit.done_at).is_(None), col(Visit.due) < today, col(Visit.officer_id).is_not(None)
        )
        .group_by(col(Visit.officer_id))
    )
    rows = (await session.exec(statement)).all()
    return {officer_id: count for officer_id, count in rows if officer_id is not None}


async def nobodys(session: AsyncSession) -> int:
    """How many companies nobody looks after."""
    held = select(Liaison.company_id).where(col(Liaison.until).is_(None))
    statement = select(func.count()).where(
        col(Company.erased_at).is_(None), col(Company.name) != "", col(Company.id).not_in(held)
    )
    return (await session.exec(statement)).one()
