"""FAULTS 45: two hundred messages a minute, and how much of anything one person may have."""

from datetime import timedelta

import pytest
from sqlmodel import col, func, select

import handlers.floods
from bot import middlewares
from bot.dispatcher import build_dispatcher
from bot.unit_of_work import UnitOfWork
from domain.limits import DRAFT_PARTS, MESSAGES_A_MINUTE, TICKETS_A_DAY
from domain.tickets import Category
from models import Conversation, Inbox, Message, Ticket
from models.messages import InboxState
from sandbox.seats import BOT_USERNAME
from services import people, tickets
from services.tickets import Draft
from tests.faults.conftest import Trouble
from tests.faults.test_faults_intake import said
from tests.handlers.office import open_office, raise_ticket

FLOOD = 200
FEW = 12
"""The limit of tests that need not pay for the real one."""


async def flood(trouble: Trouble, first: int, *words: str, seconds: int = 59) -> None:
    """Messages of the company, sent within so many seconds; a neighbour's comes last."""
    start = int(trouble.town.clock().timestamp()) + 120
    updates = []
    for place, text in enumerate(words):
        update = said(first + place, text, message=first + place)
        update["message"]["date"] = start + place * seconds // len(words)
        updates.append(update)
    neighbour = said(first + len(words), "/help", user=1003, message=first)
    await trouble.town.intake.store([*updates, neighbour])


async def work(trouble: Trouble) -> None:
    """Everything takes effect and is delivered."""
    await trouble.town.work()
    await trouble.delivered()


async def warnings(trouble: Trouble) -> int:
    return sum("一分钟内发了" in text for text in await trouble.read_by("company"))


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """A low limit, so that a flood is cheap."""
    monkeypatch.setattr(handlers.floods, "MESSAGES_A_MINUTE", FEW)
    monkeypatch.setattr(middlewares, "_SUSPICIOUS", FEW // 4)
    return FEW


async def test_fault_45_two_hundred_messages_a_minute_get_one_warning_and_hold_up_nobody(
    troubled: Trouble,
) -> None:
    await troubled.greeted("company", "company2")
    await flood(troubled, 5000, *["/menu"] * FLOOD)

    await troubled.town.work_once()
    await troubled.delivered()
    assert len(await troubled.read_by("company2")) == 2, "the neighbour is in the first group"
    await work(troubled)

    assert await warnings(troubled) == 1
    assert len(await troubled.read_by("company")) == 1 + MESSAGES_A_MINUTE + 1
    async with troubled.town.database.read() as session:
        rows = (await session.exec(select(Inbox))).all()
    assert {(row.state, row.attempts) for row in rows} == {(InboxState.DONE, 0)}


async def test_fault_45_another_process_after_a_restart_says_nothing_twice_and_hears_danger(
    troubled_anywhere: Trouble, few: int
) -> None:
    """What a process remembers is a hint; who wrote how much stands in the database."""
    trouble = troubled_anywhere
    await trouble.greeted("company", "company2")
    await flood(trouble, 5000, *["/help"] * (few + 3))
    await work(trouble)
    heard = len(await trouble.read_by("company"))

    fresh = UnitOfWork(build_dispatcher(BOT_USERNAME), trouble.town.courier._bot)
    trouble.town.intake._work = fresh
    await flood(trouble, 6000, *["/help"] * (few // 4 + 3))
    await work(trouble)
    assert len(await trouble.read_by("company")) == heard + few // 4
    assert await warnings(trouble) == 1

    await flood(trouble, 7000, "车间着火了，有人被困")
    await work(trouble)
    assert "119" in (await trouble.read_by("company"))[-1]


async def test_fault_45_what_waited_while_the_bot_was_down_is_no_flood(
    troubled: Trouble, few: int
) -> None:
    await troubled.greeted("company", "company2")
    await flood(troubled, 5000, *["/help"] * 2 * few, seconds=4 * 24 * 3600)

    await work(troubled)

    assert len(await troubled.read_by("company")) == 1 + 2 * few
    assert await warnings(troubled) == 0


async def test_fault_45_a_flood_into_a_draft_is_kept_with_it_up_to_its_limit(
    troubled: Trouble, few: int
) -> None:
    await troubled.greeted("company", "company2")
    told = [f"第{number}台机器停了" for number in range(DRAFT_PARTS + few)]
    await flood(troubled, 5000, "/ask", *told)

    await work(troubled)

    assert await warnings(troubled) == 1
    async with troubled.town.database.read() as session:
        talks = select(Conversation).where(col(Conversation.chat_id) == 1001)
        talk = (await session.exec(talks)).one()
        ids = talk.data["messages"]
        kept = (await session.exec(select(Message.text).where(col(Message.id).in_(ids)))).all()
    assert sorted(kept) == sorted(told[:DRAFT_PARTS])


async def test_so_many_tickets_a_day_and_the_words_of_the_next_are_kept(troubled: Trouble) -> None:
    town = troubled.town
    await open_office(town, desk=False)
    await raise_ticket(town)
    async with town.database.write() as session:
        person = await people.by_telegram_id(session, 1001)
        assert person is not None
        actor = await people.actor_for(session, person, administrators=frozenset())
        draft = Draft(category=Category.OTHER, texts=("又一件",), company_id=actor.company_id)
        for _ in range(TICKETS_A_DAY - 1):
            await tickets.raise_ticket(
                session, draft, actor=actor, now=town.clock(), office=town.office
            )
        await people.record_consent(session, person.id, given=True, now=town.clock())
    company = town.player("company")
    await company.says("园区停电三天了没人管，机器全停了")

    await company.presses("提交")

    assert "24 小时内" in company.toast
    town.clock.move(timedelta(days=1, minutes=1))
    await company.presses("提交")
    async with town.database.read() as session:
        raised = (await session.exec(select(func.count()).select_from(Ticket))).one()
    assert raised == TICKETS_A_DAY + 1
