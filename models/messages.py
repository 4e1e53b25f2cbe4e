"""Updates that arrived, messages in and out, what is owed, and where each chat stands."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import (
    BIG,
    code,
    document,
    id_field,
    index_where,
    reference,
    unique_where,
    version_column,
)

#: What the indexes over rows to be blanked hold; a query repeats it word for word.
KEEPS_PAYLOAD = "payload <> '{}'"
IS_OWED = "state IN ('pending', 'sending')"
MAY_OUTLIVE = f"good_until IS NOT NULL AND {IS_OWED}"
IS_POSTPONED = "state = 'pending' AND next_try_at IS NOT NULL"
IS_OPEN = "state <> ''"
#: The same of what is counted for the figures.
IS_WAITING = "state = 'open'"
IS_PARKED = "state = 'parked'"
HAS_FAILED = "state = 'failed'"
_HAS_WORDS = "(text <> '' OR attachments <> '[]' OR versions <> '[]')"
KEEPS_WORDS = f"ticket_id IS NULL AND visit_id IS NULL AND {_HAS_WORDS}"
KEEPS_VISIT_WORDS = f"visit_id IS NOT NULL AND {_HAS_WORDS}"


class InboxState(StrEnum):
    """Open updates are still to take effect; parked ones failed three times."""

    OPEN = "open"
    DONE = "done"
    PARKED = "parked"


class Inbox(SQLModel, table=True):
    """An update as it arrived, stored before it is acknowledged.

    `message_id` is set for new messages only: update ids restart after a quiet week, so the same
    message must be known again by its own number.
    """

    __table_args__ = (
        UniqueConstraint("bot_id", "update_id"),
        unique_where(
            "uq_inbox_message", ("bot_id", "chat_key", "message_id"), "message_id IS NOT NULL"
        ),
        index_where("ix_inbox_open", ("bot_id", "chat_key", "update_id"), "state = 'open'"),
        index_where("ix_inbox_waiting", ("bot_id", "id"), "state = 'open'"),
        index_where("ix_inbox_parked", ("id",), IS_PARKED),
        index_where("ix_inbox_kept", ("received_at",), KEEPS_PAYLOAD),
        Index("ix_inbox_chat", "chat_key"),
    )

    id: int = id_field()
    bot_id: int = Field(sa_type=BigInteger)
    update_id: int = Field(sa_type=BigInteger)
    chat_key: int = Field(sa_type=BigInteger)
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    payload: dict[str, Any] = document(dict)
    state: InboxState = code(InboxState, InboxState.OPEN)
    attempts: int = 0
    error: str = Field(default="", max_length=500)
    received_at: datetime
    done_at: datetime | None = None


class Direction(StrEnum):
    """IN came from a person, OUT is ours, NOTE was written in the office and stays there."""

    IN = "in"
    OUT = "out"
    NOTE = "note"


_message_version = version_column()


class Message(SQLModel, table=True):
    """One message in or out. Other rows refer to this id, never to Telegram's.

    `attachments` holds {kind, file_id, unique_id, name, size, duration}; `versions` holds earlier
    texts as {text, at}. `role` names cards that are redrawn, such as `ticket_card`. `task_id` is
    the share that a card shows, `visit_id` the visit at which an officer wrote it.
    """

    __table_args__ = (
        unique_where(
            "uq_message_telegram", ("bot_id", "chat_id", "telegram_id"), "telegram_id IS NOT NULL"
        ),
        Index("ix_message_ticket_at", "ticket_id", "at"),
        index_where("ix_message_kept", ("ticket_id", "at"), KEEPS_WORDS),
        index_where("ix_message_visit_kept", ("at",), KEEPS_VISIT_WORDS),
        index_where("ix_message_visit", ("visit_id",), "visit_id IS NOT NULL"),
        Index("ix_message_chat", "chat_id", "role", "id"),
    )

    id: int = id_field()
    bot_id: int = Field(sa_type=BigInteger)
    chat_id: int = Field(sa_type=BigInteger)
    topic_id: int | None = reference("topic.id", index=False, nullable=True)
    telegram_id: int | None = Field(default=None, sa_type=BigInteger)
    direction: Direction = code(Direction, Direction.IN)
    kind: str = Field(default="text", max_length=32)
    role: str = Field(default="", max_length=32)
    person_id: int | None = reference("person.id", nullable=True)
    ticket_id: int | None = reference("ticket.id", index=False, nullable=True)
    task_id: int | None = Field(default=None, sa_type=BIG)
    visit_id: int | None = Field(default=None, sa_type=BIG)
    reply_to: int | None = reference("message.id", index=False, nullable=True)
    relays: int | None = reference("message.id", index=True, nullable=True)
    album: str | None = Field(default=None, max_length=64, index=True)
    text: str = ""
    attachments: list[dict[str, Any]] = document(list)
    versions: list[dict[str, Any]] = document(list)
    at: datetime
    erased_at: datetime | None = None
    version: int = Field(default=1, sa_column=_message_version)

    __mapper_args__ = {"version_id_col": _message_version}


class OutboxKind(StrEnum):
    """What the courier is to do."""

    SEND = "send"
    EDIT = "edit"
    PIN = "pin"
    OPEN_TOPIC = "open_topic"
    EDIT_TOPIC = "edit_topic"
    FETCH = "fetch"


class OutboxState(StrEnum):
    """PENDING is owed; SENDING was handed over and not yet answered; the others are final.

    UNKNOWN means that the connection broke after the request left: Telegram may have it.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    DROPPED = "dropped"


