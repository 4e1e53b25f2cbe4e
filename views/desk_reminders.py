"""What the office is reminded of; line 1 stands on a lock screen and names no company."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar
from zoneinfo import ZoneInfo

from domain.deadlines import Clock
from domain.reminders import Reminder
from domain.screens import Button, Html, Row, Screen
from views import formats
from views.desks import Act, Do, days_left, do_button
from views.presses import DeskPress
from views.translations import Translator


@dataclass(frozen=True)
class Nudge(DeskPress):
    """催办, by a head."""

    prefix: ClassVar[str] = "d1"
    task_id: int


@dataclass(frozen=True)
class TakeOver(DeskPress):
    """我来办, by a head."""

    prefix: ClassVar[str] = "d2"
    task_id: int


@dataclass(frozen=True)
class NotOurs(DeskPress):
    """非本部门: hand it back while that is open, else hand it over."""

    prefix: ClassVar[str] = "d0"
    task_id: int


def reminder(t: Translator, told: Sequence[Reminder], *, zone: ZoneInfo, today: date) -> Screen:
    """S12: what there is to act on in one task, the most pressing first, with its one-tap answers;
    a head reads who handles it."""
    return Screen(
        text=Html.lines(*(_line(t, one, zone=zone, today=today) for one in told)),
        keyboard=_clock_keys(t, told[0]) if told[0].clock else _keys(t, told[0]),
    )


def _line(t: Translator, one: Reminder, *, zone: ZoneInfo, today: date) -> Html:
    at = formats.moment(t, one.at, zone, today=today)
    return _planned(t, one, at) if one.clock is None else _clock(t, one, one.clock, at)


def _clock(t: Translator, one: Reminder, clock: Clock, at: str) -> Html:
    if clock is Clock.ACCEPT:
        return t("desks.notice.unclaimed", number=one.number, at=at)
    facts = {"number": one.number, "clock": t(f"desks.clock.{clock}"), "at": at}
    if not one.is_late:
        return t("desks.notice.due_soon", left=days_left(t, one.left), **facts)
    if not one.to_head:
        return t("desks.notice.overdue", **facts)
    name = one.handler or t.plain("desks.notice.nobody")
    return t("desks.notice.overdue_head", name=name, **facts)


def _planned(t: Translator, one: Reminder, at: str) -> Html:
    kind = "no_answer" if one.waited else "follow_up"
    return Html.lines(
        t(f"desks.notice.{kind}", number=one.number),
        t("reminders.missed", at=at) if one.was_missed else None,
        t("desks.quote", text=one.words) if one.words else None,
    )


def _clock_keys(t: Translator, one: Reminder) -> tuple[Row, ...]:
    if one.to_head:
        return _head_keys(t, one)
    if one.handler is None and not one.may_claim:  # the duty desk has to say whose it is
        return ((_card(t, one),),)
    if one.handler is None:
        return ((do_button(t, Act.CLAIM, one.task_id), _not_ours(t, one)), (_card(t, one),))
    return _keys(t, one)


def _head_keys(t: Translator, one: Reminder) -> tuple[Row, ...]:
    """H1: 催办 needs somebody who has it."""
    nudge = Button(t.plain("reminders.key.nudge"), data=Nudge(one.task_id).pack())
    mine = Button(t.plain("reminders.key.mine"), data=TakeOver(one.task_id).pack())
    assign = _key(t, "assign", Act.REASSIGN, one)
    first = (nudge, assign) if one.handler is not None else (assign,)
    return (first, (mine, _card(t, one)))


def _keys(t: Translator, one: Reminder) -> tuple[Row, ...]:
    """One tap answers; 已办结 opens the answer, it never closes by itself."""
    is_news = one.clock in {Clock.CONTACT, Clock.INTERIM}
    ends = do_button(t, Act.REPLY, one.task_id) if is_news else _key(t, "done", Act.RESOLVE, one)
    later = _key(t, "extend", Act.EXTEND, one) if one.may_extend and not is_news else None
    later = do_button(t, Act.CALL, one.task_id) if is_news else later
    snooze = do_button(t, Act.SNOOZE, one.task_id)
    return (
        (do_button(t, Act.AT_WORK, one.task_id), ends, _not_ours(t, one)),
        (later, snooze) if later else (snooze,),
        (_card(t, one),),
    )


def _key(t: Translator, name: str, act: Act, one: Reminder) -> Button:
    """A step of the card under the word that answers a reminder."""
    return Button(t.plain(f"reminders.key.{name}"), data=Do(act, one.task_id).pack())


def _not_ours(t: Translator, one: Reminder) -> Button:
    return Button(t.plain("reminders.key.not_ours"), data=NotOurs(one.task_id).pack())


def _card(t: Translator, one: Reminder) -> Button:
    return do_button(t, Act.CARD, one.task_id)


def told(t: Translator, task_id: int, number: str, kind: str) -> Screen:
    """One line: assigned, urged, unsolved, reopened."""
    return Screen(
        text=t(f"desks.notice.{kind}", number=number),
        keyboard=((do_button(t, Act.CARD, task_id),),),
    )


def extension(t: Translator, task_id: int, number: str, kind: str, days: int | None) -> Screen:
    """What the head decided; kind: extension_granted, extension_refused."""
    facts = {"number": number} | ({"days": days} if days is not None else {})
    return Screen(
        text=t(f"desks.notice.{kind}", **facts), keyboard=((do_button(t, Act.CARD, task_id),),)
    )


def unowned(t: Translator, number: str) -> Screen:
    """To an administrator: nobody can receive it."""
    return Screen(text=t("desks.notice.unowned", number=number))


def undelivered(
    t: Translator, task_id: int, number: str, contact: tuple[str, str] | None
) -> Screen:
    """The company cannot be reached here: phone, with the number it gave."""
    phone = t("desks.notice.phone", name=contact[0], phone=contact[1]) if contact else None
    return Screen(
        text=Html.lines(t("desks.notice.undelivered", number=number), phone),
        keyboard=((do_button(t, Act.CALL, task_id), do_button(t, Act.CARD, task_id)),),
    )


def calling(t: Translator, screen: Screen, persons: Sequence[tuple[int, str]]) -> Screen:
    """The same in a group, with the names of those it is for: telegram ids and names."""
    if not persons:
        return screen
    names = [
        Html(f'<a href="tg://user?id={number}">{Html.safe(name)}</a>') for number, name in persons
    ]
    mention = Html(t.plain("desks.comma").join(names))
    return replace(screen, text=Html(t("desks.notice.mention", mention=mention) + screen.text))
