"""What the local Telegram remembers: one SQLite file, written before anything is answered."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Json = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS chats (id INTEGER PRIMARY KEY, doc TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS topics (
    chat INTEGER NOT NULL, id INTEGER NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (chat, id));
CREATE TABLE IF NOT EXISTS messages (
    chat INTEGER NOT NULL, id INTEGER NOT NULL, thread INTEGER NOT NULL, sender INTEGER NOT NULL,
    rev INTEGER NOT NULL, pinned INTEGER NOT NULL, deleted INTEGER NOT NULL,
    body TEXT NOT NULL, extra TEXT NOT NULL, PRIMARY KEY (chat, id));
CREATE INDEX IF NOT EXISTS messages_rev ON messages (chat, rev);
CREATE INDEX IF NOT EXISTS messages_thread ON messages (chat, thread, id);
CREATE TABLE IF NOT EXISTS files (
    id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, doc TEXT NOT NULL, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS updates (id INTEGER PRIMARY KEY, doc TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS callbacks (
    id TEXT PRIMARY KEY, user INTEGER NOT NULL, at INTEGER NOT NULL, doc TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS reads (
    user INTEGER NOT NULL, chat INTEGER NOT NULL, thread INTEGER NOT NULL,
    message INTEGER NOT NULL, PRIMARY KEY (user, chat, thread));
CREATE TABLE IF NOT EXISTS rejected (id INTEGER PRIMARY KEY, doc TEXT NOT NULL);
"""


@dataclass
class Stored:
    """One message as kept: `body` is the Bot API content, `extra` what a Message does not say."""

    chat: int
    id: int
    thread: int  #: forum topic, 0 for none
    sender: int
    body: Json
    extra: Json = field(default_factory=dict)
    rev: int = 0  #: grows with every change anywhere, so that a page can ask what is new
    pinned: int = 0  #: 0 or the order of pinning
    deleted: bool = False


def _dump(doc: Any) -> str:
    return json.dumps(doc, ensure_ascii=False, separators=(",", ":"))


