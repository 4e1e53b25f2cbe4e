"""Engines that share what was compiled, as the statements of one long-lived bot do; in SQLite none
of them asks a thread, because in a test nobody waits for anybody who reads.

Every test opens a database of its own, and with it engines that have compiled nothing yet: turning
the same statements into the same SQL again took a third of the time of a service's test.
"""

from typing import Any

import pytest
import sqlalchemy.ext.asyncio
from sqlalchemy import Engine, event
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import database, inline_sqlite

_REMEMBERED = 3_000
_known: dict[type[Dialect], Engine] = {}
"""The first engine of each dialect that has reached its database, and so knows it."""


def create_async_engine(url: str, **options: Any) -> AsyncEngine:
    """An engine with connections of its own; its dialect and its statements are everybody's."""
    url = url.replace("sqlite+aiosqlite", inline_sqlite.NAME)
    engine = sqlalchemy.ext.asyncio.create_async_engine(
        url, query_cache_size=_REMEMBERED, **options
    )
    if "isolation_level" in options:  # belongs to the dialect
        return engine
    own = engine.sync_engine
    kind = type(own.dialect)
    if kind in _known:
        own.dialect = _known[kind].dialect
        own._compiled_cache = _known[kind]._compiled_cache
    else:
        event.listen(own, "connect", lambda *_: _known.setdefault(kind, own))
    return engine


def share() -> None:
    """Let the bot's databases be opened with these."""
    pytest.MonkeyPatch().setattr(database, "create_async_engine", create_async_engine)
