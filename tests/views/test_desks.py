"""The desk card, its buttons and its reminders, in both languages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.deadlines import Clock
from domain.desks import CompanyLine, DeskCard, LastStep, Queue, Right, Share, Shelf
from domain.facts import Option, Span
from domain.replies import Use
from domain.screens import Screen
from domain.tickets import (
    LIFE_CYCLE,
    BounceReason,
    Category,
    Outcome,
    Party,
    Status,
    Step,
    TaskRole,
    Urgency,
    allowed_steps,
)
from domain.words import Words
from models import TicketEvent
from views import desk_history, desk_reminders, desk_words, desks, queues
from views.desks import Act, Do, Where
from views.translations import translator

NOW = datetime(2026, 11, 23, 7, 20, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = {Party.HANDLER, Party.DEPARTMENT, Party.HEAD, Party.DUTY}
BASE = DeskCard(
    ticket_id=1,
    task_id=2**62,
    number="QT-20261123-0007",
    status=Status.IN_PROGRESS,
    urgency=Urgency.NORMAL,
    danger=False,
    category=Category.FINANCING,
    category_name=Words(zh="融资信贷", en="Financing"),
    department=Words(zh="区财政局（金融）", en="District Finance Bureau"),
    words="创新金融贷、风险补偿是否开放",
    files=(("voice", 42),),
    asker="王芳",
    company=CompanyLine(
        name="杭州示例封装有限公司",
        size_classes=(Option(value="小型", zh="小型", en="Small"),),
        employees=Span(75, 89),
        revenue=Span.exactly(3000),
        revenue_year=2025,
    ),
    locale="zh",
    contact=("王芳", "13800001001"),
    handler="周明",
    accepted_at=NOW - timedelta(hours=1),
    accept_due=NOW + timedelta(hours=2),
    contacted_at=NOW,
    contact_due=NOW + timedelta(days=1),
    answer_due=NOW + timedelta(days=7),
    days_left=5,
    is_paused=False,
    outcome=None,
    last=LastStep(Step.REPLY, NOW, "周明", ""),
    follow_up_at=NOW + timedelta(days=3),
    others=(),
    role=TaskRole.LEAD,
    round=1,
    was_edited=False,
    wanted=None,
    merged_into=None,
    steps=frozenset(allowed_steps(Status.IN_PROGRESS, OFFICE)),
)


def card(facts: DeskCard = BASE, locale: str = "zh", where: Where = Where.TOPIC) -> Screen:
    return desks.card(translator(locale), facts, now=NOW, zone=ZONE, where=where)


def labels(screen: Screen) -> list[str]:
    return [button.text for row in screen.keyboard for button in row]


def test_the_card_says_everything_that_s13_shows() -> None:
    text = card().text

    assert "<b>QT-20261123-0007 · 办理中 · 一般 · 融资信贷</b>" in text
    assert "创新金融贷、风险补偿是否开放（语音 42 秒见下）" in text
    assert "杭州示例封装有限公司 · 小型 · 75–89 人 · 2025 年收入 3000 万元 · 中文" in text
    assert "受理：周明 11月23日（周一）14:20 · 首次联系：已完成" in text
    assert "剩 5 个工作日" in text
    assert "15:20 回复企业（周明） · 跟进：11月26日（周四）15:20" in text
    assert "联系人：王芳 13800001001" in text
    assert "话题内文字仅内部可见" in text


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("status", list(Status))
def test_buttons_are_what_the_life_cycle_allows(status: Status, locale: str) -> None:
    steps = frozenset(allowed_steps(status, OFFICE))

    screen = card(replace(BASE, status=status, steps=steps), locale)

    acts = {Do.unpack(button.data or "").act for row in screen.keyboard for button in row}
    by_button = {
        Act.CLAIM: Step.CLAIM,
        Act.REPLY: Step.REPLY,
        Act.ASK_BACK: Step.ASK_BACK,
        Act.FOLLOW_UP: Step.FOLLOW_UP,
        Act.ROUTE: Step.ROUTE,
        Act.CALL: Step.CALL,
        Act.URGENCY: Step.SET_URGENCY,
        Act.RESOLVE: Step.RESOLVE,
        Act.BOUNCE: Step.BOUNCE,
        Act.DECIDE: Step.DECIDE_BOUNCE,
        Act.REOPEN: Step.REOPEN,
    }
    assert {act for act, step in by_button.items() if step in steps} == acts & set(by_button)
    assert len(screen.keyboard) <= 6
    assert len(screen.text) <= 900


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"is_paused": True}, "计时已暂停"),
        ({"answer_due": NOW - timedelta(hours=1)}, "已超时"),
        ({"days_left": 0}, "今天到期"),
        ({"provisional": True}, "（暂按）"),
        ({"stand_in": "吴静"}, "（吴静代班）"),
        ({"outcome": Outcome.EXPLAINED}, "已说明不能办"),
        ({"merged_into": "QT-20261123-0003"}, "已并入 QT-20261123-0003"),
        ({"danger": True}, "人身危险"),
        ({"was_edited": True}, "企业修改过"),
        ({"role": TaskRole.CO}, "协办"),
        ({"handler": None, "accepted_at": None, "status": Status.DISPATCHED}, "等待受理"),
        ({"company": None}, "未代表企业"),
        ({"wanted": Words(zh="区商务局", en="Commerce")}, "区商务局还没有经办员"),
        (
            {"others": (Share(3, Words(zh="区商务局", en="C"), Status.DISPATCHED, None),)},
            "同办：区商务局 待受理",
        ),
    ],
)
def test_what_is_special_is_said(change: dict[str, object], words: str) -> None:
    assert words in card(replace(BASE, **change)).text  # type: ignore[arg-type]


def test_words_of_people_are_escaped_and_cut() -> None:
    facts = replace(BASE, words="<b>" + "长" * 300, asker="<A&B>", company=None)

    text = card(facts).text

    assert "&lt;b&gt;" in text
    assert "&lt;A&amp;B&gt;" in text
    assert "…" in text
    assert len(text) < 900


def test_a_card_that_moved_away_tells_nothing_more() -> None:
    screen = desks.moved_away(translator("zh"), BASE)

    assert BASE.words not in screen.text
    assert screen.keyboard == ()


def test_a_topics_title_says_the_state_in_words() -> None:
    assert desks.topic_sign(translator("zh"), BASE).title == "0007 办理中 杭州示例封装有限公司"
    icons = {desks.topic_sign(translator("zh"), replace(BASE, status=one)).icon for one in Status}
    assert len(icons) == len(Status) - 1, "only the two states that wait for a claim look alike"
    long = replace(BASE, company=None, asker="名" * 200)
    assert len(desks.topic_sign(translator("en"), long).title) <= 128


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_everything_that_is_named_has_words(locale: str) -> None:
    t = translator(locale)

    keys = [
        *(f"desks.status.{one}" for one in Status),
        *(f"desks.urgency.{one}" for one in Urgency),
        *(f"desks.outcome.{one}" for one in Outcome),
        *(f"desks.step.{one}" for one in LIFE_CYCLE),
        *(f"desks.act.{one.name.lower()}" for one in Act),
        *(f"desks.clock.{one}" for one in Clock),
        *(f"desks.right.{one}" for one in Right),
        *(f"desks.meanwhile.{one}" for one in Right),
        *(f"desks.shelf.{one}" for one in Shelf),
        *(f"desks.queue.{one}" for one in Shelf),
        *(f"desks.hint.{one}" for one in Where),
        *(f"desks.write.{one}" for one in Use),
        *(f"desks.preview.{one}" for one in Use),
    ]
    assert [key for key in keys if not t.has(key)] == []


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_history_says_why(locale: str) -> None:
    t = translator(locale)
    reasons = {
        Step.BOUNCE: tuple(BounceReason),
        Step.DECIDE_BOUNCE: ("back",),
        Step.REOPEN: ("not_solved",),
        Step.NOTE: ("merged", "joined", "alike", "taken_back"),
        Step.CLOSE: ("no_reply",),
    }
    events = [
        (TicketEvent(ticket_id=1, at=NOW, step=step, why=why), None)
        for step, whys in reasons.items()
        for why in whys
    ]

    lines = desk_history.history(t, 1, "QT-1", events, zone=ZONE).text.splitlines()[1:]

    assert len(lines) == len(set(lines)) == len(events)


def test_a_preview_shows_the_words_exactly_as_written() -> None:
    screen = desk_words.preview(
        translator("zh"), 1, 2, Use.REPLY, ["请<来>窗口"], files=2, number="QT-20261123-0007"
    )

    assert "请&lt;来&gt;窗口" in screen.text
    assert "附件 2 个" in screen.text
    assert labels(screen) == ["发送", "改为备注", "取消"]


def test_a_question_goes_out_with_a_time_to_answer() -> None:
    screen = desk_words.preview(
        translator("zh"), 1, 2, Use.QUESTION, ["营业执照"], files=0, number="1"
    )

    assert labels(screen)[:3] == ["3 个工作日", "5 个工作日", "10 个工作日"]


def test_somebody_who_is_called_in_a_group_is_named() -> None:
    t = translator("zh")

    screen = desk_reminders.calling(t, desk_reminders.unowned(t, "1"), [(2001, "周<明>")])

    assert '<a href="tg://user?id=2001">周&lt;明&gt;</a>' in screen.text


def test_an_empty_shelf_says_so() -> None:
    seen = Queue(Shelf.MINE, page=0, counts=dict.fromkeys(Shelf, 0), lines=())

    screen = queues.queue(translator("zh"), seen, now=NOW, zone=ZONE)

    assert "这里没有工单" in screen.text
