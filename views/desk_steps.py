"""O3–O11: what an officer is asked while taking a step, and what is said when it is taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from zoneinfo import ZoneInfo

from domain.catalogue import DepartmentInfo
from domain.moments import ChoiceCode, QuickChoice
from domain.screens import Button, Html, Row, Screen
from domain.tickets import Category, Outcome, Urgency
from models import Message, Person, TicketEvent
from models.messages import Direction
from views import formats
from views.desks import Act, Do, do_button, in_rows
from views.presses import Press
from views.translations import Translator

_PER_PAGE = 12
_LINES = 12
_QUOTED = 300
ASK_DAYS = (3, 5, 10)


class Purpose(StrEnum):
    """What words that were written are for."""

    REPLY = "r"
    QUESTION = "a"
    ANSWER = "o"
    EXTENSION = "e"


class Template(StrEnum):
    """Prepared words; what they say is wording."""

    WORKING = "working"
    PHONE = "phone"
    DOCUMENTS = "documents"
    DETAILS = "details"
    PHOTOS = "photos"


_TEMPLATES = {
    Purpose.REPLY: (Template.WORKING, Template.PHONE),
    Purpose.QUESTION: (Template.DOCUMENTS, Template.DETAILS, Template.PHOTOS),
    Purpose.ANSWER: (),
    Purpose.EXTENSION: (),
}


@dataclass(frozen=True)
class UseTemplate(Press):
    """Take prepared words instead of writing."""

    prefix: ClassVar[str] = "de"
    task_id: int
    purpose: Purpose
    template: Template


@dataclass(frozen=True)
class Send(Press):
    """Send what was previewed, and nothing newer; `days` is the time to answer a question."""

    prefix: ClassVar[str] = "ds"
    task_id: int
    message_id: int
    purpose: Purpose
    days: int | None = None


@dataclass(frozen=True)
class KeepAsNote(Press):
    """Keep what was previewed inside."""

    prefix: ClassVar[str] = "dn"
    task_id: int


@dataclass(frozen=True)
class Drop(Press):
    """Leave the open form."""

    prefix: ClassVar[str] = "dx"
    task_id: int


@dataclass(frozen=True)
class TakeBack(Press):
    """Hold back words that were to be sent within the minute."""

    prefix: ClassVar[str] = "db"
    task_id: int
    message_id: int


@dataclass(frozen=True)
class ReplyWith(Press):
    """An answer to a copied message: `out` sends it to the company, else it stays a note."""

    prefix: ClassVar[str] = "dw"
    task_id: int
    message_id: int
    out: bool


@dataclass(frozen=True)
class FollowAt(Press):
    """One of the quick moments."""

    prefix: ClassVar[str] = "df"
    task_id: int
    code: ChoiceCode


@dataclass(frozen=True)
class FollowYes(Press):
    """The moment was read rightly."""

    prefix: ClassVar[str] = "dy"
    task_id: int


@dataclass(frozen=True)
class Departments(Press):
    """A page of departments to hand a task to."""

    prefix: ClassVar[str] = "dd"
    task_id: int
    page: int
    as_co: bool


@dataclass(frozen=True)
class RouteTo(Press):
    """Hand it over, or (`as_co`) bring a department in beside the lead."""

    prefix: ClassVar[str] = "dt"
    task_id: int
    department: str
    as_co: bool


@dataclass(frozen=True)
class SetUrgency(Press):
    """This urgency."""

    prefix: ClassVar[str] = "dg"
    task_id: int
    urgency: Urgency


@dataclass(frozen=True)
class SetCategory(Press):
    """This category."""

    prefix: ClassVar[str] = "dc"
    task_id: int
    category: Category


@dataclass(frozen=True)
class Called(Press):
    """已电话联系, reached or not."""

    prefix: ClassVar[str] = "dl"
    task_id: int
    reached: bool


@dataclass(frozen=True)
class ResolveAs(Press):
    """The outcome; the answer's words come next."""

    prefix: ClassVar[str] = "do"
    task_id: int
    outcome: Outcome


@dataclass(frozen=True)
class ResolveNow(Press):
    """Resolve with what was said to the company already."""

    prefix: ClassVar[str] = "dq"
    task_id: int


@dataclass(frozen=True)
class ExtendBy(Press):
    """So many working days more; the reason comes next."""

    prefix: ClassVar[str] = "di"
    task_id: int
    days: int


@dataclass(frozen=True)
class Grant(Press):
    """A head grants so many working days."""

    prefix: ClassVar[str] = "dk"
    task_id: int
    days: int


