"""Everything of a person, after a long story: handed out as a file, and gone from every table."""

import json
import re
from typing import Any

from sqlalchemy import select
from sqlmodel import SQLModel

from tests.handlers.office import open_office, raise_ticket, topic_of
from tests.town import Player, Town

NAME, USERNAME, CHAT = "王芳", "wangfang", 1001
PHONE = "13805711234"
#: Columns and fields that may hold the number of a person or of a private chat.
NUMBERS = ("id", "telegram_id", "chat_id", "chat_key")
OTHERS = "园区宽带老断线"
#: Words that came from the person alone, whatever they became on the way.
WORDS = ("车间漏水", "设备泡了", "杭州示例封装", "泄漏点", PHONE, "无人机表演", "很有耐心")


async def _long_story(town: Town) -> Player:
    """A sentence, a search, a ticket with files, an edit, an answer, a rating, an export."""
    await open_office(town)
    await raise_ticket(town, OTHERS, seat="company2", company="下沙另一家")
    company, officer = town.player("company"), town.player("officer")
    await raise_ticket(town, "车间漏水，设备泡了")
    where: dict[str, Any] = {"chat": "desk", "thread": await topic_of(town, "0002")}
    await officer.presses("受理", **where)
    await company.says("做芯片封装的，2015年成立，80来人，去年3000万，想贷款换设备")
    await company.presses("同意保存")
    await company.says("无人机表演补贴")
    await company.says("/tickets")
    await company.presses("0002")
    await company.presses("补充")
    await company.attaches("document", ("泄漏点.pdf", b"%PDF"), caption="车间漏水的地方")
    await company.says(f"请打 {PHONE}")
    await company.presses("发完了")
    await officer.presses("办结", **where)
    await officer.presses("已解决", **where)
    await officer.says("已修好，请王芳经理验收", **where)
    await officer.presses("提交", **where)
    await town.passes(seconds=61)
    await company.presses("解决了")
    await company.presses("5")
    await company.presses("写一句")
    await company.says("很有耐心")
    await company.says("/privacy")
    await company.presses("导出文件")
    return company


async def _export(town: Town) -> str:
    """The file as the person opens it."""
    sent = (await town.player("company").message_with("返回")).raw["document"]["file_id"]
    async with town.http.get(f"{town.url}/sandbox/files/{sent}") as response:
        return await response.text()


async def _everything(town: Town) -> dict[str, list[str]]:
    """Every row of every table as JSON, by table."""
    found: dict[str, list[str]] = {}
    async with town.database.read() as session:
        connection = await session.connection()
        for table in SQLModel.metadata.sorted_tables:
            rows = (await connection.execute(select(table))).all()
            found[table.name] = [
                _readable(json.dumps(dict(row._mapping), ensure_ascii=False, default=str))
                for row in rows
            ]
    return found


def _readable(row: str) -> str:
    """Documents are kept as JSON in ASCII."""
    return re.sub(r"\\+u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), row)


async def _marks(town: Town) -> set[str]:
    """Which marks of the person stand anywhere."""
    marks = (*WORDS, NAME, USERNAME, *(f'"{name}": {CHAT}' for name in NUMBERS))
    rows = [row for rows in (await _everything(town)).values() for row in rows]
    return {mark for mark in marks if any(mark in row for row in rows)}


async def test_fault_46_nothing_of_a_person_is_found_in_any_table(town: Town) -> None:
    company = await _long_story(town)
    assert await _marks(town) >= {*WORDS, NAME, USERNAME, f'"telegram_id": {CHAT}'}
    taken_along = await _export(town)
    assert [mark for mark in (*WORDS, NAME, USERNAME, str(CHAT)) if mark not in taken_along] == []
    assert OTHERS not in taken_along

    await company.says("/privacy")
    await company.presses("删除")
    await company.presses("确认删除")
    await town.passes(hours=1)

    assert await _marks(town) == set()
    assert any(OTHERS in row for row in (await _everything(town))["message"])
