"""O11: tickets that are one, and one that is two."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from domain.catalogue import DepartmentInfo
from domain.screens import Button, Html, Screen
from domain.tickets import Category
from domain.visible import shortened
from domain.words import Words
from views.desk_forms import card_key, department_rows, drop_key
from views.desks import in_rows
from views.presses import DeskPress
from views.translations import Translator


@dataclass(frozen=True)
class MergeInto(DeskPress):
    """This one is meant; what will happen is said first."""

    prefix: ClassVar[str] = "uf"
    task_id: int
    into_id: int


@dataclass(frozen=True)
class MergeNow(DeskPress):
    """合并."""

    prefix: ClassVar[str] = "ug"
    task_id: int
    into_id: int


@dataclass(frozen=True)
class SplitAs(DeskPress):
    """The category of the second ticket."""

    prefix: ClassVar[str] = "uh"
    task_id: int
    category: Category


@dataclass(frozen=True)
class SplitPage(DeskPress):
    """Turn the pages of departments for the second ticket."""

    prefix: ClassVar[str] = "ui"
    task_id: int
    page: int


@dataclass(frozen=True)
class SplitTo(DeskPress):
    """The department of the second ticket."""

    prefix: ClassVar[str] = "uj"
    task_id: int
    department: str


@dataclass(frozen=True)
class SplitNow(DeskPress):
    """拆分."""

    prefix: ClassVar[str] = "uk"
    task_id: int


def choose_ticket(
    t: Translator,
    task_id: int,
    number: str,
    offered: Sequence[tuple[int, str, str]],
    *,
    problem: Html | None = None,
) -> Screen:
    """With which; ids, numbers and names of those that suggest themselves, or a number in words."""
    keys = [
        Button(
            t.plain("desks.merge.one", number=short.rpartition("-")[2], name=shortened(name, 10)),
            data=MergeInto(task_id, ticket_id).pack(),
        )
        for ticket_id, short, name in offered
    ]
    return Screen(
        text=Html.lines(problem, t("desks.merge.ask", number=number)),
        keyboard=(*in_rows(keys[:6], 2), (drop_key(t, task_id),)),
    )


def confirm_merge(
    t: Translator, task_id: int, into_id: int, *, number: str, into: str, same_company: bool
) -> Screen:
    """What becomes of both."""
    key = "desks.merge.same_company" if same_company else "desks.merge.other_company"
    merge = Button(t.plain("desks.merge.now"), data=MergeNow(task_id, into_id).pack())
    return Screen(
        text=t(key, number=number, into=into), keyboard=((merge,), (drop_key(t, task_id),))
    )


def write_split(t: Translator, task_id: int, number: str) -> Screen:
    """What the second ticket is about, in words of its own."""
    return Screen(text=t("desks.split.write", number=number), keyboard=((drop_key(t, task_id),),))


def choose_split_category(t: Translator, task_id: int, number: str) -> Screen:
    """The fourteen categories."""
    keys = [
        Button(t.plain(f"tickets.category_short.{one}"), data=SplitAs(task_id, one).pack())
        for one in Category
    ]
    return Screen(
        text=t("desks.split.category", number=number),
        keyboard=(*in_rows(keys, 3), (drop_key(t, task_id),)),
    )


def choose_split_department(
    t: Translator, task_id: int, number: str, departments: Sequence[DepartmentInfo], page: int
) -> Screen:
    """Another department than the category's own."""
    rows, more = department_rows(
        t,
        departments,
        page,
        chosen=lambda key: SplitTo(task_id, key),
        turned=lambda to: SplitPage(task_id, to),
    )
    return Screen(
        text=t("desks.split.department", number=number),
        keyboard=(*rows, (*more, drop_key(t, task_id))),
    )


def confirm_split(
    t: Translator, task_id: int, number: str, *, words: str, category: Words, department: Words
) -> Screen:
    """The second ticket as it will be; the company reads these words."""
    split = Button(t.plain("desks.split.now"), data=SplitNow(task_id).pack())
    other = Button(t.plain("desks.split.other"), data=SplitPage(task_id, 0).pack())
    return Screen(
        text=Html.lines(
            t(
                "desks.split.confirm",
                number=number,
                category=category.of(t.locale),
                department=department.of(t.locale),
            ),
            t("desks.quote", text=words),
        ),
        keyboard=((split, other), (drop_key(t, task_id),)),
    )


def split_done(t: Translator, task_id: int, *, number: str, second: str) -> Screen:
    """Both numbers."""
    return Screen(
        text=t("desks.split.done", number=number, second=second),
        keyboard=((card_key(t, task_id),),),
    )
