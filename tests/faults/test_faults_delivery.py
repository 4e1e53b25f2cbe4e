"""What Telegram may answer, and what becomes of the message: FAULTS 6–19, 22, 33."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Database
from domain.screens import Button, Html, Screen
from models import Message, Notice, Outbox, Person, Topic
from models.messages import OutboxKind, OutboxState
from models.notices import NoticeState
from sandbox.seats import DESK_CHAT_ID, PLAIN_GROUP_ID, SEAT_BY_KEY
from scheduler.jobs import say_due_notices
from scheduler.kinds import KINDS, Kind
from services import messages, notices, outbox, turns
from services.messages import Address
from services.office import Office
from services.turns import Head
from tests.faults.conftest import Trouble, gate
from tests.town import MONDAY_TEN
from views.people import Menu

COMPANY = SEAT_BY_KEY["company"].user_id


async def test_fault_06_owed_at_the_crash_is_sent_by_the_next_courier(
    troubled_anywhere: Trouble,
) -> None:
    trouble = troubled_anywhere
    await trouble.greeted("company")

    await trouble.owe("company", "一")
    await trouble.owe("company", "二")
    await trouble.delivered()

    assert (await trouble.read_by("company"))[-2:] == ["一", "二"]


async def test_fault_07_in_flight_at_the_crash_is_sent_once_more_and_counted(
    troubled_anywhere: Trouble,
) -> None:
    trouble = troubled_anywhere
    await trouble.greeted("company")
    reply = await trouble.owe("company", "答复")
    notice_to_all = await trouble.owe("company", "通告", broadcast=True)
    async with trouble.town.database.write() as session:
        for row in (await session.exec(select(Outbox))).all():
            if row.message_id in {reply.id, notice_to_all.id}:
                row.state = OutboxState.SENDING

        found = await outbox.recover(
            session, bot_id=trouble.town.office.bot_id, now=trouble.town.clock()
        )

    await trouble.delivered()
    assert found == (1, 1)
    assert (await trouble.row_of(reply)).state is OutboxState.SENT
    assert (await trouble.row_of(notice_to_all)).state is OutboxState.UNKNOWN
    assert "通告" not in await trouble.read_by("company")


async def test_fault_49_administrators_are_told_how_many_may_not_have_arrived(
    troubled: Trouble,
) -> None:
    await troubled.greeted("admin", "company", "colleague")
    await troubled.order("sendMessage", drop_after=True, times=2)
    for seat in ("company", "colleague"):
        await troubled.owe(seat, "通告", broadcast=True)
    await troubled.delivered()

    for _ in range(3):
        await troubled.town.passes(minutes=3)

    told = [words for words in await troubled.read_by("admin") if "群发" in words]
    assert [words.split("条")[0] for words in told] == ["有 2 "]
    assert (await troubled.read_by("company")).count("通告") == 1


async def test_fault_08_a_topic_that_may_stand_twice_says_so_once_in_the_one_in_use(
    troubled: Trouble,
) -> None:
    await troubled.order("createForumTopic", drop_after=True)
    topic = await _topic(troubled, "DQ-1 用电")
    await troubled.owe_to_desk("早", topic_id=topic.id)
    await troubled.delivered()

    await troubled.town.passes(minutes=2)

    made = [one["id"] for one in await troubled.town.topics() if one["name"] == "DQ-1 用电"]
    kept = (await _kept_topic(troubled, topic)).thread_id
    inside = await troubled.read_by("officer", chat="desk", thread=kept)
    assert (len(made), kept in made) == (2, True)
    assert ["同名" in words for words in inside if words] == [False, True]


async def test_fault_08_a_lost_answer_repeats_an_edit_until_it_is_heard(troubled: Trouble) -> None:
    await troubled.greeted("company")
    card = await troubled.owe("company", "卡片")
    await troubled.delivered()
    await troubled.order("editMessageText", drop_after=True, times=4)

    await troubled.redraw(card, "卡片，新")
    await troubled.delivered()
    for _ in range(5):
        await troubled.town.passes(minutes=2)

    assert (await troubled.row_of(card)).state is OutboxState.SENT
    assert (await troubled.read_by("company"))[-1] == "卡片，新"


@pytest.mark.parametrize(
    ("kind", "times"),
    [({}, 3), ({"notice_id": 5}, 2), ({"broadcast": True}, 1)],
    ids=["answer", "reminder", "broadcast"],
)
async def test_fault_08_a_lost_answer_is_decided_by_kind(
    troubled: Trouble, kind: dict[str, int], times: int
) -> None:
    await troubled.greeted("company")
    await troubled.order("sendMessage", drop_after=True, times=9)

    message = await troubled.owe("company", "可能送达", **kind)
    await troubled.delivered()
    for _ in range(9):
        await troubled.town.passes(minutes=2)

    assert (await troubled.row_of(message)).state is OutboxState.UNKNOWN
    assert (await troubled.read_by("company")).count("可能送达") == times


async def test_fault_08_refusals_before_do_not_count_as_lost_answers(troubled: Trouble) -> None:
    await troubled.greeted("company")
    await troubled.order("sendMessage", error_code=502, body="<html>Bad Gateway</html>", times=6)
    message = await troubled.owe("company", "迟到")
    await troubled.delivered()
    for _ in range(6):
        await troubled.town.passes(minutes=2)
        if (await troubled.row_of(message)).attempts == 6:
            await troubled.order("sendMessage", drop_before=True)

    await troubled.town.passes(minutes=2)

    assert (await troubled.read_by("company")).count("迟到") == 1


async def test_fault_09_a_429_holds_its_chat_alone_keeps_order_and_is_no_attempt(
    troubled_anywhere: Trouble,
) -> None:
    trouble = troubled_anywhere
    await trouble.greeted("company", "colleague")
    await trouble.order("sendMessage", chat=COMPANY, retry_after=37, times=2)

    first = await trouble.owe("company", "一")
    await trouble.owe("company", "二")
    await trouble.owe("colleague", "旁人")
    await trouble.delivered()

    assert (await trouble.read_by("colleague"))[-1] == "旁人"
    assert (await trouble.row_of(first)).attempts == 0
    await trouble.town.passes(seconds=36)
    assert "一" not in await trouble.read_by("company")
    await trouble.town.passes(seconds=1)
    await trouble.town.passes(seconds=36)
    assert "一" not in await trouble.read_by("company")
    await trouble.town.passes(seconds=1)
    assert (await trouble.read_by("company"))[-2:] == ["一", "二"]
    assert (await trouble.row_of(first)).attempts == 1


async def test_fault_09_a_429_on_an_older_row_holds_what_waits_for_nothing(
    troubled: Trouble,
) -> None:
    """A row that named another to follow once overtook a chat that was told to wait."""
    await troubled.greeted("company")
    await troubled.order("sendMessage", retry_after=37)

    first = await troubled.owe("company", "一")
    leader = await troubled.row_of(first)
    await troubled.owe("company", "二")
    await troubled.owe("company", "三", after_id=leader.id)
    await troubled.delivered()
    assert "三" not in await troubled.read_by("company")

    await troubled.town.passes(seconds=37)
    assert (await troubled.read_by("company"))[-3:] == ["一", "二", "三"]


@pytest.mark.parametrize(
    "fault",
    [
        {"error_code": 500},
        {"error_code": 502, "body": "<html>Bad Gateway</html>"},
        {"error_code": 401, "description": "Unauthorized"},
        {"error_code": 404, "description": "Not Found"},
    ],
    ids=["500", "gateway's page", "token changed", "not found"],
)
async def test_fault_10_ten_bad_minutes_lose_nothing(
    troubled: Trouble, fault: dict[str, object]
) -> None:
    await troubled.greeted("company")
    await troubled.order("sendMessage", times=14, **fault)

    await troubled.owe("company", "一")
    await troubled.owe("company", "二")
    await troubled.delivered()
    for _ in range(14):
        await troubled.town.passes(minutes=1)

    assert (await troubled.read_by("company"))[-2:] == ["一", "二"]


async def test_fault_10_after_a_day_it_is_given_up_and_the_chat_goes_on(
    troubled: Trouble,
) -> None:
    await troubled.greeted("company")
    await troubled.order("sendMessage", error_code=500, times=3)

    lost = await troubled.owe("company", "一")
    await troubled.delivered()
    await troubled.town.passes(hours=23)
    await troubled.town.passes(hours=2)
    later = await troubled.owe("company", "二")
    await troubled.delivered()

    assert (await troubled.row_of(lost)).state is OutboxState.FAILED
    assert (await troubled.row_of(later)).state is OutboxState.SENT


async def test_fault_10_nobody_listens_and_then_somebody_does(troubled: Trouble) -> None:
    """Connection refused: the request cannot have arrived, so that it never counts as unknown."""
    await troubled.greeted("company")
    api = troubled.town.courier._bot.session.api
    closed = api.from_base("http://127.0.0.1:9")
    troubled.town.courier._bot.session.api = closed

    message = await troubled.owe("company", "通告", broadcast=True)
    await troubled.delivered()
    for _ in range(5):
        await troubled.town.passes(minutes=2)
    troubled.town.courier._bot.session.api = api
    await troubled.town.passes(minutes=2)

    assert (await troubled.row_of(message)).attempts > 5
    assert (await troubled.read_by("company"))[-1] == "通告"


async def test_fault_11_blocked_marks_the_person_and_tells_the_office_once(
    troubled: Trouble,
) -> None:
    await troubled.greeted("company")
    await troubled.order(
        "sendMessage",
        chat=COMPANY,
        error_code=403,
        description="Forbidden: bot was blocked by the user",
        times=2,
    )

    await troubled.owe("company", "一")
    await troubled.owe("company", "二")
    await troubled.delivered()

    async with troubled.town.database.read() as session:
        person = (await session.exec(select(Person).where(Person.telegram_id == COMPANY))).one()
    assert person.unreachable_since == troubled.town.clock()
    assert {row.state for row in await troubled.rows()} >= {OutboxState.FAILED}
    assert len(await troubled.notices("person_unreachable")) == 1


async def test_fault_12_who_never_started_the_bot_cannot_be_written_to(troubled: Trouble) -> None:
    await troubled.greeted("company")

    message = await troubled.owe("officer2", "您有新工单")
    await troubled.delivered()

    row = await troubled.row_of(message)
    assert row.state is OutboxState.FAILED
    assert "can't initiate" in row.error or "chat not found" in row.error


async def test_fault_13_a_migrated_group_gets_everything_in_order_at_its_new_id(
    troubled_anywhere: Trouble,
) -> None:
    trouble = troubled_anywhere
    old_card = await trouble.owe("officer", "卡片", chat=PLAIN_GROUP_ID)
    await trouble.delivered()
    new = (await trouble.town.do("migrate", seat="admin", chat="group"))["chat"]

    first = await trouble.owe("officer", "一", chat=PLAIN_GROUP_ID)
    await trouble.owe("officer", "二", chat=PLAIN_GROUP_ID)
    await trouble.delivered()
    await trouble.redraw(await _kept(trouble, old_card), "卡片，新")
    await trouble.delivered()

    assert await trouble.read_by("officer", chat=new) == ["一", "二", "卡片，新"]
    assert (await _kept(trouble, first)).chat_id == new
    assert {row.state for row in await trouble.rows()} == {OutboxState.SENT}


async def test_fault_13_a_group_that_keeps_migrating_is_given_up(troubled: Trouble) -> None:
    await troubled.order("sendMessage", chat=PLAIN_GROUP_ID, migrate_to=-77, times=5)
    await troubled.order("sendMessage", chat=-77, migrate_to=PLAIN_GROUP_ID, times=5)

    message = await troubled.owe("officer", "一", chat=PLAIN_GROUP_ID)
    await troubled.delivered()

    assert (await troubled.row_of(message)).state is OutboxState.FAILED


async def test_fault_14_not_modified_is_a_success(troubled: Trouble) -> None:
    await troubled.greeted("company")
    card = await troubled.owe("company", "卡片")
    await troubled.delivered()

    await troubled.redraw(card, "卡片")
    await troubled.delivered()

    rejected = await troubled.town.rejected()
    assert "message is not modified" in rejected[0]["description"]
    assert (await troubled.row_of(card)).state is OutboxState.SENT


@pytest.mark.parametrize("words", ["message to edit not found", "message can't be edited"])
async def test_fault_15_what_cannot_be_edited_is_sent_anew(troubled: Trouble, words: str) -> None:
    await troubled.greeted("company")
    card = await troubled.owe("company", "卡片")
    await troubled.delivered()
    before = (await _kept(troubled, card)).telegram_id
    await troubled.order("editMessageText", error_code=400, description=f"Bad Request: {words}")

    await troubled.redraw(card, "卡片，新")
    await troubled.owe("company", "之后")
    await troubled.delivered()

    assert (await troubled.read_by("company"))[-2:] == ["卡片，新", "之后"]
    assert (await _kept(troubled, card)).telegram_id not in {None, before}


async def test_fault_16_a_deleted_topic_is_made_again_and_nothing_lands_beside_it(
    troubled_anywhere: Trouble,
) -> None:
    trouble = troubled_anywhere
    topic = await _topic(trouble, "DQ-1 用电")
    await trouble.owe_to_desk("早", topic_id=topic.id)
    await trouble.delivered()
    await _delete_topic(trouble, topic)

    for words in ("一", "二", "三"):
        await trouble.owe_to_desk(words, topic_id=topic.id)
    general = await trouble.owe_to_desk("大厅")
    await trouble.delivered()

    kept = await _kept_topic(trouble, topic)
    made = await trouble.town.topics()
    assert [one["name"] for one in made if one["id"] == kept.thread_id] == ["DQ-1 用电"]
    assert kept.recreated == 1
    inside = await trouble.read_by("officer", chat="desk", thread=kept.thread_id)
    assert inside[-3:] == ["一", "二", "三"]
    assert (await trouble.row_of(general)).state is OutboxState.SENT


async def test_fault_16_a_topic_that_is_always_deleted_ends_the_loop(troubled: Trouble) -> None:
    topic = await _topic(troubled, "DQ-1 用电")
    await troubled.order(
        "sendMessage",
        chat=DESK_CHAT_ID,
        error_code=400,
        description="Bad Request: message thread not found",
        times=9,
    )

    message = await troubled.owe_to_desk("一", topic_id=topic.id)
    await troubled.delivered()

    assert (await troubled.row_of(message)).state is OutboxState.FAILED
    assert len(await troubled.calls("createForumTopic")) == 3


async def test_fault_16_a_closed_topic_that_cannot_be_made_again_gives_way_to_the_group(
    troubled: Trouble,
) -> None:
    topic = await _topic(troubled, "DQ-1 用电")
    await troubled.owe_to_desk("早", topic_id=topic.id)
    await troubled.delivered()
    thread = (await _kept_topic(troubled, topic)).thread_id
    order = {"seat": "admin", "chat": "desk", "action": "close", "thread": thread}
    await troubled.town.post("topic", json=order)
    await troubled.town.do("group", seat="admin", rights={"can_manage_topics": False})

    first = await troubled.owe_to_desk("一", topic_id=topic.id)
    await troubled.owe_to_desk("二", topic_id=topic.id)
    await troubled.delivered()

    assert (await troubled.row_of(first)).state is OutboxState.SENT
    assert (await troubled.read_by("officer", chat="desk", thread=0))[-2:] == ["一", "二"]


async def test_fault_17_without_topics_the_group_itself_gets_the_message(
    troubled: Trouble,
) -> None:
    await troubled.town.do("group", seat="admin", chat="desk", is_forum=False)

    topic = await _topic(troubled, "DQ-1 用电")
    message = await troubled.owe_to_desk("工单", topic_id=topic.id)
    await troubled.delivered()

    assert (await troubled.row_of(message)).state is OutboxState.SENT
    assert (await troubled.read_by("officer", chat="desk"))[-1] == "工单"


@pytest.mark.parametrize("method", ["getForumTopicIconStickers", "createForumTopic"])
async def test_fault_17_a_topic_is_made_without_an_icon_that_cannot_be_had(
    troubled: Trouble, method: str
) -> None:
    await troubled.order(method, error_code=400, description="Bad Request: DOCUMENT_INVALID")

    topic = await _topic(troubled, "DQ-1 待受理", icon="❗")
    message = await troubled.owe_to_desk("工单", topic_id=topic.id)
    await troubled.delivered()

    assert (await troubled.row_of(message)).state is OutboxState.SENT
    thread = (await _kept_topic(troubled, topic)).thread_id
    assert [one["emoji"] for one in await troubled.town.topics() if one["id"] == thread] == [""]


async def test_fault_18_names_are_escaped_and_markup_that_fails_ends_as_bare_text(
    troubled: Trouble,
) -> None:
    await troubled.greeted("company")
    await troubled.owe("company", "<A&B>_有限*公司")
    await troubled.delivered()
    await troubled.order(
        "sendMessage", error_code=400, description="Bad Request: can't parse entities: …"
    )
    async with troubled.town.database.write() as session:
        place = Address(troubled.town.office.bot_id, COMPANY)
        screen = Screen(Html("<b>标题</b>\n甲&amp;乙"))
        await messages.owe(session, place, screen, now=troubled.town.clock())
    await troubled.delivered()

    assert "<A&B>_有限*公司" in " ".join(await troubled.read_by("company"))
    assert (await troubled.read_by("company"))[-1] == "标题\n甲&乙"


async def test_fault_18_bare_text_that_fails_too_is_given_up(troubled: Trouble) -> None:
    await troubled.greeted("company")
    await troubled.order(
        "sendMessage", error_code=400, description="Bad Request: can't parse entities", times=9
    )

    message = await troubled.owe("company", "一")
    await troubled.delivered()

    assert (await troubled.row_of(message)).state is OutboxState.FAILED


async def test_fault_19_a_long_text_arrives_whole_with_its_keys_on_the_last_part(
    troubled: Trouble,
) -> None:
    await troubled.greeted("company")
    words = "\n".join(f"{number} 企业😀<研发>&费用" for number in range(900))
    keys = ((Button("办理", data="pm"),),)
    before = len(await troubled.read_by("company"))
    async with troubled.town.database.write() as session:
        place = Address(troubled.town.office.bot_id, COMPANY)
        screen = Screen(Html(f"<b>{Html.safe(words)}</b>"), keyboard=keys)
        card_id = await messages.owe(session, place, screen, now=troubled.town.clock())
        card = await session.get_one(Message, card_id)
    await troubled.delivered()

    shown = (await troubled.town.player("company").messages())[-4:]
    read = (await troubled.read_by("company"))[before:]
    assert "\n".join(read) == words
    assert [bool(one.buttons) for one in shown][-2:] == [False, True]
    assert (await _kept(troubled, card)).telegram_id == shown[-1].id


async def test_fault_19_a_redraw_that_grew_too_long_loses_neither_words_nor_keys(
    troubled: Trouble,
) -> None:
    await troubled.greeted("company")
    card = await troubled.owe("company", "卡片")
    await troubled.delivered()
    words = "\n".join(f"{number} 企业" for number in range(900))
    async with troubled.town.database.write() as session:
        kept = await session.get_one(Message, card.id)
        screen = Screen(Html(words), keyboard=((Button("办理", data="pm"),),))
        await messages.redraw(session, kept, screen, now=troubled.town.clock())
    await troubled.delivered()

    first, second = (await troubled.town.player("company").messages())[-2:]
    assert f"{first.text}\n{second.text}" == words
    assert first.buttons == ["办理"]


async def test_fault_22_a_lost_spinner_is_logged_and_the_effect_stands(troubled: Trouble) -> None:
    await troubled.greeted("company")
    await troubled.order(
        "answerCallbackQuery",
        error_code=400,
        description="Bad Request: query is too old and response timeout expired",
    )

    company = troubled.town.player("company")
    card = await troubled.owe("company", "卡片")
    await troubled.delivered()

    await company.send_press((await company.newest()).id, Menu().pack())

    assert (await troubled.read_by("company"))[-1] != "卡片"
    assert (await _kept(troubled, card)).text != "卡片"
    assert await troubled.calls("answerCallbackQuery") == []


async def test_fault_22_a_page_instead_of_an_answer_does_not_stop_the_intake(
    troubled: Trouble,
) -> None:
    await troubled.greeted("company")
    await troubled.order("answerCallbackQuery", error_code=502, body="<html>")

    company = troubled.town.player("company")

    await company.send_press((await company.newest()).id, Menu().pack())

    assert (await company.says("/help")).buttons


async def test_fault_33_a_reminder_past_its_time_is_dropped_and_judged_again(
    troubled: Trouble,
) -> None:
    await troubled.greeted("company")
    now = troubled.town.clock()
    async with troubled.town.database.write() as session:
        notice_id = await notices.owe_notice(session, "none", key="n:1", due_at=now, now=now)
        notice = await session.get_one(Notice, notice_id)
        notice.state, notice.done_at = NoticeState.SAID, now
    await troubled.order("sendMessage", retry_after=600)
    await troubled.owe("company", "一")
    stale = await troubled.owe(
        "company", "提醒", good_until=now + timedelta(minutes=5), notice_id=notice.id
    )
    await troubled.delivered()

    troubled.town.clock.move(timedelta(minutes=11))
    await troubled.delivered()

    assert (await troubled.row_of(stale)).state is OutboxState.DROPPED
    assert "提醒" not in await troubled.read_by("company")
    async with troubled.town.database.read() as session:
        again = await session.get_one(Notice, notice.id)
    assert (again.state, again.due_at) == (NoticeState.OPEN, troubled.town.clock())


async def test_fault_04_an_edit_folds_into_what_waits_but_never_into_what_is_being_sent(
    troubled: Trouble,
) -> None:
    await troubled.greeted("company")
    barrier = gate(troubled.town, "sendMessage")
    card = await troubled.owe("company", "一")
    troubled.town.courier.wake.set()
    await barrier.reached.wait()

    await troubled.redraw(card, "二")
    await troubled.redraw(card, "三")
    barrier.open.set()
    await troubled.delivered()

    rows = [row for row in await troubled.rows() if row.message_id == card.id]
    assert [row.kind for row in rows] == [OutboxKind.SEND, OutboxKind.EDIT]
    assert (await troubled.read_by("company"))[-1] == "三"
    assert len(await troubled.calls("editMessageText")) == 1


async def test_fault_04_a_press_before_the_number_was_written_down_reaches_the_same_card(
    troubled: Trouble,
) -> None:
    """FAULTS 4: the card is in the chat, but its Telegram number is not in the database yet."""
    await troubled.greeted("company")
    card = await troubled.owe("company", "卡片")
    await troubled.delivered()
    number = (await _kept(troubled, card)).telegram_id
    assert number is not None
    async with troubled.town.database.write() as session:
        row = (await session.exec(select(Outbox).where(col(Outbox.message_id) == card.id))).one()
        row.state = OutboxState.SENDING
        (await session.get_one(Message, card.id)).telegram_id = None
        await session.flush()
        under = messages.Pressed(
            session, bot_id=card.bot_id, at=(COMPANY, number), now=troubled.town.clock()
        )
        pressed = await under.message()
        assert pressed is not None
        await messages.redraw(session, pressed, Screen(Html("已按")), now=troubled.town.clock())
        await outbox.sent(session, row, telegram_id=number, thread_id=None, now=card.at)

    await troubled.delivered()

    assert (await _kept(troubled, card)).telegram_id == number
    assert (await troubled.read_by("company"))[-1] == "已按"


async def test_fault_42_one_answer_that_cannot_be_written_does_not_hold_up_the_others(
    troubled: Trouble,
) -> None:
    await troubled.greeted("company", "colleague")
    await troubled.order("sendMessage", chat=COMPANY, retry_after=5)
    bad = await troubled.owe("company", "坏")
    row = await troubled.row_of(bad)
    async with troubled.town.database.write() as session:
        await session.exec(  # type: ignore[call-overload]
            text(
                f"CREATE TRIGGER refuse BEFORE UPDATE ON outbox WHEN NEW.id = {row.id} "
                "AND NEW.state = 'sent' BEGIN SELECT RAISE(ABORT, 'cannot be written'); END"
            )
        )
    good = await troubled.owe("colleague", "好")
    await troubled.delivered()
    await troubled.town.passes(seconds=5)

    assert (await troubled.row_of(bad)).state is OutboxState.FAILED
    assert (await troubled.row_of(good)).state is OutboxState.SENT


async def _kept(trouble: Trouble, message: Message) -> Message:
    async with trouble.town.database.read() as session:
        return await session.get_one(Message, message.id)


async def _kept_topic(trouble: Trouble, topic: Topic) -> Topic:
    async with trouble.town.database.read() as session:
        return await session.get_one(Topic, topic.id)


async def _topic(trouble: Trouble, title: str, *, icon: str = "") -> Topic:
    async with trouble.town.database.write() as session:
        topic = Topic(
            bot_id=trouble.town.office.bot_id, chat_id=DESK_CHAT_ID, title=title, icon=icon
        )
        session.add(topic)
        await session.flush()
        await messages.owe_topic(session, topic, now=trouble.town.clock())
    return topic


async def _delete_topic(trouble: Trouble, topic: Topic) -> None:
    thread = (await _kept_topic(trouble, topic)).thread_id
    order = {"seat": "admin", "chat": "desk", "action": "delete", "thread": thread}
    await trouble.town.post("topic", json=order)


async def test_fault_28_a_card_is_not_handed_out_while_it_is_redrawn(
    postgres_database: Database,
) -> None:
    """The old look would be sent, and the new one marked as sent with it."""
    place, before, after = Address(1, 1001), Screen(Html("before")), Screen(Html("after"))
    async with postgres_database.write() as session:
        message_id = await messages.owe(session, place, before, now=MONDAY_TEN)

    async with asyncio.timeout(20), postgres_database.write() as session:
        card = await session.get_one(Message, message_id)
        await messages.redraw(session, card, after, now=MONDAY_TEN)
        meanwhile = await _handed_out(postgres_database)

    assert meanwhile == []
    assert await _handed_out(postgres_database) == ["after"]


async def _handed_out(database: Database) -> list[str]:
    async with database.write() as session:
        handed_out = await turns.take(
            session, bot_id=1, resting=tuple, now=MONDAY_TEN, choose=lambda heads: heads
        )
        return [errand.row.payload["text"] for errand in handed_out.errands]


async def test_fault_28_a_redraw_and_the_answers_of_two_chats_do_not_end_each_other(
    troubled_on_postgres: Trouble,
) -> None:
    """One transaction redraws the second card and then the first, whose answers are written in the
    order in which they came."""
    town, database = troubled_on_postgres.town, troubled_on_postgres.town.database
    await troubled_on_postgres.greeted("company", "colleague")
    barrier = gate(town, "sendMessage")
    first, second = [
        await troubled_on_postgres.owe(seat, "before") for seat in ("company", "colleague")
    ]
    town.courier.wake.set()
    await barrier.reached.wait()

    async with asyncio.timeout(20), database.write() as session:
        await _redraw(session, second, "after")
        barrier.open.set()
        while not await _somebody_waits(database) and await _is_on_its_way(database, first):
            pass
        await _redraw(session, first, "after")
    await troubled_on_postgres.delivered()

    assert database.trouble.failures == 0
    for seat in ("company", "colleague"):
        assert (await troubled_on_postgres.read_by(seat))[-1] == "after"


async def test_fault_28_a_card_written_to_while_its_notice_redraws_it_is_redrawn_at_once(
    postgres_database: Database, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The courier writes down the card's number at this moment. Nobody waits minutes for that."""
    before, after = Screen(Html("before")), Screen(Html("after"))
    tries: list[int | None] = []
    async with postgres_database.write() as session:
        card_id = await messages.owe(session, Address(1, 1001), before, now=MONDAY_TEN)
        await notices.owe_notice(
            session, "desk_card", key="card", due_at=MONDAY_TEN, now=MONDAY_TEN
        )

    async def render(session: AsyncSession, *_: object) -> None:
        card = await session.get_one(Message, card_id)
        tries.append(card.telegram_id)
        if len(tries) == 1:
            async with postgres_database.write() as courier:
                (await courier.get_one(Message, card_id)).telegram_id = 7
        await messages.redraw(session, card, after, now=MONDAY_TEN)

    monkeypatch.setitem(KINDS, "desk_card", Kind(render, acts=True))
    for now in (MONDAY_TEN, MONDAY_TEN + timedelta(seconds=1)):
        async with postgres_database.write() as session:
            await say_due_notices(session, office, now)

    assert tries == [None, 7]
    assert await _handed_out(postgres_database) == ["after"]


