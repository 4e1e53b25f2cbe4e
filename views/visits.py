"""What is due of visits, how far a round came, and its plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.screens import Button, Html, Row, Screen
from domain.visible import shortened
from domain.visits import Coverage, Rung, VisitLine, VisitPage, VisitRules
from models import Company, Liaison, Person
from views import formats
from views.people import back_row, company_name, go_button
from views.presses import Press, StaffPress
from views.translations import Translator
from views.visit_sheets import ShowVisit

#: Officers on one page of a plan, lines of a coverage.
OFFICERS = 8
_PER_PAGE = 6


@dataclass(frozen=True)
class TurnVisits(StaffPress):
    """Another page of one's own."""

    prefix: ClassVar[str] = "vl"
    page: int


@dataclass(frozen=True)
class ShowCoverage(StaffPress):
    """覆盖情况."""

    prefix: ClassVar[str] = "vc"


@dataclass(frozen=True)
class ShowOverdue(StaffPress):
    """已超期."""

    prefix: ClassVar[str] = "vx"
    page: int


@dataclass(frozen=True)
class ShowOfficers(StaffPress):
    """安排走访: for whom?"""

    prefix: ClassVar[str] = "vw"
    page: int


@dataclass(frozen=True)
class PlanFor(StaffPress):
    """The companies of one officer."""

    prefix: ClassVar[str] = "vg"
    officer_id: int
    page: int


@dataclass(frozen=True)
class Assign(StaffPress):
    """Give a company to the officer, or take it back."""

    prefix: ClassVar[str] = "vi"
    officer_id: int
    company_id: int
    page: int


@dataclass(frozen=True)
class ShareOut(StaffPress):
    """其余平均分."""

    prefix: ClassVar[str] = "vr"


def _key(t: Translator, name: str, press: Press) -> Button:
    return Button(t.plain(f"visits.button.{name}"), data=press.pack())


# What is due


def own(t: Translator, page: VisitPage, *, today: date, plans: bool) -> Screen:
    """/visits: one's own, what is overdue first."""
    more: tuple[Row, ...] = ()
    if plans:
        more = ((_key(t, "coverage", ShowCoverage()), _key(t, "plan", ShowOfficers(0))),)
    title = t.plural("visits.list.title", page.total) if page.total else t("visits.list.none")
    return Screen(
        text=Html.lines(
            title,
            t.plural("visits.list.overdue", page.overdue) if page.overdue else None,
            *(line_words(t, line, today) for line in page.lines),
        ),
        keyboard=(*_rows(t, page, TurnVisits), *more, back_row(t)),
    )


def overdue(t: Translator, page: VisitPage, *, today: date) -> Screen:
    """What is overdue of all whose visits one plans."""
    title = t.plural("visits.late.title", page.total) if page.total else t("visits.late.none")
    return Screen(
        text=Html.lines(title, *(line_words(t, line, today) for line in page.lines)),
        keyboard=(
            *_rows(t, page, ShowOverdue),
            back_row(t, _key(t, "coverage", ShowCoverage())),
        ),
    )


def line_words(t: Translator, line: VisitLine, today: date) -> Html:
    """已超期 走访 示例封装：11月24日（周二）前（周明）."""
    return t(
        "visits.line.overdue" if line.is_overdue else "visits.line.due",
        kind=t.plain(f"visits.kind.{line.kind}"),
        company=company_name(t, line.company),
        day=formats.day(t, line.due, today=today),
        asked=t("visits.line.asked", number=line.number) if line.number else Html(""),
        who=line.officer or t.plain("visits.line.nobody"),
    )


def _rows(
    t: Translator, page: VisitPage, turn: type[TurnVisits] | type[ShowOverdue]
) -> tuple[Row, ...]:
    keys = [_open_key(t, line) for line in page.lines]
    rows = tuple(tuple(keys[at : at + 2]) for at in range(0, len(keys), 2))
    turns = []
    if page.page > 0:
        turns.append(_key(t, "before", turn(page.page - 1)))
    if (page.page + 1) * _PER_PAGE < page.total:
        turns.append(_key(t, "after", turn(page.page + 1)))
    return (*rows, tuple(turns)) if turns else rows


def _open_key(t: Translator, line: VisitLine) -> Button:
    words = t.plain(
        "visits.button.one",
        kind=t.plain(f"visits.kind.{line.kind}"),
        company=shortened(company_name(t, line.company), 12),
    )
    return Button(words, data=ShowVisit(line.id).pack())


