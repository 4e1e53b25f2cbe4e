"""The local Telegram beside the bot, with a record of every call about a message that it took."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.clock import Clock
from sandbox import bot_api, people
from sandbox.arguments import Call, Upload
from sandbox.registry import METHODS, Run
from sandbox.seats import DESK_CHAT_ID, SEAT_BY_KEY, SEAT_BY_USER, Seat
from sandbox.store import Json, Store, Stored
from sandbox.telegram import Telegram

TOKEN = "7100000001:the-token-of-the-crash-test"
BOT_ID = int(TOKEN.partition(":")[0])
_ABOUT_MESSAGES = ("send", "edit", "pinchat", "createforum")
#: Further people, so that several companies write at the same time.
_MORE_SEATS = tuple(
    Seat(f"firm{n}", 1100 + n, f"企业人{n}", f"firm{n}", f"+861390000{n:04d}", "", "", f"企业{n}")
    for n in range(1, 9)
)


@dataclass(frozen=True)
class Taken:
    """A call that Telegram carried out, in the order of its doing."""

    method: str
    chat: int
    text: str
    #: The messages it made or changed.
    messages: tuple[int, ...]


@dataclass
class LocalTelegram:
    """What people act on, and what the bot is told to use."""

    telegram: Telegram
    clock: Clock
    url: str
    taken: list[Taken] = field(default_factory=list)

    @property
    def store(self) -> Store:
        return self.telegram.store

    def said_by_bot(self) -> list[Stored]:
        """Every message of the bot that stands in a chat, Telegram's own remarks aside."""
        every = self.store.messages("sender = ? AND deleted = 0", (BOT_ID,), "ORDER BY chat, id")
        return [one for one in every if words_of(one) or "keyboard" in one.extra or _files(one)]

    def newer(self, chat: int, revision: int, thread: int | None = None) -> list[Stored]:
        """The bot's messages in a chat, or topic, that are new or redrawn since a revision."""
        return self.store.messages(
            "chat = ? AND rev > ? AND sender = ? AND deleted = 0 AND thread = coalesce(?, thread)",
            (chat, revision, BOT_ID, thread),
            "ORDER BY rev",
        )

    def say(self, seat: str, text: str, **where: Any) -> Stored:
        """Somebody writes."""
        chat, thread = place(seat, where)
        with self.store.transaction():
            return people.say(self.telegram, SEAT_BY_KEY[seat], chat, text, thread=thread)[0]

    def attach(
        self, seat: str, kind: str, *files: tuple[str, bytes], caption: str = "", **where: Any
    ) -> list[Stored]:
        """Somebody sends files; several are an album."""
        chat, thread = place(seat, where)
        uploads = [(kind, Upload(name, "", content)) for name, content in files]
        with self.store.transaction():
            return people.attach(
                self.telegram, SEAT_BY_KEY[seat], chat, uploads, caption=caption, thread=thread
            )

    def press(self, seat: str, message: Stored, label: str) -> None:
        """Somebody presses a key of a message as they saw it."""
        data = next(data for text, data in keys_of(message) if text == label)
        with self.store.transaction():
            people.press(
                self.telegram,
                SEAT_BY_KEY[seat],
                message.chat,
                message_id=message.id,
                data=data,
                force=True,
            )


def place(seat: str, where: dict[str, Any]) -> tuple[int, int]:
    """Chat and thread: the desk's topic, or the private chat."""
    if "thread" in where:
        return DESK_CHAT_ID, int(where["thread"])
    return SEAT_BY_KEY[seat].user_id, 0


def words_of(message: Stored) -> str:
    """Text or caption."""
    return str(message.body.get("text") or message.body.get("caption") or "")


def keys_of(message: Stored) -> list[tuple[str, str]]:
    """Label and data of the keys that can be pressed."""
    rows: list[list[Json]] = message.body.get("reply_markup", {}).get("inline_keyboard", [])
    return [
        (str(key["text"]), str(key["callback_data"]))
        for row in rows
        for key in row
        if "callback_data" in key
    ]


def _files(message: Stored) -> bool:
    return any(kind in message.body for kind in ("photo", "document", "location", "contact"))


@asynccontextmanager
async def open_telegram(folder: Path) -> AsyncGenerator[LocalTelegram]:
    """A Bot API server on a free port; the office's clock is its own."""
    clock = Clock()
    async with AsyncExitStack() as stack:
        telegram = Telegram(Store(folder / "telegram.db"), now=clock, token=TOKEN)
        stack.callback(telegram.close)
        local = LocalTelegram(telegram, clock, "")
        stack.enter_context(_recorded(local.taken))
        stack.enter_context(_more_people())
        app = web.Application()
        bot_api.add_routes(app, telegram)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        stack.callback(telegram.release)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        local.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield local
        await asyncio.sleep(0)


@contextmanager
def _recorded(taken: list[Taken]) -> Generator[None]:
    """Note each accepted call about a message as it is carried out."""
    kept = dict(METHODS)
    for name, method in kept.items():
        if name.startswith(_ABOUT_MESSAGES) and name != "sendchataction":
            METHODS[name] = replace(method, run=partial(_noting, taken, method.name, method.run))
    try:
        yield
    finally:
        METHODS.update(kept)


def _noting(taken: list[Taken], name: str, run: Run, telegram: Telegram, call: Call) -> Any:
    result = run(telegram, call)
    made = result if isinstance(result, list) else [result]
    key = "message_thread_id" if name == "createForumTopic" else "message_id"
    numbers = tuple(int(one[key]) for one in made if isinstance(one, dict))
    text = str(call.get("text") or call.get("caption") or call.get("name") or "")
    taken.append(Taken(name, int(call["chat_id"]), text, numbers))
    return result


@contextmanager
def _more_people() -> Generator[None]:
    SEAT_BY_KEY.update({seat.key: seat for seat in _MORE_SEATS})
    SEAT_BY_USER.update({seat.user_id: seat for seat in _MORE_SEATS})
    try:
        yield
    finally:
        for seat in _MORE_SEATS:
            del SEAT_BY_KEY[seat.key], SEAT_BY_USER[seat.user_id]
