"""What is owed, as calls of the Bot API: one errand, one call."""

from typing import Any, assert_never, cast

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import GetFile
from aiogram.types import (
    BufferedInputFile,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    MediaUnion,
    ReplyParameters,
)

from bot.answers import Answer, Meaning
from bot.keyboards import inline_markup, reply_markup
from bot.topic_icons import TopicIcons
from bot.wire import Wire
from domain.screens import Attachment, AttachmentKind, Screen
from models.messages import OutboxKind
from services import messages, packing
from services.turns import Errand


async def make_call(bot: Bot, errand: Errand, icons: TopicIcons) -> Answer:
    """Ask Telegram; raises whatever the client raises."""
    row, chat = errand.row, errand.row.chat_id
    match row.kind:
        case OutboxKind.SEND:
            return await _send(bot, errand)
        case OutboxKind.EDIT:
            return await _edit(bot, errand)
        case OutboxKind.PIN:
            message = _known(errand.telegram_id)
            await bot.pin_chat_message(chat, message, disable_notification=True)
        case OutboxKind.OPEN_TOPIC:
            return await _open_topic(bot, errand, await icons.find(errand.icon))
        case OutboxKind.FETCH:
            return Answer(Meaning.DONE, content=await _fetch(bot, errand))
        case OutboxKind.EDIT_TOPIC:
            await _edit_topic(bot, errand, await icons.find(errand.icon))
        case _:
            assert_never(row.kind)
    return Answer(Meaning.DONE)


async def _send(bot: Bot, errand: Errand) -> Answer:
    screen = packing.unpack(errand.row.payload)
    options: dict[str, Any] = {
        "message_thread_id": errand.thread_id,
        "reply_markup": inline_markup(screen.keyboard) or reply_markup(screen.reply_keys),
        "disable_notification": screen.quiet or None,
        "reply_parameters": _reply_to(errand.reply_to),
        **_parsing(errand),
    }
    album = messages.album_in(errand.row.payload)
    if album:
        return await _send_album(bot, errand, screen, album, options)
    if screen.attachment is None:
        sent = await bot.send_message(errand.row.chat_id, screen.text, **options)
    else:
        sent = await _send_file(bot, errand.row.chat_id, screen, screen.attachment, options)
    return Answer(Meaning.DONE, telegram_id=sent.message_id)


async def _send_file(
    bot: Bot, chat: int, screen: Screen, attachment: Attachment, options: dict[str, Any]
) -> Any:
    if attachment.kind is AttachmentKind.LOCATION:
        latitude, longitude = attachment.point or (0.0, 0.0)
        options.pop("parse_mode", None)
        return await bot.send_location(chat, latitude, longitude, **options)
    if attachment.kind is AttachmentKind.CONTACT:
        options.pop("parse_mode", None)
        return await bot.send_contact(chat, attachment.phone, attachment.name or "—", **options)
    file: str | BufferedInputFile = attachment.file_id
    if attachment.content is not None:
        file = BufferedInputFile(attachment.content, attachment.name)
    if attachment.kind not in {AttachmentKind.STICKER, AttachmentKind.VIDEO_NOTE}:
        options["caption"] = screen.text or None
    else:
        options.pop("parse_mode", None)
    send = getattr(bot, f"send_{attachment.kind}")
    return await send(chat, file, **options)


_IN_ALBUMS: dict[AttachmentKind, type[MediaUnion]] = {
    AttachmentKind.PHOTO: InputMediaPhoto,
    AttachmentKind.VIDEO: InputMediaVideo,
    AttachmentKind.DOCUMENT: InputMediaDocument,
    AttachmentKind.AUDIO: InputMediaAudio,
}


async def _send_album(
    bot: Bot,
    errand: Errand,
    screen: Screen,
    album: tuple[Attachment, ...],
    options: dict[str, Any],
) -> Answer:
    """One group of messages; a group bears no keys, and its words stand under the first file."""
    del options["reply_markup"]
    parsing = {"parse_mode": options.pop("parse_mode")} if "parse_mode" in options else {}
    media = [
        _IN_ALBUMS[file.kind](media=file.file_id, caption=caption or None, **parsing)
        for file, caption in zip(album, (screen.text, *[""] * len(album)), strict=False)
    ]
    sent = await bot.send_media_group(errand.row.chat_id, media, **options)
    ids = tuple(message.message_id for message in sent)
    return Answer(Meaning.DONE, telegram_id=ids[0], album_ids=ids)


async def _edit(bot: Bot, errand: Errand) -> Answer:
    """Redraw a message; one that never reached Telegram is sent."""
    if errand.telegram_id is None:
        return await _send(bot, errand)
    screen = packing.unpack(errand.row.payload)
    where: dict[str, Any] = {
        "chat_id": errand.row.chat_id,
        "message_id": errand.telegram_id,
        "reply_markup": inline_markup(screen.keyboard),
        **_parsing(errand),
    }
    if screen.attachment is not None:
        await bot.edit_message_caption(caption=screen.text, **where)
    else:
        await bot.edit_message_text(screen.text, **where)
    return Answer(Meaning.DONE)


async def _open_topic(bot: Bot, errand: Errand, icon: str | None) -> Answer:
    """A refused icon is no reason to have no topic."""
    chat, title = errand.row.chat_id, errand.title
    try:
        topic = await bot.create_forum_topic(chat, title, icon_custom_emoji_id=icon)
    except TelegramBadRequest:
        if icon is None:
            raise
        topic = await bot.create_forum_topic(chat, title)
    return Answer(Meaning.DONE, thread_id=topic.message_thread_id)


async def _edit_topic(bot: Bot, errand: Errand, icon: str | None) -> None:
    """Title and icon; without an icon the topic keeps the one it has, and so does a refused one."""
    chat, thread = errand.row.chat_id, _known(errand.thread_id)
    try:
        await bot.edit_forum_topic(chat, thread, name=errand.title, icon_custom_emoji_id=icon)
    except TelegramBadRequest:
        if icon is None:
            raise
        await bot.edit_forum_topic(chat, thread, name=errand.title)


async def _fetch(bot: Bot, errand: Errand) -> bytes:
    """The content of a file that somebody sent; safe to repeat."""
    asked = GetFile(file_id=errand.row.payload["file_id"])
    file = await bot(asked)
    if file.file_path is None:
        raise TelegramBadRequest(method=asked, message="the file has no path")
    url = bot.session.api.file_url(bot.token, file.file_path)
    return await cast("Wire", bot.session).download(asked, url, most=errand.row.payload["limit"])


def _parsing(errand: Errand) -> dict[str, None]:
    """HTML is the client's default; bare text is not to be parsed."""
    return {"parse_mode": None} if errand.row.payload.get("bare") else {}


def _reply_to(telegram_id: int | None) -> ReplyParameters | None:
    if telegram_id is None:
        return None
    return ReplyParameters(message_id=telegram_id, allow_sending_without_reply=True)


def _known(telegram_id: int | None) -> int:
    """Order within a chat makes sure that a message is sent before it is pinned."""
    if telegram_id is None:
        raise LookupError("what this call is about never reached Telegram")
    return telegram_id
