"""When a message can be read in two ways, or in none."""

from dataclasses import dataclass
from typing import ClassVar

from domain.screens import Button, Html, Screen
from views.people import Speak, back_row, go_button
from views.presses import Press
from views.translations import Translator


@dataclass(frozen=True)
class ReadAs(Press):
    """Read the words that wait as: problem, search, facts."""

    prefix: ClassVar[str] = "mw"
    reading: str


def _read_as(t: Translator, reading: str) -> Button:
    return Button(t.plain(f"matching.read_as.{reading}"), data=ReadAs(reading).pack())


def which(t: Translator, readings: tuple[str, ...]) -> Screen:
    """Two equal readings: two buttons."""
    return Screen(
        text=t("matching.words.which"),
        keyboard=(tuple(_read_as(t, reading) for reading in readings), back_row(t)),
    )


def unread(t: Translator) -> Screen:
    """C21 with the likeliest ways on, an officer among them; never an empty 不明白."""
    return Screen(
        text=Html.lines(t("matching.words.unread"), t("matching.words.likely")),
        keyboard=(
            (go_button(t, "policies"), go_button(t, "profile")),
            (Button(t.plain("matching.words.ask_it"), data=ReadAs("problem").pack()),),
            back_row(t),
        ),
    )


def forwarded(t: Translator) -> Screen:
    """A forwarded notice is nobody's own words."""
    return Screen(
        text=t("matching.words.forwarded"),
        keyboard=(
            (
                Button(t.plain("matching.words.search_it"), data=ReadAs("search").pack()),
                Button(t.plain("matching.words.ask_it"), data=ReadAs("problem").pack()),
            ),
            back_row(t),
        ),
    )


def thanks(t: Translator) -> Screen:
    """谢谢."""
    return Screen(text=t("matching.words.thanks"), keyboard=(back_row(t),))


def noted(t: Translator) -> Screen:
    """好的, 再见: nothing is asked, so nothing is done."""
    return Screen(text=t("matching.words.noted"), keyboard=(back_row(t),))


def offer_english(t: Translator) -> Screen:
    """English was written where the screens are Chinese."""
    speak = Button(t.plain("people.speak.en"), data=Speak("en").pack())
    return Screen(text=t("matching.words.english"), keyboard=((speak,),), quiet=True)


def program(t: Translator) -> Screen:
    """Who decides, and are you a person?"""
    return Screen(
        text=t("matching.words.program"),
        keyboard=(
            (Button(t.plain("matching.words.person"), data=ReadAs("officer").pack()),),
            back_row(t),
        ),
    )
