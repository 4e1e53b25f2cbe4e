"""A newcomer in front of the chat page: one browser window for each seat."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, async_playwright, expect

CHROMIUM = Path("/usr/bin/chromium")
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: Milliseconds within which a screen must have answered, on a busy machine.
PATIENCE = 15_000


@dataclass
class Walker:
    """One seat's window."""

    page: Page

    async def starts(self) -> None:
        """Press the big START."""
        await self.page.locator("#start-button").click()

    async def says(self, text: str) -> None:
        """Write and send."""
        await self.page.locator("#text").fill(text)
        await self.page.locator("#text").press("Enter")

    async def presses(self, label: str) -> None:
        """Press the newest inline key whose label starts so."""
        starts_so = re.compile(rf"^\s*{re.escape(label)}")
        key = self.page.locator(".log button", has_text=starts_so).last
        await key.click(timeout=PATIENCE)

    async def attaches(self, kind: str, path: Path, caption: str) -> None:
        """Choose a file, write the caption, send."""
        await self.page.locator("#attach").click()
        async with self.page.expect_file_chooser() as chooser:
            await self.page.locator(f'#attach-popup [data-kind="{kind}"]').click()
        await (await chooser.value).set_files(path)
        await self.says(caption)

    async def reads(self, words: str) -> Locator:
        """Wait until the words stand in the chat."""
        found = self.page.locator(".log .text", has_text=words).last
        await expect(found).to_be_visible(timeout=PATIENCE)
        return found

    async def opens_topic(self, words: str) -> None:
        """Open the desk's topic whose title contains the words, and in which something was said."""
        topics = self.page.locator("#chats button", has_text=words, has_not_text="[service]")
        await topics.last.click(timeout=PATIENCE)

    async def moves_clock(self, button: str) -> None:
        """Press a key of the clock."""
        await self.page.get_by_role("button", name=button).click()

    async def picture(self, path: Path) -> None:
        """Keep what is on the screen."""
        await self.page.screenshot(path=path)


@asynccontextmanager
async def open_browser() -> AsyncGenerator[Browser]:
    """The system's Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(SWITCHES))
        yield browser
        await browser.close()


async def take_seat(browser: Browser, url: str, seat: str, chat: str = "") -> Walker:
    """Open the page on a seat, in a window of its own."""
    page = await browser.new_page(viewport={"width": 1280, "height": 860})
    await page.goto(f"{url}/?seat={seat}" + (f"&chat={chat}" if chat else ""))
    return Walker(page)
