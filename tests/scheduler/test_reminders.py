"""Officers and heads are reminded at the right moment, once, together, and never at night."""

from datetime import date

import pytest
from sqlmodel import col, select

from domain.absences import AbsenceState
from domain.errors import NotAllowed
from domain.tickets import Outcome, Urgency
from models import Absence, Notice, Outbox, Person, Task
from models.messages import OutboxState
from models.notices import NoticeState
from services import desks, reminders, tickets, turns
from tests.scheduler.finance import GROUP, Scene, at

# At its moment


async def test_the_answers_ladder_up_to_the_head(any_scene: Scene) -> None:
    """Raised Monday 10:12: the answer is due the Monday after, 17:30."""
    scene = any_scene
    await scene.taken("11-23 10:12")

    said = await scene.until("12-01 18:00")

    assert sorted((when, line.split("<")[0]) for when, line in said) == [
        ("11-27 09:00:00", "周明: "),  # the working day before
        ("11-30 09:00:00", "周明: "),  # the day itself
        ("11-30 17:30:00", "周明: "),  # at the moment
        ("12-01 09:00:00", "周明: "),  # still open
        ("12-01 09:00:00", "郑主任: "),
    ]
    texts = "".join(line for _, line in said)
    for words in ("剩 1 个工作日", "今天到期", "答复已超时", "经办：周明"):
        assert words in texts


async def test_what_nobody_takes_is_told_to_all_who_may_then_to_the_head(scene: Scene) -> None:
    await scene.raised("11-23 10:12")

    assert await scene.told("11-24 17:29", to="周明") == []
    due = await scene.told("11-24 17:30")
    later = await scene.told("11-25 14:30", to="郑主任")

    assert [line.split(":")[0] for line in due] == ["周明", "吴静"]
    assert all("还没有人受理" in line for line in due)
    assert ["还没有人受理" in line for line in later] == [True]


async def test_the_first_contact_is_reminded_of_although_the_ticket_is_young(scene: Scene) -> None:
    task = await scene.raised("11-23 10:12")
    await tickets.take(scene.session, task.id, **scene.by(scene.officer, "11-23 11:00"))

    morning = await scene.told("11-24 09:00", to="周明")

    assert len(morning) == 1
    assert "首次联系时限" in morning[0]


async def test_the_urgent_is_warned_of_an_hour_before(scene: Scene) -> None:
    task = await scene.raised("11-23 09:00", urgency=Urgency.URGENT)
    await tickets.take(scene.session, task.id, **scene.by(scene.officer, "11-23 09:01"))

    said = await scene.until("11-23 13:40")

    # Claimed at one minute past nine: the warning at ten waits for the two hours of peace, and by
    # then the contact is overdue.
    assert [when for when, _ in said] == ["11-23 11:01:00"]
    assert "首次联系已超时" in said[0][1]


# Not twice, not at night, not in a crowd


async def test_several_at_once_are_one_digest(scene: Scene) -> None:
    late = await scene.taken("11-16 10:00")
    today = await scene.taken("11-19 10:00")
    for _ in range(3):
        await scene.taken("11-25 16:00")
    planned = await scene.taken("11-23 10:00")
    await tickets.follow_up(
        scene.session, planned.id, at=at("11-26 09:00"), **scene.by(scene.officer, "11-25 16:00")
    )
    await scene.told("11-26 08:59")

    said = await scene.told("11-26 09:00", to="周明")

    assert len(said) == 1
    assert "11月26日（周四）：2 件要动，1 件已超时" in said[0]
    order = [said[0].index(await _short(scene, task)) for task in (late, today, planned)]
    assert order == sorted(order)
    assert "其余 3 件正常，无需处理。" in said[0]
    assert "今天 17:30 到期" in said[0]


async def _short(scene: Scene, task: Task) -> str:
    ticket = await tickets.get_for(scene.session, task.ticket_id, scene.officer)
    return ticket.number[-4:]


async def test_nothing_new_in_the_afternoon_is_no_second_digest(scene: Scene) -> None:
    await scene.taken("11-16 10:00")
    await scene.taken("11-16 10:01")
    morning = await scene.told("11-26 09:00", to="周明")

    assert len(morning) == 1
    assert await scene.told("11-26 13:30", to="周明") == []
    assert len(await scene.told("11-27 09:00", to="周明")) == 1


async def test_who_has_just_acted_is_left_in_peace_for_two_hours(scene: Scene) -> None:
    task = await scene.taken("11-23 10:12")
    await scene.told("11-30 16:00")
    await tickets.say_at_work(scene.session, task.id, **scene.by(scene.officer, "11-30 16:30"))

    assert await scene.told("11-30 17:30", to="周明") == []
    assert len(await scene.told("12-01 09:00", to="周明")) == 1


