"""Tickets from the first word to the last, on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.errors import NotAllowed, NotFound
from domain.incoming import Incoming
from domain.tickets import Category, Outcome, Party, Solved, Status, Step, Urgency
from models import Notice, Person, Task, Ticket
from models.messages import Direction
from services import tickets
from services.office import Office
from services.tickets import AlreadyTaken, Contact, Draft, IllegalStep
from tests.services.scenes import LATER, NOW, Scene


async def test_a_ticket_gets_a_number_of_its_day_and_goes_to_the_department(scene: Scene) -> None:
    first, task = await scene.raised()
    second, _ = await scene.raised()

    assert (first.number, second.number) == ("QT-20261123-0001", "QT-20261123-0002")
    assert (task.department, task.status) == ("finance", Status.DISPATCHED)
    assert await scene.steps(first) == [Step.RECEIVE, Step.DISPATCH]
    assert len(await scene.owed("desk_card")) == 2


async def test_its_words_and_contact_belong_to_it_and_only_to_it(scene: Scene) -> None:
    message = await scene.written(scene.ceo, "设备贷款被压了三个月")
    foreign = await scene.written(scene.stranger, "别人的话")

    ticket, _ = await scene.raised(
        message_ids=(message.id, foreign.id), contact=Contact("张三", "13800000000")
    )

    kept = await tickets.messages_of(scene.session, ticket.id)
    assert [m.text for m in kept] == ["设备贷款被压了三个月", "银行贷款批不下来", ""]
    assert kept[-1].attachments == [{"kind": "contact", "name": "张三", "phone": "13800000000"}]
    assert foreign.ticket_id is None


async def test_due_moments_follow_category_and_urgency(scene: Scene) -> None:
    ticket, task = await scene.raised()

    assert task.answer_due == datetime(2026, 11, 30, 9, 30, tzinfo=UTC)

    await tickets.set_urgency(
        scene.session, task.id, urgency=Urgency.URGENT, **scene.by(scene.officer)
    )

    assert task.contact_due == datetime(2026, 11, 23, 5, 42, tzinfo=UTC)
    assert task.interim_due is None
    assert ticket.urgency is Urgency.URGENT


async def test_without_officers_it_goes_to_the_duty_desk(scene: Scene) -> None:
    draft = Draft(category=Category.TAX_FEE, texts=("留抵退税没到账",))

    ticket = await tickets.raise_ticket(scene.session, draft, **scene.by(scene.ceo))

    task = await tickets.lead_task(scene.session, ticket.id)
    dispatch = (await tickets.events_of(scene.session, ticket.id))[-1]
    assert task.department == tickets.DUTY
    assert (dispatch.why, dispatch.details["wanted"]) == ("no_desk", "tax")
    assert await scene.owed("ticket_unowned") == []


async def test_without_a_duty_desk_administrators_are_told(
    session: AsyncSession, office: Office
) -> None:
    admin = Person(telegram_id=min(office.administrators), name="管理员", created_at=NOW)
    company_user = Person(telegram_id=7, name="企业乙", created_at=NOW)
    session.add_all([admin, company_user])
    await session.flush()
    actor = Actor(person_id=company_user.id, name="企业乙", locale="zh")

    await tickets.raise_ticket(
        session,
        Draft(category=Category.OTHER, texts=("不知找谁",)),
        actor=actor,
        now=NOW,
        office=office,
    )

    owed = (await session.exec(select(Notice).where(col(Notice.kind) == "ticket_unowned"))).all()
    assert [notice.person_id for notice in owed] == [admin.id]


async def test_an_unconfirmed_department_has_no_name_for_companies(scene: Scene) -> None:
    assert await tickets.shown_department(scene.session, "finance", scene.office) is None

    duty = await tickets.shown_department(scene.session, "duty", scene.office)

    assert duty is not None
    assert duty.zh == "企业服务专班"


async def test_a_foreign_company_cannot_be_named(scene: Scene) -> None:
    draft = Draft(category=Category.OTHER, texts=("x",), company_id=scene.ceo.company_id)

    with pytest.raises(NotFound):
        await tickets.raise_ticket(scene.session, draft, **scene.by(scene.stranger))


async def test_an_officer_may_raise_it_on_a_companys_behalf(scene: Scene) -> None:
    draft = Draft(category=Category.OTHER, texts=("走访发现",), company_id=scene.ceo.company_id)

    ticket = await tickets.raise_ticket(scene.session, draft, **scene.by(scene.officer))

    assert not tickets.is_of_company(ticket, scene.officer)
    assert tickets.is_of_company(ticket, scene.ceo)
    told = await tickets.company_people(scene.session, ticket)
    assert [person.id for person in told] == [scene.ceo.person_id]


async def test_the_second_officer_is_told_who_was_first(scene: Scene) -> None:
    _, task = await scene.taken()

    with pytest.raises(AlreadyTaken) as refused:
        await tickets.take(scene.session, task.id, **scene.by(scene.second, LATER))

    assert refused.value.facts["name"] == "经办员甲"
    assert f"{refused.value.facts['at']:%H:%M}" == "10:12"
    assert task.handler_id == scene.officer.person_id


async def test_taking_ones_own_again_changes_nothing(scene: Scene) -> None:
    ticket, task = await scene.taken()
    before = await scene.steps(ticket)

    await tickets.take(scene.session, task.id, **scene.by(scene.officer, LATER))

    assert await scene.steps(ticket) == before


async def test_the_company_hears_who_took_it_after_a_minute(scene: Scene) -> None:
    await scene.taken()

    (told,) = await scene.owed("ticket_taken")

    assert told.due_at == NOW + tickets.SECOND_THOUGHTS
    assert told.details["handler_id"] == scene.officer.person_id


async def test_a_claim_is_released_within_a_minute_only(scene: Scene) -> None:
    _, task = await scene.taken()

    with pytest.raises(tickets.TooLate):
        await tickets.release(scene.session, task.id, **scene.by(scene.officer, LATER))
    await tickets.release(scene.session, task.id, **scene.by(scene.officer))

    assert (task.handler_id, task.status) == (None, Status.DISPATCHED)


async def test_nobody_else_sees_it(scene: Scene) -> None:
    ticket, _ = await scene.raised()
    outsider = Actor(person_id=scene.stranger.person_id, name="", locale="zh")

    for number in (ticket.number, "QT-20261123-9999"):
        with pytest.raises(NotFound):
            await tickets.ticket_by_number(scene.session, number, outsider)
    for actor in (scene.ceo, scene.officer, scene.head, scene.duty):
        assert await tickets.get_for(scene.session, ticket.id, actor) is ticket


async def test_an_officer_of_the_same_company_is_never_its_officer(scene: Scene) -> None:
    ticket, task = await scene.raised()
    both = Actor(
        person_id=scene.officer.person_id,
        name="两边都是",
        locale="zh",
        company_id=ticket.company_id,
        company_ids=frozenset({ticket.company_id or 0}),
        grants=scene.officer.grants,
    )

    assert tickets.parties(ticket, task, both) == {Party.COMPANY}
    with pytest.raises(NotAllowed):
        await tickets.take(scene.session, task.id, **scene.by(both))


async def test_routing_moves_it_and_the_clocks_run_on(scene: Scene) -> None:
    _, task = await scene.taken()
    answer_due = task.answer_due

    await tickets.route(scene.session, task.id, department="tax", **scene.by(scene.officer, LATER))

    assert (task.department, task.handler_id, task.status) == ("duty", None, Status.DISPATCHED)
    assert task.answer_due == answer_due
    assert task.accept_due is not None
    with pytest.raises(NotFound):
        await tickets.take(scene.session, task.id, **scene.by(scene.officer, LATER))


async def test_a_further_department_gets_its_share(scene: Scene) -> None:
    ticket, task = await scene.taken()

    share = await tickets.add_department(
        scene.session, task.id, department="duty", **scene.by(scene.officer)
    )
    again = await tickets.add_department(
        scene.session, task.id, department="duty", **scene.by(scene.officer)
    )

    assert again is share
    assert (share.role, share.status) == ("co", Status.DISPATCHED)
    assert ticket.status is Status.IN_PROGRESS


async def test_a_head_names_the_handler(scene: Scene) -> None:
    _, task = await scene.raised()

    with pytest.raises(NotAllowed):
        await tickets.reassign(
            scene.session, task.id, to_person_id=scene.second.person_id, **scene.by(scene.officer)
        )
    await tickets.reassign(
        scene.session, task.id, to_person_id=scene.second.person_id, **scene.by(scene.head)
    )

    assert (task.handler_id, task.status) == (scene.second.person_id, Status.IN_PROGRESS)
    assert [n.person_id for n in await scene.owed("task_assigned")] == [scene.second.person_id]


async def test_nobody_outside_the_department_can_be_named(scene: Scene) -> None:
    _, task = await scene.raised()

    with pytest.raises(NotAllowed):
        await tickets.reassign(
            scene.session, task.id, to_person_id=scene.stranger.person_id, **scene.by(scene.head)
        )


async def test_a_reply_waits_a_minute_and_can_be_taken_back(scene: Scene) -> None:
    _, task = await scene.taken()
    message = await scene.written(scene.officer, "材料已转银行")

    await tickets.reply(scene.session, task.id, message=message, **scene.by(scene.officer))
    (waiting,) = await scene.owed("reply_to_company")
    contacted = task.contacted_at
    await tickets.take_back(
        scene.session, task.id, message_id=message.id, **scene.by(scene.officer)
    )

    assert contacted == NOW
    assert waiting.due_at == NOW + tickets.SECOND_THOUGHTS
    assert await scene.owed("reply_to_company") == []
    assert (task.contacted_at, message.direction) == (None, Direction.NOTE)
    with pytest.raises(NotFound):
        await tickets.take_back(
            scene.session, task.id, message_id=message.id, **scene.by(scene.officer)
        )


async def test_the_clock_stands_still_while_the_company_is_asked(scene: Scene) -> None:
    ticket, task = await scene.taken()
    question = await scene.written(scene.officer, "请补充财务报表")
    await tickets.ask_back(
        scene.session, task.id, message=question, days=3, **scene.by(scene.officer)
    )
    paused = task.answer_due

    answer = await scene.written(scene.ceo, "报表在这里")
    two_days = timedelta(days=2)
    await tickets.add(scene.session, ticket.id, message=answer, **scene.by(scene.ceo, two_days))

    assert paused is None
    assert task.status is Status.IN_PROGRESS
    assert task.answer_due is not None
    assert scene.office.calendar.local(task.answer_due).date().isoformat() == "2026-12-02"
    assert [n.details["why"] for n in await scene.owed("follow_up")] == ["no_answer"]


async def test_notes_never_reach_the_company(scene: Scene) -> None:
    ticket, task = await scene.taken()
    message = await scene.written(scene.officer, "内部意见")

    await tickets.note(scene.session, task.id, message=message, **scene.by(scene.officer))

    assert message in await tickets.messages_of(scene.session, ticket.id)
    assert message not in await tickets.conversation_of(scene.session, ticket.id)


async def test_a_call_is_contact_when_somebody_answered(scene: Scene) -> None:
    _, task = await scene.taken()

    await tickets.log_call(scene.session, task.id, reached=False, **scene.by(scene.officer))
    missed = task.contacted_at
    await tickets.log_call(scene.session, task.id, **scene.by(scene.officer, LATER))

    assert missed is None
    assert task.contacted_at == NOW + LATER


async def test_nothing_is_resolved_that_was_never_answered(scene: Scene) -> None:
    _, task = await scene.taken()

    with pytest.raises(tickets.NothingSent):
        await tickets.resolve(
            scene.session, task.id, outcome=Outcome.SOLVED, **scene.by(scene.officer)
        )


async def answered(scene: Scene) -> tuple[Ticket, Task]:
    ticket, task = await scene.taken()
    message = await scene.written(scene.officer, "贷款已获批准")
    await tickets.resolve(
        scene.session,
        task.id,
        outcome=Outcome.SOLVED,
        message=message,
        **scene.by(scene.officer),
    )
    return ticket, task


async def test_an_answer_calls_the_company_back_and_closes_after_seven_days(scene: Scene) -> None:
    ticket, _ = await answered(scene)

    (call,) = await scene.owed("ticket_answered")
    (closing,) = await scene.owed("close_unanswered")

    assert (ticket.status, ticket.outcome) == (Status.ANSWERED, Outcome.SOLVED)
    assert call.due_at == NOW + tickets.SECOND_THOUGHTS
    assert scene.office.calendar.local(closing.due_at).isoformat() == "2026-12-01T00:00:00+08:00"

    closed = await tickets.close_unanswered(
        scene.session, ticket.id, round_=1, now=closing.due_at, office=scene.office
    )

    assert closed is ticket
    assert ticket.status is Status.CLOSED


async def test_fault_41_a_rating_closes_and_can_be_changed_for_seven_days(scene: Scene) -> None:
    ticket, _ = await answered(scene)

    await tickets.rate(scene.session, ticket.id, solved=Solved.YES, **scene.by(scene.ceo))
    await tickets.rate(scene.session, ticket.id, score=4, **scene.by(scene.ceo, LATER))
    await tickets.rate(scene.session, ticket.id, score=5, **scene.by(scene.ceo, 6 * 24 * LATER))

    assert (ticket.status, ticket.solved, ticket.score) == (Status.CLOSED, "yes", 5)
    with pytest.raises(tickets.TooLate):
        await tickets.rate(scene.session, ticket.id, score=1, **scene.by(scene.ceo, 8 * 24 * LATER))


async def test_only_the_company_rates_and_only_answers(scene: Scene) -> None:
    ticket, _ = await scene.taken()

    with pytest.raises(NotFound):
        await tickets.rate(scene.session, ticket.id, score=5, **scene.by(scene.officer))
    with pytest.raises(IllegalStep):
        await tickets.rate(scene.session, ticket.id, score=5, **scene.by(scene.ceo))


async def test_not_solved_opens_it_one_level_up(scene: Scene) -> None:
    ticket, task = await answered(scene)

    await tickets.rate(scene.session, ticket.id, solved=Solved.NO, **scene.by(scene.ceo, LATER))

    assert (ticket.round, ticket.status, ticket.score) == (2, Status.IN_PROGRESS, None)
    assert (task.handler_id, task.dispatched_at) == (scene.head.person_id, NOW + LATER)
    assert [n.person_id for n in await scene.owed("ticket_unsolved")] == [scene.head.person_id]
    assert await scene.owed("close_unanswered") == []
    stale = await tickets.close_unanswered(
        scene.session, ticket.id, round_=1, now=NOW + 200 * LATER, office=scene.office
    )
    assert stale is None


async def test_fault_41_a_second_round_is_rated_anew(scene: Scene) -> None:
    ticket, task = await answered(scene)
    await tickets.rate(scene.session, ticket.id, solved=Solved.NO, **scene.by(scene.ceo))

    with pytest.raises(IllegalStep):
        await tickets.rate(scene.session, ticket.id, score=5, **scene.by(scene.ceo))
    again = await scene.written(scene.head, "已协调银行放款")
    await tickets.resolve(
        scene.session, task.id, outcome=Outcome.SOLVED, message=again, **scene.by(scene.head)
    )
    await tickets.rate(scene.session, ticket.id, solved=Solved.YES, score=5, **scene.by(scene.ceo))

    assert (ticket.score, ticket.round) == (5, 2)


async def test_fault_30_a_reply_that_crosses_the_answer_is_kept(scene: Scene) -> None:
    ticket, _ = await answered(scene)
    message = await scene.written(scene.ceo, "还有一个附件")

    await tickets.add(scene.session, ticket.id, message=message, **scene.by(scene.ceo))

    assert message.ticket_id == ticket.id
    assert ticket.status is Status.ANSWERED


async def test_withdrawing_ends_what_was_to_be_said(scene: Scene) -> None:
    ticket, task = await scene.taken()

    await tickets.withdraw(scene.session, ticket.id, **scene.by(scene.ceo))

    assert (ticket.outcome, task.status) == (Outcome.WITHDRAWN, Status.CLOSED)
    assert await scene.owed("ticket_taken") == []
    with pytest.raises(IllegalStep):
        await tickets.withdraw(scene.session, ticket.id, **scene.by(scene.ceo))
    with pytest.raises(IllegalStep):
        await tickets.rate(scene.session, ticket.id, score=1, **scene.by(scene.ceo))


async def test_urging_once_per_working_day(scene: Scene) -> None:
    ticket, _ = await scene.taken()

    await tickets.urge(scene.session, ticket.id, **scene.by(scene.ceo))
    with pytest.raises(tickets.UrgedAlready):
        await tickets.urge(scene.session, ticket.id, **scene.by(scene.ceo, LATER))
    await tickets.urge(scene.session, ticket.id, **scene.by(scene.ceo, 24 * LATER))

    assert [n.person_id for n in await scene.owed("ticket_urged")] == [scene.officer.person_id] * 2


async def test_an_edit_keeps_the_earlier_words(scene: Scene) -> None:
    message = await scene.written(scene.ceo, "贷款批不下来")
    ticket, _ = await scene.raised(message_ids=(message.id,))

    for words in ("设备贷款批不下来", "设备贷款批不下来"):
        await tickets.edit(
            scene.session, message, incoming=Incoming(text=words), **scene.by(scene.ceo)
        )

    assert message.text == "设备贷款批不下来"
    assert [version["text"] for version in message.versions] == ["贷款批不下来"]
    assert (await scene.steps(ticket)).count(Step.EDIT) == 1


async def test_changing_the_category_early_changes_the_department(scene: Scene) -> None:
    ticket, task = await scene.raised()

    await tickets.set_category(
        scene.session, ticket.id, category=Category.TAX_FEE, **scene.by(scene.ceo)
    )

    assert (ticket.category, task.department) == (Category.TAX_FEE, "duty")


async def test_fault_29_merging_is_refused_in_rings_and_replies_go_to_the_end(scene: Scene) -> None:
    (one, _), (two, _), (three, _) = [await scene.raised(word) for word in ("甲", "乙", "丙")]
    by = scene.by(scene.officer)

    await tickets.merge(scene.session, one.id, into_id=two.id, **by)
    await tickets.merge(scene.session, two.id, into_id=three.id, **by)
    for source, target in ((two, one), (three, one), (three, three), (one, three)):
        with pytest.raises(tickets.WrongMerge):
            await tickets.merge(scene.session, source.id, into_id=target.id, **by)

    message = await scene.written(scene.ceo, "补充")
    await tickets.add(scene.session, one.id, message=message, **scene.by(scene.ceo))

    assert message.ticket_id == three.id
    assert {m.text for m in await tickets.messages_of(scene.session, three.id)} == {
        *("甲", "乙", "丙", "补充")
    }


async def test_more_time_is_asked_for_and_granted_in_working_days(scene: Scene) -> None:
    _, task = await scene.taken()
    reason = await scene.written(scene.officer, "银行要下周才开会")

    await tickets.ask_extension(
        scene.session, task.id, days=5, message=reason, **scene.by(scene.officer)
    )
    asked = await scene.owed("task_extension_asked")
    with pytest.raises(tickets.AskedForTime):
        await tickets.ask_extension(
            scene.session, task.id, days=5, message=reason, **scene.by(scene.officer)
        )
    with pytest.raises(NotAllowed):
        await tickets.extend(scene.session, task.id, days=5, **scene.by(scene.officer))
    await tickets.extend(scene.session, task.id, days=3, **scene.by(scene.head))
    with pytest.raises(tickets.ExtensionDecided):
        await tickets.extend(scene.session, task.id, days=3, **scene.by(scene.head))

    assert [notice.person_id for notice in asked] == [scene.head.person_id]
    assert task.answer_due == datetime(2026, 12, 3, 9, 30, tzinfo=UTC)
    assert len(await scene.owed("ticket_extended")) == 1
    await tickets.set_urgency(
        scene.session, task.id, urgency=Urgency.HIGH, **scene.by(scene.officer)
    )
    assert task.answer_due == datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


async def test_more_time_is_not_to_be_had_once_it_is_over(scene: Scene) -> None:
    _, task = await scene.taken()
    reason = await scene.written(scene.officer, "忘了")

    with pytest.raises(tickets.TooLate):
        await tickets.ask_extension(
            scene.session,
            task.id,
            days=5,
            message=reason,
            **scene.by(scene.officer, timedelta(days=20)),
        )


async def test_a_refused_extension_leaves_the_day(scene: Scene) -> None:
    _, task = await scene.taken()
    before = task.answer_due
    reason = await scene.written(scene.officer, "银行要下周才开会")
    await tickets.ask_extension(
        scene.session, task.id, days=5, message=reason, **scene.by(scene.officer)
    )

    await tickets.refuse_extension(scene.session, task.id, **scene.by(scene.head))

    assert task.answer_due == before
    assert len(await scene.owed("task_extension_refused")) == 1


async def test_a_day_off_declared_later_moves_the_promise_and_is_logged(scene: Scene) -> None:
    ticket, task = await scene.taken()
    calendar = replace(scene.office.calendar, overrides={date(2026, 11, 25): False})
    office = replace(scene.office, calendar=calendar)

    moved = await tickets.reckon_anew(scene.session, task.id, office=office, now=NOW + LATER)
    again = await tickets.reckon_anew(scene.session, task.id, office=office, now=NOW + LATER)

    line = (await tickets.events_of(scene.session, ticket.id))[-1]
    assert (moved, again) == (True, False)
    assert task.answer_due == datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
    assert line.step is Step.RECKON
    assert line.details["before"].startswith("2026-11-30")


async def test_texts_to_compare_with_are_those_of_the_category_answered_or_not(
    scene: Scene,
) -> None:
    first, _ = await scene.raised("银行贷款批不下来", "已经三个月了")
    second, _ = await scene.raised("续贷没批")

    recent = await tickets.recent_texts(scene.session, Category.FINANCING)

    assert recent == {second.number: "续贷没批", first.number: "银行贷款批不下来\n已经三个月了"}
    assert await tickets.recent_texts(scene.session, Category.TAX_FEE) == {}


async def test_open_texts_are_those_of_ones_own_side(scene: Scene) -> None:
    ticket, _ = await scene.raised("银行贷款批不下来")

    assert await tickets.open_texts(scene.session, scene.ceo) == {ticket.number: "银行贷款批不下来"}
    assert await tickets.open_texts(scene.session, scene.stranger) == {}