class Outbox(SQLModel, table=True):
    """A call to Telegram that is owed. `payload` is a screen as data, see services/messages.py."""

    __table_args__ = (
        index_where("ix_outbox_owed", ("bot_id", "chat_id", "id"), IS_OWED),
        index_where("ix_outbox_turn", ("bot_id", "broadcast", "id"), IS_OWED),
        index_where("ix_outbox_good_until", ("good_until",), MAY_OUTLIVE),
        index_where("ix_outbox_postponed", ("bot_id", "next_try_at"), IS_POSTPONED),
        index_where("ix_outbox_kept", ("created_at",), KEEPS_PAYLOAD),
        index_where("ix_outbox_failed", ("done_at",), HAS_FAILED),
        Index("ix_outbox_chat", "chat_id"),
    )

    id: int = id_field()
    bot_id: int = Field(sa_type=BigInteger)
    chat_id: int = Field(sa_type=BigInteger)
    topic_id: int | None = reference("topic.id", index=False, nullable=True)
    kind: OutboxKind = code(OutboxKind, OutboxKind.SEND)
    message_id: int | None = reference("message.id", nullable=True)
    after_id: int | None = reference("outbox.id", index=False, nullable=True)
    key: str | None = Field(default=None, unique=True, max_length=128)
    payload: dict[str, Any] = document(dict)
    broadcast: bool = False
    good_until: datetime | None = None
    notice_id: int | None = Field(default=None, sa_type=BigInteger)
    state: OutboxState = code(OutboxState, OutboxState.PENDING)
    attempts: int = 0
    next_try_at: datetime | None = None
    error: str = Field(default="", max_length=500)
    created_at: datetime
    done_at: datetime | None = None


class Topic(SQLModel, table=True):
    """A forum topic of a desk; `thread_id` is Telegram's, once known. `icon` is the emoji wanted.

    One made by us carries a ticket; one that people made is remembered only to answer in it.
    """

    id: int = id_field()
    bot_id: int = Field(sa_type=BigInteger)
    chat_id: int = Field(sa_type=BigInteger, index=True)
    ticket_id: int | None = reference("ticket.id", nullable=True)
    title: str = Field(default="", max_length=128)
    icon: str = Field(default="", max_length=16)
    thread_id: int | None = Field(default=None, sa_type=BigInteger, index=True)
    recreated: int = 0
    closed_at: datetime | None = None


_conversation_version = version_column()


class Conversation(SQLModel, table=True):
    """Where one person stands in one chat: the open question (`state`) and its draft (`data`)."""

    __table_args__ = (
        UniqueConstraint("bot_id", "chat_id", "person_id"),
        index_where("ix_conversation_open", ("updated_at",), IS_OPEN),
    )

    id: int = id_field()
    bot_id: int = Field(sa_type=BigInteger)
    chat_id: int = Field(sa_type=BigInteger)
    person_id: int = reference("person.id")
    state: str = Field(default="", max_length=32)
    data: dict[str, Any] = document(dict)
    updated_at: datetime
    version: int = Field(default=1, sa_column=_conversation_version)

    __mapper_args__ = {"version_id_col": _conversation_version}

    def turn_to(self, state: str, **data: Any) -> None:
        """Ask the next question; what was open before is replaced.

        What was said of a company and is not saved yet goes along beside any other form.
        """
        unsaved = self.unsaved
        self.state = state
        self.data = data if unsaved is None or "draft" in data else {**data, "unsaved": unsaved}

    @property
    def unsaved(self) -> dict[str, Any] | None:
        """Where the chat stands (`state`, `data`) with what was said of a company and not saved."""
        said = (self.data.get(name) for name in ("texts", "rows", "client"))
        if self.data.get("draft") and any(one is not None for one in said):
            return {"state": self.state, "data": self.data}
        return self.data.get("unsaved")

    def keep(self, **data: Any) -> None:
        """Add to the draft of the open question."""
        self.data = {**self.data, **data}

    def drop_unsaved(self) -> None:
        """What waits beside the open form is not kept."""
        self.data = {name: self.data[name] for name in self.data if name != "unsaved"}

    def rest(self) -> None:
        """The open form is over; what waits beside it unsaved is open again."""
        waits = self.data.get("unsaved") or {"state": "", "data": {}}
        self.state, self.data = waits["state"], waits["data"]

    def forget(self) -> None:
        """Nothing is open any more, nor waits."""
        self.state, self.data = "", {}
