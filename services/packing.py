"""Screens and files as JSON, as the Outbox and messages keep them."""

import base64
from dataclasses import asdict
from typing import Any

from domain.screens import Attachment, AttachmentKind, Button, Html, Keyboard, Screen
from domain.visible import seen


def pack(screen: Screen) -> dict[str, Any]:
    """A screen as JSON, for the Outbox."""
    packed: dict[str, Any] = {
        "text": screen.text,
        "keyboard": [[_pack_button(button) for button in row] for row in screen.keyboard],
        "quiet": screen.quiet,
    }
    if screen.attachment is not None:
        packed["attachment"] = remember(screen.attachment)
    if screen.reply_keys is not None:
        packed["reply_keys"] = [[_pack_button(key) for key in row] for row in screen.reply_keys]
    return packed


def unpack(payload: dict[str, Any]) -> Screen:
    """The screen that `pack` wrote."""
    attachment = payload.get("attachment")
    keys = payload.get("reply_keys")
    return Screen(
        text=Html(payload.get("text", "")),
        keyboard=_unpack_keyboard(payload.get("keyboard", [])),
        attachment=recall(attachment) if attachment else None,
        reply_keys=None if keys is None else _unpack_keyboard(keys),
        quiet=bool(payload.get("quiet")),
    )


def remember(attachment: Attachment) -> dict[str, Any]:
    """An attachment as JSON; content that we made is written in base 64."""
    packed = {name: value for name, value in asdict(attachment).items() if value}
    if attachment.content is not None:
        packed["content"] = base64.b64encode(attachment.content).decode()
    return packed


def recall(packed: dict[str, Any]) -> Attachment:
    """The attachment that `remember` wrote."""
    values = dict(packed)
    values["kind"] = AttachmentKind(values["kind"])
    if "content" in values:
        values["content"] = base64.b64decode(values["content"])
    if "point" in values:
        values["point"] = tuple(values["point"])
    return Attachment(**values)


def _pack_button(button: Button) -> dict[str, Any]:
    """Labels hold names of people and companies, too."""
    packed = {name: value for name, value in asdict(button).items() if value}
    return {**packed, "text": seen(button.text)}


def _unpack_keyboard(rows: list[list[dict[str, Any]]]) -> Keyboard:
    return tuple(tuple(Button(**button) for button in row) for row in rows)
