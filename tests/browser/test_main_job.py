"""The whole main job in a browser, as a newcomer walks it, with `kill -9` in the middle."""

import struct
import zlib
from pathlib import Path

import aiohttp
import pytest

from tests.bot.processes import Program, running
from tests.browser.walker import CHROMIUM, open_browser, take_seat

pytestmark = [
    pytest.mark.long,
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine"),
]


def _picture(path: Path) -> Path:
    """A small valid PNG."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        checked = kind + body
        return struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked))

    rows = b"".join(b"\0" + b"\x40\x80\xc0" * 40 for _ in range(30))
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 40, 30, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
    return path


async def _set_clock(program: Program, moment: str) -> None:
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{program.url}/clock", json={"now": moment}) as response,
    ):
        assert response.status == 200


async def _refused(program: Program) -> list[object]:
    """Calls the Bot API refused. A spinner that a jump of the clock made too old is no mistake, nor
    is an edit that was in flight at the kill and is sent once more."""
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{program.url}/sandbox/rejected") as response,
    ):
        calls = (await response.json())["rejected"]
    forgiven = ("query is too old", "message is not modified")
    return [call for call in calls if not any(words in call["description"] for words in forgiven)]


async def test_the_main_job(tmp_path: Path) -> None:
    picture = _picture(tmp_path / "meter.png")
    async with running(tmp_path) as program, open_browser() as browser:
        await program.ready()
        await _set_clock(program, "2026-11-23T10:00:00+08:00")
        company = await take_seat(browser, program.url, "company")
        officer = await take_seat(browser, program.url, "officer", chat="desk")

        # The company says what it is, sees its policies and opens one.
        await company.starts()
        await company.reads("用一句话说说企业")
        await company.says("做芯片封装的，2015年成立，80来人，去年3000万，想贷款换设备")
        await company.reads("我的理解，请核对")
        await company.presses("同意保存")
        await company.reads("1 项初步符合")
        await company.presses("1 贷款贴息")
        await company.reads("财政替企业付一部分贷款利息")

        # It raises a problem with a photo.
        await company.attaches("photo", picture, "园区停电半天了，生产线停了，没人管")
        await company.reads("请核对，提交后转给负责部门")
        await company.presses("提交")
        await company.reads("已收到：QT-20261123-0001")

        # Somebody pulls the plug; everything goes on where it was.
        await program.is_killed()
        program.starts_again()
        await program.ready()

        # The officer takes it and answers. A kill while the topic was being made may leave an empty
        # one behind, which nobody opens.
        await officer.opens_topic("0001")
        await officer.reads("QT-20261123-0001")
        await officer.presses("受理")
        await officer.reads("撤销")
        await _set_clock(program, "2026-11-23T10:05:00+08:00")
        await company.reads("周明")
        await officer.presses("回复企业")
        await officer.says("已联系供电公司，两小时内抢修人员到场。")
        await officer.presses("发送")
        await company.reads("两小时内抢修人员到场")

        # A follow-up is promised, the clock moves, the reminder arrives.
        await officer.presses("设跟进")
        await officer.presses("明天")
        await officer.presses("对")
        await officer.reads("跟进已设")
        await _set_clock(program, "2026-11-24T09:00:00+08:00")
        await officer.reads("该跟进了")

        # The answer is given, and the company rates it.
        await officer.presses("办结")
        await officer.presses("已解决")
        await officer.says("供电已恢复，原因为园区配电柜故障，已更换。")
        await officer.presses("提交")
        await officer.reads("已答复：已解决")
        await _set_clock(program, "2026-11-24T09:10:00+08:00")
        await company.reads("问题解决了吗")
        await company.presses("解决了")
        await company.presses("5")
        await company.reads("谢谢")

        assert await _refused(program) == []
