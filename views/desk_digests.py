"""S15, one message for everything an officer has to act on; line 1 names no company."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from domain.deadlines import Clock
from domain.desks import Shelf
from domain.reminders import Matter, Reminder
from domain.screens import Button, Html, Row, Screen
from domain.visible import shortened
from views import formats
from views.desks import days_left, in_rows
from views.presses import DeskPress
from views.queues import ShowShelf
from views.translations import Translator

#: So many things are told; the others are a tap away.
_TOLD = 8
_KEYS = 6
_SHOWN_WORDS = 30
_NOON = 12


@dataclass(frozen=True)
class OpenCard(DeskPress):
    """The card of one ticket as a message of its own, so that the digest stays."""

    prefix: ClassVar[str] = "da"
    task_id: int


@dataclass(frozen=True)
class Quiet(DeskPress):
    """上午不提醒; `wanted` False takes it back."""

    prefix: ClassVar[str] = "dh"
    wanted: bool


def digest(
    t: Translator,
    told: Sequence[Reminder],
    *,
    zone: ZoneInfo,
    now: datetime,
    every: int,
    fine: int,
) -> Screen:
    """What must be acted on, in the order given. `every` is the number of the person's tickets,
    `fine` of those that need nothing today."""
    shown, hidden = told[:_TOLD], told[_TOLD:]
    text = Html.lines(
        _title(t, told, zone=zone, now=now),
        *(_line(t, one, zone=zone, now=now) for one in shown),
        t.plural("reminders.digest.hidden", len(hidden)) if hidden else None,
        t.plural("reminders.digest.fine", fine) if fine else None,
    )
    return Screen(text=text, keyboard=_keyboard(t, told, every=every, zone=zone, now=now))


def _title(t: Translator, told: Sequence[Reminder], *, zone: ZoneInfo, now: datetime) -> Html:
    late = len({one.ticket_id for one in told if one.is_late})
    others = len({one.ticket_id for one in told} - {one.ticket_id for one in told if one.is_late})
    parts = [
        t.plural("reminders.digest.act", others) if others else None,
        t.plural("reminders.digest.late", late) if late else None,
    ]
    counted = t.plain("reminders.digest.comma").join(part for part in parts if part)
    day = formats.day(t, now.astimezone(zone).date())
    return t("reminders.digest.title", day=day, counted=Html(counted))


def _line(t: Translator, one: Reminder, *, zone: ZoneInfo, now: datetime) -> Html:
    today = now.astimezone(zone).date()
    moment = formats.moment(t, one.at, zone, today=today)
    clock = t(f"desks.clock.{one.clock}") if one.clock else Html("")
    who = (
        t("reminders.digest.handler", name=one.handler) if one.to_head and one.handler else Html("")
    )
    facts = {"short": one.short, "clock": clock, "at": moment, "who": who}
    match one.matter:
        case Matter.LATE:
            key = "unclaimed" if one.clock is Clock.ACCEPT else "overdue"
            return t(f"reminders.digest.{key}", **facts)
        case Matter.TODAY:
            at = f"{one.at.astimezone(zone):%H:%M}"
            return t("reminders.digest.today", **{**facts, "at": at})
        case Matter.SOON:
            return t("reminders.digest.soon", left=days_left(t, one.left), **facts)
        case Matter.FOLLOW_UP:
            return _planned(t, one, moment)


def _planned(t: Translator, one: Reminder, moment: str) -> Html:
    words = one.words.replace("\n", " ")
    cut = shortened(words, _SHOWN_WORDS, "…")
    about = t("reminders.digest.about", text=cut) if cut else Html("")
    key = "no_answer" if one.waited else "follow_up"
    return t(f"reminders.digest.{key}", short=one.short, at=moment, about=about)


def _keyboard(
    t: Translator, told: Sequence[Reminder], *, every: int, zone: ZoneInfo, now: datetime
) -> tuple[Row, ...]:
    firsts = {one.task_id: one for one in reversed(told)}
    keys = [_open(t, firsts[id_]) for id_ in dict.fromkeys(one.task_id for one in told)]
    shelf = Shelf.OVERDUE if all(one.to_head for one in told) else Shelf.MINE
    is_morning = now.astimezone(zone).hour < _NOON
    quiet = "reminders.digest.quiet_am" if is_morning else "reminders.digest.quiet_pm"
    last = (
        Button(t.plain("reminders.digest.all", count=every), data=ShowShelf(shelf, 0).pack()),
        Button(t.plain(quiet), data=Quiet(wanted=True).pack()),
    )
    return (*in_rows(keys[:_KEYS], 2), last)


def _open(t: Translator, one: Reminder) -> Button:
    key = "look" if one.matter is Matter.FOLLOW_UP else "handle"
    return Button(
        t.plain(f"reminders.digest.{key}", short=one.short), data=OpenCard(one.task_id).pack()
    )


def be_quiet(t: Translator, until: datetime, *, zone: ZoneInfo) -> Screen:
    """From now on nothing, until the next digest; urgent tickets excepted."""
    back = Button(t.plain("reminders.digest.loud"), data=Quiet(wanted=False).pack())
    at = formats.moment(t, until, zone)
    return Screen(text=t("reminders.digest.quiet", at=at), keyboard=((back,),))


def loud(t: Translator) -> Screen:
    """Reminders come again."""
    return Screen(text=t("reminders.digest.loud_again"))
