"""Input of any kind: what nobody sent, too much of it, and what is made to break the reader."""

import os
import random
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from aiogram import Bot
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import col, select

from bot import intake
from bot.database import Database
from models import Company, Inbox, Outbox, Ticket
from models.messages import InboxState, OutboxState
from services.office import Office
from tests.faults.conftest import Trouble
from tests.faults.test_faults_intake import inbox_of, said
from tests.faults.test_faults_screens import _any_press
from tests.handlers.office import open_office, raise_ticket
from tests.town import open_town
from tests.updates import unfolded, updates
from views.permissions import presses

_PRESSES = st.one_of(
    st.sampled_from(presses()).flatmap(_any_press).map(lambda press: press.pack()),
    st.text(max_size=8),
)
#: What Telegram may refuse because there is no such chat, message or right; never what we wrote.
_NO_SUCH_PLACE = (
    "chat not found",
    "bot can't initiate",
    "blocked",
    "message to edit not found",
    "message can't be edited",
    "message to pin not found",
    "message thread not found",
    "query is too old",
    "not a forum",
    "not enough rights",
    "message is not modified",
)
#: `make fuzz` asks for thousands; the suite has seconds.
_EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "6"))


@dataclass
class Door:
    """A town with an open ticket, and the next number of an update."""

    trouble: Trouble
    number: int = 200_000_000

    async def receives(self, *drawn: Any) -> None:
        """Store updates, let them take effect, deliver what is owed."""
        town = self.trouble.town
        await town.intake.store([self.numbered(one) for one in drawn])
        for _ in range(3 * len(drawn) + 3):
            if not await town.work_once():
                break
        else:
            raise AssertionError("an update stays open")
        await self.trouble.delivered()

    def numbered(self, update: Any) -> Any:
        self.number += 1
        return {**update, "update_id": self.number}


@pytest.fixture
async def door(troubled: Trouble) -> Door:
    await open_office(troubled.town, desk=True, started=(2001,))
    await raise_ticket(troubled.town)
    await troubled.greeted("company", "company2", "officer", "head", "admin")
    return Door(troubled)


