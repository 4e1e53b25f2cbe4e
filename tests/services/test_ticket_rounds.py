"""回访: one level up, and once more; words after the answer; who may rate."""

from datetime import timedelta

import pytest

from domain.actors import Actor
from domain.errors import NotFound
from domain.tickets import Outcome, Solved, Status, Step
from models import Task, Ticket
from services import tickets
from tests.services.scenes import Scene

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


async def answered(scene: Scene) -> tuple[Ticket, Task]:
    ticket, task = await scene.taken()
    await answer(scene, task, scene.officer)
    return ticket, task


async def answer(scene: Scene, task: Task, actor: Actor) -> None:
    message = await scene.written(actor, "已答复")
    await tickets.resolve(
        scene.session, task.id, outcome=Outcome.EXPLAINED, message=message, **scene.by(actor)
    )


async def not_solved(scene: Scene, ticket: Ticket) -> None:
    await tickets.rate(scene.session, ticket.id, solved=Solved.NO, **scene.by(scene.ceo))


async def test_first_the_head_then_the_duty_desk_then_no_more(scene: Scene) -> None:
    ticket, task = await answered(scene)

    await not_solved(scene, ticket)
    first = (task.department, task.handler_id, task.status)
    await answer(scene, task, scene.head)
    await not_solved(scene, ticket)
    second = (task.department, task.handler_id, task.status)
    await answer(scene, task, scene.duty)
    await not_solved(scene, ticket)

    assert first == ("finance", scene.head.person_id, Status.IN_PROGRESS)
    assert second == ("duty", scene.duty.person_id, Status.IN_PROGRESS)
    assert (ticket.status, ticket.solved, ticket.round) == (Status.CLOSED, "no", 3)
    assert [n.person_id for n in await scene.owed("ticket_unsolved")] == [
        scene.head.person_id,
        scene.duty.person_id,
        scene.duty.person_id,
    ]
    with pytest.raises(tickets.NoRedoLeft):
        await tickets.reopen(scene.session, ticket.id, **scene.by(scene.ceo))
    await tickets.reopen(scene.session, ticket.id, **scene.by(scene.duty))
    assert ticket.round == 4


async def test_a_head_who_answered_passes_it_to_the_duty_desk(scene: Scene) -> None:
    ticket, task = await scene.raised()
    await tickets.take(scene.session, task.id, **scene.by(scene.head))
    await answer(scene, task, scene.head)

    await not_solved(scene, ticket)

    assert (task.department, task.handler_id) == ("duty", scene.duty.person_id)


async def test_what_the_office_reopens_stays_there_and_costs_the_company_nothing(
    scene: Scene,
) -> None:
    ticket, task = await answered(scene)

    await tickets.reopen(scene.session, ticket.id, **scene.by(scene.officer))

    assert (task.department, task.status, task.handler_id) == ("finance", Status.DISPATCHED, None)
    await tickets.take(scene.session, task.id, **scene.by(scene.officer))
    await answer(scene, task, scene.officer)
    await not_solved(scene, ticket)
    assert task.handler_id == scene.head.person_id


async def test_each_round_has_clocks_of_its_own(scene: Scene) -> None:
    ticket, task = await answered(scene)
    before = task.answer_due

    await tickets.rate(scene.session, ticket.id, solved=Solved.NO, **scene.by(scene.ceo, DAY))

    assert task.contacted_at is None
    assert before is not None
    assert task.answer_due == before + DAY


async def test_fault_30_silence_is_counted_anew_once_when_the_company_writes(scene: Scene) -> None:
    ticket, _task = await answered(scene)

    for after in (2 * DAY, 4 * DAY):
        message = await scene.written(scene.ceo, "还有一个附件")
        await tickets.add(scene.session, ticket.id, message=message, **scene.by(scene.ceo, after))
    due = sorted(n.due_at for n in await scene.owed("close_unanswered"))
    closed = [
        await tickets.close_unanswered(
            scene.session, ticket.id, round_=1, now=moment, office=scene.office
        )
        for moment in due
    ]

    assert [one is not None for one in closed] == [False, True]
    assert due[1] - due[0] == 2 * DAY
    assert ticket.status is Status.CLOSED


async def test_the_office_may_add_a_word_after_its_answer(scene: Scene) -> None:
    ticket, task = await answered(scene)
    message = await scene.written(scene.officer, "附件见此")

    await tickets.reply(scene.session, task.id, message=message, **scene.by(scene.officer))

    assert ticket.status is Status.ANSWERED
    assert (await scene.steps(ticket))[-1] == Step.REPLY


async def test_fault_41_nobody_of_another_company_rates(scene: Scene) -> None:
    ticket, _task = await answered(scene)
    other = await scene.another_company()

    for actor in (other, scene.stranger, scene.officer):
        with pytest.raises(NotFound):
            await tickets.rate(scene.session, ticket.id, score=5, **scene.by(actor))
    assert ticket.score is None
