"""Groups: no company matters, and nobody answers for anonymous administrators."""

from typing import Any

from bot.middlewares import GROUP_ANONYMOUS_BOT
from sandbox.seats import DESK_CHAT_ID
from tests.town import MONDAY_TEN, Shown, Town

CHAT = {"id": DESK_CHAT_ID, "type": "supergroup", "title": "工作台"}


async def said_anonymously(town: Town, text: str, number: int) -> None:
    sender = {"id": GROUP_ANONYMOUS_BOT, "is_bot": True, "first_name": "Group"}
    message = {
        "message_id": 90_000 + number,
        "date": int(MONDAY_TEN.timestamp()),
        "chat": CHAT,
        "from": sender,
        "sender_chat": CHAT,
        "text": text,
    }
    await town.intake.store([{"update_id": 900_000 + number, "message": message}])
    await town.settle()


async def in_desk(town: Town) -> list[Shown]:
    return await town.player("officer").messages(chat="desk")


async def test_an_anonymous_administrator_is_told_once_how_to_switch_it_off(town: Town) -> None:
    before = len(await in_desk(town))

    await said_anonymously(town, "/desk", 1)
    await said_anonymously(town, "/desk", 2)

    told = (await in_desk(town))[before:]
    assert [message.text.splitlines()[0] for message in told] == ["我无法处理匿名管理员的消息"]


async def test_anonymous_talk_in_an_unbound_group_is_none_of_our_business(town: Town) -> None:
    before = len(await in_desk(town))

    await said_anonymously(town, "明天开会", 1)

    assert len(await in_desk(town)) == before


async def test_the_bot_says_once_how_a_group_becomes_a_desk(town: Town) -> None:
    def member(status: str) -> dict[str, Any]:
        return {
            "user": {"id": town.office.bot_id, "is_bot": True, "first_name": "企航"},
            "status": status,
        }

    change = {
        "chat": CHAT,
        "from": {"id": 9001, "is_bot": False, "first_name": "管理员"},
        "date": int(MONDAY_TEN.timestamp()),
        "old_chat_member": member("left"),
        "new_chat_member": member("member"),
    }

    await town.intake.store([{"update_id": 900_001, "my_chat_member": change}])
    await town.settle()

    assert "/desk" in (await in_desk(town))[-1].text


async def test_talk_in_an_unbound_group_is_left_alone(town: Town) -> None:
    officer = town.player("officer")
    before = len(await in_desk(town))

    await officer.says("中午吃什么", chat="desk")

    assert len(await in_desk(town)) == before + 1


async def test_help_in_a_group_names_its_commands(town: Town) -> None:
    shown = await town.player("officer").says("/help", chat="desk")

    assert "/desk" in shown.text
    assert "/privacy" not in shown.text
