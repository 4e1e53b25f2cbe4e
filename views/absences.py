"""O15: leave, who stands in, and handing everything over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.absences import Leave
from domain.screens import Button, Html, Row, Screen
from models import Person
from views import formats
from views.colleagues import person_name
from views.people import Go, back_row, go_button
from views.presses import StaffPress
from views.translations import Translator

#: So many colleagues fit on one screen, two in a row.
OFFERED = 8


@dataclass(frozen=True)
class TakeLeave(StaffPress):
    """Leave on these days, with that stand-in or none."""

    prefix: ClassVar[str] = "la"
    first: date
    last: date
    person_id: int | None = None


@dataclass(frozen=True)
class NameStandIn(StaffPress):
    """Somebody who leads says who stands in."""

    prefix: ClassVar[str] = "lb"
    absence_id: int
    person_id: int


@dataclass(frozen=True)
class DeclineStandIn(StaffPress):
    """我代不了."""

    prefix: ClassVar[str] = "lc"
    absence_id: int


@dataclass(frozen=True)
class CallOff(StaffPress):
    """Not taken after all, or back early."""

    prefix: ClassVar[str] = "ld"
    absence_id: int


@dataclass(frozen=True)
class AskHandOver(StaffPress):
    """移交: to whom does everything of that person go?"""

    prefix: ClassVar[str] = "le"
    person_id: int


@dataclass(frozen=True)
class ShowTeam(StaffPress):
    """Whose work can be handed over by who leads."""

    prefix: ClassVar[str] = "lg"


@dataclass(frozen=True)
class HandOver(StaffPress):
    """To a colleague, or (None) back to the queues; only the second, sure one does."""

    prefix: ClassVar[str] = "lf"
    person_id: int
    to_id: int | None
    sure: bool = False


@dataclass(frozen=True, slots=True)
class LeaveLine:
    """Leave as its reader sees it. `whose` and `stand_in` are names, None: the reader's own, or
    nobody; `stands_in`: the reader does. `may_arrange`: to call it off, or name somebody."""

    id: int
    leave: Leave
    whose: str | None
    stand_in: str | None
    stands_in: bool
    is_now: bool


def overview(
    t: Translator,
    lines: Sequence[LeaveLine],
    *,
    me: int,
    in_hand: int,
    leads: bool,
    today: date,
) -> Screen:
    """Leave that concerns the reader; how to file it; the way to handing over."""
    return Screen(
        text=Html.lines(
            t("absences.title"),
            *([_line(t, one, today) for one in lines] or [t("absences.none")]),
            t("absences.how"),
            t.plural("absences.in_hand", in_hand) if in_hand else None,
        ),
        keyboard=(
            *_own_rows(t, lines, today),
            *_hand_over_rows(t, me, in_hand, leads=leads),
            back_row(t),
        ),
    )


def _line(t: Translator, line: LeaveLine, today: date) -> Html:
    days = in_days(t, line.leave, today)
    if line.stands_in:
        return t("absences.line.you_stand_in", who=line.whose or "", days=days)
    who = line.whose or t.plain("absences.you")
    if line.stand_in is None:
        return t("absences.line.nobody", who=who, days=days)
    return t("absences.line.stand_in", who=who, days=days, name=line.stand_in)


def in_days(t: Translator, leave: Leave, today: date) -> str:
    """10月1日（周四）至10月7日（周三）."""
    first = formats.day(t, leave.first, today=today)
    if leave.first == leave.last:
        return first
    return t.plain("absences.days", first=first, last=formats.day(t, leave.last, today=today))


def _own_rows(t: Translator, lines: Sequence[LeaveLine], today: date) -> Iterator[Row]:
    for line in lines[:2]:
        if line.whose is None:
            day = formats.day(t, line.leave.first, today=today)
            words = t.plain("absences.button.call_off", day=day)
            if line.is_now:
                words = t.plain("absences.button.back_early")
            yield (Button(words, data=CallOff(line.id).pack()),)


def _hand_over_rows(t: Translator, me: int, in_hand: int, *, leads: bool) -> Iterator[Row]:
    if in_hand:
        yield (Button(t.plain("absences.button.hand_over"), data=AskHandOver(me).pack()),)
    if leads:
        yield (Button(t.plain("absences.button.team"), data=ShowTeam().pack()),)


def team(t: Translator, burdened: Sequence[tuple[Person, int]]) -> Screen:
    """Of whom the reader leads, those with open tasks, and how many; the most burdened first."""
    buttons = [
        Button(
            t.plain("absences.button.hand_over_of", name=person_name(t, person), count=count),
            data=AskHandOver(person.id).pack(),
        )
        for person, count in burdened[:OFFERED]
    ]
    return Screen(
        text=t("absences.team.title" if buttons else "absences.team.nobody"),
        keyboard=(*_pairs(buttons), back_row(t, _to_leave(t))),
    )


def choose_stand_in(
    t: Translator,
    leave: Leave,
    free: Sequence[Person],
    *,
    covers: Sequence[Person],
    in_hand: int,
    today: date,
) -> Screen:
    """Nothing is noted before somebody, or nobody, was chosen. `covers`: for whom the reader stands
    in on these days."""
    names = t.plain("absences.comma").join(one.name for one in covers)
    first, last = leave.first, leave.last
    buttons = [
        Button(person_name(t, one), data=TakeLeave(first, last, one.id).pack())
        for one in free[:OFFERED]
    ]
    nobody = Button(t.plain("absences.button.nobody"), data=TakeLeave(first, last).pack())
    return Screen(
        text=Html.lines(
            t("absences.choose.title", days=in_days(t, leave, today)),
            t.plural("absences.choose.in_hand", in_hand),
            t("absences.choose.covers", who=names) if covers else None,
            t("absences.choose.means"),
        ),
        keyboard=(*_pairs(buttons), (nobody,), back_row(t, _to_leave(t))),
    )


def _pairs(buttons: Sequence[Button]) -> Iterator[Row]:
    for place in range(0, len(buttons), 2):
        yield tuple(buttons[place : place + 2])


def filed(
    t: Translator, absence_id: int, leave: Leave, stand_in: str | None, *, today: date
) -> Screen:
    """Noted; who was told."""
    told = t("absences.filed.told", name=stand_in) if stand_in else t("absences.filed.asked")
    off = Button(
        t.plain("absences.button.call_off", day=formats.day(t, leave.first, today=today)),
        data=CallOff(absence_id).pack(),
    )
    return Screen(
        text=Html.lines(t("absences.filed.title", days=in_days(t, leave, today)), told),
        keyboard=((off,), back_row(t, _to_leave(t))),
    )


def called_off(t: Translator, leave: Leave, *, today: date) -> Screen:
    """Everything is as before."""
    return Screen(
        text=t("absences.called_off", days=in_days(t, leave, today)),
        keyboard=(back_row(t, _to_leave(t)),),
    )


def unread(t: Translator, problem: str) -> Screen:
    """Words in which no days can be read; problem: unread, no_such_day."""
    return Screen(
        text=Html.lines(t(f"absences.problem.{problem}"), t("absences.how")),
        keyboard=(back_row(t, _to_leave(t)),),
    )


# What others hear


def asked_to_stand_in(
    t: Translator, absence_id: int, whose: str, leave: Leave, *, in_hand: int, today: date
) -> Screen:
    """To the stand-in: for whom, when, and what it means."""
    no = Button(t.plain("absences.button.cannot"), data=DeclineStandIn(absence_id).pack())
    return Screen(
        text=Html.lines(
            t("absences.asked.title", who=whose, days=in_days(t, leave, today)),
            t.plural("absences.asked.in_hand", in_hand),
        ),
        keyboard=((go_button(t, "mine"), no),),
    )


def begins(t: Translator, whose: str, leave: Leave, *, in_hand: int, today: date) -> Screen:
    """To the stand-in, on the first morning."""
    return Screen(
        text=t.plural(
            "absences.begins", in_hand, who=whose, last=formats.day(t, leave.last, today=today)
        ),
        keyboard=((go_button(t, "mine"),),),
    )


def wanted(
    t: Translator,
    absence_id: int,
    whose: str,
    leave: Leave,
    free: Sequence[Person],
    *,
    in_hand: int,
    today: date,
) -> Screen:
    """To who leads: nobody stands in yet."""
    buttons = [
        Button(person_name(t, one), data=NameStandIn(absence_id, one.id).pack())
        for one in free[:OFFERED]
    ]
    return Screen(
        text=Html.lines(
            t("absences.wanted.title", who=whose, days=in_days(t, leave, today)),
            t.plural("absences.choose.in_hand", in_hand),
            t("absences.wanted.choose" if buttons else "absences.wanted.nobody"),
        ),
        keyboard=(*_pairs(buttons),),
    )


def named(t: Translator, whose: str, name: str, leave: Leave, *, today: date) -> Screen:
    """Who leads has chosen."""
    days = in_days(t, leave, today)
    return Screen(
        text=t("absences.named", who=whose, days=days, name=name),
        keyboard=(back_row(t, _to_leave(t)),),
    )


def declined(t: Translator, name: str, leave: Leave, *, today: date) -> Screen:
    """To who is away: the stand-in cannot."""
    return Screen(
        text=t("absences.declined", name=name, days=in_days(t, leave, today)),
        keyboard=((_to_leave(t),),),
    )


def thanks_anyway(t: Translator) -> Screen:
    """To the stand-in who cannot."""
    return Screen(text=t("absences.cannot"), keyboard=(back_row(t),))


def over(t: Translator, whose: str | None, *, in_hand: int) -> Screen:
    """To both: it ended. `whose` None: the reader is back."""
    if whose is not None:
        return Screen(text=t("absences.over.stand_in", who=whose), keyboard=(back_row(t),))
    return Screen(text=t.plural("absences.over.back", in_hand), keyboard=((go_button(t, "mine"),),))


def not_needed(t: Translator, whose: str, leave: Leave, *, today: date) -> Screen:
    """To the stand-in: the leave is not taken."""
    return Screen(text=t("absences.not_needed", who=whose, days=in_days(t, leave, today)))


# Handing over


def ask_hand_over(
    t: Translator, person: Person, others: Sequence[Person], *, is_self: bool, in_hand: int
) -> Screen:
    """To whom does everything go?"""
    who = t.plain("absences.you") if is_self else person_name(t, person)
    buttons = [
        Button(person_name(t, one), data=HandOver(person.id, one.id).pack())
        for one in others[:OFFERED]
    ]
    queue = Button(t.plain("absences.button.to_queue"), data=HandOver(person.id, None).pack())
    return Screen(
        text=Html.lines(
            t.plural("absences.hand_over.title", in_hand, who=who), t("absences.hand_over.means")
        ),
        keyboard=(*_pairs(buttons), (queue,), back_row(t, _to_leave(t))),
    )


def confirm_hand_over(
    t: Translator, person: Person, to: Person | None, *, is_self: bool, in_hand: int
) -> Screen:
    """Once more, as companies are told."""
    who = t.plain("absences.you") if is_self else person_name(t, person)
    press = HandOver(person.id, to.id if to else None, sure=True)
    return Screen(
        text=t.plural("absences.hand_over.confirm", in_hand, who=who, name=person_name(t, to))
        if to is not None
        else t.plural("absences.hand_over.confirm_queue", in_hand, who=who),
        keyboard=(
            (Button(t.plain("absences.button.sure"), data=press.pack()),),
            back_row(t, _to_leave(t)),
        ),
    )


def handed_over(t: Translator, given: int, returned: int, name: str | None) -> Screen:
    """What became of it."""
    return Screen(
        text=Html.lines(
            t.plural("absences.handed.given", given, name=name) if given and name else None,
            t.plural("absences.handed.returned", returned) if returned else None,
            t("absences.handed.nothing") if not given and not returned else None,
        ),
        keyboard=(back_row(t, _to_leave(t)),),
    )


def received(t: Translator, whose: str, numbers: Sequence[str]) -> Screen:
    """To the colleague: what came."""
    return Screen(
        text=t.plural("absences.received", len(numbers), who=whose, numbers=_numbers(t, numbers)),
        keyboard=((go_button(t, "mine"),),),
    )


def returned(t: Translator, whose: str, numbers: Sequence[str]) -> Screen:
    """To who leads: what is in the queue again."""
    return Screen(
        text=t.plural("absences.returned", len(numbers), who=whose, numbers=_numbers(t, numbers)),
        keyboard=((go_button(t, "queue"),),),
    )


def _numbers(t: Translator, numbers: Sequence[str]) -> str:
    shown = t.plain("absences.comma").join(one.rpartition("-")[2] for one in numbers[:OFFERED])
    return shown if len(numbers) <= OFFERED else t.plain("absences.and_more", shown=shown)


def _to_leave(t: Translator) -> Button:
    return Button(t.plain("absences.button.leave"), data=Go("leave").pack())
