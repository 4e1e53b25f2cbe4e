"""What a search found, or that nothing fits, with an officer one tap away."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from domain.measures import Measure
from domain.screens import Button, Html, Row, Screen
from domain.search_topics import topic_of
from views import measures
from views.people import back_row
from views.presses import Press
from views.translations import Translator


@dataclass(frozen=True)
class SearchAgain(Press):
    """换个说法."""

    prefix: ClassVar[str] = "ef"


@dataclass(frozen=True)
class AskNobody(Press):
    """都不是 / nothing fits: an officer is to look."""

    prefix: ClassVar[str] = "en"


@dataclass(frozen=True)
class TellMe(Press):
    """有了告诉我."""

    prefix: ClassVar[str] = "ey"


@dataclass(frozen=True)
class EndWish(Press):
    """不用了."""

    prefix: ClassVar[str] = "ez"
    notice_id: int


def found(t: Translator, hits: Sequence[tuple[Measure, Html | None]]) -> Screen:
    """C9: up to five names, best first, each with its headline when the company is known."""
    lines = [
        t("measures.search.line", number=number, name=one.name.of(t.locale), headline=words)
        if words is not None
        else t("measures.search.plain_line", number=number, name=one.name.of(t.locale))
        for number, (one, words) in enumerate(hits, 1)
    ]
    names = [measures.show_button(t, one, number) for number, (one, _) in enumerate(hits, 1)]
    return Screen(
        text=Html.lines(t.plural("measures.search.found", len(hits)), *lines),
        keyboard=(
            *_rows_of_two(names),
            (_button(t, "none_of_these", AskNobody()), _button(t, "again", SearchAgain())),
            back_row(t),
        ),
    )


def _rows_of_two(buttons: Sequence[Button]) -> Iterator[Row]:
    for start in range(0, len(buttons), 2):
        yield tuple(buttons[start : start + 2])


def nothing_fits(
    t: Translator, asked: str, total: int, see_all: Button, *, may_wish: bool
) -> Screen:
    """S9: said plainly of what was asked, with an officer one tap away. Who has not agreed that
    words are kept cannot be told later."""
    topic = topic_of(asked)
    nothing = (
        t("measures.search.nothing_of", total=total, topic=topic)
        if topic
        else t("measures.search.nothing", total=total)
    )
    tell_me = _button(t, "tell_me", TellMe())
    return Screen(
        text=Html.lines(nothing, t("measures.search.elsewhere")),
        keyboard=(
            (Button(t.plain("measures.ask.search"), data=AskNobody().pack()),),
            (_button(t, "again", SearchAgain()), see_all),
            back_row(t, tell_me) if may_wish else back_row(t),
        ),
    )


def wish_kept(t: Translator, asked: str, notice_id: int, days: int) -> Screen:
    """有了告诉我 is noted."""
    return Screen(
        text=t("measures.wish.kept", topic=topic_of(asked) or asked, days=days),
        keyboard=(back_row(t, _button(t, "end_wish", EndWish(notice_id))),),
    )


def wish_ended(t: Translator) -> Screen:
    """Nothing will be told."""
    return Screen(text=t("measures.wish.ended"), keyboard=(back_row(t),))


def wish_met(t: Translator, asked: str, hits: Sequence[Measure]) -> Screen:
    """What was asked for is there now."""
    lines = [
        t("measures.search.plain_line", number=number, name=one.name.of(t.locale))
        for number, one in enumerate(hits, 1)
    ]
    names = [measures.show_button(t, one, number) for number, one in enumerate(hits, 1)]
    return Screen(
        text=Html.lines(t("measures.wish.met", topic=topic_of(asked) or asked), *lines),
        keyboard=(*_rows_of_two(names), back_row(t)),
    )


def search_again(t: Translator) -> Screen:
    """换个说法."""
    return Screen(text=t("measures.search.again"), keyboard=(back_row(t),))


def _button(t: Translator, key: str, press: Press) -> Button:
    return Button(t.plain(f"measures.button.{key}"), data=press.pack())
