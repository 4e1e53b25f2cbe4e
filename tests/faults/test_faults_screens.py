"""Buttons forged, stale or pressed twice, first messages of every kind, two timekeepers."""

import asyncio
import io
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import fields
from datetime import date
from enum import Enum
from typing import Any, cast, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, func, select

from bot.checkpoints import Checkpoints
from bot.database import Database, insist
from bot.health import Figures
from bot.intake import Intake
from bot.ticker import Ticker
from domain.alarms import AlarmKind
from models import Alarm, Inbox, Message, Notice, Outbox, Person, Task, Ticket
from models.messages import InboxState
from models.notices import NoticeState
from scheduler.timetable import DUE_NOTICES
from services import notices
from tests.faults.conftest import Trouble
from tests.handlers.office import PNG, open_office, raise_ticket
from views.permissions import presses
from views.presses import Press


def _values(hint: Any) -> st.SearchStrategy[Any]:
    if get_args(hint):
        return st.one_of(*(_values(part) for part in get_args(hint)))
    if hint is type(None):
        return st.none()
    if issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    if hint is bool:
        return st.booleans()
    if hint is int:
        return st.integers(min_value=0, max_value=2**63 - 1)
    if hint is date:
        return st.dates()
    return st.sampled_from(["key", "economy_tech"])


def _any_press(kind: type[Press]) -> st.SearchStrategy[Press]:
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: _values(hints[field.name]) for field in fields(kind)})


@given(st.sampled_from(presses()).flatmap(_any_press))
def test_fault_20_every_button_fits_in_64_bytes_and_reads_back(press: Press) -> None:
    data = press.pack()

    assert len(data.encode()) <= 64
    assert type(press).unpack(data) == press


def test_fault_20_no_two_buttons_share_a_prefix() -> None:
    prefixes = [kind.prefix for kind in presses()]

    assert len(prefixes) > 20
    assert len(set(prefixes)) == len(prefixes)


@pytest.mark.parametrize("data", ["", "x", "zz:1:2", "pm:1:2:3", "测试", "pm:" + "9" * 60])
async def test_fault_21_an_unknown_button_is_answered(troubled: Trouble, data: str) -> None:
    await troubled.greeted("company")
    company = troubled.town.player("company")

    await company.send_press((await company.newest()).id, data)

    assert len(await troubled.calls("answerCallbackQuery")) == 1


_CONTENT: dict[str, dict[str, Any]] = {
    "dice": {"dice": {"emoji": "🎲", "value": 3}},
    "location": {"location": {"latitude": 30.3, "longitude": 120.3}},
    "contact": {"contact": {"phone_number": "+8613800001001", "first_name": "王芳"}},
    "poll": {
        "poll": {
            "id": "1",
            "question": "？",
            "options": [
                {"text": "是", "voter_count": 0, "persistent_id": "1"},
                {"text": "否", "voter_count": 0, "persistent_id": "2"},
            ],
            "allows_revoting": False,
            "members_only": False,
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
        }
    },
}


@pytest.mark.parametrize("kind", _CONTENT)
async def test_fault_24_a_first_message_of_any_kind_is_answered(
    troubled: Trouble, kind: str
) -> None:
    await troubled.town.do("content", seat="company", content=_CONTENT[kind])
    await troubled.town.settle()

    await _is_answered(troubled)


@pytest.mark.parametrize("kind", ["photo", "voice", "video", "sticker", "video_note", "document"])
async def test_fault_24_a_first_file_of_any_kind_is_answered(troubled: Trouble, kind: str) -> None:
    await troubled.town.player("company").attaches(kind, (f"{kind}.png", PNG))

    await _is_answered(troubled)


async def test_fault_23_a_file_too_large_to_fetch_is_kept_by_its_id(troubled: Trouble) -> None:
    company = troubled.town.player("company")
    await company.starts()
    large = cast("bytes", io.BytesIO(bytes(21 * 1024 * 1024)))
    await company.attaches("document", ("drawings.zip", large), caption="车间漏水没人管")

    await company.presses("提交")

    async with troubled.town.database.read() as session:
        ticket = (await session.exec(select(Ticket))).one()
        kept = (await session.exec(select(Message).where(Message.kind == "document"))).one()
    assert kept.ticket_id == ticket.id
    assert kept.attachments[0]["size"] == 21 * 1024 * 1024
    assert kept.attachments[0]["file_id"]
    assert await troubled.calls("getFile") == []


