"""Leave of the office's people: filed, begun, ended, and who stands in meanwhile.

Notices owed here, subject "absence": `absence_turn` begins and ends it by itself; to a person
`stand_in_named`, `stand_in_begins`, `stand_in_wanted` (to who leads), `stand_in_declined`,
`absence_over`.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.absences import OPEN_ABSENCES, AbsenceState, Leave
from domain.actors import TICKET_ROLES, Actor, Role
from domain.errors import NotAllowed, NotFound, Refusal
from models import Absence, Membership, Person, Task
from services import notices, people, staffing
from services.office import Office
from services.ticket_queries import OPEN

_DAY = timedelta(days=1)
#: Leave is filed at most so far ahead; a longer way off is a slip of the finger.
FURTHEST = timedelta(days=366)


class LeaveOverlaps(Refusal):
    """Some of these days are leave already."""

    code = "leave_overlaps"


class LeaveIsPast(Refusal):
    """These days are over, or more than a year away."""

    code = "leave_is_past"


class StandInIsAway(Refusal):
    """The colleague is away on some of these days. Facts: name."""

    code = "stand_in_is_away"


# Filing


async def file(
    session: AsyncSession, leave: Leave, *, actor: Actor, now: datetime, office: Office
) -> Absence:
    """Note the actor's own leave; without a stand-in yet. LeaveOverlaps, LeaveIsPast."""
    await check(session, leave, actor=actor, now=now, office=office)
    absence = Absence(
        person_id=actor.person_id,
        first=leave.first,
        last=leave.last,
        created_by=actor.person_id,
        created_at=now,
    )
    session.add(absence)
    await session.flush()
    await _owe_turn(session, absence, "begin", office.calendar.at(leave.first, time()), now=now)
    return absence


async def check(
    session: AsyncSession, leave: Leave, *, actor: Actor, now: datetime, office: Office
) -> None:
    """Whether the actor may take that leave: raises what speaks against it."""
    if not await ticket_links(session, actor.person_id):
        raise NotAllowed
    today = office.today(now)
    if leave.last < today or leave.last > today + FURTHEST:
        raise LeaveIsPast
    if await is_away_during(session, actor.person_id, leave):
        raise LeaveOverlaps


async def _owe_turn(
    session: AsyncSession, absence: Absence, turn: str, at: datetime, *, now: datetime
) -> None:
    await notices.owe_notice(
        session,
        "absence_turn",
        key=f"absence_turn:{absence.id}:{turn}",
        due_at=max(at, now),
        now=now,
        subject="absence",
        subject_id=absence.id,
    )


async def name_stand_in(
    session: AsyncSession,
    absence_id: int,
    person_id: int | None,
    *,
    actor: Actor,
    now: datetime,
) -> Absence:
    """Say who stands in; None: nobody does, and whoever leads is asked. The colleague is told.

    The person on leave may, who leads the department, administrators. StandInIsAway.
    """
    absence = await get_for(session, absence_id, actor)
    if absence.state not in OPEN_ABSENCES:
        raise NotFound
    if person_id is not None:
        await _must_be_free(session, absence, person_id)
    if person_id == absence.stand_in_id and person_id is not None:
        return absence
    absence.stand_in_id = person_id
    await session.flush()
    if person_id is None:
        await ask_leaders(session, absence, now=now)
    elif person_id != actor.person_id:
        await _tell(session, "stand_in_named", absence, person_id, now=now)
    await _show_cards(session, absence, now=now)
    return absence


async def _must_be_free(session: AsyncSession, absence: Absence, person_id: int) -> None:
    fit = await colleagues(session, absence.person_id)
    person = next((one for one in fit if one.id == person_id), None)
    if person is None:
        raise NotFound
    if await is_away_during(session, person_id, leave_of(absence)):
        raise StandInIsAway(name=person.name)


async def decline(
    session: AsyncSession, absence_id: int, *, actor: Actor, now: datetime
) -> Absence:
    """The stand-in cannot: whoever leads is asked, and the person on leave is told."""
    absence = await session.get(Absence, absence_id)
    if absence is None or absence.state not in OPEN_ABSENCES:
        raise NotFound
    if absence.stand_in_id != actor.person_id:
        raise NotFound
    await lose_stand_in(session, absence, now=now)
    return absence


async def lose_stand_in(session: AsyncSession, absence: Absence, *, now: datetime) -> None:
    """The stand-in is none any more."""
    lost, absence.stand_in_id = absence.stand_in_id, None
    await session.flush()
    await ask_leaders(session, absence, now=now)
    if lost is not None:
        await _tell(session, "stand_in_declined", absence, absence.person_id, now=now, who=lost)
    await _show_cards(session, absence, now=now)


