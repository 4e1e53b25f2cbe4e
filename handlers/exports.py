"""/export: tickets and their history as a workbook, for whoever works in the office."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from domain.exported import ExportedTickets
from domain.screens import Reply, answer, fresh
from domain.statistics import Span, Which
from domain.statistics_said import read_asked
from handlers.here import Here, here
from handlers.routing import on_command, on_press
from services import statistics, ticket_workbooks
from services.ticket_workbooks import Wanted
from views import exports as views
from views import sheets
from views.exports import Choice, ShowExport

MOST = 1000
"""Tickets of one file in a chat: as many as are written while nobody waits for long."""


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
    return await _shown(at, shown)


async def turn(_: CallbackQuery, press: ShowExport, **given: Any) -> Reply:
    """Another choice."""
    return await _shown(here(given), press)


async def _shown(at: Here, shown: ShowExport) -> Reply:
    return answer(views.choice(at.t, await _choice(at, shown), at.office.catalogue))


async def _choice(at: Here, shown: ShowExport) -> Choice:
    wanted, zone = _wanted(at, shown), at.office.zone
    everywhere = replace(wanted, departments=statistics.departments_seen(at.actor))
    return Choice(
        shown,
        shown.span.period(at.office.today(at.now)),
        count=await ticket_workbooks.count(at.session, wanted, zone=zone),
        most=MOST,
        departments=await _departments(at, everywhere),
    )


async def _departments(at: Here, everywhere: Wanted) -> tuple[str, ...]:
    """Of those that had anything, the ones whose tickets the actor may see."""
    found = await ticket_workbooks.departments(at.session, everywhere, zone=at.office.zone)
    seen = everywhere.departments
    return tuple(key for key in found if not seen or key in seen)


def _wanted(at: Here, shown: ShowExport) -> Wanted:
    period = shown.span.period(at.office.today(at.now))
    return Wanted(
        first=period.first,
        last=period.last,
        category=shown.category,
        departments=statistics.departments_seen(at.actor, shown.department),
        which=shown.which,
        asked_by=at.actor,
    )


async def write(_: CallbackQuery, press: views.WriteExport, **given: Any) -> Reply:
    """The file; what has become empty or too much meanwhile is said instead."""
    at = here(given)
    chosen = await _choice(at, press)
    if not chosen.count or chosen.is_too_many:
        return answer(views.choice(at.t, chosen, at.office.catalogue))
    content = sheets.tickets(at.t, await _parts(at, press), at.office.catalogue)
    return fresh(views.file(at.t, chosen, content, at.office.catalogue))


async def _parts(at: Here, shown: ShowExport) -> Sequence[ExportedTickets]:
    wanted, zone = _wanted(at, shown), at.office.zone
    return [part async for part in ticket_workbooks.slices(at.session, wanted, zone=zone)]


async def choose_span(_: CallbackQuery, press: views.ChooseExportSpan, **given: Any) -> Reply:
    """换时段."""
    return answer(views.spans(here(given).t, press))


async def choose_category(
    _: CallbackQuery, press: views.ChooseExportCategory, **given: Any
) -> Reply:
    """选类别."""
    return answer(views.categories(here(given).t, press))


async def choose_department(
    _: CallbackQuery, press: views.ChooseExportDepartment, **given: Any
) -> Reply:
    """选部门."""
    at = here(given)
    chosen = await _choice(at, press)
    return answer(views.departments(at.t, chosen, at.office.catalogue))


def build_router() -> Router:
    """Routes of this module."""
    router = Router(name="exports")
    on_press(
        router,
        {
            ShowExport: turn,
            views.WriteExport: write,
            views.ChooseExportSpan: choose_span,
            views.ChooseExportCategory: choose_category,
            views.ChooseExportDepartment: choose_department,
        },
    )
    on_command(router, {"export": show})
    return router
