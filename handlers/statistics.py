"""/stats: the office's figures, for whoever works in it; in words, as a picture, as a workbook."""

from typing import Any

from aiogram import Router
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import CallbackQuery, Message

from domain.screens import Reply, Screen, answer, fresh
from domain.statistics import Dimension, Report, Span
from domain.statistics_said import Asked, read_asked
from handlers.here import Here, here
from handlers.routing import on_command, on_press, on_words
from services import statistics, ticket_drafts
from views import sheets
from views import statistics as views
from views.statistics import ShowStats

#: The figures are on the screen: a few words ask for others.
SHOWN = "statistics"
#: An open form keeps its place: words are still for it.
_AT_REST = frozenset({"", SHOWN, ticket_drafts.SHOWN})
_FIRST = ShowStats(Span.MONTH)


async def show(_: Message | CallbackQuery, argument: str, **given: Any) -> Reply:
    """/stats, perhaps with words: 上个月 融资."""
    at = here(given)
    statistics.departments_seen(at.actor)
    if at.talk.state in _AT_REST:
        at.talk.turn_to(SHOWN)
    asked = _read(at, argument)
    return answer(await _figures(at, _first(asked)))


async def hear(message: Message, **given: Any) -> Any:
    """Words after the figures; what asks for none is left to others."""
    at = here(given)
    asked = _read(at, message.text or "")
    return answer(await _figures(at, _first(asked))) if asked else UNHANDLED


def _read(at: Here, words: str) -> Asked | None:
    catalogue = at.office.catalogue
    return read_asked(words, catalogue.triage, catalogue.departments)


def _first(asked: Asked | None) -> ShowStats:
    """What was asked for; of what was left open the running month, by category."""
    if asked is None:
        return _FIRST
    return ShowStats(
        asked.span or _FIRST.span, asked.category, asked.department, asked.dimension or _FIRST.by
    )


async def turn(_: CallbackQuery, press: ShowStats, **given: Any) -> Reply:
    """Other figures."""
    return answer(await _figures(here(given), press))


async def _figures(at: Here, shown: ShowStats) -> Screen:
    report = await _report(at, shown, shown.by)
    return views.figures(at.t, report, shown, at.office.catalogue)


async def _report(at: Here, shown: ShowStats, *dimensions: Dimension) -> Report:
    return await statistics.report(
        at.session,
        shown.span.period(at.office.today(at.now)),
        departments=statistics.departments_seen(at.actor, shown.department),
        category=shown.category,
        dimensions=dimensions,
        office=at.office,
        now=at.now,
    )


async def draw(_: CallbackQuery, press: views.DrawStats, **given: Any) -> Reply:
    """图."""
    at = here(given)
    report = await _report(at, press, press.by)
    return fresh(views.picture(at.t, report, press, at.office.catalogue))


async def write(_: CallbackQuery, press: views.SheetStats, **given: Any) -> Reply:
    """表格: every dimension."""
    at = here(given)
    report = await _report(at, press, *Dimension)
    content = sheets.figures(at.t, report, at.office.catalogue)
    return fresh(views.table(at.t, content, report, press, at.office.catalogue))


async def choose_span(_: CallbackQuery, press: views.ChooseSpan, **given: Any) -> Reply:
    """换时段."""
    return answer(views.spans(here(given).t, press))


async def choose_category(_: CallbackQuery, press: views.ChooseCategory, **given: Any) -> Reply:
    """选类别."""
    return answer(views.categories(here(given).t, press))


async def choose_department(_: CallbackQuery, press: views.ChooseDepartment, **given: Any) -> Reply:
    """选部门."""
    at = here(given)
    everywhere = ShowStats(press.span, press.category)
    report = await _report(at, everywhere, Dimension.DEPARTMENT)
    return answer(views.departments(at.t, report, press, at.office.catalogue))


def build_router() -> Router:
    """Routes of this module."""
    router = Router(name="statistics")
    on_press(
        router,
        {
            views.ShowStats: turn,
            views.DrawStats: draw,
            views.SheetStats: write,
            views.ChooseSpan: choose_span,
            views.ChooseCategory: choose_category,
            views.ChooseDepartment: choose_department,
        },
    )
    on_command(router, {"stats": show})
    on_words(router, {SHOWN: hear})
    return router
