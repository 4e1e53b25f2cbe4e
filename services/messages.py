"""Messages in and out: what is owed to a chat, and what a chat has sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, literal_column
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from domain.desks import TopicSign
from domain.incoming import Incoming
from domain.paragraphs import CAPTION_LIMIT, TEXT_LIMIT, split_html, visible_length
from domain.screens import (
    WORDLESS,
    Attachment,
    AttachmentKind,
    Html,
    Screen,
    are_album,
)
from domain.visible import name
from models import Message, Outbox, Topic
from models.ids import new_id
from models.messages import Direction, OutboxKind, OutboxState
from services import new_rows
from services.packing import pack, recall, remember

#: Telegram takes so many.
_LONGEST_TITLE = 128
_Row = dict[str, Any]
_OWED = (OutboxState.PENDING,)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes: a chat of one bot, perhaps one topic in it (our Topic id)."""

    bot_id: int
    chat_id: int
    topic_id: int | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """Rows of new messages and of the calls about them, to be written by `put`."""

    messages: Sequence[new_rows.Row] = ()
    calls: Sequence[new_rows.Row] = ()


NOTHING = Post()


def together(posts: Iterable[Post]) -> Post:
    """Several as one, in their order."""
    posts = list(posts)
    return Post(
        [row for post in posts for row in post.messages],
        [row for post in posts for row in post.calls],
    )


async def put(session: AsyncSession, post: Post) -> None:
    """Owe it, with two statements however much it is; it is sent when the transaction commits."""
    await new_rows.insert(session, Message, post.messages)
    await new_rows.insert(session, Outbox, post.calls)


async def owe(
    session: AsyncSession,
    to: Address,
    screen: Screen,
    *,
    now: datetime,
    key: str | None = None,
    ticket_id: int | None = None,
    task_id: int | None = None,
    person_id: int | None = None,
    good_until: datetime | None = None,
    notice_id: int | None = None,
    broadcast: bool = False,
    after_id: int | None = None,
    reply_to: int | None = None,
    relays: int | None = None,
) -> int | None:
    """Owe a chat a new message; returns its id, or None when `key` was owed before.

    A text beyond Telegram's length becomes several messages with the keyboard on the last, whose
    id is returned. Nothing is sent before the transaction commits.
    """
    if key is not None and await _is_owed(session, key):
        return None
    about = {
        "person_id": person_id,
        "ticket_id": ticket_id,
        "task_id": task_id,
        "relays": relays,
    }
    how = {
        "after_id": after_id,
        "broadcast": broadcast,
        "good_until": good_until,
        "notice_id": notice_id,
    }
    made, calls = _new_message(to, screen, about=about, how=how, now=now)
    made[0]["reply_to"], calls[-1]["key"] = reply_to, key
    await put(session, Post(made, calls))
    return int(made[-1]["id"])


def new_message(to: Address, screen: Screen, *, now: datetime) -> Post:
    """What `owe` would write for a screen and nothing more, for who puts much at once."""
    return Post(*_new_message(to, screen, about={}, how={}, now=now))


def _new_message(
    to: Address, screen: Screen, *, about: _Row, how: _Row, now: datetime
) -> tuple[list[_Row], list[_Row]]:
    """The rows of the messages that a screen needs, and those of their calls."""
    parts = _parts(screen)
    made = [_outgoing(to, part.text, part.attachment, now=now, **about) for part in parts]
    made[-1]["role"] = parts[-1].role
    calls = [
        _call(OutboxKind.SEND, to, message["id"], now=now, payload=pack(part), **how)
        for part, message in zip(parts, made, strict=True)
    ]
    return made, calls


