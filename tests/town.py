"""A whole town in one test: the local Telegram, the bot's real parts, and people at keyboards.

Nothing runs in the background but the courier: `settle` takes what arrived, lets it take effect,
says what is due and delivers, until nothing is left to do. No sleeping, no guessing.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
from aiogram import Dispatcher
from aiohttp import web

from bot.checkpoints import Checkpoints
from bot.clock import Clock
from bot.courier import Courier, open_bot
from bot.database import Database, insist
from bot.dispatcher import build_dispatcher
from bot.health import Figures
from bot.intake import Intake
from bot.settings import SANDBOX_TOKEN, Settings
from bot.ticker import Ticker
from bot.unit_of_work import UnitOfWork
from sandbox.seats import BOT_USERNAME, DESK_CHAT_ID
from sandbox.server import open_sandbox
from scheduler.timetable import PROMPT, TIMETABLE
from services import calendar_changes, notices, publications
from services.office import Office
from services.work_calendar import with_district

Json = dict[str, Any]
_ROUNDS = 50
MONDAY_TEN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday 2026-11-23, 10:00 in Hangzhou."""


@dataclass(frozen=True)
class Shown:
    """A message as a person sees it."""

    raw: Json

    @property
    def id(self) -> int:
        return int(self.raw["message_id"])

    @property
    def text(self) -> str:
        return str(self.raw.get("text") or self.raw.get("caption") or "")

    @property
    def buttons(self) -> list[str]:
        """Labels of the inline keys, row by row."""
        rows = self.raw.get("reply_markup", {}).get("inline_keyboard", [])
        return [key["text"] for row in rows for key in row]

    @property
    def rows(self) -> list[list[Json]]:
        keyboard: list[list[Json]] = self.raw.get("reply_markup", {}).get("inline_keyboard", [])
        return keyboard

    def key(self, label: str) -> Json:
        """The first key whose label contains `label`."""
        for row in self.rows:
            for key in row:
                if label in key["text"]:
                    return key
        raise AssertionError(f"no button {label!r}; there are {self.buttons} under:\n{self.text}")


@dataclass
class Player:
    """A person at a keyboard, in the private chat or (with `chat="desk"`) in the group."""

    town: "Surroundings"
    seat: str
    toast: str = ""
    alert: bool = False
    taps: int = 0
    texts: int = 0

    async def says(self, text: str, **where: Any) -> Shown:
        """Write words; returns the newest message of that chat afterwards."""
        self.texts += 1
        await self.town.do("say", seat=self.seat, text=text, **where)
        await self.town.settle()
        return await self.newest(**_place(where))

    async def starts(self, payload: str = "") -> Shown:
        """Press START, perhaps through a deep link; counts as one tap."""
        self.taps += 1
        self.texts -= 1
        return await self.says(f"/start {payload}".strip())

    async def presses(self, label: str, **where: Any) -> Shown:
        """Press the newest key whose label contains `label`; returns the message that bore it."""
        self.taps += 1
        message = await self.message_with(label, **where)
        return await self.presses_on(message, label, **where)

    async def presses_on(self, message: Shown, label: str, **where: Any) -> Shown:
        """Press a key of a given message, which may be stale."""
        key = message.key(label)
        assert "callback_data" in key, f"{label!r} opens a link or copies: {key}"
        await self.send_press(message.id, key["callback_data"], **where)
        return await self.message(message.id, **where)

    async def send_press(self, message_id: int, data: str, **where: Any) -> None:
        """Press with any data: what the keyboard would not offer is a forgery."""
        await self.town.do(
            "press", seat=self.seat, message_id=message_id, data=data, wait=0, force=True, **where
        )
        await self.town.settle()
        answers = (await self.town.see("callback_answers", seat=self.seat))["answers"]
        last = answers[0] if answers else {}
        given = last.get("answer") or last
        self.toast = str(given.get("text") or "")
        self.alert = bool(given.get("show_alert"))

    async def attaches(
        self, kind: str, *files: tuple[str, bytes], caption: str = "", **where: Any
    ) -> Shown:
        """Send files: several of them are an album."""
        form = aiohttp.FormData()
        for name, value in {"seat": self.seat, "caption": caption, **where}.items():
            form.add_field(name, str(value))
        for number, (name, content) in enumerate(files or ((f"{kind}.bin", b"content"),)):
            form.add_field(f"{kind}_{number}" if number else kind, content, filename=name)
        await self.town.post("attach", data=form)
        await self.town.settle()
        return await self.newest(**_place(where))

    async def shares_contact(self) -> Shown:
        """Press the contact key over the composer."""
        await self.town.do("contact", seat=self.seat)
        await self.town.settle()
        return await self.newest()

    async def edits(self, message_id: int, text: str, **where: Any) -> Shown:
        """Edit an own message."""
        await self.town.do("edit", seat=self.seat, message_id=message_id, text=text, **where)
        await self.town.settle()
        return await self.newest(**_place(where))

    async def blocks(self) -> None:
        """Block the bot."""
        await self.town.do("block", seat=self.seat)
        await self.town.settle()

    async def unblocks(self) -> None:
        """Take the bot back."""
        await self.town.do("unblock", seat=self.seat)
        await self.town.settle()

    async def messages(self, **where: Any) -> list[Shown]:
        """Everything in the chat, oldest first."""
        seen = await self.town.see("messages", seat=self.seat, **where)
        return [Shown(raw) for raw in seen["messages"]]

    async def newest(self, **where: Any) -> Shown:
        """The last message of the chat."""
        return (await self.messages(**where))[-1]

    async def message(self, message_id: int, **where: Any) -> Shown:
        """A message as it stands now."""
        found = [m for m in await self.messages(**_place(where)) if m.id == message_id]
        assert found, f"message {message_id} is gone"
        return found[0]

    async def message_with(self, label: str, **where: Any) -> Shown:
        """The newest message that bears a key with this label."""
        every = await self.messages(**_place(where))
        for message in reversed(every):
            if any(label in button for button in message.buttons):
                return message
        last = every[-1] if every else None
        raise AssertionError(
            f"no button {label!r} anywhere; the last message is:\n"
            f"{last.text if last else '—'}\n{last.buttons if last else ''}"
        )

    async def has_read(self, words: str, **where: Any) -> bool:
        """Whether any message of the chat contains the words."""
        return any(words in message.text for message in await self.messages(**where))


