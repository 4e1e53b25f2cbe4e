"""The hourly clean-up, as a job: late, twice, and after the clock has jumped."""

from sqlmodel import col, select

from domain import retention
from models import Conversation, Inbox, Outbox
from scheduler.clean_up import clean_up
from services.office import Office
from tests.town import Town


async def payloads(town: Town) -> list[bool]:
    async with town.database.read() as session:
        inbox = (await session.exec(select(Inbox.payload).order_by(col(Inbox.id)))).all()
        outbox = (await session.exec(select(Outbox.payload).order_by(col(Outbox.id)))).all()
    return [bool(payload) for payload in (*inbox, *outbox)]


async def test_a_month_later_the_raw_records_are_gone(town: Town) -> None:
    await town.player("company").says("/help")
    assert all(await payloads(town))

    await town.passes(days=retention.RAW_RECORDS.days)

    assert not any(await payloads(town))


async def test_twice_is_like_once(town: Town, office: Office) -> None:
    await town.player("company").says("/help")
    later = town.clock() + retention.RAW_RECORDS

    async with town.database.write() as session:
        more = [await clean_up(session, office, later) for _ in range(2)]

    assert more == [False, False]
    assert not any(await payloads(town))


async def test_a_draft_counts_from_its_last_change(town: Town) -> None:
    company = town.player("company")
    await company.says("做芯片封装的，80来人，想贷款换设备")
    await town.passes(hours=20)
    await company.says("做芯片封装的，2015年成立，90来人")

    await town.passes(hours=20)
    assert await open_forms(town) == 1
    await town.passes(hours=5)

    assert await open_forms(town) == 0


async def open_forms(town: Town) -> int:
    async with town.database.read() as session:
        states = (await session.exec(select(Conversation.state))).all()
    return len([state for state in states if state])


async def test_a_jump_of_a_week_leaves_nothing_to_do(town: Town) -> None:
    company = town.player("company")
    await company.says("/help")

    await town.passes(days=7)
    after_the_jump = len(await company.messages())
    await town.ticker.settle()

    assert len(await company.messages()) == after_the_jump
