"""/export: tickets and their history as a workbook, for whoever works in the office."""

from typing import Any

from aiogram.types import CallbackQuery, Message

from domain.screens import Reply, answer
from domain.statistics import Span, Which
from domain.statistics_said import read_asked
from handlers.here import here
from handlers.routing import Routes
from handlers.statistics import ask
from views import exports as views
from views import scopes
from views.exports import ShowExport


async def show(_: Message | CallbackQuery, argument: str, **given: Any) -> Reply:
    """/export, perhaps with words: 上个月 融资 未办结."""
    at = here(given)
    catalogue = at.office.catalogue
    asked = read_asked(argument, catalogue.triage, catalogue.departments)
    shown = ShowExport(Span.MONTH)
    if asked is not None:
        shown = ShowExport(
            asked.span or Span.MONTH, asked.category, asked.department, asked.which or Which.ALL
        )
    return await ask(at, shown, given["pressed"])


async def turn(_: CallbackQuery, press: ShowExport, **given: Any) -> Reply:
    """Another choice, the departments to choose from, or the file."""
    return await ask(here(given), press, given["pressed"])


async def choose_span(_: CallbackQuery, press: views.ChooseExportSpan, **given: Any) -> Reply:
    """换时段."""
    return answer(scopes.choose_span(here(given).t, press, ShowExport))


async def choose_category(
    _: CallbackQuery, press: views.ChooseExportCategory, **given: Any
) -> Reply:
    """选类别."""
    return answer(scopes.choose_category(here(given).t, press, ShowExport))


def add_routes(routes: Routes) -> None:
    """Routes of this module."""
    routes.on_press(
        {
            ShowExport: turn,
            views.WriteExport: turn,
            views.ChooseExportSpan: choose_span,
            views.ChooseExportCategory: choose_category,
            views.ChooseExportDepartment: turn,
        },
    )
    routes.on_command({"export": show})
