"""What a person reads when something cannot be done."""

from domain.errors import Refusal
from domain.limits import DRAFT_PARTS, MESSAGES_A_MINUTE
from domain.screens import Screen
from domain.words import Words
from views.people import back_row, go_button, menu_button
from views.translations import Translator


def line(t: Translator, refusal: Refusal) -> str:
    """One plain line, at most 200 characters, for the answer to a press."""
    return t.plain(f"errors.{refusal.code}", **_facts(t, refusal))[:200]


def screen(t: Translator, refusal: Refusal, *, is_private: bool) -> Screen:
    """The same as a message, in private with the way to the menu."""
    return Screen(
        text=t(f"errors.{refusal.code}", **_facts(t, refusal)),
        keyboard=(back_row(t),) if is_private else (),
    )


def busy(t: Translator) -> str:
    """To a press that cannot be kept yet: it is, later, by itself."""
    return t.plain("errors.busy")


def too_fast(t: Translator, *, is_drafting: bool) -> Screen:
    """Said once: why messages are not answered any more, and what became of them."""
    key = "errors.too_fast_draft" if is_drafting else "errors.too_fast"
    rows = (go_button(t, "ask"),) if is_drafting else (menu_button(t),)
    return Screen(text=t(key, limit=MESSAGES_A_MINUTE, parts=DRAFT_PARTS), keyboard=(rows,))


def _facts(t: Translator, refusal: Refusal) -> dict[str, object]:
    """Names from the catalogue come in every language."""
    return {
        name: value.of(t.locale) if isinstance(value, Words) else value
        for name, value in refusal.facts.items()
    }