def reminder(t: Translator, found: Sequence[tuple[VisitLine, Rung]], *, today: date) -> Screen:
    """The one reminder of a day: what is overdue, due today, due soon."""
    order = (Rung.OVERDUE, Rung.TODAY, Rung.SOON)
    lines = [line for wanted in order for line, rung in found if rung is wanted]
    keys = [_open_key(t, line) for line in lines[:4]]
    return Screen(
        text=Html.lines(
            t.plural("visits.reminder.title", len(lines)),
            *(line_words(t, line, today) for line in lines[:_PER_PAGE]),
            t.plural("visits.reminder.more", len(lines) - _PER_PAGE)
            if len(lines) > _PER_PAGE
            else None,
        ),
        keyboard=(
            *(tuple(keys[at : at + 2]) for at in range(0, len(keys), 2)),
            (go_button(t, "visits"),),
        ),
    )


# The round


def coverage(t: Translator, lines: Sequence[Coverage], loose: int, rules: VisitRules) -> Screen:
    """Per officer how many companies were spoken to and visited in the present interval."""
    late = sum(line.overdue for line in lines)
    keys = [(_key(t, "overdue", ShowOverdue(0)),)] if late else []
    return Screen(
        text=Html.lines(
            t("visits.coverage.title"),
            t(
                "visits.coverage.rules",
                contact=rules.contact_every_months,
                visit=rules.visit_every_months,
            ),
            *(_covered(t, line) for line in lines[:OFFICERS]),
            None if lines else t("visits.coverage.none"),
            t.plural("visits.coverage.loose", loose) if loose else None,
        ),
        keyboard=(
            *keys,
            (_key(t, "plan", ShowOfficers(0)),),
            back_row(t, go_button(t, "visits")),
        ),
    )


def _covered(t: Translator, line: Coverage) -> Html:
    return t(
        "visits.coverage.line",
        name=line.name,
        companies=line.companies,
        contacted=line.contacted,
        visited=line.visited,
        overdue=line.overdue,
    )


def officers(t: Translator, persons: Sequence[Person], loose: int, page: int) -> Screen:
    """Whose companies are to be planned."""
    shown = persons[page * OFFICERS : (page + 1) * OFFICERS]
    keys = [Button(shortened(one.name, 12) or "—", data=PlanFor(one.id, 0).pack()) for one in shown]
    rows = tuple(tuple(keys[at : at + 2]) for at in range(0, len(keys), 2))
    turns = []
    if page > 0:
        turns.append(_key(t, "before", ShowOfficers(page - 1)))
    if (page + 1) * OFFICERS < len(persons):
        turns.append(_key(t, "after", ShowOfficers(page + 1)))
    share = ((_key(t, "share_out", ShareOut()),),) if loose and persons else ()
    return Screen(
        text=Html.lines(
            t("visits.plan.title") if persons else t("visits.plan.no_officers"),
            t.plural("visits.coverage.loose", loose) if loose else None,
        ),
        keyboard=(
            *rows,
            *((tuple(turns),) if turns else ()),
            *share,
            back_row(t, _key(t, "coverage", ShowCoverage())),
        ),
    )


def plan(
    t: Translator,
    person: Person,
    found: Sequence[tuple[Company, Liaison | None]],
    page: int,
    pages: int,
    *,
    words: str = "",
) -> Screen:
    """The companies of an officer are ticked; the others are nobody's yet."""
    rows: list[Row] = []
    for company, liaison in found:
        name = shortened(company_name(t, company.name), 24)
        label = t.plain("visits.button.assigned", company=name) if liaison else name
        rows.append((Button(label, data=Assign(person.id, company.id, page).pack()),))
    turns = []
    if page > 0:
        turns.append(_key(t, "before", PlanFor(person.id, page - 1)))
    if page + 1 < pages:
        turns.append(_key(t, "after", PlanFor(person.id, page + 1)))
    return Screen(
        text=Html.lines(
            t("visits.plan.for", name=person.name),
            t("visits.plan.filtered", words=words) if words else t("visits.plan.how"),
            None if found else t("visits.plan.nothing"),
        ),
        keyboard=(
            *rows,
            *((tuple(turns),) if turns else ()),
            back_row(t, _key(t, "officers", ShowOfficers(0))),
        ),
    )


def shared(t: Translator, given: int, loose: int) -> str:
    """How many companies were given out, and how many are left."""
    return t.plain("visits.plan.shared", given=given, loose=loose)