@dataclass(frozen=True)
class RefuseExtension(Press):
    """A head leaves the due time as it is."""

    prefix: ClassVar[str] = "dr"
    task_id: int


@dataclass(frozen=True)
class ReassignTo(Press):
    """This officer."""

    prefix: ClassVar[str] = "dj"
    task_id: int
    person_id: int


@dataclass(frozen=True)
class SendFiles(Press):
    """Send the company's files of a ticket to this chat."""

    prefix: ClassVar[str] = "dv"
    task_id: int


def _drop(t: Translator, task_id: int) -> Button:
    return Button(t.plain("desks.button.cancel"), data=Drop(task_id).pack())


def words_please(t: Translator, task_id: int) -> Screen:
    """A sticker, a dice or a poll cannot be sent on; the form stays open."""
    return Screen(text=t("messages.unknown.words_please"), keyboard=((_drop(t, task_id),),))


def _card(t: Translator, task_id: int) -> Button:
    return do_button(t, Act.CARD, task_id)


# Claiming


def claimed(t: Translator, task_id: int, number: str, name: str, at: str) -> Screen:
    """O3: who took it; the company hears of it after a minute."""
    return Screen(
        text=t("desks.claimed.line", number=number, name=name, at=at),
        keyboard=(
            (do_button(t, Act.REPLY, task_id), do_button(t, Act.RELEASE, task_id)),
            (_card(t, task_id),),
        ),
        quiet=True,
    )


def said(t: Translator, line: Html, task_id: int) -> Screen:
    """One line that a step was taken, with the way to the card."""
    return Screen(text=line, keyboard=((_card(t, task_id),),))


# Words to the company


def write(t: Translator, task_id: int, number: str, purpose: Purpose) -> Screen:
    """O4, O5, O9: write the words, or take a template."""
    templates = [
        Button(
            t.plain(f"desks.template_name.{template}"),
            data=UseTemplate(task_id, purpose, template).pack(),
        )
        for template in _TEMPLATES[purpose]
    ]
    return Screen(
        text=t(f"desks.write.{purpose.name.lower()}", number=number),
        keyboard=(*in_rows(templates, 2), (_drop(t, task_id),)),
    )


def template_words(t: Translator, template: Template, days: str) -> str:
    """The words of a template, plain; `days` is when more is said."""
    return t.plain(f"desks.template.{template}", day=days)


def preview(
    t: Translator,
    task_id: int,
    message_id: int,
    purpose: Purpose,
    text: str,
    *,
    files: int,
    number: str,
) -> Screen:
    """What will go out, exactly as written; nothing has gone yet."""
    quoted = t("desks.quote", text=text) if text else None
    return Screen(
        text=Html.lines(
            t(f"desks.preview.{purpose.name.lower()}", number=number),
            quoted,
            t.plural("desks.preview.files", files) if files else None,
        ),
        keyboard=_preview_keys(t, task_id, message_id, purpose),
    )


def _preview_keys(
    t: Translator, task_id: int, message_id: int, purpose: Purpose
) -> tuple[Row, ...]:
    note = Button(t.plain("desks.button.as_note"), data=KeepAsNote(task_id).pack())
    if purpose is Purpose.QUESTION:
        days = tuple(
            Button(
                t.plain("desks.button.ask_days", days=count),
                data=Send(task_id, message_id, purpose, count).pack(),
            )
            for count in ASK_DAYS
        )
        return (days, (note, _drop(t, task_id)))
    words = "desks.button.submit" if purpose is Purpose.ANSWER else "desks.button.send"
    send = Button(t.plain(words), data=Send(task_id, message_id, purpose).pack())
    return ((send,), (note, _drop(t, task_id)))


def will_be_sent(t: Translator, task_id: int, message_id: int, *, number: str, at: str) -> Screen:
    """It waits for a minute, so that it can be taken back."""
    key = Button(t.plain("desks.button.take_back"), data=TakeBack(task_id, message_id).pack())
    return Screen(
        text=t("desks.sent.waits", number=number, at=at), keyboard=((key, _card(t, task_id)),)
    )


def ask_for_whom(t: Translator, task_id: int, message_id: int) -> Screen:
    """After a reply to a copied message, which is kept inside until somebody says otherwise."""

    def key(words: str, *, out: bool) -> Button:
        return Button(t.plain(words), data=ReplyWith(task_id, message_id, out).pack())

    return Screen(
        text=t("desks.for_whom"),
        keyboard=(
            (
                key("desks.button.to_company", out=True),
                key("desks.button.only_note", out=False),
            ),
        ),
        quiet=True,
    )


# Follow-up


