"""O6: when to come back to a task."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from domain.moments import ChoiceCode, QuickChoice
from domain.screens import Button, Html, Screen
from views import formats
from views.desk_forms import drop_key
from views.desks import Act, Do, in_rows
from views.presses import DeskPress
from views.translations import Translator


@dataclass(frozen=True)
class FollowAt(DeskPress):
    """One of the quick moments."""

    prefix: ClassVar[str] = "df"
    task_id: int
    code: ChoiceCode


@dataclass(frozen=True)
class FollowYes(DeskPress):
    """The moment was read rightly."""

    prefix: ClassVar[str] = "dy"
    task_id: int


def choose_follow_up(
    t: Translator,
    task_id: int,
    number: str,
    choices: Sequence[QuickChoice],
    *,
    zone: ZoneInfo,
    problem: Html | None = None,
) -> Screen:
    """O6: quick moments, or words; `problem` says why the last words were not taken."""
    keys = [
        Button(_choice(t, choice, zone), data=FollowAt(task_id, choice.code).pack())
        for choice in choices
    ]
    return Screen(
        text=Html.lines(problem, t("desks.follow_up.ask", number=number)),
        keyboard=(*in_rows(keys, 2), (drop_key(t, task_id),)),
    )


def _choice(t: Translator, choice: QuickChoice, zone: ZoneInfo) -> str:
    if choice.moved:
        return formats.moment(t, choice.at, zone)
    return t.plain(f"desks.choice.{choice.code}")


def confirm_follow_up(
    t: Translator, task_id: int, at: datetime, *, zone: ZoneInfo, outside: bool, what: str
) -> Screen:
    """The moment as it was read: 对 or 改."""
    return Screen(
        text=Html.lines(
            t("desks.follow_up.echo", at=formats.moment(t, at, zone)),
            t("desks.quote", text=what) if what else None,
            t("desks.follow_up.outside") if outside else None,
        ),
        keyboard=(
            (
                Button(t.plain("desks.button.right"), data=FollowYes(task_id).pack()),
                Button(t.plain("desks.button.change"), data=Do(Act.FOLLOW_UP, task_id).pack()),
            ),
            (drop_key(t, task_id),),
        ),
    )
