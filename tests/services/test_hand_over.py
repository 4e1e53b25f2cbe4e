"""Somebody leaves, or loses a role: nothing they had is left lying, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from domain.actors import Actor, Grant, Role
from domain.errors import NotAllowed
from domain.tickets import Status, Step
from models import Membership, Notice, Person
from services import hand_over, people, staffing, tickets
from tests.services.scenes import NOW, Scene


def admin_of(actor: Actor) -> Actor:
    return Actor(
        person_id=actor.person_id, name="管理员", locale="zh", grants=frozenset({Grant(Role.ADMIN)})
    )


async def told(scene: Scene, *kinds: str) -> list[tuple[str, str]]:
    statement = (
        select(Notice.kind, Person.name)
        .join(Person, col(Person.id) == col(Notice.person_id))
        .where(col(Notice.kind).in_(kinds), col(Notice.state) == "open")
        .order_by(col(Notice.id))
    )
    return [(kind, name) for kind, name in (await scene.session.exec(statement)).all()]


async def role_of(scene: Scene, actor: Actor) -> Membership:
    (link,) = await people.open_memberships(scene.session, actor.person_id)
    return link


async def moved(scene: Scene, to: Actor | None, by: Actor | None = None) -> hand_over.HandedOver:
    return await hand_over.hand_over_all(
        scene.session,
        scene.officer.person_id,
        to.person_id if to else None,
        **scene.by(by or scene.officer),
    )


async def asked(scene: Scene, task_id: int) -> None:
    question = await scene.written(scene.officer, "请补材料")
    await tickets.ask_back(
        scene.session, task_id, message=question, days=3, **scene.by(scene.officer)
    )


async def test_everything_goes_to_a_colleague_with_its_follow_ups(scene: Scene) -> None:
    ticket, task = await scene.taken()
    _, waiting = await scene.taken()
    await asked(scene, waiting.id)
    await tickets.follow_up(
        scene.session, task.id, at=NOW + timedelta(days=1), **scene.by(scene.officer)
    )

    result = await moved(scene, scene.second)

    last = (await tickets.events_of(scene.session, ticket.id))[-1]
    assert len(result.given) == 2
    assert {task.handler_id, waiting.handler_id} == {scene.second.person_id}
    assert (task.status, waiting.status) == (Status.IN_PROGRESS, Status.WAITING_COMPANY)
    assert (last.step, last.details["person_id"]) == (Step.HAND_OVER, scene.second.person_id)
    assert {name for _, name in await told(scene, "follow_up")} == {"经办员乙"}
    assert await told(scene, "ticket_handed_over") == [("ticket_handed_over", "企业甲")] * 2
    assert await told(scene, "tasks_handed_over") == [("tasks_handed_over", "经办员乙")]
    heard = await staffing.responsible(scene.session, ticket, task, to_head=False)
    assert [person.name for person in heard] == ["经办员乙"]


async def test_without_a_colleague_it_goes_back_to_the_queue_and_the_head_hears(
    scene: Scene,
) -> None:
    ticket, task = await scene.taken()
    await tickets.follow_up(
        scene.session, task.id, at=NOW + timedelta(days=1), **scene.by(scene.officer)
    )

    await moved(scene, None)

    assert (task.status, task.handler_id, task.accepted_at) == (Status.DISPATCHED, None, None)
    assert await told(scene, "follow_up", "tasks_returned") == [
        ("follow_up", "负责人乙"),
        ("tasks_returned", "负责人乙"),
    ]
    await tickets.take(scene.session, task.id, **scene.by(scene.second, timedelta(hours=1)))
    assert task.handler_id == scene.second.person_id
    assert await told(scene, "ticket_handed_over") == []
    assert ticket.status is Status.IN_PROGRESS


async def test_a_colleague_of_the_company_gets_nothing_of_it(scene: Scene) -> None:
    _, task = await scene.taken()
    link = Membership(
        person_id=scene.second.person_id,
        role=Role.MEMBER,
        company_id=scene.ceo.company_id,
        since=NOW,
    )
    scene.session.add(link)
    await scene.session.flush()

    result = await moved(scene, scene.second)

    assert (result.given, len(result.returned)) == ([], 1)
    assert task.handler_id is None


@pytest.mark.parametrize(("by", "may"), [("head", True), ("duty", True), ("second", False)])
async def test_who_hands_over_for_somebody_else(scene: Scene, by: str, may: bool) -> None:
    _, task = await scene.taken()
    actor: Any = getattr(scene, by)

    if not may:
        with pytest.raises(NotAllowed):
            await moved(scene, scene.second, by=actor)
        return
    await moved(scene, scene.second, by=actor)
    assert task.handler_id == scene.second.person_id


async def test_a_dismissed_officer_leaves_nothing_behind(scene: Scene) -> None:
    _, task = await scene.taken()
    link = await role_of(scene, scene.officer)
    assert [
        one.id
        for one in await hand_over.left_without(
            scene.session, scene.officer.person_id, without=link
        )
    ] == [task.id]

    _, result = await hand_over.dismiss(
        scene.session, link.id, scene.second.person_id, **scene.by(admin_of(scene.head))
    )

    assert len(result.given) == 1
    assert task.handler_id == scene.second.person_id
    assert await hand_over.open_work(scene.session, scene.officer.person_id) == []


async def test_a_role_that_is_held_beside_it_keeps_the_work(scene: Scene) -> None:
    _, task = await scene.taken()
    link = await role_of(scene, scene.officer)
    head = Membership(
        person_id=scene.officer.person_id, role=Role.HEAD, department="finance", since=NOW
    )
    scene.session.add(head)
    await scene.session.flush()

    await hand_over.dismiss(scene.session, link.id, None, **scene.by(admin_of(scene.head)))

    assert task.handler_id == scene.officer.person_id
