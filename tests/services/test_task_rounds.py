"""What the steps on a ticket leave for statistics, on both databases."""

from datetime import timedelta

from sqlmodel import col, select

from domain.tickets import Outcome, Solved
from models import TaskRound
from services import tickets
from tests.services.scenes import Scene

HOUR = timedelta(hours=1)


async def _rounds(scene: Scene) -> list[TaskRound]:
    statement = select(TaskRound).order_by(col(TaskRound.task_id), col(TaskRound.round))
    return list((await scene.session.exec(statement)).all())


async def test_a_round_that_was_not_solved_is_kept_beside_the_next(scene: Scene) -> None:
    ticket, task = await scene.taken()  # 10:12
    message = await scene.written(scene.officer, "已联系银行")
    await tickets.reply(
        scene.session, task.id, message=message, **scene.by(scene.officer, timedelta(minutes=30))
    )
    await tickets.resolve(
        scene.session, task.id, outcome=Outcome.SOLVED, **scene.by(scene.officer, 5 * HOUR)
    )
    await tickets.rate(
        scene.session, ticket.id, solved=Solved.NO, score=2, **scene.by(scene.ceo, 6 * HOUR)
    )

    first, second = await _rounds(scene)

    assert (first.solved, first.score, first.is_on_time, first.is_open) == ("no", 2, True, False)
    assert (first.contact_minutes, first.answer_minutes) == (30, 5 * 60 - 90)  # less the lunch
    assert (second.round, second.is_open, second.solved) == (2, True, None)
    assert second.contact_minutes is second.answer_minutes is None


async def test_time_in_which_the_company_is_asked_does_not_count(scene: Scene) -> None:
    ticket, task = await scene.taken()
    question = await scene.written(scene.officer, "请发合同")
    await tickets.ask_back(
        scene.session, task.id, message=question, days=3, **scene.by(scene.officer)
    )
    waiting = (await _rounds(scene))[0].is_waiting
    answer = await scene.written(scene.ceo, "合同见附件")
    await tickets.add(scene.session, ticket.id, message=answer, **scene.by(scene.ceo, 24 * HOUR))
    await tickets.resolve(
        scene.session, task.id, outcome=Outcome.SOLVED, **scene.by(scene.officer, 25 * HOUR)
    )

    (kept,) = await _rounds(scene)

    assert waiting
    assert not kept.is_waiting
    assert kept.answer_minutes == 60


async def test_what_is_withdrawn_is_marked(scene: Scene) -> None:
    ticket, _ = await scene.raised()

    await tickets.withdraw(scene.session, ticket.id, **scene.by(scene.ceo))

    assert [kept.is_withdrawn for kept in await _rounds(scene)] == [True]


async def test_a_co_handlers_share_that_is_done_again_stands_for_the_ticket(scene: Scene) -> None:
    await scene.hires("税务员", "tax")
    ticket, lead = await scene.taken()
    co = await tickets.add_department(
        scene.session, lead.id, department="tax", **scene.by(scene.officer)
    )
    await tickets.take(scene.session, co.id, **scene.by(scene.duty))
    for task, actor in ((co, scene.duty), (lead, scene.officer)):
        message = await scene.written(actor, "已办")
        await tickets.resolve(
            scene.session, task.id, outcome=Outcome.SOLVED, message=message, **scene.by(actor, HOUR)
        )
    await tickets.rate(
        scene.session, ticket.id, solved=Solved.NO, task_id=co.id, **scene.by(scene.ceo, 2 * HOUR)
    )
    await tickets.note(
        scene.session,
        lead.id,
        message=await scene.written(scene.officer, "转税务再办"),
        **scene.by(scene.officer, 3 * HOUR),
    )

    kept = {(one.task_id, one.round): one for one in await _rounds(scene)}

    assert (kept[lead.id, 1].solved, kept[lead.id, 1].is_lead) == ("no", True)
    assert (kept[co.id, 1].solved, kept[co.id, 1].is_lead) == (None, False)
    assert (kept[co.id, 2].solved, kept[co.id, 2].is_lead) == (None, True)
    assert (lead.id, 2) not in kept