def _outgoing(
    to: Address, text: Html, file: Attachment | None, *, now: datetime, **more: Any
) -> dict[str, Any]:
    """The row of a message of ours; `more` names columns."""
    row: dict[str, Any] = {
        "id": new_id(),
        "bot_id": to.bot_id,
        "chat_id": to.chat_id,
        "topic_id": to.topic_id,
        "direction": Direction.OUT,
        "kind": file.kind if file else "text",
        "role": "",
        "person_id": None,
        "ticket_id": None,
        "task_id": None,
        "reply_to": None,
        "relays": None,
        "album": None,
        "text": text,
        "attachments": [remember(file)] if file else [],
        "versions": [],
        "at": now,
    }
    return row | more


def _call(
    kind: OutboxKind, to: Address, message_id: int | None, *, now: datetime, **more: Any
) -> dict[str, Any]:
    """The row of a call that is owed; `more` names columns."""
    row: dict[str, Any] = {
        "id": new_id(),
        "bot_id": to.bot_id,
        "chat_id": to.chat_id,
        "topic_id": to.topic_id,
        "kind": kind,
        "message_id": message_id,
        "after_id": None,
        "key": None,
        "notice_id": None,
        "good_until": None,
        "payload": {},
        "broadcast": False,
        "state": OutboxState.PENDING,
        "attempts": 0,
        "error": "",
        "created_at": now,
    }
    return row | more


def fit_together(files: Sequence[Attachment], text: Html) -> bool:
    """Whether files can be one group with this text under the first."""
    return are_album(files) and visible_length(text) <= CAPTION_LIMIT


async def owe_files(
    session: AsyncSession,
    to: Address,
    files: Sequence[Attachment],
    *,
    text: Html,
    now: datetime,
    ticket_id: int | None = None,
    relays: Sequence[int | None] = (),
    role: str = "",
    reply_to: int | None = None,
    quiet: bool = False,
) -> None:
    """Owe files as one group of messages, `text` under the first; a row for each, in their order.
    `relays` are the messages they are copies of. Raises ValueError where they are no album.
    """
    if not fit_together(files, text):
        raise ValueError("these files cannot be one group")
    copied = relays or [None] * len(files)
    made = [
        _outgoing(to, Html(""), file, now=now, role=role, ticket_id=ticket_id, relays=copy_of)
        for file, copy_of in zip(files, copied, strict=True)
    ]
    made[0] |= {"text": text, "reply_to": reply_to}
    album = {"album": f"out:{made[0]['id']}"}
    await new_rows.insert(session, Message, [message | album for message in made])
    payload = {"text": text, "quiet": quiet, "album": [remember(file) for file in files]}
    call = _call(OutboxKind.SEND, to, made[0]["id"], now=now, payload=payload)
    await new_rows.insert(session, Outbox, [call])


def album_in(payload: dict[str, Any]) -> tuple[Attachment, ...]:
    """The files of a row that `owe_files` made."""
    return tuple(recall(one) for one in payload.get("album", ()))


async def redraw(session: AsyncSession, message: Message, screen: Screen, *, now: datetime) -> None:
    """Owe an edit of one of our messages; see `redrawn`."""
    await put(session, await redrawn(session, message, screen, now=now))


async def redrawn(
    session: AsyncSession, message: Message, screen: Screen, *, now: datetime
) -> Post:
    """Show another screen in one of our messages; what is returned is still to be put.

    While the message itself, or an earlier edit, still waits, the new screen takes its place: the
    edits fold into one. What is being sent at this moment is edited afterwards, and a message that
    never reached Telegram is sent. What does not fit follows as messages of its own.
    """
    part, *more = _parts(screen)
    part = replace(part, keyboard=screen.keyboard)
    place = Address(message.bot_id, message.chat_id, message.topic_id)
    owed = await _owed_row(session, message.id)
    message.text = part.text
    posts = [NOTHING]
    if owed is not None and owed.state is OutboxState.PENDING:
        is_album = "album" in owed.payload
        owed.payload = {**owed.payload, "text": part.text} if is_album else pack(part)
    else:
        broadcast = owed is not None and owed.broadcast
        payload = pack(part)
        edit = _call(
            OutboxKind.EDIT, place, message.id, now=now, payload=payload, broadcast=broadcast
        )
        posts = [Post(calls=[edit])]
    for rest in more:
        posts.append(new_message(place, replace(rest, keyboard=(), role=""), now=now))
    return together(posts)


