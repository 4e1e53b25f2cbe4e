"""What every question to an officer has in common: the way back, and one line when it is done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from domain.catalogue import DepartmentInfo
from domain.screens import Button, Html, Row, Screen
from views.desks import Act, do_button, in_rows
from views.presses import DeskPress, Press
from views.translations import Translator


@dataclass(frozen=True)
class Drop(DeskPress):
    """Leave the open form."""

    prefix: ClassVar[str] = "dx"
    task_id: int


def drop_key(t: Translator, task_id: int) -> Button:
    """取消: leave the open form."""
    return Button(t.plain("desks.button.cancel"), data=Drop(task_id).pack())


def words_please(t: Translator, task_id: int) -> Screen:
    """A sticker, a dice or a poll cannot be sent on; the form stays open."""
    return Screen(text=t("messages.unknown.words_please"), keyboard=((drop_key(t, task_id),),))


def card_key(t: Translator, task_id: int) -> Button:
    """The way to the card."""
    return do_button(t, Act.CARD, task_id)


def said(t: Translator, line: Html, task_id: int) -> Screen:
    """One line that a step was taken, with the way to the card."""
    return Screen(text=line, keyboard=((card_key(t, task_id),),))


def hint(t: Translator) -> Screen:
    """The first note in a desk: it stays inside."""
    return Screen(text=t("desks.note_hint"), quiet=True)


def stranger(t: Translator) -> Screen:
    """Somebody without a role wrote at a desk: nothing of it was kept."""
    return Screen(text=t("desks.stranger"), quiet=True)


#: Four rows of departments leave room for the other keys of a screen.
_PER_PAGE = 12


def department_rows(
    t: Translator,
    departments: Sequence[DepartmentInfo],
    page: int,
    *,
    chosen: Callable[[str], Press],
    turned: Callable[[int], Press],
) -> tuple[tuple[Row, ...], tuple[Button, ...]]:
    """A page of departments by their short names, and the key that turns to the next, if any."""
    shown = departments[page * _PER_PAGE : (page + 1) * _PER_PAGE]
    keys = [Button(one.short.of(t.locale), data=chosen(one.key).pack()) for one in shown]
    last_page = (len(departments) - 1) // _PER_PAGE
    following = 0 if page >= last_page else page + 1
    more = Button(t.plain("desks.button.more_departments"), data=turned(following).pack())
    return in_rows(keys, 3), (more,) if last_page else ()
