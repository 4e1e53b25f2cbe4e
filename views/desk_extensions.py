"""O8, H2: more time, asked for and decided."""

from dataclasses import dataclass
from typing import ClassVar

from domain.screens import Button, Html, Screen
from views.desk_forms import card_key, drop_key
from views.desk_words import ASK_DAYS
from views.presses import DeskPress
from views.translations import Translator


@dataclass(frozen=True)
class ExtendBy(DeskPress):
    """So many working days more; the reason comes next."""

    prefix: ClassVar[str] = "di"
    task_id: int
    days: int


@dataclass(frozen=True)
class Grant(DeskPress):
    """A head grants so many working days."""

    prefix: ClassVar[str] = "dk"
    task_id: int
    days: int


@dataclass(frozen=True)
class RefuseExtension(DeskPress):
    """A head leaves the due time as it is."""

    prefix: ClassVar[str] = "dr"
    task_id: int


def choose_days(t: Translator, task_id: int, number: str) -> Screen:
    """O8: how much longer."""
    keys = tuple(
        Button(t.plain("desks.button.more_days", days=days), data=ExtendBy(task_id, days).pack())
        for days in ASK_DAYS
    )
    return Screen(
        text=t("desks.extend.ask", number=number), keyboard=(keys, (drop_key(t, task_id),))
    )


def write_reason(t: Translator, task_id: int, number: str, days: int) -> Screen:
    """O8: a reason is required."""
    return Screen(
        text=t("desks.extend.reason", number=number, days=days),
        keyboard=((drop_key(t, task_id),),),
    )


def decide_extension(
    t: Translator, task_id: int, number: str, days: int, at: str, *, reason: str, is_late: bool
) -> Screen:
    """H2: grant it, grant other days, or refuse; possible even after the due time."""

    def grant(count: int) -> Button:
        words = t.plain("desks.button.grant", days=count)
        return Button(words, data=Grant(task_id, count).pack())

    return Screen(
        text=Html.lines(
            t("desks.notice.extension_asked", number=number, days=days, at=at),
            t("desks.quote", text=reason),
            t("desks.notice.extension_late") if is_late else None,
        ),
        keyboard=(
            (grant(days),),
            tuple(grant(other) for other in ASK_DAYS if other != days),
            (
                Button(t.plain("desks.button.refuse"), data=RefuseExtension(task_id).pack()),
                card_key(t, task_id),
            ),
        ),
    )