async def _is_answered(trouble: Trouble) -> None:
    async with trouble.town.database.read() as session:
        rows = (await session.exec(select(Inbox))).all()
    assert {(row.state, row.attempts) for row in rows} == {(InboxState.DONE, 0)}
    assert await trouble.read_by("company")


async def test_fault_27_two_processes_take_two_claims_at_the_same_instant(
    troubled_anywhere: Trouble,
) -> None:
    town = troubled_anywhere.town
    await open_office(town, desk=False, started=(2001, 2002))
    await raise_ticket(town)
    for seat in ("officer", "officer2"):
        card = await town.player(seat).message_with("受理")
        data = card.key("受理")["callback_data"]
        await town.do("press", seat=seat, message_id=card.id, data=data, wait=0)
    await town._take_in()

    async with _second_intake(troubled_anywhere) as other:
        await asyncio.gather(town.work_once(), insist(other.work_once))
    await town.settle()

    async with town.database.read() as session:
        task = (await session.exec(select(Task))).one()
        handler = await session.get_one(Person, task.handler_id)
    for seat in ("officer", "officer2"):
        assert any(
            f"受理：{handler.name}" in text for text in await troubled_anywhere.read_by(seat)
        )
    loser = "officer2" if handler.telegram_id == 2001 else "officer"
    answers = (await town.see("callback_answers", seat=loser))["answers"]
    assert handler.name in answers[0]["answer"]["text"]


@asynccontextmanager
async def _second_intake(trouble: Trouble) -> AsyncGenerator[Intake]:
    """A second process that gives effect, on a database connection of its own."""
    first = trouble.town.intake
    database = Database(trouble.town.database.url)
    yield Intake(
        first._bot,
        database,
        trouble.town.clock,
        trouble.town.courier,
        first._work,
        office=lambda: trouble.town.office,
        checkpoints=Checkpoints(),
        figures=Figures(),
        wake_ticker=asyncio.Event(),
    )
    await database.close()


async def test_fault_32_two_timekeepers_say_a_notice_once(troubled_anywhere: Trouble) -> None:
    trouble = troubled_anywhere
    await trouble.greeted("admin")
    town, now = trouble.town, trouble.town.clock()
    async with town.database.write() as session:
        admin = (await session.exec(select(Person))).one()
        alarm = Alarm(kind=AlarmKind.NOTICES_LATE, since=now)
        session.add(alarm)
        await session.flush()
        for _ in range(2):
            await notices.owe_notice(
                session,
                "alarm",
                key="once",
                due_at=now,
                now=now,
                person_id=admin.id,
                subject="alarm",
                subject_id=alarm.id,
            )
    other = Database(town.database.url)
    second = Ticker(
        other,
        town.clock,
        town.courier,
        office=lambda: town.office,
        checkpoints=Checkpoints(),
        figures=Figures(),
        wake=asyncio.Event(),
    )

    await asyncio.gather(town.ticker.tick(DUE_NOTICES), second.tick(DUE_NOTICES))
    await other.close()
    await trouble.delivered()

    async with town.database.read() as session:
        said = (await session.exec(select(Notice))).all()
        owed = select(func.count()).where(col(Outbox.notice_id).is_not(None))
        rows = (await session.exec(owed.select_from(Outbox))).one()
    assert [notice.state for notice in said] == [NoticeState.SAID]
    assert rows == 1


async def test_fault_32_one_notice_that_cannot_be_said_does_not_hold_up_the_others(
    troubled: Trouble,
) -> None:
    await troubled.greeted("admin")
    town, now = troubled.town, troubled.town.clock()
    async with town.database.write() as session:
        for kind, key in (("join_requested", "bad"), ("nobody_knows", "unknown")):
            await notices.owe_notice(session, kind, key=key, due_at=now, now=now)

    await town.ticker.tick(DUE_NOTICES)

    async with town.database.read() as session:
        states = {notice.key: notice for notice in (await session.exec(select(Notice))).all()}
    assert states["unknown"].state is NoticeState.DROPPED
    assert states["bad"].state is NoticeState.OPEN
    assert states["bad"].due_at > now