def choose_follow_up(
    t: Translator,
    task_id: int,
    number: str,
    choices: Sequence[QuickChoice],
    *,
    zone: ZoneInfo,
    problem: Html | None = None,
) -> Screen:
    """O6: quick moments, or words; `problem` says why the last words were not taken."""
    keys = [
        Button(_choice(t, choice, zone), data=FollowAt(task_id, choice.code).pack())
        for choice in choices
    ]
    return Screen(
        text=Html.lines(problem, t("desks.follow_up.ask", number=number)),
        keyboard=(*in_rows(keys, 2), (_drop(t, task_id),)),
    )


def _choice(t: Translator, choice: QuickChoice, zone: ZoneInfo) -> str:
    if choice.moved:
        return formats.moment(t, choice.at, zone)
    return t.plain(f"desks.choice.{choice.code}")


def confirm_follow_up(
    t: Translator, task_id: int, at: datetime, *, zone: ZoneInfo, outside: bool, what: str
) -> Screen:
    """The moment as it was read: 对 or 改."""
    return Screen(
        text=Html.lines(
            t("desks.follow_up.echo", at=formats.moment(t, at, zone)),
            t("desks.quote", text=what) if what else None,
            t("desks.follow_up.outside") if outside else None,
        ),
        keyboard=(
            (
                Button(t.plain("desks.button.right"), data=FollowYes(task_id).pack()),
                Button(t.plain("desks.button.change"), data=Do(Act.FOLLOW_UP, task_id).pack()),
            ),
            (_drop(t, task_id),),
        ),
    )


# What it is about, and whose it is


def choose_department(
    t: Translator,
    task_id: int,
    number: str,
    departments: Sequence[DepartmentInfo],
    *,
    page: int,
    as_co: bool,
) -> Screen:
    """O10: hand it over as a whole, or bring somebody in."""
    shown = departments[page * _PER_PAGE : (page + 1) * _PER_PAGE]
    keys = [
        Button(one.short.of(t.locale), data=RouteTo(task_id, one.key, as_co).pack())
        for one in shown
    ]
    other = "desks.button.hand_over" if as_co else "desks.button.bring_in"
    rows: list[Row] = [*in_rows(keys, 3)]
    switch = Button(t.plain(other), data=Departments(task_id, 0, not as_co).pack())
    last_page = (len(departments) - 1) // _PER_PAGE
    if last_page:
        following = 0 if page == last_page else page + 1
        turn = Button(
            t.plain("desks.button.more_departments"),
            data=Departments(task_id, following, as_co).pack(),
        )
        rows.append((switch, turn))
    else:
        rows.append((switch,))
    kind = "co" if as_co else "whole"
    return Screen(
        text=t(f"desks.route.{kind}", number=number), keyboard=(*rows, (_drop(t, task_id),))
    )


def choose_urgency(t: Translator, task_id: int, number: str, now: Urgency) -> Screen:
    """Another urgency; the one it has is named."""
    keys = tuple(
        Button(t.plain(f"desks.urgency.{one}"), data=SetUrgency(task_id, one).pack())
        for one in Urgency
        if one is not now
    )
    return Screen(
        text=t("desks.urgency_ask", number=number, urgency=t(f"desks.urgency.{now}")),
        keyboard=(keys, (_drop(t, task_id),)),
    )


def choose_category(
    t: Translator, task_id: int, number: str, categories: Sequence[Category]
) -> Screen:
    """Another category, by its short name; while nobody took it, the department follows."""
    keys = [
        Button(
            t.plain(f"tickets.category_short.{category}"),
            data=SetCategory(task_id, category).pack(),
        )
        for category in categories
    ]
    return Screen(
        text=t("desks.category_ask", number=number),
        keyboard=(*in_rows(keys, 3), (_drop(t, task_id),)),
    )


def choose_handler(t: Translator, task_id: int, number: str, staff: Sequence[Person]) -> Screen:
    """H1: whom to name."""
    keys = [
        Button(person.name[:24], data=ReassignTo(task_id, person.id).pack()) for person in staff
    ]
    text = "desks.reassign.ask" if staff else "desks.reassign.nobody"
    return Screen(
        text=t(text, number=number), keyboard=(*in_rows(keys[:10], 2), (_drop(t, task_id),))
    )


def ask_called(t: Translator, task_id: int, number: str) -> Screen:
    """已电话联系: was somebody reached?"""
    return Screen(
        text=t("desks.call.ask", number=number),
        keyboard=(
            (
                Button(t.plain("desks.call.reached"), data=Called(task_id, reached=True).pack()),
                Button(t.plain("desks.call.missed"), data=Called(task_id, reached=False).pack()),
            ),
            (_drop(t, task_id),),
        ),
    )


