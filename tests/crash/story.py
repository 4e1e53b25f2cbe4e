"""Who waited in vain, and what the database keeps of that chat and that time: for who must explain
it."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import SQLModel

from models import Inbox, Notice, Outbox
from sandbox.seats import SEAT_BY_KEY
from tests.crash.evidence import Evidence
from tests.crash.players import Wait
from tests.crash.record import words_of

#: What happened shortly before somebody began to wait belongs to it.
_BEFORE = timedelta(seconds=30)
_SHOWN = 60


def tell(found: Evidence) -> Iterator[str]:
    """A paragraph for each who waited in vain."""
    for wait in found.ledger.in_vain:
        yield f"{wait.seat} waited for {wait.what} in {wait.chat}/{wait.thread}"
        yield f"  from {_clock(wait.since)} to {_clock(wait.until)} in vain"
        yield from (f"  {line}" for line in _rows(found, wait))


def keep(found: Evidence, path: Path) -> None:
    """Every row, a line each: the server of a test leaves nothing behind."""
    tables = (value for value in vars(found).values() if isinstance(value, list))
    with path.open("w", encoding="utf-8") as lines:
        for row in (row for table in tables for row in table if isinstance(row, SQLModel)):
            content = {"table": row.__tablename__, **row.model_dump()}
            lines.write(json.dumps(content, ensure_ascii=False, default=str) + "\n")


def _rows(found: Evidence, wait: Wait) -> Iterator[str]:
    place = (wait.chat, wait.thread or -1)
    topic = next((one for one in found.topics if (one.chat_id, one.thread_id) == place), None)
    updates = (one for one in found.inbox if one.chat_key == wait.chat)
    yield from (_update(one) for one in updates if _is_in(wait, one.received_at, one.done_at))
    owed = (one for one in found.outbox if one.chat_id == wait.chat)
    if topic is not None:
        owed = (one for one in owed if one.topic_id in {topic.id, None})
    yield from (_call(one) for one in owed if _is_in(wait, one.created_at, one.done_at))
    ticket_id = topic.ticket_id if topic else None
    about = (one for one in found.notices if _is_about(one, found, wait, ticket_id))
    yield from (_notice(one) for one in about if _is_in(wait, one.created_at, one.done_at))
    for message in found.local.newer(wait.chat, 0, wait.thread)[-6:]:
        yield f"stands there: {message.id} (revision {message.rev}) {_short(words_of(message))}"


def _is_about(notice: Notice, found: Evidence, wait: Wait, ticket_id: int | None) -> bool:
    person = found.person_of.get(SEAT_BY_KEY[wait.seat].user_id)
    of_ticket = notice.subject == "ticket" and notice.subject_id == ticket_id
    return of_ticket or notice.chat_id == wait.chat or notice.person_id == person


def _is_in(wait: Wait, *moments: datetime | None) -> bool:
    """Begun or done while somebody waited; or never done."""
    first, last = wait.since - _BEFORE, wait.until
    return moments[-1] is None or any(one and first <= one <= last for one in moments)


def _update(row: Inbox) -> str:
    query, message = row.payload.get("callback_query") or {}, row.payload.get("message") or {}
    who = (query or message).get("from", {}).get("id")
    what = query.get("data") or message.get("text") or "/".join(message)
    where = (query.get("message") or message).get("message_id")
    stands = f"{row.state} {_clock(row.received_at)}-{_clock(row.done_at)}"
    return f"inbox {row.update_id} {stands} {who} at {where}: {_short(what)} {row.error}"


def _call(row: Outbox) -> str:
    stands = f"{row.state} {_clock(row.created_at)}-{_clock(row.done_at)}"
    words = _short(row.payload.get("text", ""))
    return f"outbox {row.id} {row.kind} {stands} message {row.message_id}: {words} {row.error}"


def _notice(row: Notice) -> str:
    stands = f"{row.state} {_clock(row.created_at)}-{_clock(row.done_at)}"
    return f"notice {row.key} {stands} due {_clock(row.due_at)}"


def _clock(moment: datetime | None) -> str:
    return f"{moment:%H:%M:%S.%f}"[:-3] if moment else "never"


def _short(words: str) -> str:
    return repr(words[:_SHOWN])
