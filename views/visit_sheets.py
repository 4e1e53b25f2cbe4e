"""O14, the sheet of one visit: met whom, problems found, promises, what it came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from domain.moments import ChoiceCode, QuickChoice
from domain.screens import Button, Html, Row, Screen
from domain.visits import OFFERED, VisitOutcome, VisitSheet
from views import formats
from views.people import back_row, company_name, go_button
from views.presses import Press, StaffPress
from views.translations import Translator


@dataclass(frozen=True)
class ShowVisit(StaffPress):
    """The sheet."""

    prefix: ClassVar[str] = "vs"
    visit_id: int


@dataclass(frozen=True)
class WriteMet(StaffPress):
    """见了谁."""

    prefix: ClassVar[str] = "vm"
    visit_id: int


@dataclass(frozen=True)
class WriteFinding(StaffPress):
    """发现问题: it becomes a ticket."""

    prefix: ClassVar[str] = "vf"
    visit_id: int


@dataclass(frozen=True)
class WritePromise(StaffPress):
    """承诺事项: it is brought to mind at a moment."""

    prefix: ClassVar[str] = "vp"
    visit_id: int


@dataclass(frozen=True)
class PromiseAt(StaffPress):
    """One of the quick moments."""

    prefix: ClassVar[str] = "va"
    visit_id: int
    code: ChoiceCode


@dataclass(frozen=True)
class PromiseYes(StaffPress):
    """The moment was read rightly."""

    prefix: ClassVar[str] = "vy"
    visit_id: int


@dataclass(frozen=True)
class AskOutcome(StaffPress):
    """完成: what it came to."""

    prefix: ClassVar[str] = "vd"
    visit_id: int


@dataclass(frozen=True)
class Finish(StaffPress):
    """It came to this."""

    prefix: ClassVar[str] = "vo"
    visit_id: int
    outcome: VisitOutcome


@dataclass(frozen=True)
class PromiseKept(StaffPress):
    """办好了, under a reminder."""

    prefix: ClassVar[str] = "vk"
    visit_id: int


def _key(t: Translator, name: str, press: Press) -> Button:
    return Button(t.plain(f"visits.button.{name}"), data=press.pack())


def back_to_sheet(t: Translator, visit_id: int) -> Button:
    """The way back from a ticket that was found at a visit."""
    return _key(t, "sheet", ShowVisit(visit_id))


def _back(t: Translator, visit_id: int) -> Row:
    return back_row(t, back_to_sheet(t, visit_id))


def sheet(t: Translator, facts: VisitSheet, *, today: date) -> Screen:
    """Where a visit stands; everything on it can be written in any order."""
    line = facts.line
    return Screen(
        text=Html.lines(
            t(f"visits.title.{line.kind}", company=company_name(t, line.company)),
            _when(t, facts, today),
            t("visits.sheet.officer", name=line.officer) if line.officer else t("visits.nobody"),
            t("visits.sheet.asked", number=line.number) if line.number else None,
            _contact(t, facts),
            t("visits.sheet.last", day=formats.day(t, facts.last, today=today))
            if facts.last
            else None,
            t("visits.sheet.met", text=facts.met) if facts.met else None,
            *(
                t(
                    "visits.sheet.finding",
                    number=one.number,
                    status=t.plain(f"desks.status.{one.status}"),
                )
                for one in facts.findings
            ),
            *(t("visits.sheet.promise", text=one) for one in facts.promises),
        ),
        keyboard=_keys(t, facts),
    )


def _when(t: Translator, facts: VisitSheet, today: date) -> Html:
    if facts.outcome is not None and facts.done_on is not None:
        day = formats.day(t, facts.done_on, today=today)
        return t("visits.sheet.done", outcome=t.plain(f"visits.outcome.{facts.outcome}"), day=day)
    wording = "visits.sheet.overdue" if facts.line.is_overdue else "visits.sheet.due"
    return t(wording, day=formats.day(t, facts.line.due, today=today))


def _contact(t: Translator, facts: VisitSheet) -> Html | None:
    if facts.contact is None:
        return None
    return t("visits.sheet.contact", name=facts.contact[0], phone=facts.contact[1])


def _keys(t: Translator, facts: VisitSheet) -> tuple[Row, ...]:
    visit_id, back = facts.line.id, back_row(t, go_button(t, "visits"))
    writing = (
        (
            _key(t, "met", WriteMet(visit_id)),
            _key(t, "finding", WriteFinding(visit_id)),
            _key(t, "promise", WritePromise(visit_id)),
        ),
    )
    if facts.outcome is not None:
        return (*writing, back)
    return (*writing, (_key(t, "finish", AskOutcome(visit_id)),), back)


def write_met(t: Translator, visit_id: int) -> Screen:
    """Names and duties, as they were said."""
    return Screen(
        text=Html.lines(t("visits.met.ask"), t("visits.met.how")),
        keyboard=(_back(t, visit_id),),
    )


def write_promise(t: Translator, visit_id: int) -> Screen:
    """What was promised, in a sentence."""
    return Screen(text=t("visits.promise.ask"), keyboard=(_back(t, visit_id),))


def promise_when(
    t: Translator,
    visit_id: int,
    choices: Sequence[QuickChoice],
    *,
    zone: ZoneInfo,
    problem: str = "",
) -> Screen:
    """When it is to be brought to mind: in a tap, or in words."""
    keys = [
        Button(_choice(t, choice, zone), data=PromiseAt(visit_id, choice.code).pack())
        for choice in choices
    ]
    rows = tuple(tuple(keys[at : at + 2]) for at in range(0, len(keys), 2))
    return Screen(
        text=Html.lines(
            t(f"visits.promise.{problem}") if problem else None, t("visits.promise.when")
        ),
        keyboard=(*rows, _back(t, visit_id)),
    )


def _choice(t: Translator, choice: QuickChoice, zone: ZoneInfo) -> str:
    if choice.moved:
        return formats.moment(t, choice.at, zone)
    return t.plain(f"desks.choice.{choice.code}")


def promise_echo(t: Translator, visit_id: int, words: str, at: datetime, zone: ZoneInfo) -> Screen:
    """What was understood: 对 or 改."""
    return Screen(
        text=Html.lines(
            t("visits.promise.echo", at=formats.moment(t, at, zone)),
            t("desks.quote", text=words),
        ),
        keyboard=(
            (
                Button(t.plain("desks.button.right"), data=PromiseYes(visit_id).pack()),
                Button(t.plain("desks.button.change"), data=WritePromise(visit_id).pack()),
            ),
            _back(t, visit_id),
        ),
    )


def outcomes(t: Translator, facts: VisitSheet) -> Screen:
    """完成: each answer with what follows from it."""
    visit_id = facts.line.id
    keys = [
        (Button(t.plain(f"visits.outcome.{one}"), data=Finish(visit_id, one).pack()),)
        for one in OFFERED[facts.line.kind]
    ]
    company = company_name(t, facts.line.company)
    return Screen(
        text=Html.lines(t("visits.finish.ask", company=company), t("visits.finish.then")),
        keyboard=(*keys, _back(t, visit_id)),
    )


def finished(t: Translator, facts: VisitSheet, outcome: VisitOutcome, *, today: date) -> Screen:
    """What it came to, and when the next ones are due."""
    return Screen(
        text=Html.lines(
            t(
                "visits.finish.done",
                company=company_name(t, facts.line.company),
                outcome=t.plain(f"visits.outcome.{outcome}"),
            ),
            t("visits.finish.again", day=formats.day(t, facts.line.due, today=today))
            if outcome is VisitOutcome.NOT_REACHED
            else _ahead(t, facts, today),
            t("visits.finish.answer", number=facts.line.number) if facts.line.number else None,
        ),
        keyboard=(_back(t, facts.line.id), (go_button(t, "visits"),)),
    )


def _ahead(t: Translator, facts: VisitSheet, today: date) -> Html | None:
    if facts.next_contact is None or facts.next_visit is None:
        return None
    return t(
        "visits.finish.next",
        contact=formats.day(t, facts.next_contact, today=today),
        visit=formats.day(t, facts.next_visit, today=today),
    )


def promised(t: Translator, facts: VisitSheet, words: str) -> Screen:
    """The reminder of a promise: one tap says it was kept."""
    visit_id = facts.line.id
    return Screen(
        text=Html.lines(
            t("visits.promise.due", company=company_name(t, facts.line.company)),
            t("desks.quote", text=words) if words else None,
        ),
        keyboard=((_key(t, "kept", PromiseKept(visit_id)), _key(t, "sheet", ShowVisit(visit_id))),),
    )


def asked(t: Translator, facts: VisitSheet, *, today: date) -> Screen:
    """The company one looks after asks to be visited."""
    line = facts.line
    return Screen(
        text=Html.lines(
            t("visits.asked.title", company=company_name(t, line.company)),
            t(
                "visits.asked.by",
                number=line.number or "",
                day=formats.day(t, line.due, today=today),
            ),
        ),
        keyboard=((_key(t, "sheet", ShowVisit(line.id)),),),
    )
