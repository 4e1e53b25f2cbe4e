"""Clients that know nothing of each other, python-telegram-bot and aiogram, both get along."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import telegram
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramRetryAfter,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BufferedInputFile,
    ChatMemberAdministrator,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    KeyboardButton,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from telegram.error import BadRequest, Forbidden
from telegram.request import HTTPXRequest

from sandbox.seats import DESK_CHAT_ID, PLAIN_GROUP_ID
from tests.sandbox.conftest import PNG, TOKEN, Town


@pytest.fixture
async def ptb(town: Town) -> AsyncIterator[telegram.Bot]:
    bot = telegram.Bot(
        TOKEN,
        base_url=f"{town.url}/bot",
        base_file_url=f"{town.url}/file/bot",
        request=HTTPXRequest(httpx_kwargs={"trust_env": False}),
        get_updates_request=HTTPXRequest(httpx_kwargs={"trust_env": False}),
    )
    async with bot:
        yield bot


@pytest.fixture
async def aiogram_bot(town: Town) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(town.url))
    async with Bot(TOKEN, session=session) as bot:
        yield bot


async def test_ptb_talks(town: Town, ptb: telegram.Bot) -> None:
    assert (await ptb.get_me()).username == "qihang_sandbox_bot"
    await town.do("say", seat="company", text="/start 一")
    (update,) = await ptb.get_updates(timeout=1)
    assert update.message
    assert update.message.text == "/start 一"

    keyboard = telegram.InlineKeyboardMarkup(
        [[telegram.InlineKeyboardButton("好", callback_data="ok")]]
    )
    sent = await ptb.send_message(1001, "<b>您好</b>", parse_mode="HTML", reply_markup=keyboard)
    assert sent.text_html == "<b>您好</b>"
    edited = await ptb.edit_message_text("再见", chat_id=1001, message_id=sent.message_id)
    assert isinstance(edited, telegram.Message)
    assert edited.reply_markup is None

    await ptb.edit_message_reply_markup(1001, sent.message_id, reply_markup=keyboard)
    await town.do("press", seat="company", text="好", wait=0)
    (_, pressed) = await ptb.get_updates()
    assert pressed.callback_query
    assert await pressed.callback_query.answer("收到", show_alert=True)
    (answered,) = (await town.see("callback_answers", seat="company"))["answers"]
    assert answered["answer"] == {"text": "收到", "show_alert": True}


async def test_ptb_sends_files(town: Town, ptb: telegram.Bot) -> None:
    await town.do("say", seat="company", text="/start")

    photo = await ptb.send_photo(1001, PNG, caption="图")
    album = await ptb.send_media_group(
        1001, [telegram.InputMediaPhoto(PNG), telegram.InputMediaPhoto(photo.photo[0].file_id)]
    )
    voice = await ptb.send_voice(1001, b"OggS", duration=3)
    file = await ptb.send_document(1001, b"hello", filename="说明.txt")

    assert (photo.photo[0].width, photo.caption) == (2, "图")
    assert len({message.media_group_id for message in album}) == 1
    assert voice.voice
    assert file.document
    assert file.document.file_name == "说明.txt"
    fetched = await (await file.document.get_file()).download_as_bytearray()
    assert bytes(fetched) == b"hello"


async def test_ptb_runs_a_forum(town: Town, ptb: telegram.Bot) -> None:
    topic = await ptb.create_forum_topic(DESK_CHAT_ID, "QT-0001")
    where: dict[str, Any] = {"chat_id": DESK_CHAT_ID, "message_thread_id": topic.message_thread_id}
    card = await ptb.send_message(text="卡片", **where)
    await ptb.pin_chat_message(DESK_CHAT_ID, card.message_id)
    await ptb.edit_forum_topic(name="QT-0001 已认领", **where)
    await ptb.close_forum_topic(**where)
    await ptb.reopen_forum_topic(**where)

    assert card.is_topic_message
    assert card.reply_to_message
    assert card.reply_to_message.forum_topic_created
    chat = await ptb.get_chat(DESK_CHAT_ID)
    assert chat.is_forum
    assert chat.pinned_message
    administrators = await ptb.get_chat_administrators(DESK_CHAT_ID)
    assert {one.user.id for one in administrators} == {2101, 9001, ptb.id}
    kinds = [
        update.message.forum_topic_closed is not None
        for update in await ptb.get_updates()
        if update.message
    ]
    assert kinds.count(True) == 1


async def test_ptb_hears_refusals(ptb: telegram.Bot) -> None:
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await ptb.send_message(1001, "x")
    with pytest.raises(BadRequest, match="Chat not found"):
        await ptb.send_message(5, "x")


async def test_aiogram_talks(town: Town, aiogram_bot: Bot) -> None:
    await town.do("say", seat="company", text="你好")
    (update,) = await aiogram_bot.get_updates(timeout=1, allowed_updates=["message"])
    assert update.message
    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text="好", callback_data="ok", style="success")]]
    )

    sent = await aiogram_bot.send_message(
        1001,
        "<blockquote expandable>依据</blockquote>",
        parse_mode=ParseMode.HTML,
        reply_markup=keyboard,
        reply_parameters=ReplyParameters(message_id=update.message.message_id),
    )
    await aiogram_bot.send_message(
        1001,
        "键盘",
        reply_markup=ReplyKeyboardMarkup(
            keyboard=[[KeyboardButton(text="发手机号", request_contact=True)]],
            resize_keyboard=True,
        ),
    )
    await aiogram_bot.send_message(1001, "收起", reply_markup=ReplyKeyboardRemove())
    await aiogram_bot.send_message(1001, "请回复", reply_markup=ForceReply())

    assert sent.reply_to_message
    assert sent.reply_to_message.text == "你好"
    assert sent.reply_markup
    assert sent.reply_markup.model_dump() == keyboard.model_dump()


async def test_aiogram_sends_files(town: Town, aiogram_bot: Bot) -> None:
    await town.do("say", seat="company", text="你好")
    picture = BufferedInputFile(PNG, "a.png")

    photo = await aiogram_bot.send_photo(1001, picture, caption="<b>图</b>", parse_mode="HTML")
    edited = await aiogram_bot.edit_message_caption(
        chat_id=1001, message_id=photo.message_id, caption="新图"
    )
    await aiogram_bot.edit_message_media(
        InputMediaDocument(media=BufferedInputFile(b"x,y", "表.csv"), caption="表"),
        chat_id=1001,
        message_id=photo.message_id,
    )
    album = await aiogram_bot.send_media_group(
        1001, [InputMediaPhoto(media=picture), InputMediaPhoto(media=picture, caption="二")]
    )
    copied = await aiogram_bot.copy_message(PLAIN_GROUP_ID, 1001, album[1].message_id)
    forwarded = await aiogram_bot.forward_message(PLAIN_GROUP_ID, 1001, album[1].message_id)

    assert not isinstance(edited, bool)
    assert edited.caption == "新图"
    assert copied.message_id != forwarded.message_id
    assert forwarded.forward_origin
    seen = (await town.see("messages", seat="company"))["messages"]
    assert seen[1]["document"]["file_name"] == "表.csv"


async def test_aiogram_sets_the_bot_up(town: Town, aiogram_bot: Bot) -> None:
    await town.do("say", seat="company", text="你好")
    commands = [BotCommand(command="menu", description="菜单")]

    await aiogram_bot.set_my_commands(commands, BotCommandScopeAllPrivateChats(), "zh")
    await aiogram_bot.set_my_description("说明")
    await aiogram_bot.set_my_short_description("短")
    await aiogram_bot.set_chat_menu_button()
    await aiogram_bot.delete_webhook(drop_pending_updates=False)
    await aiogram_bot.send_chat_action(1001, "typing")
    await aiogram_bot.set_message_reaction(1001, 1, [ReactionTypeEmoji(emoji="👍")])
    await aiogram_bot.get_forum_topic_icon_stickers()

    me = await aiogram_bot.get_chat_member(DESK_CHAT_ID, aiogram_bot.id)
    assert isinstance(me, ChatMemberAdministrator)
    assert me.can_manage_topics
    assert (await aiogram_bot.get_webhook_info()).url == ""
    private, *_ = (await town.see("chats", seat="company"))["chats"]
    assert private["commands"] == [{"command": "menu", "description": "菜单"}]
    assert private["description"] == "说明"


async def test_aiogram_hears_refusals(town: Town, aiogram_bot: Bot) -> None:
    with pytest.raises(TelegramForbiddenError):
        await aiogram_bot.send_message(1001, "x")
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await aiogram_bot.send_message(DESK_CHAT_ID, "x", message_thread_id=99)
    await town.do("fault", method="sendMessage", retry_after=7)
    with pytest.raises(TelegramRetryAfter) as limited:
        await aiogram_bot.send_message(DESK_CHAT_ID, "x")
    assert limited.value.retry_after == 7
    polls = (aiogram_bot.get_updates(timeout=1), aiogram_bot.get_updates(timeout=1))
    answers = await asyncio.gather(*polls, return_exceptions=True)
    assert sum(isinstance(answer, TelegramConflictError) for answer in answers) == 1