class Store:
    """The tables. Every public write belongs inside `transaction()`."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file; what was committed stays."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; nested use joins the outer one."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def next_number(self, counter: str, start: int = 1) -> int:
        """The next value of a named counter, beginning with `start`."""
        row = self._db.execute(
            "INSERT INTO counters VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
            (counter, start),
        ).fetchone()
        return int(row[0])

    def last_number(self, counter: str) -> int:
        """The value given last, 0 when none was."""
        row = self._db.execute("SELECT value FROM counters WHERE name = ?", (counter,)).fetchone()
        return int(row[0]) if row else 0

    def setting(self, key: str, default: Any = None) -> Any:
        """A JSON value by its key."""
        row = self._db.execute("SELECT value FROM settings WHERE key = ?", (key,)).fetchone()
        return json.loads(row[0]) if row else default

    def put_setting(self, key: str, value: Any) -> None:
        """Keep a JSON value under its key."""
        self._db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, _dump(value)))

    def chat(self, chat: int) -> Json | None:
        """The document of a chat, None when the bot cannot know it."""
        row = self._db.execute("SELECT doc FROM chats WHERE id = ?", (chat,)).fetchone()
        return json.loads(row[0]) if row else None

    def chats(self) -> list[Json]:
        """All chats."""
        return [json.loads(row[0]) for row in self._db.execute("SELECT doc FROM chats ORDER BY id")]

    def put_chat(self, doc: Json) -> None:
        """Keep a chat under its id."""
        self._db.execute("INSERT OR REPLACE INTO chats VALUES (?, ?)", (doc["id"], _dump(doc)))

    def topic(self, chat: int, thread: int) -> Json | None:
        """A forum topic, deleted ones included."""
        row = self._db.execute(
            "SELECT doc FROM topics WHERE chat = ? AND id = ?", (chat, thread)
        ).fetchone()
        return json.loads(row[0]) if row else None

    def topics(self, chat: int) -> list[Json]:
        """All topics of a chat, oldest first, deleted ones included."""
        rows = self._db.execute("SELECT doc FROM topics WHERE chat = ? ORDER BY id", (chat,))
        return [json.loads(row[0]) for row in rows]

    def put_topic(self, chat: int, doc: Json) -> None:
        """Keep a topic under its chat and id."""
        self._db.execute(
            "INSERT OR REPLACE INTO topics VALUES (?, ?, ?)", (chat, doc["id"], _dump(doc))
        )

    def save_message(self, message: Stored) -> None:
        """Insert or replace a message; gives it a new revision."""
        message.rev = self.next_number("rev")
        self._db.execute(
            "INSERT OR REPLACE INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                message.chat,
                message.id,
                message.thread,
                message.sender,
                message.rev,
                message.pinned,
                message.deleted,
                _dump(message.body),
                _dump(message.extra),
            ),
        )

    def message(self, chat: int, message: int) -> Stored | None:
        """A message that still exists."""
        found = self.messages("chat = ? AND id = ? AND deleted = 0", (chat, message))
        return found[0] if found else None

    def messages(self, where: str, values: tuple[Any, ...], tail: str = "") -> list[Stored]:
        """Messages by a condition over the columns, in order of id unless `tail` says otherwise."""
        rows = self._db.execute(
            "SELECT chat, id, thread, sender, rev, pinned, deleted, body, extra "  # noqa: S608
            f"FROM messages WHERE {where} {tail or 'ORDER BY id'}",
            values,
        )
        return [
            Stored(
                chat=row[0],
                id=row[1],
                thread=row[2],
                sender=row[3],
                rev=row[4],
                pinned=row[5],
                deleted=bool(row[6]),
                body=json.loads(row[7]),
                extra=json.loads(row[8]),
            )
            for row in rows
        ]

    def unread(self, user: int, chat: int) -> dict[int, int]:
        """Number of messages of others after the last one read, by thread."""
        rows = self._db.execute(
            "SELECT m.thread, count(*) FROM messages m LEFT JOIN reads r "
            "ON r.user = ? AND r.chat = m.chat AND r.thread = m.thread "
            "WHERE m.chat = ? AND m.deleted = 0 AND m.sender != ? "
            "AND m.id > coalesce(r.message, 0) GROUP BY m.thread",
            (user, chat, user),
        )
        return {int(thread): int(count) for thread, count in rows}

    def mark_read(self, user: int, chat: int, thread: int, message: int) -> None:
        """The person has seen the thread up to this message."""
        self._db.execute(
            "INSERT INTO reads VALUES (?, ?, ?, ?) ON CONFLICT (user, chat, thread) "
            "DO UPDATE SET message = max(message, excluded.message)",
            (user, chat, thread, message),
        )

    def add_file(self, doc: Json, content: bytes) -> None:
        """Keep a file with its bytes; `doc` holds id, unique_id, path, kind, name, mime, size."""
        self._db.execute(
            "INSERT INTO files VALUES (?, ?, ?, ?)", (doc["id"], doc["path"], _dump(doc), content)
        )

    def file(self, file_id: str) -> Json | None:
        """A file's document by its id."""
        row = self._db.execute("SELECT doc FROM files WHERE id = ?", (file_id,)).fetchone()
        return json.loads(row[0]) if row else None

    def file_content(self, column: str, value: str) -> tuple[Json, bytes] | None:
        """A file with its bytes, by `id` or by `path`."""
        row = self._db.execute(
            f"SELECT doc, content FROM files WHERE {column} = ?",  # noqa: S608
            (value,),
        ).fetchone()
        return (json.loads(row[0]), bytes(row[1])) if row else None

    def add_update(self, update: Json) -> None:
        """Queue an update for the bot."""
        self._db.execute("INSERT INTO updates VALUES (?, ?)", (update["update_id"], _dump(update)))

    def updates(self, offset: int, limit: int) -> list[Json]:
        """Queued updates from `offset` on, in order."""
        rows = self._db.execute(
            "SELECT doc FROM updates WHERE id >= ? ORDER BY id LIMIT ?", (offset, limit)
        )
        return [json.loads(row[0]) for row in rows]

    def last_update_ids(self, count: int) -> list[int]:
        """Ids of the newest `count` queued updates, ascending."""
        rows = self._db.execute("SELECT id FROM updates ORDER BY id DESC LIMIT ?", (count,))
        return sorted(int(row[0]) for row in rows)

    def forget_updates(self, below: int | None = None) -> None:
        """Drop confirmed updates; all of them without a bound."""
        if below is None:
            self._db.execute("DELETE FROM updates")
        else:
            self._db.execute("DELETE FROM updates WHERE id < ?", (below,))

    def forget_update(self, update: int) -> None:
        """Drop one update that was taken."""
        self._db.execute("DELETE FROM updates WHERE id = ?", (update,))

    def pending_updates(self) -> int:
        """How many updates wait."""
        return int(self._db.execute("SELECT count(*) FROM updates").fetchone()[0])

    def put_callback(self, callback: str, user: int, at: int, doc: Json) -> None:
        """Keep a pressed button, later with its answer."""
        self._db.execute(
            "INSERT OR REPLACE INTO callbacks VALUES (?, ?, ?, ?)", (callback, user, at, _dump(doc))
        )

    def callback(self, callback: str) -> tuple[int, int, Json] | None:
        """User, moment (epoch seconds) and document of a pressed button."""
        row = self._db.execute(
            "SELECT user, at, doc FROM callbacks WHERE id = ?", (callback,)
        ).fetchone()
        return (row[0], row[1], json.loads(row[2])) if row else None

    def callbacks_of(self, user: int, limit: int) -> list[Json]:
        """The newest pressed buttons of a person, newest first."""
        rows = self._db.execute(
            "SELECT doc FROM callbacks WHERE user = ? ORDER BY rowid DESC LIMIT ?", (user, limit)
        )
        return [json.loads(row[0]) for row in rows]

    def add_rejected(self, doc: Json) -> None:
        """Remember a call that was answered with ok=false."""
        self._db.execute("INSERT INTO rejected (doc) VALUES (?)", (_dump(doc),))

    def rejected(self) -> list[Json]:
        """All refused calls, oldest first."""
        return [json.loads(row[0]) for row in self._db.execute("SELECT doc FROM rejected")]

    def forget_rejected(self) -> None:
        """Empty the list of refused calls."""
        self._db.execute("DELETE FROM rejected")
