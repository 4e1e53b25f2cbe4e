"""Words, claims and answers wait a minute; what is taken back meanwhile the company never reads."""

from datetime import timedelta

import pytest

from domain.tickets import Outcome, Status
from models import Task
from models.messages import Direction
from services import notice_choices, ticket_sheets, tickets
from services.tickets import TooLate
from tests.scheduler.finance import Scene, at

ANSWERED = "11-25 10:00"


async def _answered(scene: Scene) -> Task:
    task = await scene.taken("11-23 10:12")
    await scene.told("11-25 09:59")
    await tickets.resolve(
        scene.session,
        task.id,
        outcome=Outcome.SOLVED,
        message=await scene.written("已办妥", ANSWERED),
        **scene.by(scene.officer, ANSWERED),
    )
    return task


async def test_an_answer_is_announced_after_a_minute(scene: Scene) -> None:
    await _answered(scene)

    assert await scene.told("11-25 10:00:59", to="企业") == []
    told = await scene.told("11-25 10:01", to="企业")

    assert len(told) == 1
    assert "已办妥" in told[0]


async def test_an_answer_undone_within_the_minute_was_never_given(any_scene: Scene) -> None:
    scene, task = any_scene, await _answered(any_scene)

    await tickets.take_back_answer(
        scene.session, task.id, **scene.by(scene.officer, "11-25 10:00:30")
    )
    said = await scene.until("12-08 12:00", to="企业")

    assert task.status is Status.IN_PROGRESS
    assert (task.outcome, task.answered_at, task.interim_at) == (None, None, None)
    assert said == []
    kept = await tickets.messages_of(scene.session, task.ticket_id)
    assert [one.direction for one in kept if one.text == "已办妥"] == [Direction.NOTE]


async def test_after_the_minute_it_stands(scene: Scene) -> None:
    task = await _answered(scene)

    with pytest.raises(TooLate):
        await tickets.take_back_answer(
            scene.session, task.id, **scene.by(scene.officer, "11-25 10:01")
        )


async def test_the_company_does_not_read_ahead_what_may_be_taken_back(scene: Scene) -> None:
    task = await scene.taken("11-23 10:12")
    await tickets.reply(
        scene.session,
        task.id,
        message=await scene.written("正在核实", ANSWERED),
        **scene.by(scene.officer, ANSWERED),
    )

    ticket = await tickets.get_for(scene.session, task.ticket_id, scene.ceo)
    before = await ticket_sheets.talk_of(scene.session, ticket)
    told = await scene.told("11-25 10:01", to="企业")
    after = await ticket_sheets.talk_of(scene.session, ticket)

    assert "正在核实" not in {one.text for one in before}
    assert any("正在核实" in line for line in told)
    assert "正在核实" in {one.text for one in after}


async def test_a_confirmed_preview_goes_at_once(scene: Scene) -> None:
    task = await scene.taken("11-23 10:12")
    await scene.told(ANSWERED)

    await tickets.reply(
        scene.session,
        task.id,
        message=await scene.written("正在核实", ANSWERED),
        wait=timedelta(),
        **scene.by(scene.officer, ANSWERED),
    )

    assert len(await scene.told(ANSWERED, to="企业")) == 1


async def test_the_company_hears_each_thing_at_its_moment(scene: Scene) -> None:
    task = await scene.raised("11-23 10:12")
    await tickets.take(scene.session, task.id, **scene.by(scene.officer, "11-23 10:20"))
    heard = await scene.until("11-24 12:00", to="企业")
    await tickets.ask_extension(
        scene.session,
        task.id,
        days=3,
        message=await scene.written("等银行回话", "11-24 12:00"),
        **scene.by(scene.officer, "11-24 12:00"),
    )
    await tickets.extend(scene.session, task.id, days=3, **scene.by(scene.head, "11-24 12:00"))
    heard += await scene.until("11-24 12:30", to="企业")
    await tickets.resolve(
        scene.session,
        task.id,
        outcome=Outcome.SOLVED,
        message=await scene.written("已办妥", ANSWERED),
        **scene.by(scene.officer, ANSWERED),
    )
    heard += await scene.until("12-04 12:00", to="企业")

    assert [when for when, _ in heard] == [
        "11-23 10:21:00",  # who handles it, a minute later
        "11-24 12:00:00",  # the new day
        "11-25 10:01:00",  # the answer, a minute later
        "11-28 09:30:00",  # it still waits for a rating
        "12-03 08:30:00",  # no word in seven days; said in the morning
    ]
    for (_, line), words in zip(
        heard, ("周明", "新的答复日期", "已办妥", "评价", "未评价"), strict=True
    ):
        assert words in line


async def test_a_muted_company_is_not_reminded_but_answered(scene: Scene) -> None:
    await notice_choices.choose(
        scene.session, scene.ceo.person_id, now=at("11-23 10:00"), reminders=False
    )
    await _answered(scene)

    heard = [when for when, _ in await scene.until("12-04 12:00", to="企业")]

    assert heard == ["11-25 10:01:00", "12-03 08:30:00"]