async def pin(session: AsyncSession, message: Message, *, now: datetime) -> None:
    """Owe the pinning of one of our messages, after it was sent."""
    owed = await _owed_row(session, message.id)
    place = Address(message.bot_id, message.chat_id, message.topic_id)
    broadcast = owed is not None and owed.broadcast
    call = _call(OutboxKind.PIN, place, message.id, now=now, broadcast=broadcast)
    await new_rows.insert(session, Outbox, [call])


async def open_topic(
    session: AsyncSession,
    *,
    bot_id: int,
    chat_id: int,
    ticket_id: int,
    sign: TopicSign,
    now: datetime,
) -> Topic:
    """Owe a forum topic for a ticket; messages addressed to it wait for its thread id."""
    topic = Topic(
        bot_id=bot_id, chat_id=chat_id, ticket_id=ticket_id, title=_title(sign), icon=sign.icon
    )
    session.add(topic)
    await owe_topic(session, topic, now=now)
    return topic


async def owe_topic(session: AsyncSession, topic: Topic, *, now: datetime) -> None:
    """Owe the making of a topic, the first time or after somebody deleted it."""
    await _owe_for(session, topic, OutboxKind.OPEN_TOPIC, now=now)


async def _owe_for(session: AsyncSession, topic: Topic, kind: OutboxKind, *, now: datetime) -> None:
    place = Address(topic.bot_id, topic.chat_id, topic.id)
    await new_rows.insert(session, Outbox, [_call(kind, place, None, now=now)])


async def mark_topic(
    session: AsyncSession, topic: Topic, sign: TopicSign, *, now: datetime
) -> None:
    """Owe a new title and icon, unless they are the same; what still waits is simply replaced."""
    if (topic.title, topic.icon) == (_title(sign), sign.icon):
        return
    statement = select(Outbox.id).where(
        is_owed(Outbox),
        col(Outbox.topic_id) == topic.id,
        col(Outbox.kind).in_((OutboxKind.OPEN_TOPIC, OutboxKind.EDIT_TOPIC)),
        col(Outbox.state).in_(_OWED),
    )
    waits = (await session.exec(statement.with_for_update())).first() is not None
    topic.title, topic.icon = _title(sign), sign.icon
    if not waits:
        await _owe_for(session, topic, OutboxKind.EDIT_TOPIC, now=now)


def _title(sign: TopicSign) -> str:
    return name(sign.title, _LONGEST_TITLE)


def is_owed(row: type[Outbox]) -> ColumnElement[bool]:
    """Pending or being sent, word for word as in ix_outbox_owed: SQLite finds it only so."""
    return col(row.state).in_([literal_column("'pending'"), literal_column("'sending'")])


async def topic_of(session: AsyncSession, *, bot_id: int, chat_id: int, thread_id: int) -> Topic:
    """Our row for a forum topic; one that people made is taken up, without a ticket."""
    asked = {"bot_id": bot_id, "chat_id": chat_id, "thread_id": thread_id}
    topic = (await session.exec(_topic(), params=asked)).first()
    if topic is None:
        topic = Topic(bot_id=bot_id, chat_id=chat_id, thread_id=thread_id)
        session.add(topic)
        await session.flush()
    return topic


async def by_telegram_id(
    session: AsyncSession, *, bot_id: int, chat_id: int, telegram_id: int
) -> Message | None:
    """Our row for a message that Telegram names."""
    asked = {"bot_id": bot_id, "chat_id": chat_id, "telegram_id": telegram_id}
    return (await session.exec(_named_by_telegram(), params=asked)).first()


