"""O3, O10: claiming a task, handing it on, calling it by another name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from domain.catalogue import DepartmentInfo
from domain.screens import Button, Screen
from domain.tickets import Category, Urgency
from domain.visible import shortened
from models import Person
from views.desk_forms import card_key, department_rows, drop_key
from views.desks import Act, do_button, in_rows
from views.presses import DeskPress
from views.translations import Translator


@dataclass(frozen=True)
class Departments(DeskPress):
    """A page of departments to hand a task to."""

    prefix: ClassVar[str] = "dd"
    task_id: int
    page: int
    as_co: bool


@dataclass(frozen=True)
class RouteTo(DeskPress):
    """Hand it over, or (`as_co`) bring a department in beside the lead."""

    prefix: ClassVar[str] = "dt"
    task_id: int
    department: str
    as_co: bool


@dataclass(frozen=True)
class SetUrgency(DeskPress):
    """This urgency."""

    prefix: ClassVar[str] = "dg"
    task_id: int
    urgency: Urgency


@dataclass(frozen=True)
class SetCategory(DeskPress):
    """This category."""

    prefix: ClassVar[str] = "dc"
    task_id: int
    category: Category


@dataclass(frozen=True)
class Called(DeskPress):
    """已电话联系, reached or not."""

    prefix: ClassVar[str] = "dl"
    task_id: int
    reached: bool


@dataclass(frozen=True)
class ReassignTo(DeskPress):
    """This officer."""

    prefix: ClassVar[str] = "dj"
    task_id: int
    person_id: int


def claimed(t: Translator, task_id: int, number: str, name: str, at: str) -> Screen:
    """O3: who took it; the company hears of it after a minute."""
    return Screen(
        text=t("desks.claimed.line", number=number, name=name, at=at),
        keyboard=(
            (do_button(t, Act.REPLY, task_id), do_button(t, Act.RELEASE, task_id)),
            (card_key(t, task_id),),
        ),
        quiet=True,
    )


def choose_department(
    t: Translator,
    task_id: int,
    number: str,
    departments: Sequence[DepartmentInfo],
    *,
    page: int,
    as_co: bool,
) -> Screen:
    """O10: hand it over as a whole, or bring somebody in."""
    rows, more = department_rows(
        t,
        departments,
        page,
        chosen=lambda key: RouteTo(task_id, key, as_co),
        turned=lambda to: Departments(task_id, to, as_co),
    )
    other = "desks.button.hand_over" if as_co else "desks.button.bring_in"
    switch = Button(t.plain(other), data=Departments(task_id, 0, not as_co).pack())
    kind = "co" if as_co else "whole"
    return Screen(
        text=t(f"desks.route.{kind}", number=number),
        keyboard=(*rows, (switch, *more), (drop_key(t, task_id),)),
    )


def choose_urgency(t: Translator, task_id: int, number: str, now: Urgency) -> Screen:
    """Another urgency; the one it has is named."""
    keys = tuple(
        Button(t.plain(f"desks.urgency.{one}"), data=SetUrgency(task_id, one).pack())
        for one in Urgency
        if one is not now
    )
    return Screen(
        text=t("desks.urgency_ask", number=number, urgency=t(f"desks.urgency.{now}")),
        keyboard=(keys, (drop_key(t, task_id),)),
    )


def choose_category(
    t: Translator, task_id: int, number: str, categories: Sequence[Category]
) -> Screen:
    """Another category, by its short name; while nobody took it, the department follows."""
    keys = [
        Button(
            t.plain(f"tickets.category_short.{category}"),
            data=SetCategory(task_id, category).pack(),
        )
        for category in categories
    ]
    return Screen(
        text=t("desks.category_ask", number=number),
        keyboard=(*in_rows(keys, 3), (drop_key(t, task_id),)),
    )


def choose_handler(t: Translator, task_id: int, number: str, staff: Sequence[Person]) -> Screen:
    """H1: whom to name."""
    keys = [
        Button(shortened(person.name, 24), data=ReassignTo(task_id, person.id).pack())
        for person in staff
    ]
    text = "desks.reassign.ask" if staff else "desks.reassign.nobody"
    return Screen(
        text=t(text, number=number), keyboard=(*in_rows(keys[:10], 2), (drop_key(t, task_id),))
    )


def ask_called(t: Translator, task_id: int, number: str) -> Screen:
    """已电话联系: was somebody reached?"""
    return Screen(
        text=t("desks.call.ask", number=number),
        keyboard=(
            (
                Button(t.plain("desks.call.reached"), data=Called(task_id, reached=True).pack()),
                Button(t.plain("desks.call.missed"), data=Called(task_id, reached=False).pack()),
            ),
            (drop_key(t, task_id),),
        ),
    )
