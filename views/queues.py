"""O2, an officer's queue, and what a search among tickets found."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from domain.desks import Found, Queue, QueueLine, Shelf
from domain.permissions import Circle
from domain.screens import Button, Html, Row, Screen
from domain.tickets import Urgency
from domain.visible import shortened
from views import formats
from views.desks import Act, Do, in_rows
from views.people import back_row, go_button
from views.presses import DeskPress
from views.translations import Translator


@dataclass(frozen=True)
class ShowShelf(DeskPress):
    """A page of one part of the queue."""

    prefix: ClassVar[str] = "dm"
    circle: ClassVar[Circle] = Circle.OFFICE
    shelf: Shelf
    page: int


@dataclass(frozen=True)
class TurnFound(DeskPress):
    """A page of what was looked for."""

    prefix: ClassVar[str] = "d8"
    circle: ClassVar[Circle] = Circle.OFFICE
    page: int


def queue(t: Translator, seen: Queue, *, now: datetime, zone: ZoneInfo) -> Screen:
    """One shelf, what is overdue first, with the number of tickets on each of the others."""
    count = seen.counts[seen.shelf]
    text = Html.lines(
        t(f"desks.queue.{seen.shelf}", count=count),
        *(_line(t, line, now=now, zone=zone) for line in seen.lines),
        None if seen.lines else t("desks.queue.empty"),
    )
    return Screen(
        text=text,
        keyboard=(
            *in_rows([_open(t, line) for line in seen.lines], 2),
            *_switches(t, seen),
            back_row(t, go_button(t, "find")),
        ),
    )


def _line(t: Translator, line: QueueLine, *, now: datetime, zone: ZoneInfo) -> Html:
    today = now.astimezone(zone).date()
    due = Html("")
    if line.due is not None:
        key = "desks.queue.late" if line.is_overdue else "desks.queue.due"
        due = t(key, at=formats.moment(t, line.due, zone, today=today))
    urgent = line.urgency is not Urgency.NORMAL
    return t(
        "desks.queue.line",
        short=line.short,
        name=line.name,
        category=line.category_name.of(t.locale),
        status=t(f"desks.status.{line.status}"),
        urgency=t("desks.queue.urgency", urgency=t(f"desks.urgency.{line.urgency}"))
        if urgent
        else Html(""),
        who=t("desks.by", name=line.handler) if line.handler else Html(""),
        due=due,
    )


def _open(t: Translator, line: QueueLine) -> Button:
    words = t.plain("desks.queue.open", short=line.short, name=shortened(line.name, 8))
    return Button(words, data=Do(Act.CARD, line.task_id).pack())


def _switches(t: Translator, seen: Queue) -> tuple[Row, ...]:
    others = [
        Button(t.plain(f"desks.shelf.{one}", count=seen.counts[one]), data=ShowShelf(one, 0).pack())
        for one in Shelf
        if one is not seen.shelf
    ]
    if seen.has_more:
        following = ShowShelf(seen.shelf, seen.page + 1).pack()
        others.append(Button(t.plain("desks.queue.next"), data=following))
    return in_rows(others, 3)


def found(t: Translator, found: Found, *, now: datetime, zone: ZoneInfo) -> Screen:
    """What a search found, the newest first, a page at a time."""
    head = t.plural("desks.find.found", len(found.lines), words=found.words)
    return Screen(
        text=Html.lines(
            head if found.lines else t("desks.find.nothing", words=found.words),
            *(_line(t, line, now=now, zone=zone) for line in found.shown),
            None if found.is_all else t("desks.find.most", count=len(found.lines)),
        ),
        keyboard=(
            *in_rows([_open(t, line) for line in found.shown], 2),
            *_turns(t, found),
            back_row(t),
        ),
    )


def _turns(t: Translator, found: Found) -> tuple[Row, ...]:
    before = Button(t.plain("desks.queue.before"), data=TurnFound(found.page - 1).pack())
    after = Button(t.plain("desks.queue.next"), data=TurnFound(found.page + 1).pack())
    keys = (*((before,) if found.page else ()), *((after,) if found.has_more else ()))
    return (keys,) if keys else ()


def ask_words(t: Translator) -> Screen:
    """/find without words."""
    return Screen(text=t("desks.find.ask"), keyboard=(back_row(t),))