async def _redraw(session: AsyncSession, message: Message, text: str) -> None:
    card = await session.get_one(Message, message.id)
    await messages.redraw(session, card, Screen(Html(text)), now=MONDAY_TEN)
    await session.flush()


async def _is_on_its_way(database: Database, message: Message) -> bool:
    statement = select(Outbox.state).where(col(Outbox.message_id) == message.id)
    async with database.read() as session:
        return (await session.exec(statement)).one() is OutboxState.SENDING


async def _somebody_waits(database: Database) -> bool:
    locks = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with database.read() as session:
        return bool(await session.scalar(locks))


@pytest.mark.parametrize("held", [Outbox, Message, Topic])
async def test_fault_28_an_answer_whose_rows_another_writer_has_is_written_later(
    postgres_database: Database, held: type[Outbox | Message | Topic]
) -> None:
    async with postgres_database.write() as session:
        topic = await messages.topic_of(session, bot_id=1, chat_id=-1, thread_id=7)
        for place in (Address(1, -1, topic.id), Address(1, 1001)):
            await messages.owe(session, place, Screen(Html("text")), now=MONDAY_TEN)
        taken, other = (await session.exec(select(Outbox.id).order_by(col(Outbox.id)))).all()

    async with asyncio.timeout(20), postgres_database.write() as writer:
        await writer.exec(select(held).order_by(col(held.id)).limit(1).with_for_update())
        async with postgres_database.write() as session:
            assert (await outbox.at_hand(session, [taken, other])).ids == {other}
    async with postgres_database.write() as session:
        assert (await outbox.at_hand(session, [taken, other, 1])).ids == {taken, other, 1}


async def test_fault_49_a_broadcast_held_by_the_pace_is_looked_at_once_a_round(
    database: Database,
) -> None:
    """Whoever asked again and again until its moment came would let nobody else have a turn."""
    asked = []

    def hold_all(heads: Sequence[Head]) -> Sequence[Head]:
        asked.append(len(heads))
        assert len(asked) == 1
        return []

    async with database.write() as session:
        for chat_id in range(1, 101):
            place = Address(1, chat_id)
            await messages.owe(session, place, Screen(Html("一")), now=MONDAY_TEN, broadcast=True)
        held = await turns.take(session, bot_id=1, resting=tuple, now=MONDAY_TEN, choose=hold_all)

    assert held.held
    assert not held.errands