@cache
def _named_by_telegram() -> SelectOfScalar[Message]:
    """Asked for almost every update, and slow to build."""
    return select(Message).where(
        col(Message.bot_id) == bindparam("bot_id"),
        col(Message.chat_id) == bindparam("chat_id"),
        col(Message.telegram_id) == bindparam("telegram_id"),
    )


@cache
def _topic() -> SelectOfScalar[Topic]:
    """The same for a topic."""
    return select(Topic).where(
        col(Topic.bot_id) == bindparam("bot_id"),
        col(Topic.chat_id) == bindparam("chat_id"),
        col(Topic.thread_id) == bindparam("thread_id"),
    )


async def keep(
    session: AsyncSession,
    incoming: Incoming,
    place: Address,
    *,
    person_id: int,
    now: datetime,
    ticket_id: int | None = None,
    direction: Direction = Direction.IN,
    role: str = "",
) -> Message:
    """Store what somebody wrote; the same Telegram message is stored once and returned as it is."""
    if incoming.telegram_id is not None:
        known = await by_telegram_id(
            session,
            bot_id=place.bot_id,
            chat_id=place.chat_id,
            telegram_id=incoming.telegram_id,
        )
        if known is not None:
            return known
    message = Message(
        bot_id=place.bot_id,
        chat_id=place.chat_id,
        topic_id=place.topic_id,
        telegram_id=incoming.telegram_id,
        direction=direction,
        kind=incoming.kind,
        role=role,
        person_id=person_id,
        ticket_id=ticket_id,
        album=incoming.album,
        text=incoming.text,
        attachments=[remember(one) for one in incoming.attachments],
        at=now,
    )
    session.add(message)
    return message


async def copy(session: AsyncSession, message: Message, ticket_id: int) -> Message:
    """The same words and files for another ticket; `relays` names where they were written."""
    made = Message(
        bot_id=message.bot_id,
        chat_id=message.chat_id,
        topic_id=message.topic_id,
        direction=message.direction,
        kind=message.kind,
        role=message.role,
        person_id=message.person_id,
        ticket_id=ticket_id,
        text=message.text,
        album=f"{message.album}/{ticket_id}" if message.album else None,
        attachments=list(message.attachments),
        relays=message.id,
        at=message.at,
    )
    session.add(made)
    return made


async def copies_of(session: AsyncSession, message: Message, roles: Sequence[str]) -> list[Message]:
    """Copies in these roles that were made for other tickets."""
    statement = select(Message).where(
        col(Message.relays) == message.id, col(Message.role).in_(roles)
    )
    return list((await session.exec(statement)).all())


def contact_card(name: str, phone: str) -> Incoming:
    """A name and a number, typed or shared, as one message."""
    card = Attachment(AttachmentKind.CONTACT, name=name, phone=phone)
    return Incoming(kind=AttachmentKind.CONTACT, attachments=(card,))


def belongs_to(
    message: Message, ticket_id: int, *, direction: Direction, role: str | None = None
) -> None:
    """Make a stored message part of a ticket, and say who may read it."""
    message.ticket_id = ticket_id
    message.direction = direction
    message.role = role or ""


def new_version(message: Message, incoming: Incoming, *, now: datetime) -> bool:
    """Replace text and files by edited ones; what stood there before is kept. False: no change."""
    files = [remember(one) for one in incoming.attachments]
    if (message.text, message.attachments) == (incoming.text, files):
        return False
    earlier = {"text": message.text, "attachments": message.attachments, "at": now.isoformat()}
    message.versions = [*message.versions, earlier]
    message.text, message.attachments, message.kind = incoming.text, files, incoming.kind
    return True


def blank(message: Message, *, now: datetime) -> None:
    """Take away every word and file of a message; its row stays, so that it is known again."""
    message.text, message.attachments, message.versions = "", [], []
    message.erased_at = now


async def of_album(session: AsyncSession, place: Address, album: str) -> list[Message]:
    """The parts of an album that arrived so far, the oldest first."""
    statement = (
        select(Message)
        .where(
            col(Message.bot_id) == place.bot_id,
            col(Message.chat_id) == place.chat_id,
            col(Message.album) == album,
        )
        .order_by(col(Message.id))
    )
    return list((await session.exec(statement)).all())


