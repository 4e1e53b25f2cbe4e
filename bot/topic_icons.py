"""The icons that Telegram offers for forum topics: asked for once, then known."""

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramNotFound

log = structlog.get_logger()
#: Telegram writes some emoji with this sign behind them, and some without.
_AS_PICTURE = "\ufe0f"


class TopicIcons:
    """Emoji by their numbers at Telegram. Icons are a second sign only, so no failure stops
    anything: a server that has none is not asked again, one that cannot answer now is."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._known: dict[str, str] | None = None

    async def find(self, emoji: str) -> str | None:
        """The number of an icon; None when there is no such icon, or none can be had now."""
        if not emoji:
            return None
        if self._known is None:
            self._known = await self._ask()
        return (self._known or {}).get(emoji)

    async def _ask(self) -> dict[str, str] | None:
        try:
            offered = await self._bot.get_forum_topic_icon_stickers()
        except (TelegramBadRequest, TelegramNotFound) as error:
            log.info("no icons for topics", reason=error)
            return {}
        except (AiogramError, OSError) as error:
            log.info("icons for topics cannot be had now", reason=error)
            return None
        return {
            one.emoji.removesuffix(_AS_PICTURE): one.custom_emoji_id
            for one in offered
            if one.emoji and one.custom_emoji_id
        }