def choose_days(t: Translator, task_id: int, number: str) -> Screen:
    """O8: how much longer."""
    keys = tuple(
        Button(t.plain("desks.button.more_days", days=days), data=ExtendBy(task_id, days).pack())
        for days in ASK_DAYS
    )
    return Screen(text=t("desks.extend.ask", number=number), keyboard=(keys, (_drop(t, task_id),)))


def write_reason(t: Translator, task_id: int, number: str, days: int) -> Screen:
    """O8: a reason is required."""
    return Screen(
        text=t("desks.extend.reason", number=number, days=days),
        keyboard=((_drop(t, task_id),),),
    )


def decide_extension(
    t: Translator, task_id: int, number: str, days: int, at: str, *, reason: str, is_late: bool
) -> Screen:
    """H2: grant it, grant other days, or refuse; possible even after the due time."""

    def grant(count: int) -> Button:
        words = t.plain("desks.button.grant", days=count)
        return Button(words, data=Grant(task_id, count).pack())

    return Screen(
        text=Html.lines(
            t("desks.notice.extension_asked", number=number, days=days, at=at),
            t("desks.quote", text=reason),
            t("desks.notice.extension_late") if is_late else None,
        ),
        keyboard=(
            (grant(days),),
            tuple(grant(other) for other in ASK_DAYS if other != days),
            (
                Button(t.plain("desks.button.refuse"), data=RefuseExtension(task_id).pack()),
                _card(t, task_id),
            ),
        ),
    )


# Resolving


def choose_outcome(t: Translator, task_id: int, number: str) -> Screen:
    """O9: how it ended. What the company does itself (withdrawing) is not offered here."""
    keys = [
        Button(t.plain(f"desks.outcome.{one}"), data=ResolveAs(task_id, one).pack())
        for one in Outcome
    ]
    return Screen(
        text=t("desks.resolve.ask", number=number),
        keyboard=(*in_rows(keys, 2), (_drop(t, task_id),)),
    )


def write_answer(
    t: Translator, task_id: int, number: str, outcome: Outcome, *, was_heard: bool
) -> Screen:
    """The words of the answer; without new ones only when the company was told before."""
    now = Button(t.plain("desks.button.resolve_now"), data=ResolveNow(task_id).pack())
    return Screen(
        text=Html.lines(
            t("desks.resolve.write", number=number, outcome=t(f"desks.outcome.{outcome}")),
            None if was_heard else t("desks.resolve.not_heard"),
        ),
        keyboard=(*(((now,),) if was_heard else ()), (_drop(t, task_id),)),
    )


# Looking back


def history(
    t: Translator,
    task_id: int,
    number: str,
    events: Sequence[tuple[TicketEvent, str | None]],
    *,
    zone: ZoneInfo,
) -> Screen:
    """The newest lines of the history, the oldest of them first."""
    lines = [
        t(
            "desks.history.line",
            at=formats.moment(t, event.at, zone),
            step=t(f"desks.step.{event.step}"),
            who=t("desks.by", name=who) if who else Html(""),
        )
        for event, who in events[-_LINES:]
    ]
    return Screen(
        text=Html.lines(t("desks.history.title", number=number), *lines),
        keyboard=((_card(t, task_id),),),
    )


def talk(
    t: Translator,
    task_id: int,
    number: str,
    messages: Sequence[tuple[Message, str]],
    *,
    zone: ZoneInfo,
) -> Screen:
    """看往来: the newest messages of both sides and the office's notes."""
    lines = [
        t(
            f"desks.talk.{message.direction}",
            at=formats.moment(t, message.at, zone),
            name=name,
            text=_cut(message.text) or t.plain("desks.talk.file"),
        )
        for message, name in messages[-_LINES:]
    ]
    has_files = any(m.attachments and m.direction is Direction.IN for m, _ in messages)
    files = Button(t.plain("desks.button.files"), data=SendFiles(task_id).pack())
    return Screen(
        text=Html.lines(t("desks.talk.title", number=number), *lines),
        keyboard=((*((files,) if has_files else ()), _card(t, task_id)),),
    )


def _cut(text: str) -> str:
    return text if len(text) <= _QUOTED else text[:_QUOTED] + "…"


def hint(t: Translator) -> Screen:
    """The first note in a desk: it stays inside."""
    return Screen(text=t("desks.note_hint"), quiet=True)


def stranger(t: Translator) -> Screen:
    """Somebody without a role wrote at a desk: nothing of it was kept."""
    return Screen(text=t("desks.stranger"), quiet=True)
