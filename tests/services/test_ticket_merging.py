"""One cause and several companies; one company and two numbers; one ticket that is two."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from bot.database import Database
from domain.actors import Actor
from domain.errors import NotAllowed, NotFound, Refusal
from domain.incoming import Incoming
from domain.tickets import Category, Outcome, Solved, Status, Step
from models import Task, Ticket
from services import tickets
from services.office import Office
from services.ticket_sheets import sheet_of, talk_of
from services.tickets import BundleApart, Draft, IllegalStep, LedElsewhere, WrongMerge
from tests.services.scenes import Scene, open_scene

HOUR = timedelta(hours=1)
SECRET = "我们厂停电了，损失八万"


async def raised_by(scene: Scene, actor: Actor, words: str) -> tuple[Ticket, Task]:
    draft = Draft(category=Category.FINANCING, texts=(words,), company_id=actor.company_id)
    ticket = await tickets.raise_ticket(scene.session, draft, **scene.by(actor))
    return ticket, await tickets.lead_task(scene.session, ticket.id)


async def joined(scene: Scene) -> tuple[Actor, Ticket, Task, Ticket, Task]:
    """A taken ticket of one company, and one of another company that is joined to it."""
    other = await scene.another_company()
    lead, lead_task = await scene.taken()
    led, led_task = await raised_by(scene, other, SECRET)
    await tickets.merge(scene.session, led.id, into_id=lead.id, **scene.by(scene.officer))
    return other, lead, lead_task, led, led_task


async def read(scene: Scene, ticket: Ticket) -> list[str]:
    """What the company may read, once it has gone out."""
    return [each.text for each in await tickets.conversation_of(scene.session, ticket.id)]


async def test_each_company_keeps_its_number_is_answered_and_rates(scene: Scene) -> None:
    other, lead, task, led, _ = await joined(scene)
    answer = await scene.written(scene.officer, "专线已恢复")

    await tickets.resolve(
        scene.session, task.id, outcome=Outcome.SOLVED, message=answer, **scene.by(scene.officer)
    )
    await tickets.rate(scene.session, led.id, solved=Solved.YES, score=5, **scene.by(other))

    assert (lead.status, led.status) == (Status.ANSWERED, Status.CLOSED)
    assert (lead.score, led.score) == (None, 5)
    assert await read(scene, lead) == ["银行贷款批不下来", "专线已恢复"]
    assert await read(scene, led) == [SECRET, "专线已恢复"]
    called = {notice.subject_id: notice.person_id for notice in await scene.owed("ticket_answered")}
    assert called == {lead.id: scene.ceo.person_id, led.id: other.person_id}


async def test_no_company_sees_anything_of_the_other(scene: Scene) -> None:
    other, lead, task, led, _ = await joined(scene)
    words = await scene.written(scene.ceo, "我们也停了")
    await tickets.add(scene.session, lead.id, message=words, **scene.by(scene.ceo))
    message = await scene.written(scene.officer, "正在抢修")
    await tickets.reply(scene.session, task.id, message=message, **scene.by(scene.officer))

    seen = await sheet_of(scene.session, led, office=scene.office, now=scene.now)

    assert await read(scene, led) == [SECRET, "正在抢修"]
    assert SECRET not in await read(scene, lead)
    assert lead.number not in repr(seen)
    assert "示例封装" not in repr(seen)
    assert seen.handler == scene.officer.name
    for ticket, actor in ((lead, other), (led, scene.ceo)):
        with pytest.raises(NotFound):
            await tickets.get_for(scene.session, ticket.id, actor)


async def test_promises_stay_its_own_and_steps_are_taken_where_it_is_led(scene: Scene) -> None:
    _other, _lead, task, led, led_task = await joined(scene)
    due = led_task.answer_due

    assert (led_task.handler_id, led_task.status) == (scene.officer.person_id, Status.IN_PROGRESS)
    with pytest.raises(LedElsewhere):
        await tickets.resolve(
            scene.session, led_task.id, outcome=Outcome.SOLVED, **scene.by(scene.officer)
        )
    await tickets.reassign(
        scene.session, task.id, to_person_id=scene.second.person_id, **scene.by(scene.head)
    )
    assert (led_task.handler_id, led_task.answer_due) == (scene.second.person_id, due)
    await scene.extended(task, scene.second, scene.head, days=3)
    assert due is not None
    assert led_task.answer_due == due + timedelta(days=3)
    await tickets.route(scene.session, task.id, department="tax", **scene.by(scene.head))
    assert (led_task.department, led_task.handler_id) == ("duty", None)
    await tickets.leave(scene.session, led_task.id, **scene.by(scene.duty))
    await tickets.take(scene.session, led_task.id, **scene.by(scene.duty))
    assert (task.handler_id, led.joined_to) == (None, None)


async def test_what_is_taken_back_is_taken_back_from_all(scene: Scene) -> None:
    _other, lead, task, led, _ = await joined(scene)
    message = await scene.written(scene.officer, "写错了")
    await tickets.reply(scene.session, task.id, message=message, **scene.by(scene.officer))

    await tickets.take_back(
        scene.session, task.id, message_id=message.id, **scene.by(scene.officer)
    )

    assert await scene.owed("reply_to_company") == []
    assert "写错了" not in [*await read(scene, lead), *await read(scene, led)]


async def test_an_answer_that_is_undone_was_given_to_nobody(scene: Scene) -> None:
    _other, lead, task, led, led_task = await joined(scene)
    answer = await scene.written(scene.officer, "专线已恢复")
    await tickets.resolve(
        scene.session, task.id, outcome=Outcome.SOLVED, message=answer, **scene.by(scene.officer)
    )

    with pytest.raises(LedElsewhere):
        await tickets.take_back_answer(scene.session, led_task.id, **scene.by(scene.officer))
    await tickets.take_back_answer(scene.session, task.id, **scene.by(scene.officer))

    assert (lead.status, led.status, led.outcome) == (
        Status.IN_PROGRESS,
        Status.IN_PROGRESS,
        None,
    )
    assert await scene.owed("ticket_answered") == await scene.owed("close_unanswered") == []
    assert "专线已恢复" not in [*await read(scene, lead), *await read(scene, led)]


async def test_an_edit_reaches_every_company(scene: Scene) -> None:
    _other, lead, task, led, _ = await joined(scene)
    message = await scene.written(scene.officer, "明天恢复")
    await tickets.reply(scene.session, task.id, message=message, **scene.by(scene.officer))

    await tickets.edit(
        scene.session, message, incoming=Incoming(text="后天恢复"), **scene.by(scene.officer)
    )

    assert [(await read(scene, each))[-1] for each in (lead, led)] == ["后天恢复"] * 2
    assert len(await scene.owed("reply_edited")) == 2


async def test_an_answer_needs_words_for_whoever_has_heard_none(scene: Scene) -> None:
    lead, task = await scene.taken()
    message = await scene.written(scene.officer, "已经解决")
    await tickets.reply(scene.session, task.id, message=message, **scene.by(scene.officer))
    other = await scene.another_company()
    led, _ = await raised_by(scene, other, SECRET)
    await tickets.merge(scene.session, led.id, into_id=lead.id, **scene.by(scene.officer))

    with pytest.raises(tickets.NothingSent):
        await tickets.resolve(
            scene.session, task.id, outcome=Outcome.SOLVED, **scene.by(scene.officer)
        )


async def test_when_the_leading_one_is_withdrawn_the_others_go_on(scene: Scene) -> None:
    other, lead, _task, led, led_task = await joined(scene)
    third, third_task = await raised_by(scene, other, "又一件")
    await tickets.merge(scene.session, third.id, into_id=led.id, **scene.by(scene.officer))
    assert third.merged_into == led.id

    await tickets.withdraw(scene.session, lead.id, **scene.by(scene.ceo))

    assert (lead.status, led.status, led.joined_to) == (Status.CLOSED, Status.IN_PROGRESS, None)
    assert led_task.handler_id == scene.officer.person_id
    assert third_task.status is Status.CLOSED


async def test_not_solved_opens_only_ones_own(scene: Scene) -> None:
    other, lead, task, led, led_task = await joined(scene)
    answer = await scene.written(scene.officer, "专线已恢复")
    await tickets.resolve(
        scene.session, task.id, outcome=Outcome.SOLVED, message=answer, **scene.by(scene.officer)
    )

    await tickets.rate(scene.session, led.id, solved=Solved.NO, **scene.by(other))

    assert (lead.status, led.status) == (Status.ANSWERED, Status.IN_PROGRESS)
    assert led_task.handler_id == scene.head.person_id


async def test_fault_29_no_ring_whatever_the_order(scene: Scene) -> None:
    other = await scene.another_company()
    by = scene.by(scene.officer)
    for order in permutations(range(3)):
        made = [
            (await scene.raised("甲"))[0],
            (await raised_by(scene, other, "乙"))[0],
            (await scene.raised("丙"))[0],
        ]
        one, two, three = (made[at] for at in order)
        await tickets.merge(scene.session, one.id, into_id=two.id, **by)
        await tickets.merge(scene.session, two.id, into_id=three.id, **by)
        for source, target in ((two, one), (three, one), (three, three), (three, two)):
            with suppress(WrongMerge, IllegalStep, LedElsewhere):
                await tickets.merge(scene.session, source.id, into_id=target.id, **by)
            assert all([await ends(scene, ticket) for ticket in made])


async def test_fault_29_itself_and_back_again_are_refused_with_both_numbers(scene: Scene) -> None:
    other = await scene.another_company()
    (one, _), (two, _) = await scene.raised("甲"), await raised_by(scene, other, "乙")
    by = scene.by(scene.officer)
    await tickets.merge(scene.session, one.id, into_id=two.id, **by)

    for source, target in ((two, one), (two, two)):
        with pytest.raises(WrongMerge) as refused:
            await tickets.merge(scene.session, source.id, into_id=target.id, **by)
        assert refused.value.facts == {"number": two.number, "into": target.number}


async def ends(scene: Scene, ticket: Ticket) -> bool:
    seen = {ticket.id}
    while next_id := ticket.merged_into or ticket.joined_to:
        if next_id in seen:
            return False
        seen.add(next_id)
        ticket = await scene.session.get_one(Ticket, next_id)
    return True


async def test_fault_29_opposite_merges_at_once_make_no_ring(
    database: Database, office: Office
) -> None:
    async with database.write() as session:
        scene = await open_scene(session, office)
        one, two = [(await scene.raised(words))[0] for words in ("甲", "乙")]

    async def merge(source: Ticket, target: Ticket) -> Refusal | None:
        try:
            async with database.write() as session:
                await tickets.merge(
                    session, source.id, into_id=target.id, **scene.by(scene.officer)
                )
        except Refusal as refusal:
            return refusal
        return None

    refused = await asyncio.gather(merge(one, two), merge(two, one))

    assert sum(refusal is None for refusal in refused) == 1
    async with database.read() as session:
        after = [await session.get_one(Ticket, ticket.id) for ticket in (one, two)]
    assert sum(ticket.merged_into is not None for ticket in after) == 1


async def test_nobody_merges_into_the_ticket_of_their_own_company(scene: Scene) -> None:
    lead, _ = await scene.raised()
    other = await scene.another_company()
    led, _ = await raised_by(scene, other, SECRET)
    both = await scene.is_member_too(scene.officer)

    with pytest.raises((NotFound, NotAllowed)):
        await tickets.merge(scene.session, led.id, into_id=lead.id, **scene.by(both))


async def test_a_bundle_is_not_answered_with_another_companys(scene: Scene) -> None:
    lead, _ = await scene.raised()
    led, task = await raised_by(scene, await scene.another_company(), SECRET)
    led.bundle = "talent"

    with pytest.raises(BundleApart):
        await tickets.merge(scene.session, led.id, into_id=lead.id, **scene.by(scene.officer))

    assert (led.joined_to, task.status) == (None, Status.DISPATCHED)


async def test_fault_45_the_same_words_from_two_accounts_suggest_a_merge(scene: Scene) -> None:
    other = await scene.another_company()
    first, _ = await raised_by(scene, scene.ceo, "园区二期今天上午突然停电，生产线全停")
    second, _ = await raised_by(scene, other, "园区二期今天上午突然停电，生产线全停！")
    third, _ = await raised_by(scene, other, "申请的贷款贴息一直没有到账")

    assert [one.id for one in await tickets.likes_of(scene.session, second)] == [first.id]
    assert await tickets.likes_of(scene.session, third) == []
    await tickets.merge(scene.session, second.id, into_id=first.id, **scene.by(scene.officer))
    assert await tickets.likes_of(scene.session, second) == []


async def test_the_duty_desk_gives_the_second_matter_a_number(scene: Scene) -> None:
    ticket, task = await scene.taken()
    words = await scene.written(scene.duty, "厂门口的路灯坏了")
    given: dict[str, Any] = {
        "message": words,
        "category": Category.INFRA_ENV_SAFETY,
        "department": "utilities",
    }

    with pytest.raises(NotAllowed):
        await tickets.split(scene.session, task.id, **given, **scene.by(scene.officer))
    second = await tickets.split(scene.session, task.id, **given, **scene.by(scene.duty, HOUR))

    part = await tickets.lead_task(scene.session, second.id)
    lines = await talk_of(scene.session, second)
    assert (second.number, second.company_id) == ("QT-20261123-0002", ticket.company_id)
    assert (part.department, part.status) == ("duty", Status.DISPATCHED)
    assert part.dispatched_at == scene.now + HOUR
    assert [(line.text, line.mine, line.who) for line in lines] == [
        ("厂门口的路灯坏了", False, scene.duty.name)
    ]
    assert await tickets.first_words(scene.session, second.id) == "厂门口的路灯坏了"
    assert [n.person_id for n in await scene.owed("ticket_split")] == [scene.ceo.person_id]
    assert (await scene.steps(ticket))[-1] == Step.SPLIT
    assert "厂门口的路灯坏了" not in await read(scene, ticket)
