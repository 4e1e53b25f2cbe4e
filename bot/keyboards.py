"""Our keys as Telegram's."""

from aiogram.types import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from domain.screens import Button, Keyboard


def inline_markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    """Keys below a message; None for none."""
    if not keyboard:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[[_inline(button) for button in row] for row in keyboard]
    )


def reply_markup(keyboard: Keyboard | None) -> ReplyKeyboardMarkup | ReplyKeyboardRemove | None:
    """Keys over the composer; an empty keyboard takes them away."""
    if keyboard is None:
        return None
    if not keyboard:
        return ReplyKeyboardRemove(remove_keyboard=True)
    return ReplyKeyboardMarkup(
        keyboard=[[_reply(button) for button in row] for row in keyboard],
        resize_keyboard=True,
        one_time_keyboard=True,
    )


def _inline(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(
        text=button.text,
        callback_data=button.data,
        url=button.url,
        copy_text=CopyTextButton(text=button.copies[:256]) if button.copies else None,
    )


def _reply(button: Button) -> KeyboardButton:
    return KeyboardButton(text=button.text, request_contact=button.asks_contact or None)