@settings(
    max_examples=_EXAMPLES,
    derandomize="FUZZ_EXAMPLES" not in os.environ,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(drawn=st.lists(updates(_PRESSES), min_size=25, max_size=25))
async def test_fault_44_whatever_arrives_is_done_and_the_chat_flows_on(
    door: Door, drawn: list[Any]
) -> None:
    """The spoilt and the sound, of every kind there is, by people the office knows."""
    await door.receives(*map(unfolded, drawn))

    before = len(await door.trouble.read_by("company"))
    await door.receives(said(0, "/help", message=door.number + 500_000))

    assert len(await door.trouble.read_by("company")) > before
    await _nothing_is_left(door)


_DEEP: Any = []
for _ in range(900):
    _DEEP = [_DEEP]
_HOSTILE: tuple[Any, ...] = (
    {"message": {"message_id": 2**70, "chat": {"id": 10**40}, "from": {"id": 2**63}}},
    {"message": {**said(1)["message"], "message_id": 70, "text": "政" * 1_000_000}},
    {"message": {**said(1)["message"], "message_id": 71, "text": "\ud83d\0", "caption": _DEEP}},
    {"message": {**said(1)["message"], "message_id": 72, "location": {"latitude": float("nan")}}},
    {"message": {**said(1)["message"], "message_id": 73, "date": -62_135_596_801}},
    {"message": {**said(1)["message"], "message_id": 74, "date": 253_402_300_800}},
    {"message": {**said(1)["message"], "message_id": 75, "from": {"id": True, "is_bot": "?"}}},
    {"callback_query": {"id": "1", "from": {"id": -1}, "data": "\0", "chat_instance": ""}},
    {"next_years_kind": {"chat": {"id": 1001}, "from": {"id": 1001}}},
    {"message": "not an object"},
    {"message": None, "poll": []},
    {"\udc00": {"\0": float("inf")}},
    {},
)


async def test_fault_44_hostile_values_are_done_with_on_either_database(
    troubled_anywhere: Trouble,
) -> None:
    door = Door(troubled_anywhere)
    await door.trouble.greeted("company")

    await door.receives(*_HOSTILE)
    before = len(await door.trouble.read_by("company"))
    await door.receives(said(0, "/help", message=900))

    assert len(await door.trouble.read_by("company")) > before
    async with door.trouble.town.database.read() as session:
        rows = (await session.exec(select(Inbox))).all()
    assert [row.error for row in rows if row.state is not InboxState.DONE] == []
    assert len(rows) == len(_HOSTILE) + 2


async def test_fault_44_an_update_that_is_no_json_for_us_is_passed_and_kept(
    troubled: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nested so deeply that our reader gives up: it would come again for ever."""
    monkeypatch.setattr(intake, "_PAUSE_SECONDS", 0)
    town = troubled.town
    deep = '{"ok":true,"result":[{"update_id":0,"message":' + "[" * 10_000 + "]" * 10_000 + "}]}"
    times = iter(range(5))

    async def spoil(make: Callable[..., Awaitable[Any]], bot: Bot, method: Any) -> Any:
        if isinstance(method, intake.RawUpdates) and next(times, None) is not None:
            bot.session.check_response(bot, method, 200, deep)
        return await make(bot, method)

    town.courier._bot.session.middleware(cast("Any", spoil))
    await town.do("say", seat="company", text="/help")

    offset: int | None = None
    for _ in range(6):
        offset = await town.intake.poll_once(offset)
    kept = await inbox_of(town.database)

    assert kept[0].update_id == 0
    assert kept[0].payload["unreadable"].startswith(deep[:80])
    await town.work_once()
    await troubled.delivered()
    assert await troubled.read_by("company")


async def _conversation(trouble: Trouble) -> list[Any]:
    """What a company's morning looks like on the wire: a profile, a problem, a ticket, its fate."""
    company = trouble.town.player("company")
    await company.says("/start")
    await company.says("我们做芯片封装，80来人，去年营收3000万")
    await company.presses("同意")
    await company.says("园区停电三天了没人管，机器全停了")
    await company.says("已经影响交货")
    await company.presses("提交")
    await company.says("/tickets")
    return [row.payload for row in await inbox_of(trouble.town.database)]


async def test_fault_04_a_conversation_shuffled_and_doubled_has_no_double_effect(
    troubled: Trouble, sqlite_template: Path, tmp_path: Path, office: Office
) -> None:
    recorded = await _conversation(troubled)
    for seed in range(4):
        chance = random.Random(seed)
        database = Database(
            f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, tmp_path / str(seed))}"
        )
        folder = tmp_path / f"town{seed}"
        folder.mkdir()
        async with open_town(folder, database, office) as place:
            door = Door(Trouble(place))
            await door.trouble.town.do("say", seat="company", text="/help")
            again = [*recorded, *chance.sample(recorded, 4)]
            if seed:
                chance.shuffle(again)
            await place.intake.store(again[: len(again) // 2])
            await door.receives(*again)

            async with database.read() as session:
                tickets = (await session.exec(select(Ticket))).all()
                companies = (await session.exec(select(Company))).all()
            assert len(tickets) <= 1
            assert len(companies) <= 1
            assert seed or len(tickets) == 1
            await _nothing_is_left(door)
        await database.close()


async def _nothing_is_left(door: Door) -> None:
    """Every update was done, whatever was owed was lawful, and the database is whole."""
    town = door.trouble.town
    async with town.database.read() as session:
        failed = (
            await session.exec(select(Inbox).where(col(Inbox.state) != InboxState.DONE))
        ).all()
        owed = (
            await session.exec(select(Outbox).where(col(Outbox.state) == OutboxState.PENDING))
        ).all()
        loose = (await session.exec(text("PRAGMA foreign_key_check"))).all()  # type: ignore[call-overload]
    assert [(row.error, row.payload) for row in failed] == []
    assert [row.payload for row in owed] == []
    assert loose == []
    refused = [str(one) for one in await town.rejected()]
    assert [one for one in refused if not any(words in one for words in _NO_SUCH_PLACE)] == []