async def ask_leaders(session: AsyncSession, absence: Absence, *, now: datetime) -> None:
    """Whoever leads the person's departments is asked for a stand-in, each once."""
    for person in await _leaders(session, absence.person_id):
        await _tell(session, "stand_in_wanted", absence, person.id, now=now)


async def _leaders(session: AsyncSession, person_id: int) -> list[Person]:
    """Who leads the person's departments; of a head who leads alone, the duty desk."""
    found: dict[int, Person] = {}
    for link in await ticket_links(session, person_id):
        leaders = (
            await staffing.leaders_of(session, link.department)
            if link.department
            else await staffing.holders(session, Role.DUTY)
        )
        found |= {one.id: one for one in leaders if one.id != person_id}
    if found:
        return list(found.values())
    return [one for one in await staffing.holders(session, Role.DUTY) if one.id != person_id]


async def _tell(
    session: AsyncSession,
    kind: str,
    absence: Absence,
    person_id: int,
    *,
    now: datetime,
    due_at: datetime | None = None,
    **details: Any,
) -> None:
    await notices.owe_notice(
        session,
        kind,
        key=f"{kind}:{absence.id}:{person_id}:{int(now.timestamp())}",
        due_at=due_at or now,
        now=now,
        person_id=person_id,
        subject="absence",
        subject_id=absence.id,
        **details,
    )


# Beginning and ending


async def turn(
    session: AsyncSession, absence_id: int, *, now: datetime, office: Office
) -> Absence | None:
    """Begin or end what is due; safe to run late or twice. None when nothing was."""
    absence = await session.get_one(Absence, absence_id)
    today = office.today(now)
    if absence.state is AbsenceState.PLANNED and absence.first <= today <= absence.last:
        await _begin(session, absence, now=now, office=office)
        return absence
    if absence.state in OPEN_ABSENCES and today > absence.last:
        await _end(session, absence, now=now)
        return absence
    return None


async def _begin(session: AsyncSession, absence: Absence, *, now: datetime, office: Office) -> None:
    absence.state = AbsenceState.AWAY
    await session.flush()
    back = office.calendar.at(absence.last + _DAY, time())
    await _owe_turn(session, absence, "end", back, now=now)
    if absence.stand_in_id is not None and office.today(absence.created_at) < absence.first:
        await _tell(session, "stand_in_begins", absence, absence.stand_in_id, now=now)
    await _show_cards(session, absence, now=now)


async def _end(
    session: AsyncSession, absence: Absence, *, now: datetime, but: int | None = None
) -> None:
    """Both are told, `but` whoever ended it."""
    was_away = absence.state is AbsenceState.AWAY
    absence.state, absence.ended_at = AbsenceState.OVER, now
    await session.flush()
    if was_away:
        await _show_cards(session, absence, now=now)
        for person_id in {absence.person_id, absence.stand_in_id} - {None, but}:
            await _tell(session, "absence_over", absence, person_id or 0, now=now)


async def call_off(
    session: AsyncSession, absence_id: int, *, actor: Actor, now: datetime
) -> Absence:
    """The leave is not taken, or its person is back early."""
    absence = await get_for(session, absence_id, actor)
    if absence.state is AbsenceState.AWAY:
        await _end(session, absence, now=now, but=actor.person_id)
    elif absence.state is AbsenceState.PLANNED:
        absence.state, absence.ended_at = AbsenceState.CANCELLED, now
        if absence.stand_in_id is not None:
            await _tell(session, "absence_over", absence, absence.stand_in_id, now=now)
    return absence


async def end_with_role(session: AsyncSession, person_id: int, *, now: datetime) -> None:
    """Somebody handles no tickets any more: neither leave nor standing in matters further."""
    for absence in await of_person(session, person_id):
        absence.state, absence.ended_at = AbsenceState.CANCELLED, now
    statement = select(Absence).where(
        col(Absence.stand_in_id) == person_id, col(Absence.state).in_(OPEN_ABSENCES)
    )
    for absence in (await session.exec(statement)).all():
        await lose_stand_in(session, absence, now=now)


async def _show_cards(session: AsyncSession, absence: Absence, *, now: datetime) -> None:
    """Whoever acts now has the cards of the work."""
    if absence.state is AbsenceState.PLANNED:
        return
    statement = (
        select(Task.ticket_id)
        .where(col(Task.handler_id) == absence.person_id, col(Task.status).in_(OPEN))
        .distinct()
    )
    for ticket_id in (await session.exec(statement)).all():
        await notices.owe_notice(
            session,
            "desk_card",
            key=f"desk_card:{ticket_id}:away:{absence.id}:{int(now.timestamp())}",
            due_at=now,
            now=now,
            subject="ticket",
            subject_id=ticket_id,
        )


