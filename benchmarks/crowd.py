"""A backlog as people make it: companies that look, answer and complain, officers at their desks.

Everybody follows a script of their own, one update a round, so that a round is a backlog of
everything. What a key carries is read off the messages that the bot sent them before.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.middlewares.base import BaseRequestMiddleware
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks.answering import Within
from benchmarks.bot_house import StandingClock, made_up
from bot.checkpoints import Checkpoints
from bot.courier import Courier
from bot.database import Database
from bot.dispatcher import build_dispatcher
from bot.garbage import furniture_stays
from bot.health import Figures
from bot.intake import Intake
from bot.office import OfficeRoom
from bot.settings import Settings
from bot.ticker import Ticker
from bot.unit_of_work import UnitOfWork
from bot.wire import Wire
from domain.actors import Grant, Role
from models import Company, Consent, Membership, Person
from scheduler.timetable import PROMPT
from services import companies, offices
from services.office import Office
from services.offices import Seat
from services.people import CONSENT_VERSION
from views.desks import Act, Do

Json = dict[str, Any]
MONDAY_TEN = datetime(2026, 11, 23, 2, tzinfo=UTC)
GETTING = 100
"""So many updates come with one getUpdates."""
#: So many messages of a chat: nobody presses what is older, and what is measured is not the crowd.
REMEMBERED = 50
COMPANIES = 240
OFFICERS = 12
_FIRST_OFFICER, _FIRST_GROUP = 5_001, -1_002_000_000_001
_TROUBLES = (
    "银行贷款批不下来，拖了两个月",
    "厂房消防验收一直没人来，等着投产",
    "客户拖欠货款半年，催了好几次都不给",
    "招不到熟练工人，能不能帮忙对接学校",
    "出口退税迟迟没有到账",
)
_SEARCHES = ("有没有数字化改造的补贴", "研发费用怎么补", "人才租房补贴", "想贷款换设备")
_ABOUT = "我们做芯片封装的，80来人，去年营收3000万"
_MORE = "补充一下：材料上周已经交到窗口了，受理单号在照片里"
_INTERNAL = "已联系银行客户经理，明天一起上门"


#: The kinds, as they are told apart in the figures.
WORDS, MENU, ANSWER = "free text", "menu press", "profile answer"
TICKET, DESK = "ticket words", "desk press"
KINDS = (WORDS, MENU, ANSWER, TICKET, DESK)


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody does next: words, or the newest key with this prefix."""

    kind: str
    words: str = ""
    key: str = ""


def _script(number: int) -> tuple[Deed, ...]:
    """What a company does, over and over; everybody begins at another place."""
    acts = (
        Deed(MENU, key="pg:policies"),
        Deed(MENU, key="mq"),
        Deed(ANSWER, key="ma"),
        Deed(ANSWER, key="ma"),
        Deed(MENU, key="pm"),
        Deed(WORDS, words=_TROUBLES[number % len(_TROUBLES)]),
        Deed(MENU, key="ts"),
        Deed(TICKET, words=_MORE),
        Deed(MENU, key="pm"),
        Deed(WORDS, words=_SEARCHES[number % len(_SEARCHES)]),
        Deed(WORDS, words=_ABOUT),
        Deed(MENU, key="pm"),
    )
    start = number % len(acts)
    return acts[start:] + acts[:start]


@dataclass(frozen=True, slots=True)
class Key:
    """A key under a message."""

    message_id: int
    thread_id: int | None
    data: str


