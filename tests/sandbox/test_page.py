"""The chat page in a browser: a newcomer starts, presses, replies, attaches, switches seats."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, async_playwright, expect

from sandbox.seats import DESK_CHAT_ID
from tests.browser.walker import CHROMIUM, SWITCHES
from tests.sandbox.conftest import PNG, Town

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine"),
]


@pytest.fixture
async def page(town: Town) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(SWITCHES))
        opened = await browser.new_page(viewport={"width": 1280, "height": 800})
        troubles: list[str] = []
        opened.on("pageerror", lambda error: troubles.append(str(error)))
        await opened.goto(town.url)
        yield opened
        await browser.close()
        assert troubles == []


async def test_newcomer_starts_presses_and_replies(town: Town, page: Page) -> None:
    await page.get_by_role("button", name="开始 START").click()
    await expect(page.locator(".mine .text")).to_have_text("/start")
    sent = await town.bot(
        "sendMessage",
        chat_id=1001,
        parse_mode="HTML",
        text="<b>您好</b> &lt;script&gt;",
        reply_markup={"inline_keyboard": [[{"text": "同意", "callback_data": "yes"}]]},
    )
    await expect(page.locator(".theirs .text")).to_have_text("您好 <script>")

    await page.get_by_role("button", name="同意").click()
    *_, update = await town.bot("getUpdates", timeout=5, offset=-1)
    query = update["callback_query"]
    await town.bot("answerCallbackQuery", callback_query_id=query["id"], text="已记下")
    await expect(page.locator("#toast")).to_have_text("已记下")

    await town.bot("editMessageText", chat_id=1001, message_id=sent["message_id"], text="请说一句")
    await expect(page.locator(".theirs .text")).to_have_text("请说一句")
    await expect(page.locator(".theirs .meta")).to_contain_text("已编辑")

    await page.locator(".theirs").hover()
    await page.locator(".theirs").get_by_role("button", name="回复 Reply").click()
    await page.get_by_role("textbox").fill("做芯片封装的")
    await page.keyboard.press("Enter")
    await expect(page.locator(".mine .quoted")).to_contain_text("请说一句")
    *_, update = await town.updates()
    assert update["message"]["reply_to_message"]["message_id"] == sent["message_id"]


async def test_files_and_reply_keyboard(town: Town, page: Page) -> None:
    await page.get_by_role("button", name="开始 START").click()
    await town.bot(
        "sendMessage",
        chat_id=1001,
        text="选一个",
        reply_markup={"keyboard": [[{"text": "发手机号", "request_contact": True}]]},
    )
    await page.get_by_role("button", name="发手机号").click()
    await expect(page.locator(".mine .card")).to_contain_text("王芳")

    await page.get_by_role("button", name="添加附件 Attach").click()
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="照片 Photo").click()
    await (await chooser.value).set_files({"name": "a.png", "mimeType": "image/png", "buffer": PNG})
    await page.get_by_role("textbox").fill("设备")
    await page.get_by_role("button", name="发送 Send").click()

    await expect(page.locator(".mine .photo img")).to_be_visible()
    await expect(page.locator(".files li")).to_have_count(0)
    *_, update = await town.updates()
    assert update["message"]["caption"] == "设备"


async def test_officer_finds_the_topic(town: Town, page: Page) -> None:
    topic = await town.bot("createForumTopic", chat_id=DESK_CHAT_ID, name="QT-0001 贷款")
    thread = topic["message_thread_id"]
    card = await town.bot(
        "sendMessage", chat_id=DESK_CHAT_ID, message_thread_id=thread, text="待认领"
    )
    await town.bot("pinChatMessage", chat_id=DESK_CHAT_ID, message_id=card["message_id"])

    await page.get_by_role("button", name=re.compile("周明")).click()

    await expect(page.locator("#title")).to_have_text("QT-0001 贷款")
    await expect(page.locator("#pinned")).to_contain_text("待认领")
    await page.get_by_role("textbox").fill("我来办")
    await page.keyboard.press("Enter")
    await expect(page.locator(".mine .text")).to_have_text("我来办")
    await expect(page.locator(".seats .chosen .badge")).to_have_count(0)


async def test_deep_link_and_blocking(town: Town, page: Page) -> None:
    await page.goto(f"{town.url}/?seat=colleague&start=join_7")
    await page.get_by_role("button", name="开始 START").click()
    await expect(page.locator(".mine .text")).to_have_text("/start join_7")
    await town.bot("sendMessage", chat_id=1002, text="https://t.me/qihang_sandbox_bot?start=again")
    await page.locator(".theirs .link").click()
    await expect(page.locator(".mine .text").last).to_have_text("/start again")

    await page.get_by_role("button", name="更多 More").click()
    await page.get_by_role("button", name="屏蔽机器人 Block the bot").click()
    await expect(page.get_by_text("您已屏蔽机器人")).to_be_visible()
    await page.get_by_role("button", name="解除屏蔽 RESTART").click()
    await expect(page.locator(".mine .text").last).to_have_text("/start")


async def test_phone_width_shows_one_thing_at_a_time(town: Town, page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 780})
    await expect(page.get_by_role("button", name="开始 START")).to_be_visible()
    await page.get_by_role("button", name="返回聊天列表 Back to chats").click()

    await expect(page.locator("#chats")).to_be_visible()
    await expect(page.locator("#chat")).to_be_hidden()
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
