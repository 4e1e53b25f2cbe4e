"""An officer who also belongs to a company never sees, hears of or handles its tickets."""

from typing import Any

import pytest
from sqlmodel import col, select

from domain.absences import Leave
from domain.actors import Actor, Role
from domain.desks import Shelf
from domain.errors import NotAllowed, NotFound
from domain.tickets import Party
from domain.tickets_said import read_wanted
from models import Membership, Person, Task, Ticket
from services import absences, desk_tasks, desks, hand_over, people, queues, staffing, tickets
from tests.scheduler.finance import Scene, at


async def joins(scene: Scene, actor: Actor) -> Actor:
    """From now on the actor is a member of the company, too."""
    link = Membership(
        person_id=actor.person_id,
        role=Role.MEMBER,
        company_id=scene.ceo.company_id,
        since=at("11-23 09:00"),
    )
    scene.session.add(link)
    await scene.session.flush()
    person = await scene.session.get_one(Person, actor.person_id)
    return await people.actor_for(scene.session, person, administrators=frozenset())


async def ticket_of(scene: Scene, task: Task) -> Ticket:
    return await scene.session.get_one(Ticket, task.ticket_id)


async def test_no_reminder_digest_or_follow_up_reaches_the_companys_own_officer(
    scene: Scene,
) -> None:
    """The handler joined the company; the colleague who would stand in did too."""
    task = await scene.taken("11-23 10:12")
    await tickets.follow_up(
        scene.session, task.id, at=at("11-25 10:00"), **scene.by(scene.officer, "11-23 10:20")
    )
    await scene.told("11-23 10:30")
    await joins(scene, scene.officer)
    second = await joins(scene, scene.second)
    by = scene.by(scene.officer, "11-23 11:00")
    absence = await absences.file(
        scene.session, Leave(at("11-23 00:00").date(), at("12-04 00:00").date()), **by
    )
    await absences.name_stand_in(
        scene.session, absence.id, second.person_id, actor=scene.officer, now=at("11-23 11:00")
    )

    said = await scene.until("12-02 18:00")

    number = (await ticket_of(scene, task)).number
    about = [line for _, line in said if number in line]
    assert about != []
    assert {line.split(":")[0] for line in about} == {"郑主任"}


async def test_no_list_search_card_or_step_is_open_to_the_companys_own_officer(
    scene: Scene,
) -> None:
    free = await scene.raised("11-23 10:12")
    ticket = await ticket_of(scene, free)
    second = await joins(scene, scene.second)
    at_ten: dict[str, Any] = {"office": scene.office, "now": at("11-23 10:30")}

    assert tickets.parties(ticket, free, second) == {Party.COMPANY}
    for shelf in Shelf:
        queue = await queues.queue(scene.session, second, shelf, **at_ten)
        assert queue.lines == ()
        assert not any(queue.counts.values())
    for words in (ticket.number, "银行贷款", "示例封装"):
        assert not await queues.find(scene.session, read_wanted(words), actor=second, **at_ten)
    short = ticket.number.rpartition("-")[2]
    with pytest.raises(NotFound):
        await desk_tasks.by_short_number(scene.session, short, second)
    with pytest.raises(NotFound):
        await desk_tasks.open_pair(scene.session, free.id, second)
    with pytest.raises(NotFound):
        await desk_tasks.task_here(scene.session, ticket.id, second, 3, office=scene.office)
    with pytest.raises(NotAllowed):
        await tickets.take(scene.session, free.id, **scene.by(second, "11-23 10:30"))
    places = await desks.places_of(scene.session, ticket, free, office=scene.office)
    assert "吴静" not in {one.person.name for one in places if one.person}
    heard = await staffing.responsible(scene.session, ticket, free, to_head=False)
    assert [person.name for person in heard] == ["周明"]


async def test_nothing_of_the_own_company_is_assigned_or_handed_over(scene: Scene) -> None:
    task = await scene.taken("11-23 10:12")
    second = await joins(scene, scene.second)

    with pytest.raises(NotAllowed):
        await tickets.reassign(
            scene.session,
            task.id,
            to_person_id=second.person_id,
            **scene.by(scene.head, "11-23 11:00"),
        )
    moved = await hand_over.hand_over_all(
        scene.session,
        scene.officer.person_id,
        second.person_id,
        **scene.by(scene.officer, "11-23 11:00"),
    )

    assert (moved.given, moved.returned) == ([], [task.ticket_id])
    mine = select(Task).where(col(Task.handler_id) == second.person_id)
    assert (await scene.session.exec(mine)).all() == []
