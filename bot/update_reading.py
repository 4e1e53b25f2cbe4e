"""Reads a stored update even where a part of it is off the model of our client."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import structlog
from aiogram import Bot
from aiogram.types import Update
from aiogram.types.update import UpdateTypeLookupError
from pydantic import ValidationError

log = structlog.get_logger()
_MOST_PARTS = 5
#: Parts that are messages themselves: only the part within them is left out.
_MESSAGES_WITHIN = frozenset({"reply_to_message", "message", "pinned_message"})


def read_update(payload: Mapping[str, Any], bot: Bot) -> Update | None:
    """The update without the parts that cannot be read; None when nothing usable is left.

    Servers and clients differ in what a poll or a gift must have: whoever sent one still gets an
    answer, and the raw payload stays as it came.
    """
    readable: Any = payload
    for _ in range(_MOST_PARTS):
        try:
            return _of_a_known_kind(Update.model_validate(readable, context={"bot": bot}))
        except (RecursionError, OverflowError):
            return None
        except ValidationError as error:
            path = _part(error.errors(include_url=False, include_input=False)[0]["loc"])
            log.warning("a part of an update is off the model", part=".".join(path))
            readable = _without(readable, path)
        if readable is None:
            return None
    return None


def _of_a_known_kind(update: Update) -> Update | None:
    """The update, when its kind is one that our client knows."""
    try:
        update.event_type  # noqa: B018 - asking is what raises
    except UpdateTypeLookupError:
        return None
    return update


def _part(place: Sequence[int | str]) -> tuple[str, ...]:
    """The smallest part that a message can do without."""
    names = tuple(str(name) for name in place)
    depth = 2
    while len(names) > depth and names[depth - 1] in _MESSAGES_WITHIN:
        depth += 1
    return names[:depth]


def _without(payload: Mapping[str, Any], path: Sequence[str]) -> dict[str, Any] | None:
    """A copy without the part; None where there is no such part to leave out."""
    name, *rest = path
    if name not in payload:
        return None
    if not rest:
        return {key: value for key, value in payload.items() if key != name}
    inner = payload[name]
    fresh = _without(inner, rest) if isinstance(inner, Mapping) else None
    return None if fresh is None else {**payload, name: fresh}


def presses_in(updates: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Pressed keys that wait for an answer, and the language their person's Telegram speaks."""
    for update in updates:
        query = update.get("callback_query")
        if isinstance(query, dict) and isinstance(query.get("id"), str):
            sender = query.get("from")
            language = sender.get("language_code") if isinstance(sender, dict) else None
            yield query["id"], str(language or "zh")
