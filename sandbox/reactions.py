"""Reactions: the emoji that Telegram allows, and who put which under a message."""

from sandbox.chats import known_chat, public_chat
from sandbox.store import Stored
from sandbox.telegram import Telegram

_LISTED = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤\u200d🔥 🌚 🌭 "
    "💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨\u200d💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 "
    "🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷\u200d♂ 🤷 🤷\u200d♀ 😡"
)
EMOJI = frozenset(_LISTED.split())


def react(telegram: Telegram, message: Stored, by: int, emoji: list[str]) -> None:
    """Set somebody's reactions; the bot hears of those of people where it asked to."""
    reactions = message.extra.setdefault("reactions", {})
    before = reactions.get(str(by), [])
    reactions[str(by)] = emoji
    telegram.store.save_message(message)
    if by != telegram.bot_id:
        telegram.updates.add(
            "message_reaction",
            {
                "chat": public_chat(known_chat(telegram, message.chat)),
                "message_id": message.id,
                "user": telegram.user(by),
                "date": telegram.stamp(),
                "old_reaction": [{"type": "emoji", "emoji": one} for one in before],
                "new_reaction": [{"type": "emoji", "emoji": one} for one in emoji],
            },
        )
    telegram.pages.ring()
