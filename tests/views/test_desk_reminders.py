"""Reminders to the office: one with its one-tap answers, or several in a digest."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.deadlines import Clock
from domain.reminders import Matter, Reminder
from domain.screens import Screen
from views import desk_digests, desk_reminders
from views.translations import translator

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")


def labels(screen: Screen) -> list[str]:
    return [key.text for row in screen.keyboard for key in row]


SOON = Reminder(
    ticket_id=9,
    task_id=1,
    number="QT-20261123-0007",
    matter=Matter.SOON,
    at=datetime(2026, 11, 30, 2, 12, tzinfo=UTC),
    left=1,
    clock=Clock.ANSWER,
    handler="周明",
    may_extend=True,
)


def test_a_reminder_names_no_company_on_the_lock_screen() -> None:
    screen = desk_reminders.reminder(translator("zh"), [SOON], zone=ZONE, today=date(2026, 11, 27))

    assert screen.text == "<b>QT-20261123-0007 答复时限 11月30日（周一）10:12，剩 1 个工作日</b>"
    assert [[key.text for key in row] for row in screen.keyboard] == [
        ["在办", "已办结", "非本部门"],
        ["申请延期", "2 小时后再提醒"],
        ["看卡片"],
    ]


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({"clock": Clock.CONTACT}, ["在办", "回复企业", "非本部门", "已电话联系"]),
        ({"may_extend": False}, ["在办", "已办结", "非本部门", "2 小时后再提醒"]),
        ({"clock": None, "matter": Matter.FOLLOW_UP}, ["在办", "已办结", "非本部门", "申请延期"]),
        ({"clock": Clock.ACCEPT, "handler": None}, ["看卡片"]),
        (
            {"clock": Clock.ACCEPT, "handler": None, "may_claim": True},
            ["受理", "非本部门", "看卡片"],
        ),
        ({"to_head": True}, ["催办", "指派", "我来办", "看卡片"]),
        ({"to_head": True, "handler": None}, ["指派", "我来办", "看卡片"]),
    ],
)
def test_the_answers_fit_the_reminder(changes: dict[str, Any], keys: list[str]) -> None:
    one = replace(SOON, **changes)

    screen = desk_reminders.reminder(translator("zh"), [one], zone=ZONE, today=date(2026, 11, 27))

    assert labels(screen)[: len(keys)] == keys


def test_a_digest_tells_the_overdue_first_and_what_is_fine() -> None:
    late = replace(SOON, task_id=2, ticket_id=2, number="QT-20261120-0003", matter=Matter.LATE)
    planned = replace(
        SOON, task_id=3, ticket_id=3, clock=None, matter=Matter.FOLLOW_UP, words="问材料 <急>"
    )

    screen = desk_digests.digest(
        translator("zh"), [late, SOON, planned], zone=ZONE, now=NOW, every=9, fine=6
    )

    assert screen.text.splitlines() == [
        "<b>11月23日（周一）：2 件要动，1 件已超时</b>",
        "已超时 0003 答复，11月30日（周一）10:12 到期",
        "11月30日（周一）10:12 到期 0007 答复，剩 1 个工作日",
        "11月30日（周一）10:12 跟进 0007：问材料 &lt;急&gt;",
        "其余 6 件正常，无需处理。",
    ]
    assert labels(screen)[-2:] == ["全部 9 件", "上午不提醒"]
