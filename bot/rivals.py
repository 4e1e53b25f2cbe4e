"""Another program uses our token, FAULTS 47: said once, with what to do, and ended where it must.

Telegram gives updates by one road only, and to one poller. Whoever was here first stays.
"""

import asyncio

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramConflictError

from bot.preparing import CannotStart

log = structlog.get_logger()
#: So long without a conflict, and a poller is alone.
_QUIET_SECONDS = 120
_PAUSE_SECONDS = 5
#: A newcomer that is interrupted so often has found the token in use.
_CONFLICTS = 6
_LOOK_EVERY_SECONDS = 60
_STOP_IT = "Stop it, or ask @BotFather for a token of your own; then start this again"


class TokenInUse(CannotStart):
    """Telegram's updates go to somebody else; to start again at once would only repeat it."""

    status = 3


class Pollers:
    """What becomes of one poller that is interrupted."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._last: float | None = None
        self._conflicts = 0

    def polled(self) -> None:
        """A call was answered."""
        now = asyncio.get_running_loop().time()
        self._since = self._since or now
        if self._last is not None and now - self._last > _QUIET_SECONDS:
            log.info("no other program polls with BOT_TOKEN any more")
            self._last, self._conflicts, self._since = None, 0, self._last

    async def interrupted(self, error: TelegramConflictError) -> None:
        """Wait before the next call; raises TokenInUse where waiting is no use."""
        if "webhook" in error.message.lower():
            raise TokenInUse(
                "a webhook was set with this BOT_TOKEN while this bot polls: another program runs"
                f" in webhook mode. {_STOP_IT}"
            ) from error
        now = asyncio.get_running_loop().time()
        if self._last is None:
            log.error("another program polls with BOT_TOKEN: stop it. Updates go to either")
        self._last, self._conflicts = now, self._conflicts + 1
        is_newcomer = self._since is None or now - self._since < _QUIET_SECONDS
        if is_newcomer and self._conflicts >= _CONFLICTS:
            raise TokenInUse(f"another program polls with this BOT_TOKEN. {_STOP_IT}") from error
        await asyncio.sleep(_PAUSE_SECONDS)


class Webhook:
    """Our webhook at Telegram: set, and looked after by the leader."""

    def __init__(self, bot: Bot, url: str, secret: str, updates: tuple[str, ...]) -> None:
        self._bot = bot
        self._url = url
        self._secret = secret
        self._updates = updates
        self._said = ""

    async def set(self) -> None:
        """Nothing that waits at Telegram is dropped."""
        await self._bot.set_webhook(
            self._url,
            allowed_updates=list(self._updates),
            secret_token=self._secret,
            drop_pending_updates=False,
        )

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            try:
                await self.look()
            except (TelegramAPIError, ClientDecodeError) as error:
                log.info("the webhook could not be looked at", error=error)

    async def look(self) -> None:
        """Taken away: set again. Moved elsewhere, or failing: said once."""
        info = await self._bot.get_webhook_info()
        if not info.url:
            self._say_once("the webhook was taken away, by a program that polls; it is set again")
            await self.set()
        elif info.url != self._url:
            self._say_once("the webhook of BOT_TOKEN leads elsewhere: another program runs with it")
        elif info.last_error_message and info.pending_update_count:
            self._say_once(f"Telegram cannot push: {info.last_error_message}")
        else:
            self._said = ""

    def _say_once(self, words: str) -> None:
        if words != self._said:
            log.error(words)
        self._said = words
