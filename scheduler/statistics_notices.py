"""Figures, pictures and workbooks: for whoever asked, and every week for heads."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.errors import NotAllowed
from domain.screens import Screen
from domain.statistics import Dimension, Report
from models import Notice, Person
from services import people, statistics, ticket_workbooks, weekly_reports
from services.office import Office
from services.ticket_workbooks import Wanted
from views import exports, sheets
from views import statistics as views
from views.exports import Choice, ShowExport, WriteExport
from views.statistics import ShowStats
from views.translations import Translator, translator

log = structlog.get_logger()
MOST = 1000
"""Tickets of one file in a chat: as many as are written while nobody waits for long."""


async def owe_weekly_reports(session: AsyncSession, office: Office, now: datetime) -> bool:
    """The job: owes this week's, once."""
    await weekly_reports.owe(session, office=office, now=now)
    return False


async def weekly_report(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """H5: last week in words and as a picture."""
    person = await session.get_one(Person, notice.person_id)
    report = await weekly_reports.report_for(session, person, office=office, now=now)
    if report is None:
        return None
    by = weekly_reports.told_by(report.departments)
    t = translator(person.locale)
    return await asyncio.to_thread(views.weekly, t, report, by, office.catalogue)


async def figures_asked(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """What was chosen, of what the person may see by now; nothing to who left the office."""
    person = await session.get_one(Person, notice.person_id)
    actor = await people.actor_for(session, person, administrators=office.administrators)
    desk = _Desk(session, actor, translator(person.locale), office, now)
    choice = notice.details["choice"]
    try:
        kind, make = _MAKERS[choice.partition(":")[0]]
        return await make(desk, kind.unpack(choice))
    except NotAllowed:
        return None
    except Exception:  # whoever waits for an answer gets one
        log.exception("figures failed")
        return views.failed(desk.t)


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where figures are counted: for whom, in which language, when."""

    session: AsyncSession
    actor: Actor
    t: Translator
    office: Office
    now: datetime

    async def figures(self, shown: ShowStats) -> Screen:
        report = await self._report(shown, shown.by)
        return views.figures(self.t, report, shown, self.office.catalogue)

    async def picture(self, shown: ShowStats) -> Screen:
        report = await self._report(shown, shown.by)
        catalogue = self.office.catalogue
        return await asyncio.to_thread(views.picture, self.t, report, shown, catalogue)

    async def table(self, shown: ShowStats) -> Screen:
        """Every dimension."""
        report, catalogue = await self._report(shown, *Dimension), self.office.catalogue
        content = await asyncio.to_thread(sheets.figures, self.t, report, catalogue)
        return views.table(self.t, content, report, shown, catalogue)

    async def departments(self, shown: ShowStats) -> Screen:
        """Those that had anything."""
        everywhere = ShowStats(shown.span, shown.category)
        report = await self._report(everywhere, Dimension.DEPARTMENT)
        return views.departments(self.t, report, shown, self.office.catalogue)

    async def _report(self, shown: ShowStats, *dimensions: Dimension) -> Report:
        return await statistics.report(
            self.session,
            shown.span.period(self.office.today(self.now)),
            departments=statistics.departments_seen(self.actor, shown.department),
            category=shown.category,
            dimensions=dimensions,
            office=self.office,
            now=self.now,
        )

    async def export(self, shown: ShowExport) -> Screen:
        return exports.choice(self.t, await self._choice(shown), self.office.catalogue)

    async def exported_departments(self, shown: ShowExport) -> Screen:
        return exports.departments(self.t, await self._choice(shown), self.office.catalogue)

    async def file(self, shown: ShowExport) -> Screen:
        """The file; what has become empty or too much meanwhile is said instead."""
        chosen, catalogue = await self._choice(shown), self.office.catalogue
        if not chosen.count or chosen.is_too_many:
            return exports.choice(self.t, chosen, catalogue)
        read = ticket_workbooks.slices(self.session, self._wanted(shown), zone=self.office.zone)
        parts = [part async for part in read]
        content = await asyncio.to_thread(sheets.tickets, self.t, parts, catalogue)
        return exports.file(self.t, chosen, content, catalogue)

    async def _choice(self, shown: ShowExport) -> Choice:
        wanted, zone = self._wanted(shown), self.office.zone
        seen = statistics.departments_seen(self.actor)
        everywhere = replace(wanted, departments=seen)
        found = await ticket_workbooks.departments(self.session, everywhere, zone=zone)
        return Choice(
            shown,
            shown.span.period(self.office.today(self.now)),
            count=await ticket_workbooks.count(self.session, wanted, zone=zone),
            most=MOST,
            departments=tuple(key for key in found if not seen or key in seen),
        )

    def _wanted(self, shown: ShowExport) -> Wanted:
        period = shown.span.period(self.office.today(self.now))
        return Wanted(
            first=period.first,
            last=period.last,
            category=shown.category,
            departments=statistics.departments_seen(self.actor, shown.department),
            which=shown.which,
            asked_by=self.actor,
        )


_Make = Callable[[_Desk, Any], Awaitable[Screen]]
#: What each kind of button asks for.
_MAKERS: dict[str, tuple[type[ShowStats | ShowExport], _Make]] = {
    kind.prefix: (kind, make)
    for kind, make in (
        (ShowStats, _Desk.figures),
        (views.DrawStats, _Desk.picture),
        (views.SheetStats, _Desk.table),
        (views.ChooseDepartment, _Desk.departments),
        (ShowExport, _Desk.export),
        (WriteExport, _Desk.file),
        (exports.ChooseExportDepartment, _Desk.exported_departments),
    )
}