async def test_fault_40_nobody_is_reminded_at_night_or_on_a_day_off(scene: Scene) -> None:
    for when in ("11-20 09:30", "11-23 10:12", "11-24 15:00"):
        await scene.taken(when)
    await scene.raised("11-27 17:20", urgency=Urgency.URGENT)

    said = await scene.until("12-03 12:00")

    assert len(said) > 5
    assert all(scene.office.calendar.is_open(at(when)) for when, _ in said)


async def test_fault_31_four_days_down_are_one_message_that_says_overdue(scene: Scene) -> None:
    for when in ("11-19 10:00", "11-20 10:00"):
        await scene.taken(when)
    await scene.told("11-25 10:00")

    back = await scene.told("11-30 10:00", to="周明")

    assert len(back) == 1
    assert back[0].count("已超时") == 3
    assert await scene.told("11-30 10:01", to="周明") == []


async def test_fault_34_a_clock_that_jumps_back_says_nothing_twice(scene: Scene) -> None:
    await scene.taken("11-23 10:12")
    await scene.told("11-30 10:00")
    assert len(await scene.told("11-30 17:30", to="周明")) == 1

    again = [await scene.told(when, to="周明") for when in ("11-30 16:30", "11-30 17:30")]

    assert again == [[], []]


async def test_a_moment_chosen_at_night_comes_in_the_morning(scene: Scene) -> None:
    task = await scene.taken("11-23 10:12", urgency=Urgency.URGENT)
    await tickets.ask_back(
        scene.session,
        task.id,
        message=await scene.written("请补营业执照", "11-23 10:20"),
        days=5,
        **scene.by(scene.officer, "11-23 10:20"),
    )
    await tickets.follow_up(
        scene.session, task.id, at=at("11-24 22:00"), **scene.by(scene.officer, "11-23 10:21")
    )

    assert await scene.told("11-24 22:00", to="周明") == []
    morning = await scene.told("11-25 09:00", to="周明")

    assert len(morning) == 1
    assert "原定 11月24日（周二）22:00" in morning[0]


# Between owed and sent


async def test_fault_33_answered_before_it_was_sent_is_not_reminded_of(scene: Scene) -> None:
    task = await scene.taken("11-23 10:12")
    await scene.told("11-30 17:30", to="周明")
    row = (
        await scene.session.exec(
            select(Outbox).where(col(Outbox.good_until).is_not(None)).order_by(col(Outbox.id))
        )
    ).all()[-1]
    for other in (await scene.session.exec(select(Outbox))).all():
        if other.id != row.id:
            other.state = OutboxState.SENT

    await tickets.resolve(
        scene.session, task.id, outcome=Outcome.SOLVED, **scene.by(scene.officer, "11-30 17:32")
    )
    now = at("11-30 17:45")
    dropped = await turns.drop_outdated(scene.session, bot_id=scene.office.bot_id, now=now)
    said = await scene.told("12-01 09:00", to="周明")

    assert dropped == 1
    assert row.state is OutboxState.DROPPED
    assert said == []


async def test_a_digest_that_lay_too_long_is_drawn_anew(scene: Scene) -> None:
    first, second = await scene.taken("11-16 10:00"), await scene.taken("11-16 10:01")
    await scene.taken("11-16 10:02")
    assert "3 件已超时" in (await scene.told("11-26 09:00", to="周明"))[0]

    await tickets.resolve(
        scene.session, first.id, outcome=Outcome.SOLVED, **scene.by(scene.officer, "11-26 09:02")
    )
    await turns.drop_outdated(scene.session, bot_id=scene.office.bot_id, now=at("11-26 09:20"))
    anew = await scene.told("11-26 09:20", to="周明")

    assert len(anew) == 1
    assert "2 件已超时" in anew[0]
    assert await _short(scene, second) in anew[0]


# Who


async def test_after_a_change_of_hands_the_new_one_is_reminded(scene: Scene) -> None:
    task = await scene.taken("11-23 10:12")
    await tickets.reassign(
        scene.session,
        task.id,
        to_person_id=scene.second.person_id,
        **scene.by(scene.head, "11-25 10:00"),
    )
    await scene.told("11-25 10:05")

    said = await scene.told("11-27 09:00")

    assert [line.split(":")[0] for line in said] == ["吴静"]


