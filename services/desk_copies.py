"""The copies of a card, and of what the company wrote, in the chats of the office."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.screens import Screen
from models import Message, Outbox, Task, Ticket
from models.messages import Direction, OutboxKind, OutboxState
from services import messages, notices
from services.messages import Address

#: The role of the message that shows a ticket's state, and of copies of what the company wrote.
CARD = "ticket_card"
RELAY = "ticket_relay"
#: A copy that a newer one in the same chat has replaced.
OLD_CARD = "old_card"
#: So many characters of the raising stand on the card.
ON_CARD = 160


async def card_at(session: AsyncSession, ticket_id: int, address: Address) -> Message | None:
    """The copy of the card in a chat (and topic), if there is one."""
    cards = await messages.cards_of(session, ticket_id, CARD)
    here = [
        card
        for card in cards
        if card.chat_id == address.chat_id and card.topic_id in {address.topic_id, None}
    ]
    return here[-1] if here else None


def is_ours(message: Message) -> bool:
    """Whether it is one of our cards or copies, an answer to which concerns a ticket."""
    return message.direction is Direction.OUT and message.role in {CARD, OLD_CARD, RELAY}


async def make_card(session: AsyncSession, message: Message, task: Task) -> None:
    """From now on this message is the chat's copy of the card, and shows this share; an earlier one
    is left as it is."""
    for card in await messages.cards_of(session, task.ticket_id, CARD):
        if card.chat_id == message.chat_id and card.topic_id == message.topic_id:
            card.role = OLD_CARD
    message.role, message.ticket_id, message.task_id = CARD, task.ticket_id, task.id


async def send_card(
    session: AsyncSession, place: Address, task: Task, screen: Screen, *, now: datetime
) -> None:
    """Owe a copy of the card to a chat."""
    card_id = await messages.owe(session, place, screen, now=now, ticket_id=task.ticket_id)
    await make_card(session, await session.get_one(Message, card_id), task)


async def is_to_be_pinned(session: AsyncSession, card: Message) -> bool:
    """A card that is not in its topic yet, and whose pinning is not owed."""
    if card.telegram_id is not None or card.topic_id is None:
        return False
    statement = select(Outbox.id).where(
        col(Outbox.message_id) == card.id,
        col(Outbox.kind) == OutboxKind.PIN,
        col(Outbox.state) == OutboxState.PENDING,
    )
    return (await session.exec(statement)).first() is None


async def to_relay(session: AsyncSession, ticket: Ticket, address: Address) -> list[Message]:
    """What the company wrote and has no copy in this chat yet, the oldest first.

    Short words of the raising itself stand on the card and need no copy.
    """
    statement = (
        select(Message)
        .where(col(Message.ticket_id) == ticket.id, col(Message.direction) == Direction.IN)
        .order_by(col(Message.at), col(Message.id))
    )
    written = (await session.exec(statement)).all()
    copied = {copy.relays for copy in await copies_in(session, ticket.id, address)}
    return [
        message
        for message in written
        if message.id not in copied
        and message.role != "contact"
        and not _stands_on_card(message, ticket)
    ]


#: So long the parts of an album are waited for, so that they are copied together.
ALBUM_SETTLES = timedelta(seconds=2)


def by_album(written: Sequence[Message]) -> list[list[Message]]:
    """Messages in their order; the parts of an album that follow each other stand together."""
    groups: list[list[Message]] = []
    for message in written:
        if groups and message.album is not None and groups[-1][0].album == message.album:
            groups[-1].append(message)
        else:
            groups.append([message])
    return groups


def is_arriving(group: Sequence[Message], now: datetime) -> bool:
    """Whether more parts of the album may come at any moment."""
    return group[-1].album is not None and now < group[-1].at + ALBUM_SETTLES


async def copy_later(session: AsyncSession, ticket: Ticket, last: Message, now: datetime) -> None:
    """Look again once the album is whole."""
    await notices.owe_notice(
        session,
        "desk_card",
        key=f"desk_card:{ticket.id}:album:{last.id}",
        due_at=last.at + ALBUM_SETTLES,
        now=now,
        subject="ticket",
        subject_id=ticket.id,
    )


def _stands_on_card(message: Message, ticket: Ticket) -> bool:
    is_raising = message.at <= ticket.received_at
    return is_raising and not message.attachments and len(message.text) <= ON_CARD


async def copies_in(session: AsyncSession, ticket_id: int, address: Address) -> Sequence[Message]:
    """The copies of the company's messages in a chat, in their order."""
    statement = (
        select(Message)
        .where(
            col(Message.ticket_id) == ticket_id,
            col(Message.role) == RELAY,
            col(Message.chat_id) == address.chat_id,
        )
        .order_by(col(Message.id))
    )
    return (await session.exec(statement)).all()
