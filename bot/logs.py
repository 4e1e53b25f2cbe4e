"""Logs go to stderr, so that `--json` on stdout stays one document.

Every line says by number what it is about: the update, the person and their role, the ticket, and
in which kind of chat. Names, texts and secrets never get in, see bot/masking.py.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO, cast

import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars

from bot import masking
from bot.settings import Settings

#: At DEBUG these write down what people wrote: the rows, and the values of each statement.
_TALKATIVE = ("aiosqlite", "sqlalchemy", "asyncio", "python_multipart")


def set_up_logs(
    settings: Settings, *, stream: TextIO = sys.stderr, level: int = logging.INFO
) -> None:
    """Structured lines: readable ones, or JSON for a collector; of ours and of every library."""
    masking.learn(settings)
    common: list[structlog.types.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        masking.render_errors,
    ]
    last: list[structlog.types.Processor] = [masking.hide_secrets, _renderer(settings, stream)]
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, *common, *last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _Steadfast(stream))),
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.contextvars.merge_contextvars,
                *common,
                masking.cut_foreign,
                *last,
            ]
        )
    )
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler], force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


class _Steadfast:
    """Loses lines rather than the bot: where they go may be on the very disk that is full."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()


def _renderer(settings: Settings, stream: TextIO) -> structlog.types.Processor:
    if settings.log_format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(
        colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
    )


@contextmanager
def about(**known: int | str | None) -> Iterator[None]:
    """Lines within say what they are about; nothing of it stays for the next."""
    clear_contextvars()
    bind_contextvars(**{name: value for name, value in known.items() if value is not None})
    try:
        yield
    finally:
        clear_contextvars()