async def latest_card(session: AsyncSession, place: Address, role: str) -> Message | None:
    """The newest of our messages of that role in a chat."""
    statement = (
        select(Message)
        .where(
            col(Message.bot_id) == place.bot_id,
            col(Message.chat_id) == place.chat_id,
            col(Message.role) == role,
            col(Message.direction) == Direction.OUT,
        )
        .order_by(col(Message.id).desc())
        .limit(1)
    )
    return (await session.exec(statement)).first()


class Pressed:
    """The message under the button pressed in this update: looked up when it is first asked for.

    `at` is its chat and its id there; None where no button was pressed, or on nothing we can see.
    """

    def __init__(
        self, session: AsyncSession, *, bot_id: int, at: tuple[int, int] | None, now: datetime
    ) -> None:
        self._session = session
        self._bot_id = bot_id
        self._at = at
        self._now = now
        self._found: Message | None = None

    async def message(self) -> Message | None:
        """Its row; a message that is not known is taken up."""
        if self._found is None and self._at is not None:
            self._found = await self._look_up(*self._at)
        return self._found

    async def _look_up(self, chat_id: int, telegram_id: int) -> Message:
        known = await by_telegram_id(
            self._session, bot_id=self._bot_id, chat_id=chat_id, telegram_id=telegram_id
        )
        if known is not None:
            return known
        message = Message(
            bot_id=self._bot_id,
            chat_id=chat_id,
            telegram_id=telegram_id,
            direction=Direction.OUT,
            at=self._now,
        )
        self._session.add(message)
        await self._session.flush()
        return message


async def cards_of(session: AsyncSession, ticket_id: int, role: str) -> list[Message]:
    """Every live copy of a ticket's card, oldest first."""
    statement = (
        select(Message)
        .where(
            col(Message.ticket_id) == ticket_id,
            col(Message.role) == role,
            col(Message.direction) == Direction.OUT,
        )
        .order_by(col(Message.id))
    )
    return list((await session.exec(statement)).all())


def _parts(screen: Screen) -> list[Screen]:
    """What fits in one message each; a caption that is too long follows as its own message."""
    text = screen.text
    if screen.attachment is not None and _needs_words_apart(text, screen.attachment):
        bare = replace(screen, text=Html(""), keyboard=(), role="")
        return [bare, *_parts(replace(screen, attachment=None))]
    texts = split_html(text, CAPTION_LIMIT if screen.attachment else TEXT_LIMIT)
    if len(texts) == 1:
        return [screen]
    *before, last = texts
    plain = [replace(screen, text=part, keyboard=(), role="") for part in before]
    return [*plain, replace(screen, text=last)]


def _needs_words_apart(text: Html, attachment: Attachment) -> bool:
    is_wordless = bool(text) and attachment.kind in WORDLESS
    return is_wordless or visible_length(text) > CAPTION_LIMIT


async def _is_owed(session: AsyncSession, key: str) -> bool:
    statement = select(Outbox.id).where(col(Outbox.key) == key)
    return (await session.exec(statement)).first() is not None


async def _owed_row(session: AsyncSession, message_id: int) -> Outbox | None:
    """The newest look of a message that is still owed or on its way. What follows it keeps its
    rank, or it would overtake the message it is about. Locked: the courier may be taking it.
    """
    return (await session.exec(_owed_of(), params={"message_id": message_id})).first()


@cache
def _owed_of() -> SelectOfScalar[Outbox]:
    return (
        select(Outbox)
        .where(
            col(Outbox.message_id) == bindparam("message_id"),
            col(Outbox.kind).in_((OutboxKind.SEND, OutboxKind.EDIT)),
            is_owed(Outbox),
        )
        .order_by(col(Outbox.id).desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
