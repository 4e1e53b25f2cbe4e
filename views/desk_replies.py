"""Stock replies as buttons, a page at a time, and how what they name reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from domain.replies import Known, Place, StockReply, Use
from domain.screens import Button, Row
from views import formats
from views.desks import in_rows
from views.presses import DeskPress
from views.translations import Translator

#: Three rows of two leave the screen to what is asked.
PER_PAGE = 6


@dataclass(frozen=True)
class UseReply(DeskPress):
    """Take prepared words instead of writing."""

    prefix: ClassVar[str] = "de"
    task_id: int
    use: Use
    key: str


@dataclass(frozen=True)
class TurnReplies(DeskPress):
    """Another page of prepared words."""

    prefix: ClassVar[str] = "d7"
    task_id: int
    use: Use
    page: int


def places(t: Translator, known: Known) -> Mapping[Place, str]:
    """What a reply can name, in the company's language; "" where nothing is known."""
    return {
        Place.COMPANY: known.company,
        Place.NUMBER: known.number,
        Place.OFFICER: known.officer,
        Place.DEPARTMENT: known.department.of(t.locale) if known.department else "",
        Place.CATEGORY: known.category.of(t.locale),
        Place.DAY: formats.day(t, known.day) if known.day else "",
        Place.WORKDAY: formats.day(t, known.workday),
    }


def rows(
    t: Translator, task_id: int, use: Use, replies: Sequence[StockReply], page: int
) -> tuple[Row, ...]:
    """A page of names, and the key that turns to the next; a page too far is the first."""
    start = page * PER_PAGE if page * PER_PAGE < len(replies) else 0
    keys = [
        Button(one.name.of(t.locale), data=UseReply(task_id, use, one.key).pack())
        for one in replies[start : start + PER_PAGE]
    ]
    return (*in_rows(keys, 2), *_turn(t, task_id, use, len(replies), start // PER_PAGE))


def _turn(t: Translator, task_id: int, use: Use, count: int, page: int) -> tuple[Row, ...]:
    pages = -(-count // PER_PAGE)
    if pages < 2:
        return ()
    words = t.plain("desks.button.more_replies", page=page + 1, pages=pages)
    return ((Button(words, data=TurnReplies(task_id, use, (page + 1) % pages).pack()),),)
