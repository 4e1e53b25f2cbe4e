"""Leave and stand-ins on both databases: who hears, who sees, who may act."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.absences import AbsenceState, Leave
from domain.actors import Actor, Role
from domain.desks import Shelf
from domain.errors import NotAllowed, NotFound
from domain.incoming import Incoming
from domain.tickets import Category, Party
from domain.tickets_said import read_wanted
from models import Absence, Company, Membership, Notice, Person, Task, Ticket
from services import absences, desks, messages, people, queues, staffing, tickets
from services.messages import Address
from services.office import Office
from services.tickets import Draft

NOW = datetime(2026, 11, 23, 2, 12, tzinfo=UTC)
"""Monday 2026-11-23, 10:12 in Hangzhou."""
TODAY = date(2026, 11, 23)
WEEK = Leave(TODAY, date(2026, 11, 27))


@dataclass
class Scene:
    """Two officers and a head of finance, a duty officer, and a task of the first officer."""

    session: AsyncSession
    office: Office
    people: dict[str, int]
    ticket: Ticket
    task: Task
    company_id: int

    async def actor(self, name: str) -> Actor:
        person = await self.session.get_one(Person, self.people[name])
        return await people.actor_for(self.session, person, administrators=frozenset())

    async def by(self, name: str, after: timedelta = timedelta()) -> dict[str, Any]:
        return {"actor": await self.actor(name), "now": NOW + after, "office": self.office}

    async def leaves(self, name: str, stand_in: str | None, leave: Leave = WEEK) -> Absence:
        by = await self.by(name)
        absence = await absences.file(self.session, leave, **by)
        await self.names(name, absence, stand_in)
        await absences.turn(self.session, absence.id, now=NOW, office=self.office)
        return absence

    async def names(self, who: str, absence: Absence, stand_in: str | None) -> None:
        await absences.name_stand_in(
            self.session,
            absence.id,
            self.people[stand_in] if stand_in else None,
            actor=await self.actor(who),
            now=NOW,
        )

    async def hears(self, *, to_head: bool = False) -> list[str]:
        found = await staffing.responsible(self.session, self.ticket, self.task, to_head=to_head)
        return [person.name for person in found]

    async def told(self, kind: str) -> list[str]:
        statement = (
            select(Person.name)
            .join(Notice, col(Notice.person_id) == col(Person.id))
            .where(col(Notice.kind) == kind, col(Notice.state) == "open")
            .order_by(col(Person.id))
        )
        return list((await self.session.exec(statement)).all())


STAFF = {
    "周明": (Role.OFFICER, "finance"),
    "吴静": (Role.OFFICER, "finance"),
    "郑主任": (Role.HEAD, "finance"),
    "专班丙": (Role.DUTY, None),
    "外人": (Role.OFFICER, "education"),
}


@pytest.fixture
async def scene(session: AsyncSession, office: Office) -> Scene:
    company = Company(name="杭州示例封装有限公司", created_at=NOW)
    session.add(company)
    await session.flush()
    ids: dict[str, int] = {}
    for number, name in enumerate(("王芳", *STAFF), 1):
        person = Person(telegram_id=number, name=name, created_at=NOW, started_at=NOW)
        session.add(person)
        await session.flush()
        ids[name] = person.id
        role, department = STAFF.get(name, (Role.MEMBER, None))
        session.add(
            Membership(
                person_id=person.id,
                role=role,
                department=department,
                company_id=company.id if name == "王芳" else None,
                since=NOW,
            )
        )
    await session.flush()
    ceo = await session.get_one(Person, ids["王芳"])
    ticket = await tickets.raise_ticket(
        session,
        Draft(category=Category.FINANCING, texts=("贷款批不下来",), company_id=company.id),
        actor=await people.actor_for(session, ceo, administrators=frozenset()),
        now=NOW,
        office=office,
    )
    task = await tickets.lead_task(session, ticket.id)
    scene = Scene(session, office, ids, ticket, task, company.id)
    await tickets.take(session, task.id, **await scene.by("周明"))
    return scene


async def join_company(scene: Scene, name: str) -> None:
    link = Membership(
        person_id=scene.people[name], role=Role.MEMBER, company_id=scene.company_id, since=NOW
    )
    scene.session.add(link)
    await scene.session.flush()


async def test_a_stand_in_hears_sees_and_handles_and_it_ends_by_itself(scene: Scene) -> None:
    assert await scene.hears() == ["周明"]
    absence = await scene.leaves("周明", "吴静")

    wu = await scene.actor("吴静")
    mine = await queues.queue(scene.session, wu, Shelf.MINE, office=scene.office, now=NOW)
    places = await desks.places_of(scene.session, scene.ticket, scene.task, office=scene.office)
    assert await scene.hears() == ["吴静"]
    assert Party.HANDLER in tickets.parties(scene.ticket, scene.task, wu)
    assert [line.number for line in mine.lines] == [scene.ticket.number]
    assert [one.person.name for one in places if one.person and one.gets_news] == ["吴静"]
    message = await messages.keep(
        scene.session,
        Incoming(text="已联系银行"),
        Address(scene.office.bot_id, 3),
        person_id=wu.person_id,
        now=NOW,
    )
    await tickets.reply(scene.session, scene.task.id, message=message, **await scene.by("吴静"))

    after = NOW + timedelta(days=5)
    await absences.turn(scene.session, absence.id, now=after, office=scene.office)

    assert await absences.turn(scene.session, absence.id, now=after, office=scene.office) is None
    assert absence.state is AbsenceState.OVER
    assert await scene.hears() == ["周明"]
    assert Party.HANDLER not in tickets.parties(scene.ticket, scene.task, await scene.actor("吴静"))
    assert await scene.told("absence_over") == ["周明", "吴静"]


async def test_without_a_stand_in_the_head_is_asked_and_hears(scene: Scene) -> None:
    absence = await scene.leaves("周明", None)

    assert await scene.told("stand_in_wanted") == ["郑主任"]
    assert await scene.hears() == ["郑主任"]

    await scene.names("郑主任", absence, "吴静")
    assert await scene.hears() == ["吴静"]
    assert await scene.told("stand_in_named") == ["吴静"]


async def test_a_head_is_replaced_with_the_heads_rights(scene: Scene) -> None:
    await scene.leaves("郑主任", "吴静")

    assert await scene.hears(to_head=True) == ["吴静"]
    assert await scene.told("stand_in_wanted") == []
    assert Party.HEAD in tickets.parties(scene.ticket, scene.task, await scene.actor("吴静"))


async def test_for_a_head_who_leads_alone_the_duty_desk_is_asked(scene: Scene) -> None:
    await scene.leaves("郑主任", None)

    assert await scene.told("stand_in_wanted") == ["专班丙"]
    assert await scene.hears(to_head=True) == ["专班丙"]


async def test_chains_are_followed_and_whoever_is_away_cannot_be_named(scene: Scene) -> None:
    first = await scene.leaves("周明", "吴静")
    await scene.leaves("吴静", "郑主任")

    assert await scene.hears() == ["郑主任"]
    assert (await scene.actor("郑主任")).stands_in_for == {
        scene.people["周明"],
        scene.people["吴静"],
    }
    with pytest.raises(absences.StandInIsAway):
        await scene.names("周明", first, "吴静")


async def test_two_who_named_each_other_leave_it_to_the_head(scene: Scene) -> None:
    await scene.leaves("周明", "吴静")
    second = await scene.leaves("吴静", None)
    second.stand_in_id = scene.people["周明"]  # as if named before the first leave was filed
    await scene.session.flush()

    assert await scene.hears() == ["郑主任"]


async def test_a_stand_in_who_cannot_is_replaced_by_who_leads(scene: Scene) -> None:
    absence = await scene.leaves("周明", "吴静")

    await absences.decline(scene.session, absence.id, actor=await scene.actor("吴静"), now=NOW)

    assert await scene.told("stand_in_wanted") == ["郑主任"]
    assert await scene.told("stand_in_declined") == ["周明"]
    assert await scene.hears() == ["郑主任"]


async def test_leave_ends_early_and_planned_leave_changes_nothing_yet(scene: Scene) -> None:
    planned = await scene.leaves("吴静", "周明", Leave(date(2026, 12, 1), date(2026, 12, 2)))
    now = await scene.leaves("周明", "郑主任")
    assert [one.state for one in (planned, now)] == ["planned", "away"]

    await absences.call_off(scene.session, now.id, actor=await scene.actor("周明"), now=NOW)
    await absences.call_off(scene.session, planned.id, actor=await scene.actor("吴静"), now=NOW)

    assert await scene.hears() == ["周明"]
    assert [one.state for one in (planned, now)] == ["cancelled", "over"]
    assert await scene.told("absence_over") == ["周明", "郑主任"]  # stood in, or was to


async def test_leave_is_for_days_to_come_once_and_for_who_handles_tickets(scene: Scene) -> None:
    await scene.leaves("周明", None)

    with pytest.raises(absences.LeaveOverlaps):
        await scene.leaves("周明", None, Leave(date(2026, 11, 27), date(2026, 11, 30)))
    with pytest.raises(absences.LeaveIsPast):
        await scene.leaves("吴静", None, Leave(date(2026, 11, 19), date(2026, 11, 20)))
    with pytest.raises(NotAllowed):
        await scene.leaves("王芳", None)


async def test_nobody_else_arranges_leave_and_nobody_outside_stands_in(scene: Scene) -> None:
    absence = await scene.leaves("周明", None)

    with pytest.raises(NotFound):
        await scene.names("吴静", absence, "吴静")
    with pytest.raises(NotFound):
        await scene.names("周明", absence, "外人")


@pytest.mark.parametrize("stand_in", ["吴静", "郑主任"])
async def test_a_stand_in_of_the_raising_company_neither_hears_nor_sees(
    scene: Scene, stand_in: str
) -> None:
    await join_company(scene, stand_in)
    await scene.leaves("周明", stand_in)

    actor = await scene.actor(stand_in)
    counts = await queues.counts(scene.session, actor, office=scene.office, now=NOW)
    found = await queues.find(
        scene.session, read_wanted("贷款"), actor=actor, office=scene.office, now=NOW
    )
    places = await desks.places_of(scene.session, scene.ticket, scene.task, office=scene.office)
    assert stand_in not in await scene.hears()
    assert stand_in not in await scene.hears(to_head=True)
    assert await scene.hears() != []
    assert tickets.parties(scene.ticket, scene.task, actor) == {Party.COMPANY}
    assert not any(counts.values())
    assert not found
    assert stand_in not in [one.person.name for one in places if one.person]
    with pytest.raises(NotFound):
        await desks.open_pair(scene.session, scene.task.id, actor)
    with pytest.raises(NotFound):
        await desks.task_here(scene.session, scene.ticket.id, actor, 3, office=scene.office)


async def test_a_handler_who_joins_the_company_is_none_any_more(scene: Scene) -> None:
    await join_company(scene, "周明")

    assert await scene.hears() == ["郑主任"]


async def test_a_word_for_who_is_away_reaches_who_acts_and_nobody_of_the_company(
    scene: Scene,
) -> None:
    zhou = await scene.session.get_one(Person, scene.people["周明"])
    absence = await scene.leaves("周明", "吴静")

    async def heir() -> str | None:
        person = await staffing.who_hears(scene.session, scene.ticket, scene.task, zhou)
        return person.name if person else None

    assert await heir() == "吴静"
    await join_company(scene, "吴静")
    assert await heir() == "郑主任"
    await join_company(scene, "郑主任")
    assert await heir() == "专班丙"
    await join_company(scene, "专班丙")
    assert await heir() is None
    await absences.call_off(scene.session, absence.id, actor=await scene.actor("周明"), now=NOW)
    assert await heir() == "周明"