def _place(where: Json) -> Json:
    return {name: where[name] for name in ("chat", "thread") if name in where}


@dataclass(repr=False)
class Surroundings(ABC):
    """Where people sit: a page to act on and to look at, and a way to wait until all is done."""

    url: str
    http: aiohttp.ClientSession
    players: dict[str, Player] = field(default_factory=dict, kw_only=True)

    @abstractmethod
    async def settle(self) -> None:
        """Wait until nothing is left to do."""

    def player(self, seat: str) -> Player:
        """The person on a seat of the sandbox: company, colleague, officer, head, admin …"""
        return self.players.setdefault(seat, Player(self, seat))

    async def do(self, action: str, **body: Any) -> Json:
        """Somebody acts on the page."""
        return await self.post(action, json=body)

    async def post(self, action: str, **body: Any) -> Json:
        async with self.http.post(f"{self.url}/sandbox/{action}", **body) as response:
            answer: Json = await response.json()
            assert response.status == 200, answer
            return answer

    async def see(self, view: str, **query: Any) -> Json:
        """Somebody looks at the page."""
        async with self.http.get(f"{self.url}/sandbox/{view}", params=query) as response:
            answer: Json = await response.json()
            assert response.status == 200, answer
            return answer

    async def rejected(self) -> list[Json]:
        """Calls of the bot that the Bot API refused, faults ordered by the test aside."""
        return list((await self.see("rejected", injected=0))["rejected"])

    async def topics(self, seat: str = "officer") -> list[Json]:
        """The desk's topics as a member sees them."""
        chats = (await self.see("chats", seat=seat))["chats"]
        return next(list(c["topics"]) for c in chats if c["id"] == DESK_CHAT_ID)


