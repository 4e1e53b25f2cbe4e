"""退单: once, in time, with a reason; the duty desk decides for good."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.actors import Actor
from domain.errors import NotAllowed, NotFound
from domain.tickets import BounceReason, Outcome, Status, Step
from models import Task
from services import tickets
from services.tickets import BouncedAlready, BounceTooLate, IllegalStep, NobodyToBounceTo
from tests.services.scenes import Scene

CLOSE_OF_TUESDAY = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
LATER = timedelta(hours=1)


async def bounced(scene: Scene, task: Task, after: timedelta = timedelta()) -> Task:
    words = await scene.written(scene.officer, "属于税务事项")
    return await tickets.bounce(
        scene.session,
        task.id,
        reason=BounceReason.NOT_OURS,
        proposed="tax",
        message=words,
        **scene.by(scene.officer, after),
    )


async def decided(scene: Scene, task: Task, department: str, actor: Actor | None = None) -> Task:
    return await tickets.decide_bounce(
        scene.session, task.id, department=department, **scene.by(actor or scene.duty, LATER)
    )


async def test_it_goes_to_the_duty_desk_with_reason_and_words_and_the_clock_runs_on(
    scene: Scene,
) -> None:
    ticket, task = await scene.taken()
    due = task.answer_due

    await bounced(scene, task, LATER)

    found = await tickets.bounced(scene.session, ticket, task)
    assert (task.department, task.status, task.handler_id) == ("duty", Status.RECEIVED, None)
    assert task.answer_due == due
    assert found == tickets.Bounced("finance", BounceReason.NOT_OURS, "tax", "属于税务事项")
    assert [n.person_id for n in await scene.owed("task_bounced")] == [scene.duty.person_id]
    with pytest.raises(IllegalStep):
        await tickets.take(scene.session, task.id, **scene.by(scene.duty))


async def test_back_to_the_same_department_it_stays_there(scene: Scene) -> None:
    _ticket, task = await scene.raised()
    await bounced(scene, task)

    await decided(scene, task, "finance")

    assert (task.department, task.status) == ("finance", Status.DISPATCHED)
    with pytest.raises(BouncedAlready):
        await bounced(scene, task, 2 * LATER)
    with pytest.raises(BouncedAlready):
        await tickets.route(
            scene.session, task.id, department="tax", **scene.by(scene.officer, 2 * LATER)
        )
    share = await tickets.add_department(
        scene.session, task.id, department="duty", **scene.by(scene.officer, 2 * LATER)
    )
    assert share.department == "duty"
    await tickets.route(scene.session, task.id, department="tax", **scene.by(scene.duty, 2 * LATER))
    assert task.department == "duty"  # nobody works in tax


async def test_another_department_has_a_working_day_of_its_own_to_accept(scene: Scene) -> None:
    await scene.hires("税务员", "tax")
    _ticket, task = await scene.raised()
    await bounced(scene, task, LATER)

    await tickets.decide_bounce(
        scene.session, task.id, department="tax", **scene.by(scene.duty, timedelta(days=1))
    )

    assert (task.department, task.accept_due) == ("tax", CLOSE_OF_TUESDAY + timedelta(days=1))


async def test_only_the_duty_desk_decides(scene: Scene) -> None:
    _ticket, task = await scene.raised()
    await bounced(scene, task)

    with pytest.raises(NotAllowed):
        await decided(scene, task, "finance", scene.ceo)
    with pytest.raises(NotFound):
        await decided(scene, task, "finance", scene.head)
    assert task.status is Status.RECEIVED


async def test_until_the_close_of_the_next_working_day(scene: Scene) -> None:
    ticket, task = await scene.raised()

    until = await tickets.may_bounce_until(scene.session, ticket, task, scene.office)

    assert until == CLOSE_OF_TUESDAY
    with pytest.raises(BounceTooLate):
        await bounced(scene, task, CLOSE_OF_TUESDAY - scene.now + timedelta(seconds=1))
    await bounced(scene, task, CLOSE_OF_TUESDAY - scene.now)
    assert task.status is Status.RECEIVED


async def test_the_duty_desk_has_nobody_to_bounce_to(scene: Scene) -> None:
    _ticket, task = await scene.raised(department="tax")
    await tickets.take(scene.session, task.id, **scene.by(scene.duty))
    words = await scene.written(scene.duty, "不清楚")

    with pytest.raises(NobodyToBounceTo):
        await tickets.bounce(
            scene.session,
            task.id,
            reason=BounceReason.TOO_LITTLE,
            proposed=None,
            message=words,
            **scene.by(scene.duty),
        )


async def test_a_new_round_may_be_bounced_again(scene: Scene) -> None:
    ticket, task = await scene.raised()
    await bounced(scene, task)
    await decided(scene, task, "finance")
    await tickets.take(scene.session, task.id, **scene.by(scene.officer, LATER))
    words = await scene.written(scene.officer, "已答复")
    await tickets.resolve(
        scene.session,
        task.id,
        outcome=Outcome.EXPLAINED,
        message=words,
        **scene.by(scene.officer, LATER),
    )

    await tickets.reopen(scene.session, ticket.id, **scene.by(scene.officer, 2 * LATER))
    await bounced(scene, task, 3 * LATER)

    assert (await scene.steps(ticket)).count(Step.BOUNCE) == 2


async def test_a_share_added_later_counts_from_when_it_was_added(scene: Scene) -> None:
    _ticket, task = await scene.taken()
    after = timedelta(days=3)

    share = await tickets.add_department(
        scene.session, task.id, department="duty", **scene.by(scene.officer, after)
    )

    assert share.accept_due == datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
    assert share.answer_due == datetime(2026, 12, 3, 9, 30, tzinfo=UTC)
    assert task.answer_due == datetime(2026, 11, 30, 9, 30, tzinfo=UTC)


async def test_more_time_for_a_share_is_no_news_for_the_company(scene: Scene) -> None:
    _ticket, task = await scene.taken()
    share = await tickets.add_department(
        scene.session, task.id, department="duty", **scene.by(scene.officer)
    )
    await tickets.take(scene.session, share.id, **scene.by(scene.duty))

    await scene.extended(share, scene.duty, scene.duty, days=3)

    assert share.answer_due == datetime(2026, 12, 3, 9, 30, tzinfo=UTC)
    assert await scene.owed("ticket_extended") == []
