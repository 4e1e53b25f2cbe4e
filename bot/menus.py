"""Tells Telegram which commands there are, in both languages."""

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)

from bot.settings import Settings
from views.commands import COMPANY_COMMANDS, GROUP_COMMANDS
from views.translations import LANGUAGES, translator

log = structlog.get_logger()


async def announce_commands(bot: Bot, settings: Settings) -> None:
    """Set the command lists; the office's default language is the one without a code.

    They are a convenience: the bot starts without them when Telegram does not take them.
    """
    try:
        await _announce(bot, settings)
    except AiogramError as error:
        log.warning("the command lists could not be set", error=error)


async def _announce(bot: Bot, settings: Settings) -> None:
    for language in LANGUAGES:
        code = None if language == settings.default_locale else language
        await bot.set_my_commands(
            _commands(COMPANY_COMMANDS, language),
            scope=BotCommandScopeAllPrivateChats(),
            language_code=code,
        )
        await bot.set_my_commands(
            _commands(GROUP_COMMANDS, language),
            scope=BotCommandScopeAllGroupChats(),
            language_code=code,
        )


def _commands(names: tuple[str, ...], language: str) -> list[BotCommand]:
    t = translator(language)
    return [BotCommand(command=name, description=t.plain(f"commands.{name}")) for name in names]
