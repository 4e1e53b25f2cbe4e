"""What figures and exports are of: the buttons for another period, category or department."""

from collections.abc import Sequence
from dataclasses import fields
from typing import TypeVar

from domain.screens import Button, Screen
from domain.statistics import Span
from domain.tickets import Category
from views.desks import in_rows
from views.people import back_row
from views.presses import StaffPress
from views.translations import Translator

P = TypeVar("P", bound=StaffPress)


def turned(shown: StaffPress, kind: type[P], **changes: object) -> P:
    """What is shown, as a button of another kind."""
    given = {one.name: getattr(shown, one.name) for one in fields(shown)}
    return kind(**{**given, **changes})


def button(t: Translator, key: str, press: StaffPress) -> Button:
    """A button with the figures' words on it."""
    return Button(t.plain(f"statistics.button.{key}"), data=press.pack())


def choose_span(t: Translator, shown: StaffPress, kind: type[StaffPress]) -> Screen:
    """The periods to choose from; `kind` shows what is chosen."""
    choices = [
        Button(t.plain(f"statistics.span.{span}"), data=turned(shown, kind, span=span).pack())
        for span in Span
    ]
    return choose(t, "statistics.choose_span", choices, turned(shown, kind))


def choose_category(t: Translator, shown: StaffPress, kind: type[StaffPress]) -> Screen:
    """The categories to choose from, and all of them."""
    choices = [button(t, "all", turned(shown, kind, category=None))]
    choices += [
        Button(
            t.plain(f"tickets.category_short.{category}"),
            data=turned(shown, kind, category=category).pack(),
        )
        for category in Category
    ]
    return choose(t, "statistics.choose_category", choices, turned(shown, kind))


def choose(t: Translator, question: str, choices: Sequence[Button], back: StaffPress) -> Screen:
    """What there is to choose from, and the way back to what is shown."""
    return Screen(
        text=t(question),
        keyboard=(*in_rows(choices, 3), back_row(t, button(t, "back", back))),
    )
