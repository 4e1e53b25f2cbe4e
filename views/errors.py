"""What a person reads when something cannot be done."""

from domain.errors import Refusal
from domain.screens import Screen
from views.people import back_row
from views.translations import Translator


def line(t: Translator, refusal: Refusal) -> str:
    """One plain line, at most 200 characters, for the answer to a press."""
    return t.plain(f"errors.{refusal.code}", **refusal.facts)[:200]


def screen(t: Translator, refusal: Refusal, *, is_private: bool) -> Screen:
    """The same as a message, in private with the way to the menu."""
    return Screen(
        text=t(f"errors.{refusal.code}", **refusal.facts),
        keyboard=(back_row(t),) if is_private else (),
    )