@pytest.mark.parametrize("has_stand_in", [True, False])
async def test_who_is_away_is_spared_and_the_stand_in_reminded(
    scene: Scene, *, has_stand_in: bool
) -> None:
    task = await scene.taken("11-23 10:12")
    await tickets.follow_up(
        scene.session, task.id, at=at("11-26 10:00"), **scene.by(scene.officer, "11-23 11:00")
    )
    away = Absence(
        person_id=scene.officer.person_id,
        first=date(2026, 11, 26),
        last=date(2026, 11, 27),
        stand_in_id=scene.second.person_id if has_stand_in else None,
        state=AbsenceState.AWAY,
        created_by=scene.officer.person_id,
        created_at=at("11-25 09:00"),
    )
    scene.session.add(away)
    await scene.told("11-25 10:00")

    planned = await scene.told("11-26 10:00")
    soon = await scene.told("11-27 09:00")

    acting = "吴静" if has_stand_in else "郑主任"
    assert [line.split(":")[0] for line in (*planned, *soon)] == [acting, acting]


async def test_a_head_who_nudges_is_heard_once_in_two_hours(scene: Scene) -> None:
    task = await scene.taken("11-16 10:00")
    await scene.told("11-25 09:00")

    nudged = [
        await tickets.nudge(scene.session, task.id, **scene.by(scene.head, when))
        for when in ("11-25 10:00", "11-25 11:59", "11-25 12:01")
    ]
    said = await scene.told("11-25 13:30", to="周明")

    assert nudged == [True, False, True]
    assert sum("负责人催办" in line for line in said) == 2
    with pytest.raises(NotAllowed):
        await tickets.nudge(scene.session, task.id, **scene.by(scene.second, "11-25 16:00"))


async def test_who_cannot_be_written_to_is_called_in_the_group(scene: Scene) -> None:
    await desks.bind(
        scene.session,
        chat_id=GROUP,
        department="finance",
        is_forum=False,
        actor=scene.head,
        now=at("11-20 09:00"),
        office=scene.office,
    )
    person = await scene.session.get_one(Person, scene.officer.person_id)
    person.started_at = None
    task = await scene.raised("11-23 10:12")
    await tickets.take(scene.session, task.id, **scene.by(scene.officer, "11-23 10:20"))
    morning = select(Notice).where(col(Notice.kind) == "task_due_soon")
    for notice in (await scene.session.exec(morning.order_by(col(Notice.due_at)))).all()[:1]:
        notice.due_at = at("11-24 16:30")

    said = [line for line in await scene.until("11-25 08:00") if line[1].startswith("群")]
    again = await scene.told("11-25 09:00", to="群")

    # Called at half past four, he is left in peace at half past five, when it is overdue.
    assert [when for when, _ in said] == ["11-24 16:30:00"]
    assert "周明</a>" in said[0][1]
    assert len(again) == 1
    assert "首次联系已超时" in again[0]


async def test_a_quiet_morning_ends_with_the_afternoon(scene: Scene) -> None:
    calm, urgent = await scene.taken("11-16 10:00"), await scene.taken("11-16 10:01")
    for task, when in ((calm, "11-26 10:00"), (urgent, "11-26 10:01")):
        await tickets.follow_up(
            scene.session, task.id, at=at(when), **scene.by(scene.officer, "11-25 10:00")
        )
    (await tickets.get_for(scene.session, urgent.ticket_id, scene.officer)).urgency = Urgency.URGENT
    await scene.told("11-26 09:00")
    await reminders.be_quiet(
        scene.session, scene.officer.person_id, until=at("11-26 13:30"), now=at("11-26 09:01")
    )

    morning = await scene.told("11-26 10:05", to="周明")
    afternoon = await scene.told("11-26 13:30", to="周明")

    assert len(morning) == 1
    assert await _short(scene, urgent) in morning[0]
    assert len(afternoon) == 1
    assert "该跟进了" in afternoon[0]
    assert await _short(scene, calm) in afternoon[0]


async def test_a_snooze_comes_once_however_often_it_is_pressed(scene: Scene) -> None:
    task = await scene.taken("11-23 10:12")
    await scene.told("11-26 10:00")
    for minute in (0, 1):
        await reminders.snooze(
            scene.session,
            task,
            scene.officer.person_id,
            until=at(f"11-26 15:0{minute}"),
            now=at(f"11-26 11:0{minute}"),
        )

    assert await scene.told("11-26 15:00", to="周明") == []
    assert len(await scene.told("11-26 15:01", to="周明")) == 1


async def test_a_rung_that_an_editor_took_away_is_not_said(scene: Scene) -> None:
    await scene.taken("11-23 10:12")
    owed = select(Notice).where(col(Notice.kind) == "task_due_soon")
    for notice in (await scene.session.exec(owed)).all():
        notice.details = {**notice.details, "rung": "answer-9d:handler"}

    assert await scene.told("11-27 09:00", to="周明") == []
    state = {notice.state for notice in (await scene.session.exec(owed)).all()}
    assert NoticeState.SAID not in state
