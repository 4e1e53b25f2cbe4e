"""Desks, places of cards, queues, on both databases."""

from datetime import timedelta

import pytest
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Grant, Role
from domain.desks import Right, Shelf, TopicSign
from domain.errors import NotAllowed, NotFound
from domain.screens import Html, Screen
from domain.tickets_said import read_wanted
from models import Desk, Membership, Message, Notice, Outbox, Person, Task, Ticket, Topic
from models.messages import OutboxKind, OutboxState
from services import desks, messages, offices, outbox, people, queues, tickets
from services.messages import Address
from services.office import Office
from services.offices import Seat
from tests.services import scenes
from tests.services.scenes import NOW

GROUP = -1002000000009


class Scene(scenes.Scene):
    """Two officers and a head of finance whom the bot may write to; no desk yet."""

    async def bound(self, *, is_forum: bool = True, department: str = "finance") -> Desk:
        return await desks.bind(
            self.session,
            chat_id=GROUP,
            department=department,
            is_forum=is_forum,
            actor=self.head,
            now=NOW,
            office=self.office,
        )

    async def places(self, ticket: Ticket, task: Task) -> list[int]:
        found = await desks.places_of(self.session, ticket, task, office=self.office)
        return [place.address.chat_id for place in found]

    async def shelf(self, actor: Actor, shelf: Shelf, after: timedelta = timedelta()) -> list[str]:
        found = await queues.queue(self.session, actor, shelf, office=self.office, now=NOW + after)
        assert found.counts[shelf] == len(found.lines)
        return [line.number for line in found.lines]


@pytest.fixture
async def scene(session: AsyncSession, office: Office) -> Scene:
    opened = await scenes.open_scene(session, office, started_at=NOW)
    return Scene(**vars(opened))


async def _person(scene: Scene, actor: Actor) -> Person:
    return await scene.session.get_one(Person, actor.person_id)


# Binding


async def test_a_head_binds_a_group_for_the_own_department_only(scene: Scene) -> None:
    desk = await scene.bound()

    assert (desk.department, desk.is_forum) == ("finance", True)
    with pytest.raises(NotAllowed):
        await scene.bound(department="commerce")


async def test_a_department_has_one_desk_and_a_group_may_serve_several(scene: Scene) -> None:
    first = await scene.bound()
    elsewhere = await desks.bind(
        scene.session,
        chat_id=-7,
        department="finance",
        is_forum=False,
        **scene.by(scene.head),
    )

    assert first.unbound_at is not None
    found = await desks.of_department(scene.session, scene.office.bot_id, "finance")
    assert found is not None
    assert found.id == elsewhere.id


async def test_open_tickets_move_with_the_desk(scene: Scene) -> None:
    ticket, _task = await scene.raised()
    before = len(await _owed(scene, ticket))

    desk = await scene.bound()
    await desks.unbind(scene.session, desk.id, actor=scene.head, now=NOW + timedelta(seconds=5))

    assert len(await _owed(scene, ticket)) == before + 2


async def _owed(scene: Scene, ticket: Ticket, kind: str = "desk_card") -> list[Notice]:
    statement = select(Notice).where(col(Notice.kind) == kind, col(Notice.subject_id) == ticket.id)
    return list((await scene.session.exec(statement)).all())


async def test_rights_known_before_the_binding_are_kept(scene: Scene) -> None:
    await desks.learn_rights(
        scene.session,
        bot_id=scene.office.bot_id,
        chat_id=GROUP,
        lacks=frozenset({Right.TOPICS}),
        is_forum=True,
        by=await _person(scene, scene.head),
        now=NOW,
    )

    desk = await scene.bound()

    assert desks.lacks_of(desk) == {Right.TOPICS}
    assert not desks.has_topics(desk)


# Where a card belongs


async def test_the_desk_comes_first_then_officers_then_the_duty_desk(scene: Scene) -> None:
    ticket, task = await scene.raised()

    assert await scene.places(ticket, task) == [2, 3]
    for actor in (scene.officer, scene.second):
        (await _person(scene, actor)).unreachable_since = NOW
    assert await scene.places(ticket, task) == [5]
    await scene.bound()
    assert await scene.places(ticket, task) == [GROUP]


async def test_an_officer_who_never_started_gets_no_card(scene: Scene) -> None:
    ticket, task = await scene.raised()
    (await _person(scene, scene.second)).started_at = None

    assert await scene.places(ticket, task) == [2]


async def test_an_officer_of_the_raising_company_gets_no_card(scene: Scene) -> None:
    ticket, task = await scene.raised()
    scene.session.add(
        Membership(
            person_id=scene.second.person_id,
            role=Role.MEMBER,
            company_id=scene.ceo.company_id,
            since=NOW,
        )
    )
    await scene.session.flush()

    assert await scene.places(ticket, task) == [2]


async def test_once_claimed_only_the_handler_gets_news(scene: Scene) -> None:
    ticket, task = await scene.raised()
    await tickets.take(scene.session, task.id, **scene.by(scene.officer))

    found = await desks.places_of(scene.session, ticket, task, office=scene.office)

    assert {place.address.chat_id: place.gets_news for place in found} == {2: True, 3: False}