class Board(BaseRequestMiddleware):
    """Remembers the newest keys of each chat, from what the bot asked and Telegram answered."""

    def __init__(self) -> None:
        self._keys: dict[int, dict[int, list[Key]]] = defaultdict(dict)
        self._expected: dict[int, asyncio.Future[float]] = {}

    async def __call__(self, make_request: Any, bot: Bot, method: Any) -> Any:
        chat_id = getattr(method, "chat_id", 0)
        if expected := self._expected.pop(chat_id, None):
            expected.set_result(perf_counter())
        result = await make_request(bot, method)
        keyboard = getattr(getattr(method, "reply_markup", None), "inline_keyboard", None)
        number = getattr(method, "message_id", None) or getattr(result, "message_id", None)
        if chat_id and number is not None:
            thread = getattr(method, "message_thread_id", None)
            known = self._keys[chat_id].pop(number, [])
            thread = thread or (known[0].thread_id if known else None)
            self._keys[chat_id][number] = [
                Key(number, thread, key.callback_data)
                for row in keyboard or ()
                for key in row
                if key.callback_data
            ]
            for old in list(self._keys[chat_id])[:-REMEMBERED]:
                del self._keys[chat_id][old]
        return result

    def expect(self, chat_id: int) -> asyncio.Future[float]:
        """When the next call about this chat is handed to Telegram."""
        return self._expected.setdefault(chat_id, asyncio.get_running_loop().create_future())

    def newest(self, chat_id: int, prefix: str) -> Key | None:
        """The newest key whose data begins so."""
        for keys in reversed(self._keys[chat_id].values()):
            for key in keys:
                if key.data.partition(":")[0] == prefix or key.data == prefix:
                    return key
        return None

    def every(self, chat_id: int, prefix: str) -> Iterator[Key]:
        """Every key whose data begins so."""
        for keys in self._keys[chat_id].values():
            yield from (key for key in keys if key.data.startswith(prefix))


@dataclass
class Crowd:
    """Everybody, and how far each of them is."""

    board: Board
    groups: dict[str, int] = field(default_factory=dict)
    update: int = 0
    message: int = 1_000_000
    rounds: int = 0
    claimed: set[str] = field(default_factory=set)

    def backlog(self) -> list[tuple[str, Json]]:
        """What everybody does next, with its kind."""
        made = [self._company(number) for number in range(1, COMPANIES + 1)]
        made += self._officers()
        self.rounds += 1
        Random(self.rounds).shuffle(made)
        return made

    def hello(self) -> list[Json]:
        """Everybody opens the chat."""
        return self.say("/start") + [self.said(who, "/start") for who in self.officers()]

    def say(self, words: str) -> list[Json]:
        """Every company says the same."""
        return [self.said(who, words) for who in range(1, COMPANIES + 1)]

    @staticmethod
    def officers() -> range:
        return range(_FIRST_OFFICER, _FIRST_OFFICER + OFFICERS)

    def _company(self, number: int) -> tuple[str, Json]:
        script = _script(number)
        act = script[self.rounds % len(script)]
        if act.words:
            return act.kind, self.said(number, act.words)
        key = self.board.newest(number, act.key)
        if key is None:  # it is not offered at this moment
            return self.menu(number)
        return act.kind, self._pressed(number, number, key)

    def menu(self, who: int) -> tuple[str, Json]:
        """Back to the menu."""
        return MENU, self._pressed(who, who, self.board.newest(who, "pm") or Key(1, None, "pm"))

    def _officers(self) -> list[tuple[str, Json]]:
        """Each group's new cards are claimed, by one officer or another."""
        made = []
        for group in self.groups.values():
            for key in self.board.every(group, f"{Do.prefix}:{Act.CLAIM}:"):
                if key.data not in self.claimed:
                    self.claimed.add(key.data)
                    who = _FIRST_OFFICER + len(self.claimed) % OFFICERS
                    made.append((DESK, self._pressed(who, group, key)))
        return made

    def said(self, who: int, words: str) -> Json:
        """What somebody writes in private."""
        self.message += 1
        return self._update(
            message={
                "message_id": self.message,
                "date": 1,
                "chat": _chat(who),
                "from": _user(who),
                "text": words,
            }
        )

    def _pressed(self, who: int, chat: int, key: Key) -> Json:
        place = (
            {"message_thread_id": key.thread_id, "is_topic_message": True} if key.thread_id else {}
        )
        message = {
            "message_id": key.message_id,
            "date": 1,
            "chat": _chat(chat),
            "text": "…",
            **place,
        }
        return self._update(
            callback_query={
                "id": str(self.update),
                "from": _user(who),
                "chat_instance": "1",
                "message": message,
                "data": key.data,
            }
        )

    def _update(self, **event: Json) -> Json:
        self.update += 1
        return {"update_id": self.update, **event}


def _chat(number: int) -> Json:
    if number < 0:
        return {"id": number, "type": "supergroup", "is_forum": True, "title": "工作台"}
    return {"id": number, "type": "private", "first_name": "王"}


def _user(number: int) -> Json:
    return {"id": number, "is_bot": False, "first_name": f"王{number}"}