# Who is away, who could stand in


def leave_of(absence: Absence) -> Leave:
    """Its days."""
    return Leave(absence.first, absence.last)


async def get_for(session: AsyncSession, absence_id: int, actor: Actor) -> Absence:
    """One leave, for its person, for who leads the department, and for administrators."""
    absence = await session.get(Absence, absence_id)
    if absence is None or not await _may_arrange(session, absence, actor):
        raise NotFound
    return absence


async def _may_arrange(session: AsyncSession, absence: Absence, actor: Actor) -> bool:
    if absence.person_id == actor.person_id or actor.is_admin or actor.is_duty:
        return True
    links = await ticket_links(session, absence.person_id)
    return any(link.department and actor.heads(link.department) for link in links)


async def of_person(session: AsyncSession, person_id: int) -> list[Absence]:
    """The leave somebody has now or filed, the earliest first."""
    statement = (
        select(Absence)
        .where(col(Absence.person_id) == person_id, col(Absence.state).in_(OPEN_ABSENCES))
        .order_by(col(Absence.first))
    )
    return list((await session.exec(statement)).all())


async def seen_by(session: AsyncSession, actor: Actor) -> list[tuple[Absence, Person]]:
    """Leave that concerns the actor: the own, where they stand in, and of who they lead."""
    led = {one for one in actor.departments if actor.heads(one)}
    of_led = select(Membership.person_id).where(
        col(Membership.department).in_(led), col(Membership.until).is_(None)
    )
    statement = (
        select(Absence, Person)
        .join(Person, col(Person.id) == col(Absence.person_id))
        .where(
            col(Absence.state).in_(OPEN_ABSENCES),
            or_(
                col(Absence.person_id) == actor.person_id,
                col(Absence.stand_in_id) == actor.person_id,
                col(Absence.person_id).in_(of_led),
            ),
        )
        .order_by(col(Absence.first), col(Absence.id))
    )
    return [(absence, person) for absence, person in (await session.exec(statement)).all()]


async def led_by(session: AsyncSession, actor: Actor) -> list[Person]:
    """Who handles tickets in the departments the actor heads, the actor left out."""
    led = {one for one in actor.departments if actor.heads(one)}
    statement = (
        select(Person)
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(
            col(Membership.department).in_(led),
            col(Membership.role).in_(TICKET_ROLES),
            col(Membership.until).is_(None),
            col(Person.id) != actor.person_id,
        )
        .order_by(col(Person.id))
    )
    return list((await session.exec(statement)).unique().all())


async def is_away_during(session: AsyncSession, person_id: int, leave: Leave) -> bool:
    """Whether somebody has leave on any of these days."""
    return any(leave_of(one).overlaps(leave) for one in await of_person(session, person_id))


async def covered_by(session: AsyncSession, person_id: int, leave: Leave) -> list[Person]:
    """For whom somebody stands in on any of these days."""
    statement = (
        select(Person)
        .join(Absence, col(Absence.person_id) == col(Person.id))
        .where(
            col(Absence.stand_in_id) == person_id,
            col(Absence.state).in_(OPEN_ABSENCES),
            col(Absence.first) <= leave.last,
            col(Absence.last) >= leave.first,
        )
        .order_by(col(Person.id))
    )
    return list((await session.exec(statement)).unique().all())


async def free_colleagues(session: AsyncSession, person_id: int, leave: Leave) -> list[Person]:
    """Who could stand in: colleagues who are not away on any of these days."""
    return [
        person
        for person in await colleagues(session, person_id)
        if not await is_away_during(session, person.id, leave)
    ]


async def colleagues(session: AsyncSession, person_id: int) -> list[Person]:
    """Who handles tickets in the same departments, or at the same duty desk."""
    links = await ticket_links(session, person_id)
    shared = {link.department for link in links if link.department}
    is_duty = any(link.role is Role.DUTY for link in links)
    of_the_desk = (Role.DUTY,) if is_duty else ()
    together = or_(col(Membership.department).in_(shared), col(Membership.role).in_(of_the_desk))
    statement = (
        select(Person)
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(
            col(Membership.until).is_(None),
            col(Membership.role).in_(TICKET_ROLES),
            col(Person.id) != person_id,
            together,
        )
        .order_by(col(Person.id))
    )
    return list((await session.exec(statement)).unique().all())


async def ticket_links(session: AsyncSession, person_id: int) -> Sequence[Membership]:
    """The roles in which somebody handles tickets now."""
    links = await people.open_memberships(session, person_id)
    return [link for link in links if link.role in TICKET_ROLES]
