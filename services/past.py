"""What a verdict was on a day that is over, by what was said and published until that day's end."""

from datetime import date, datetime, time, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.measures import Measure
from domain.past import Past
from domain.verdicts import judge
from models import Company, MeasureVersion
from models.matching import MarkKind
from services import companies, matching, measure_versions, publishing
from services.office import Office


async def days_of(session: AsyncSession, company: Company, office: Office) -> list[date]:
    """The days on which a company told something, the newest first."""
    rows = await companies.fact_rows(session, company.id)
    return sorted({office.today(row.at) for row in rows}, reverse=True)


async def verdict_on(
    session: AsyncSession, office: Office, company: Company, measure: Measure, day: date
) -> Past | None:
    """The verdict as of the end of a day; None before the company had told anything."""
    until = _end_of(day, office)
    known = await companies.known_of(session, company, office.catalogue.facts, until=until)
    said = [row.at for row in await companies.fact_rows(session, company.id, until=until)]
    if not said:
        return None
    then, version, is_changed = await _as_published(session, measure, until)
    catalogue = office.catalogue.with_measures([then]) if is_changed else office.catalogue
    marks = await matching.marks_of(session, company, today=day, at=until)
    held = {key: True for key, mark in marks.items() if mark.kind is MarkKind.HELD}
    return Past(
        day=day,
        catalogue=catalogue,
        measure=then,
        verdict=judge(then, known.profile, day, catalogue, held),
        facts=len(known.profile.values),
        said_on=office.today(max(said)),
        published_on=office.today(version.published_at) if version is not None else day,
        is_changed=is_changed,
    )


def _end_of(day: date, office: Office) -> datetime:
    return office.calendar.at(day + timedelta(days=1), time()) - timedelta(microseconds=1)


async def _as_published(
    session: AsyncSession, measure: Measure, until: datetime
) -> tuple[Measure, MeasureVersion | None, bool]:
    """The measure as it stood, in its oldest known version where it is younger than the day."""
    version = await measure_versions.version_on(session, measure.id, until)
    if version is None:
        return measure, None, False
    then = publishing.measure_in(version)
    if _conditions(then) == _conditions(measure):
        return measure, version, False
    return then, version, True


def _conditions(measure: Measure) -> tuple[object, ...]:
    """What a verdict rests on; wording may change without it."""
    return measure.criteria, measure.parameters, measure.window, measure.criteria_status
