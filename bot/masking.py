"""What may be written down of a failure: never a secret, and never what people wrote.

The words of an exception are kept only where its kind quotes nobody; of every other its type and
the place where it was raised must do. Frames show our own source lines, never values.
"""

import re
import sqlite3
import sys
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from aiogram.exceptions import TelegramAPIError
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from bot.copies import BadCopy
from bot.preparing import CannotStart
from bot.settings import ROOT, BadSettings, Settings
from services.catalogue import CatalogueError
from services.work_calendar import CalendarFileError

Event = MutableMapping[str, Any]
_MASK = "***"
_LONGEST = 500
_SHORTEST = 6
_CAUSES = 5
_SHAPES = (
    (re.compile(r"\b\d{6,12}:[\w-]{16,}"), _MASK),  # a bot's token, in a path or alone
    (re.compile(r"(?<=://)[^/\s@:]*:[^/\s@]+(?=@)"), _MASK),  # of a database or a proxy
    (re.compile(r"(?<=[?&]start=)[\w-]+"), _MASK),  # an invitation
)
#: Everything from here on may be what somebody wrote.
_QUOTE = re.compile(r"[\"“«「`]|(?<!\w)'")
#: Exceptions of our own that speak of files of the operator's and of settings only.
_OURS = (BadCopy, BadSettings, CalendarFileError, CannotStart, CatalogueError, CommandError)


class _Kept:
    """The secrets of this process, learned at the start."""

    values: tuple[str, ...] = ()


def learn(settings: Settings) -> None:
    """From here on these are hidden wherever they turn up, whatever stands around them."""
    secrets = {settings.token, settings.token.partition(":")[2]}
    if settings.webhook_secret:
        secrets.add(settings.webhook_secret.get_secret_value())
    for address in (settings.database, settings.proxy or ""):
        password = urlsplit(address).password
        secrets |= {password, quote(password)} if password else set()
    # A very short one would be found in every other word; its shape is hidden all the same.
    long_enough = (one for one in secrets if one and len(one) >= _SHORTEST)
    _Kept.values = tuple(sorted(long_enough, key=len, reverse=True))


def hide(text: str) -> str:
    """The text without secrets."""
    for value in _Kept.values:
        text = text.replace(value, _MASK)
    for shape, mask in _SHAPES:
        text = shape.sub(mask, text)
    return text


def without_quotes(text: str) -> str:
    """Cut where the text begins to quote: `unsupported start tag …`."""
    found = _QUOTE.search(text)
    return text if found is None else f"{text[: found.start()]}…"


def said(error: BaseException) -> str:
    """One line for a log or an error column: what it is, and its words or its place."""
    words = _words(error) or _place(error)
    return hide(f"{type(error).__name__}: {words}" if words else type(error).__name__)[:_LONGEST]


def _words(error: BaseException) -> str:
    if isinstance(error, DBAPIError):
        return said(error.orig) if error.orig is not None else ""
    if isinstance(error, _OURS):
        return str(error)
    if state := getattr(error, "sqlstate", None):  # PostgreSQL quotes the row: not its words
        return " ".join(filter(None, (state, getattr(error, "constraint_name", None))))
    if isinstance(error, sqlite3.Error):
        return str(error)
    if isinstance(error, TelegramAPIError):
        return without_quotes(error.message)
    if isinstance(error, OSError):
        return without_quotes(error.strerror or str(error))
    return ""


def _place(error: BaseException) -> str:
    """Where in our own code it was raised, or passed through last."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if one.filename.startswith(str(ROOT))]
    for frame in reversed(ours or list(frames)):
        name = Path(frame.filename)
        shown = name.relative_to(ROOT) if name.is_relative_to(ROOT) else name.name
        return f"at {shown}:{frame.lineno} in {frame.name}"
    return ""


def traced(error: BaseException, depth: int = 0) -> str:
    """The whole chain of a failure, frame by frame, without values."""
    lines = [*_cause(error, depth), *traceback.format_tb(error.__traceback__)]
    text = "".join(lines) + said(error)
    if isinstance(error, BaseExceptionGroup) and depth < _CAUSES:
        text += "".join(f"\n| {traced(one, depth + 1)}" for one in error.exceptions)
    return hide(text)


def _cause(error: BaseException, depth: int) -> Iterator[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and depth < _CAUSES:
        yield f"{traced(cause, depth + 1)}\n-- which led to --\n"


def render_errors(_logger: object, _method: str, event: Event) -> Event:
    """For structlog: exceptions become text here and nowhere else."""
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["exception"] = traced(error)
    return event


def cut_foreign(_logger: object, _method: str, event: Event) -> Event:
    """Other libraries say what they like: what they quote is left out."""
    event["event"] = without_quotes(str(event.get("event", "")))
    return event


def hide_secrets(_logger: object, _method: str, event: Event) -> Event:
    """For structlog: the last look before a line is written."""
    for name, value in event.items():
        event[name] = _hidden(value)
    return event


def _hidden(value: Any) -> Any:
    if isinstance(value, BaseException):
        return said(value)
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, Mapping):
        return {name: _hidden(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_hidden(one) for one in value]
    return value if isinstance(value, int | float | None) else hide(str(value))