async def move_in(session: AsyncSession, crowd: Crowd, office: Office, now: datetime) -> None:
    """Everybody with a company of their own, and officers with a group for each department."""
    departments = [one.key for one in office.catalogue.departments]
    crowd.groups = {key: _FIRST_GROUP - at for at, key in enumerate(departments)}
    await offices.seed_sandbox(
        session,
        staff=[
            Seat(who, f"王{who}", tuple(Grant(Role.OFFICER, key) for key in departments))
            for who in crowd.officers()
        ],
        desks=crowd.groups,
        bot_id=office.bot_id,
        locale="zh",
        now=now,
    )
    random = Random(20261127)
    for number in range(1, COMPANIES + 1):
        person = Person(telegram_id=number, name=f"王{number}", locale="zh", created_at=now)
        company = Company(name=f"杭州企业{number}有限公司", created_at=now)
        session.add_all([person, company])
        await session.flush()
        session.add_all(
            [
                Consent(person_id=person.id, text_version=CONSENT_VERSION, given=True, at=now),
                Membership(person_id=person.id, role=Role.MEMBER, company_id=company.id, since=now),
            ]
        )
        await companies.save(
            session,
            company,
            made_up(office.catalogue.facts, random),
            office.catalogue.facts,
            person_id=person.id,
            now=now,
            today=office.today(now),
            needs=["financing"],
        )


@dataclass
class Town:
    """One bot before its Telegram, with its crowd."""

    database: Database
    bot: Bot
    board: Board
    crowd: Crowd
    clock: StandingClock
    room: OfficeRoom
    dispatcher: Dispatcher
    courier: Courier
    intake: Intake
    ticker: Ticker

    async def through(self, updates: list[Json]) -> None:
        """Stored as they would be fetched, given effect, handed to Telegram and marked."""
        await self.through_intake(self.intake, updates)

    async def through_intake(self, intake: Intake, updates: list[Json]) -> None:
        """The same by an intake that may have handlers of its own."""
        for start in range(0, len(updates), GETTING):
            await intake.store(updates[start : start + GETTING])
        while await intake.work_once():
            pass
        await self.courier.wait_until_idle()

    def intake_with(self, dispatcher: Dispatcher) -> Intake:
        """For what a dispatcher of one's own does in our house."""
        return Intake(
            self.bot,
            self.database,
            self.clock,
            self.courier,
            UnitOfWork(dispatcher, self.bot),
            office=self.room,
            checkpoints=Checkpoints(),
            figures=Figures(),
            wake_ticker=asyncio.Event(),
        )

    async def say_what_is_due(self) -> None:
        """What was left to be said to others; a minute passes."""
        for job in PROMPT:
            await self.ticker.tick(job)
        await self.courier.wait_until_idle()
        self.clock.at += timedelta(minutes=1)


@asynccontextmanager
async def open_town(
    url: str, folder: Path, address: str | None, *, paced: bool = False
) -> AsyncGenerator[Town]:
    """The bot's own parts on a database with the newest schema; everybody has said hello."""
    settings = Settings(_env_file=None, var_dir=folder, database_url=url)
    session = Within() if address is None else Wire(api=TelegramAPIServer.from_base(address))
    default = DefaultBotProperties(parse_mode=ParseMode.HTML)
    bot, board = Bot(settings.token, session=session, default=default), Board()
    bot.session.middleware(board)
    database, clock, wake = Database(url), StandingClock(), asyncio.Event()
    clock.at = MONDAY_TEN
    room = OfficeRoom(settings, database, clock)
    shared: dict[str, Any] = {"checkpoints": Checkpoints(), "figures": Figures()}
    courier = Courier(bot, database, clock, wake_ticker=wake, paced=paced, **shared)
    dispatcher = build_dispatcher("bench")
    work = UnitOfWork(dispatcher, bot)
    intake = Intake(bot, database, clock, courier, work, office=room, wake_ticker=wake, **shared)
    ticker = Ticker(database, clock, courier, office=room, wake=wake, **shared)
    await room.furnish("bench")
    furniture_stays()
    crowd = Crowd(board)
    async with database.write() as opened:
        await move_in(opened, crowd, room(), clock())
    town = Town(database, bot, board, crowd, clock, room, dispatcher, courier, intake, ticker)
    try:
        async with asyncio.TaskGroup() as group:
            running = group.create_task(courier.run())
            await town.through(crowd.hello())
            await town.say_what_is_due()
            yield town
            running.cancel()
    finally:
        await bot.session.close()
        await database.close()
