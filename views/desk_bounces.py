"""O7: a department hands a task back, and the duty desk says for good whose it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from domain.catalogue import DepartmentInfo
from domain.screens import Button, Html, Screen
from domain.tickets import BounceReason
from views.desk_forms import card_key, department_rows, drop_key
from views.presses import DeskPress
from views.translations import Translator


@dataclass(frozen=True)
class BounceFor(DeskPress):
    """The reason; a department or the words come next."""

    prefix: ClassVar[str] = "ua"
    task_id: int
    reason: BounceReason


@dataclass(frozen=True)
class ProposePage(DeskPress):
    """Turn the pages of departments to propose."""

    prefix: ClassVar[str] = "ub"
    task_id: int
    page: int


@dataclass(frozen=True)
class Propose(DeskPress):
    """Whose it should be, in the officer's view; empty: cannot say."""

    prefix: ClassVar[str] = "uc"
    task_id: int
    department: str


@dataclass(frozen=True)
class DecidePage(DeskPress):
    """Turn the pages of departments to decide for."""

    prefix: ClassVar[str] = "ud"
    task_id: int
    page: int


@dataclass(frozen=True)
class DecideFor(DeskPress):
    """This department, for good."""

    prefix: ClassVar[str] = "ue"
    task_id: int
    department: str


def choose_reason(t: Translator, task_id: int, number: str, until: str) -> Screen:
    """Why; the clock runs on, and until when it can be handed back."""
    keys = tuple(
        Button(t.plain(f"desks.bounce.{reason}"), data=BounceFor(task_id, reason).pack())
        for reason in BounceReason
    )
    return Screen(
        text=t("desks.bounce.ask", number=number, until=until),
        keyboard=(keys, (drop_key(t, task_id),)),
    )


def choose_proposed(
    t: Translator, task_id: int, number: str, departments: Sequence[DepartmentInfo], page: int
) -> Screen:
    """Whose it should be."""
    rows, more = department_rows(
        t,
        departments,
        page,
        chosen=lambda key: Propose(task_id, key),
        turned=lambda to: ProposePage(task_id, to),
    )
    unsure = Button(t.plain("desks.bounce.unsure"), data=Propose(task_id, "").pack())
    return Screen(
        text=t("desks.bounce.whose", number=number),
        keyboard=(*rows, (unsure, *more), (drop_key(t, task_id),)),
    )


def write_why(t: Translator, task_id: int, number: str, reason: BounceReason) -> Screen:
    """Words are required; writing them hands the task back."""
    word = t(f"desks.bounce.{reason}")
    return Screen(
        text=t("desks.bounce.write", number=number, reason=word),
        keyboard=((drop_key(t, task_id),),),
    )


def decide(
    t: Translator,
    task_id: int,
    number: str,
    *,
    reason: BounceReason,
    words: str,
    former: DepartmentInfo,
    proposed: DepartmentInfo | None,
) -> Screen:
    """The duty desk's question: to the one proposed, back, or to somebody else."""

    def to(department: DepartmentInfo, wording: str) -> tuple[Button, ...]:
        name = department.short.of(t.locale)
        return (
            Button(t.plain(wording, name=name), data=DecideFor(task_id, department.key).pack()),
        )

    others = Button(t.plain("desks.bounce.others"), data=DecidePage(task_id, 0).pack())
    return Screen(
        text=Html.lines(
            t(
                "desks.bounce.decide",
                number=number,
                department=former.name.of(t.locale),
                reason=t(f"desks.bounce.{reason}"),
            ),
            t("desks.quote", text=words) if words else None,
            t("desks.bounce.final"),
        ),
        keyboard=(
            *((to(proposed, "desks.bounce.to"),) if proposed else ()),
            to(former, "desks.bounce.back"),
            (others, card_key(t, task_id)),
        ),
    )


def choose_decided(
    t: Translator, task_id: int, number: str, departments: Sequence[DepartmentInfo], page: int
) -> Screen:
    """Any department."""
    rows, more = department_rows(
        t,
        departments,
        page,
        chosen=lambda key: DecideFor(task_id, key),
        turned=lambda to: DecidePage(task_id, to),
    )
    return Screen(
        text=t("desks.bounce.whose_finally", number=number),
        keyboard=(*rows, (*more, card_key(t, task_id))),
    )
