"""Long polling: woken at once, confirmed by the next offset, one poller at a time."""

import asyncio
import time

from tests.sandbox.conftest import Town


async def test_empty_poll_keeps_its_timeout(town: Town) -> None:
    begun = time.monotonic()

    assert await town.bot("getUpdates", timeout=1) == []

    assert time.monotonic() - begun >= 0.9


async def test_waiting_poll_wakes_at_once(town: Town) -> None:
    poll = town.bot("getUpdates", timeout=20)
    begun = time.monotonic()

    found, _ = await asyncio.gather(poll, town.do("say", seat="company", text="在吗"))

    assert found[0]["message"]["text"] == "在吗"
    assert time.monotonic() - begun < 5


async def test_unconfirmed_updates_come_again(town: Town) -> None:
    for text in ("一", "二", "三"):
        await town.do("say", seat="company", text=text)

    first = await town.bot("getUpdates", limit=2)
    again = await town.bot("getUpdates", limit=2)
    rest = await town.bot("getUpdates", offset=first[-1]["update_id"] + 1)

    assert first == again
    assert [update["message"]["text"] for update in rest] == ["三"]


async def test_negative_offset_forgets_what_came_before(town: Town) -> None:
    for text in ("一", "二", "三"):
        await town.do("say", seat="company", text=text)

    found = await town.bot("getUpdates", offset=-1)

    assert [update["message"]["text"] for update in found] == ["三"]
    assert len(await town.bot("getUpdates")) == 1


async def test_older_of_two_pollers_is_sent_away(town: Town) -> None:
    answers = await asyncio.gather(*(town.call("getUpdates", timeout=1) for _ in range(2)))

    refused, served = sorted(answers, key=lambda answer: bool(answer["ok"]))
    assert refused["error_code"] == 409
    assert refused["description"].startswith("Conflict: terminated by other getUpdates request")
    assert served == {"ok": True, "result": []}


async def test_kinds_come_only_when_asked_for(town: Town) -> None:
    await town.do("say", seat="company", text="/start")
    sent = await town.bot("sendMessage", chat_id=1001, text="您好")
    react = {"seat": "company", "message_id": sent["message_id"]}
    await town.do("react", emoji="👍", **react)
    assert [min(one) for one in await town.updates()] == ["message"]

    await town.bot("getUpdates", allowed_updates=["message_reaction"])
    await town.do("react", emoji="🔥", **react)
    await town.do("say", seat="company", text="不会送达")

    (update,) = await town.updates()
    assert update["message_reaction"]["old_reaction"] == [{"type": "emoji", "emoji": "👍"}]
    assert update["message_reaction"]["new_reaction"] == [{"type": "emoji", "emoji": "🔥"}]


async def test_privacy_mode_hides_talk_between_people(town: Town) -> None:
    await town.do("group", chat="desk", bot_status="member")
    await town.updates()

    for text in ("内部说一句", "/tickets", "问 @qihang_sandbox_bot"):
        await town.do("say", seat="officer", chat="desk", text=text)

    assert [one["message"]["text"] for one in await town.updates()] == [
        "/tickets",
        "问 @qihang_sandbox_bot",
    ]