async def test_a_topic_that_cannot_be_made_leaves_the_card_in_the_group(scene: Scene) -> None:
    await scene.bound()
    ticket, _task = await scene.raised()
    topic = await messages.open_topic(
        scene.session,
        bot_id=scene.office.bot_id,
        chat_id=GROUP,
        ticket_id=ticket.id,
        sign=TopicSign("0001"),
        now=NOW,
    )
    address = Address(scene.office.bot_id, GROUP, topic.id)
    card_id = await messages.owe(scene.session, address, Screen(Html("卡片")), now=NOW)
    rows = (await scene.session.exec(select(Outbox).where(col(Outbox.topic_id) == topic.id))).all()
    opening = next(row for row in rows if row.kind is OutboxKind.OPEN_TOPIC)

    await outbox.fail(scene.session, opening, "Bad Request: the chat is not a forum", now=NOW)

    desk = await desks.of_department(scene.session, scene.office.bot_id, "finance")
    assert desk is not None
    assert not desks.has_topics(desk)
    assert (await scene.session.get_one(Topic, topic.id)).closed_at == NOW
    assert opening.state is OutboxState.FAILED
    assert (await scene.session.get_one(Message, card_id)).topic_id is None
    assert {row.topic_id for row in rows if row.kind is OutboxKind.SEND} == {None}


# Queues


async def test_the_queue_has_five_shelves(scene: Scene) -> None:
    waiting, _ = await scene.raised()
    mine, task = await scene.raised()
    await tickets.take(scene.session, task.id, **scene.by(scene.officer))

    assert await scene.shelf(scene.officer, Shelf.WAITING) == [waiting.number]
    assert await scene.shelf(scene.officer, Shelf.MINE) == [mine.number]
    assert await scene.shelf(scene.second, Shelf.MINE) == []
    late = timedelta(days=3)
    assert await scene.shelf(scene.head, Shelf.OVERDUE, late) == [waiting.number, mine.number]
    today = timedelta(days=1)
    assert waiting.number in await scene.shelf(scene.officer, Shelf.TODAY, today)


async def test_other_departments_tickets_are_absent(scene: Scene) -> None:
    await scene.raised()
    other = Actor(
        person_id=scene.second.person_id,
        name="",
        locale="zh",
        grants=frozenset({Grant(Role.OFFICER, "commerce")}),
    )

    assert await scene.shelf(other, Shelf.WAITING) == []
    assert not await queues.find(
        scene.session, read_wanted("贷款"), actor=other, office=scene.office, now=NOW
    )


@pytest.mark.parametrize("words", ["0001", "QT-20261123", "示例封装", "批不下来"])
async def test_a_ticket_is_found_by_number_company_and_words(scene: Scene, words: str) -> None:
    ticket, _task = await scene.raised()

    found = await queues.find(
        scene.session, read_wanted(words), actor=scene.officer, office=scene.office, now=NOW
    )

    assert [line.number for line in found] == [ticket.number]


async def test_a_ticket_is_found_by_its_state_and_kind(scene: Scene) -> None:
    loan, _ = await scene.raised()
    taken, task = await scene.raised()
    await tickets.take(scene.session, task.id, **scene.by(scene.officer))

    async def found(words: str, actor: Actor = scene.officer, after: int = 0) -> list[str]:
        now = NOW + timedelta(days=after)
        wanted = read_wanted(words)
        lines = await queues.find(scene.session, wanted, actor=actor, office=scene.office, now=now)
        return [line.number for line in lines]

    both = [taken.number, loan.number]
    assert await found("待受理 融资") == [loan.number]
    assert await found("办理中") == [taken.number]
    assert await found("未办结 批不下来 示例") == both
    assert await found("已办结") == await found("贷款 天然气") == await found("紧急") == []
    assert await found("我的") == [taken.number]
    assert await found("我的", scene.second) == []
    assert await found("已超时") == []
    assert await found("已超时", after=3) == both
    assert await found("已超时 待受理 贷款", after=3) == [loan.number]


async def test_signs_of_the_search_language_are_only_signs(scene: Scene) -> None:
    await scene.raised()

    found = await queues.find(
        scene.session, read_wanted("%"), actor=scene.officer, office=scene.office, now=NOW
    )

    assert not found


async def test_a_task_is_opened_by_whom_it_concerns(scene: Scene) -> None:
    ticket, task = await scene.raised()

    assert (await desks.open_pair(scene.session, task.id, scene.duty))[0].id == ticket.id
    with pytest.raises(NotFound):
        await desks.open_pair(scene.session, task.id, scene.ceo)


# The sandbox


async def test_an_empty_office_gets_its_staff_once(session: AsyncSession, office: Office) -> None:
    staff = [Seat(2001, "周明", (Grant(Role.OFFICER, "finance"), Grant(Role.DUTY)))]

    async def seed() -> bool:
        return await offices.seed_sandbox(
            session,
            staff=staff,
            desks={"finance": GROUP},
            bot_id=office.bot_id,
            locale="zh",
            now=NOW,
        )

    assert await seed()
    assert not await seed()
    person = await people.by_telegram_id(session, 2001)
    assert person is not None
    actor = await people.actor_for(session, person, administrators=frozenset())
    assert actor.is_duty
    assert actor.works_for("finance")
    assert await desks.of_department(session, office.bot_id, "finance") is not None