@dataclass(repr=False)  # asyncio prints what a fixture gives: that would be the whole catalogue
class Town(Surroundings):
    """The local Telegram and the parts of one bot process."""

    database: Database
    clock: Clock
    room: "Room"
    intake: Intake
    courier: Courier
    ticker: Ticker
    offset: int | None = None
    ran: dict[str, datetime] = field(default_factory=dict)

    @property
    def office(self) -> Office:
        """The office as it stands now."""
        return self.room.office

    async def settle(self) -> None:
        """Let everything happen that can happen without time passing."""
        for _ in range(_ROUNDS):
            arrived = await self._take_in()
            if not (await self.work() or arrived or await self._is_due()):
                return
            await self.room.look(self.database)
            for job in PROMPT:
                await self.ticker.tick(job)
            await self.courier.wait_until_idle()
        raise AssertionError("the town does not come to rest: something stays due")

    async def work(self) -> int:
        """Let everything that is stored take effect; returns how many updates it was."""
        total = 0
        while count := await self.work_once():
            total += count
        return total

    async def work_once(self) -> int:
        """One transaction of updates; returns how many. Where PostgreSQL ends one of two writers
        that lock each other, it is taken again, as the bot's own loop does."""
        return await insist(self.intake.work_once)

    async def passes(self, **span: float) -> None:
        """Let time pass; the jobs run whose turn comes meanwhile, and what fell due is said."""
        now = self.clock.move(timedelta(**span))
        for job in TIMETABLE:
            if job.prompt or now - self.ran.get(job.name, MONDAY_TEN) >= job.every:
                await self.ticker.tick(job)
                self.ran[job.name] = now
        await self.courier.wait_until_idle()
        await self.settle()

    async def passes_until(self, moment: datetime) -> None:
        """Move the clock to a moment, as by its door: every job runs."""
        self.clock.move_to(moment)
        await self.ticker.settle()
        await self.settle()

    async def _take_in(self) -> bool:
        async with self.http.post(
            f"{self.url}/bot{SANDBOX_TOKEN}/getUpdates",
            json={"timeout": 0, **({"offset": self.offset} if self.offset else {})},
        ) as response:
            updates = (await response.json())["result"]
        if updates:
            await self.intake.store(updates)
            self.offset = updates[-1]["update_id"] + 1
        return bool(updates)

    async def _is_due(self) -> bool:
        async with self.database.read() as session:
            due = await notices.next_due(session)
            is_handed_in = await publications.to_examine(session) is not None
        return is_handed_in or (due is not None and due <= self.clock())


@dataclass
class Room:
    """The office, which follows its calendar as bot/office.py lets it."""

    office: Office

    async def look(self, database: Database) -> None:
        """Take in what the district changed."""
        async with database.read() as session:
            newest = await calendar_changes.latest(session)
            if newest == self.office.calendar_change:
                return
            district = await calendar_changes.in_force(session)
        of_files = self.office.files_calendar or self.office.calendar
        self.office = replace(
            self.office,
            calendar=with_district(of_files, district),
            files_calendar=of_files,
            calendar_change=newest,
        )


class StandingClock(Clock):
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime = MONDAY_TEN) -> None:
        super().__init__()
        self._at = start

    def __call__(self) -> datetime:
        return self._at

    def move(self, by: timedelta) -> datetime:
        self._at += by
        return self._at


@asynccontextmanager
async def open_town(folder: Path, database: Database, office: Office) -> AsyncGenerator[Town]:
    """Open the sandbox on a free port and put the bot's real parts in front of it."""
    clock = StandingClock()
    async with AsyncExitStack() as stack:
        sandbox = await open_sandbox(folder / "telegram.db", now=clock, token=SANDBOX_TOKEN)
        app = web.Application()
        sandbox.routes(app)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        stack.push_async_callback(sandbox.close)
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        http = await stack.enter_async_context(aiohttp.ClientSession())
        room = Room(office)
        parts = _Parts(port, folder, database, clock, room)
        stack.push_async_callback(parts.bot.session.close)
        async with asyncio.TaskGroup() as background:
            running = background.create_task(parts.courier.run())
            yield Town(
                database=database,
                clock=clock,
                room=room,
                http=http,
                url=f"http://127.0.0.1:{port}",
                intake=parts.intake,
                courier=parts.courier,
                ticker=parts.ticker,
            )
            running.cancel()


@cache
def _dispatcher() -> Dispatcher:
    """Routes are the same in every town, and nothing of a town stays in them."""
    return build_dispatcher(BOT_USERNAME)


def build_work() -> UnitOfWork:
    """The unit of work by itself: what it owes stays in the Outbox."""
    return UnitOfWork(_dispatcher(), open_bot(Settings(_env_file=None)))


class _Parts:
    """The bot's own parts, put together as bot/run.py does."""

    def __init__(
        self, port: int, folder: Path, database: Database, clock: Clock, room: Room
    ) -> None:
        settings = Settings(_env_file=None, http_port=port, var_dir=folder)
        wake = asyncio.Event()
        figures, checkpoints = Figures(), Checkpoints()
        self.bot = open_bot(settings)
        self.courier = Courier(
            self.bot,
            database,
            clock,
            checkpoints=checkpoints,
            figures=figures,
            wake_ticker=wake,
            paced=False,
        )
        self.ticker = Ticker(
            database,
            clock,
            self.courier,
            office=lambda: room.office,
            checkpoints=checkpoints,
            figures=figures,
            wake=wake,
        )
        self.intake = Intake(
            self.bot,
            database,
            clock,
            self.courier,
            UnitOfWork(_dispatcher(), self.bot),
            office=lambda: room.office,
            checkpoints=checkpoints,
            figures=figures,
            wake_ticker=wake,
        )
