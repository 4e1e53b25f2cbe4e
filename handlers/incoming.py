"""Reads a message of Telegram into a plain value."""

from collections.abc import Iterator

from aiogram.types import Message

from domain.incoming import TRIFLES, Incoming
from domain.screens import Attachment, AttachmentKind


def read(message: Message) -> Incoming:
    """Text, files, album and what it answers; a topic's root is no answer to anything."""
    attachments = tuple(_attachments(message))
    replied = message.reply_to_message
    is_answer = replied is not None and replied.message_id != message.message_thread_id
    return Incoming(
        text=(message.text or message.caption or "").strip(),
        kind=_kind(message, attachments),
        attachments=attachments,
        telegram_id=message.message_id,
        album=message.media_group_id,
        reply_to=replied.message_id if replied is not None and is_answer else None,
        reply_text=(replied.text or replied.caption or "") if replied and is_answer else "",
        is_forwarded=message.forward_origin is not None,
    )


def _kind(message: Message, attachments: tuple[Attachment, ...]) -> str:
    if message.text:
        return "text"
    if attachments:
        return attachments[0].kind.value
    return message.content_type if message.content_type in TRIFLES else "other"


def _attachments(message: Message) -> Iterator[Attachment]:
    if message.photo:
        largest = message.photo[-1]
        yield Attachment(
            AttachmentKind.PHOTO,
            file_id=largest.file_id,
            unique_id=largest.file_unique_id,
            size=largest.file_size,
        )
    for kind in (
        AttachmentKind.ANIMATION,
        AttachmentKind.VOICE,
        AttachmentKind.VIDEO,
        AttachmentKind.AUDIO,
        AttachmentKind.VIDEO_NOTE,
    ):
        file = getattr(message, kind.value)
        if file is not None:
            yield _file(kind, file)
    if message.document is not None and message.animation is None:
        yield _file(AttachmentKind.DOCUMENT, message.document)
    if message.location is not None:
        place = message.location
        yield Attachment(AttachmentKind.LOCATION, point=(place.latitude, place.longitude))
    if message.contact is not None:
        card = message.contact
        name = " ".join(part for part in (card.first_name, card.last_name) if part)
        yield Attachment(AttachmentKind.CONTACT, name=name, phone=card.phone_number)


def _file(kind: AttachmentKind, file: object) -> Attachment:
    """Voice, video, audio and documents name the same things alike; not each has each of them."""
    return Attachment(
        kind,
        file_id=getattr(file, "file_id", ""),
        unique_id=getattr(file, "file_unique_id", ""),
        name=getattr(file, "file_name", None) or "",
        size=getattr(file, "file_size", None),
        duration=getattr(file, "duration", None),
    )
