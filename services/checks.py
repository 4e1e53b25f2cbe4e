"""Editors look at measures again: reminded in time, answered in one tap, kept as a version."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Role
from domain.catalogue import Catalogue
from domain.checks import Check, CheckSheet, due_checks, reasons_for
from domain.digests import next_digest
from domain.errors import NotAllowed, NotFound
from domain.measures import Measure, MeasureStatus
from domain.unmet import first_of_month, month_before
from models import MeasureVersion, Person, Publication
from services import people, publications, publishing, unmet
from services.measure_versions import CHECKED
from services.notices import owe_notice
from services.office import Office

DUE = "measures_to_check"
GAPS = "gaps_report"


async def due(session: AsyncSession, *, office: Office, now: datetime) -> tuple[Check, ...]:
    """What is to be looked at today, by the newest versions: this process may not know them yet."""
    return due_checks(await _newest(session, office), office.today(now))


async def _newest(session: AsyncSession, office: Office) -> Catalogue:
    statement = (
        select(MeasureVersion)
        .where(col(MeasureVersion.id) > office.published)
        .order_by(col(MeasureVersion.id))
    )
    versions = (await session.exec(statement)).all()
    return office.catalogue.with_measures(map(publishing.measure_in, versions))


async def sheet_of(
    session: AsyncSession, measure_id: str, *, office: Office, now: datetime
) -> CheckSheet:
    """One measure with all that is to be looked at; NotFound where it is not offered."""
    catalogue = await _newest(session, office)
    measure = _offered(catalogue, measure_id)
    cited = dict.fromkeys(cite.source for cite in measure.citations())
    known = [catalogue.sources[name] for name in cited if name in catalogue.sources]
    return CheckSheet(
        check=Check(measure, reasons_for(measure, catalogue.sources, office.today(now))),
        sources=tuple(known),
        irrelevant=await unmet.irrelevant_to(session, measure.id),
    )


def _offered(catalogue: Catalogue, measure_id: str) -> Measure:
    measure = catalogue.measure(measure_id)
    if measure is None or measure.status is not MeasureStatus.ACTIVE:
        raise NotFound
    return measure


async def confirm(
    session: AsyncSession, measure_id: str, *, actor: Actor, office: Office, now: datetime
) -> None:
    """仍有效: the same measure, checked today, as a version of its own."""
    if not actor.edits:
        raise NotAllowed
    measure = _offered(await _newest(session, office), measure_id)
    checked = measure.model_copy(update={"checked_on": office.today(now)})
    await publishing.publish(session, [checked], now=now, author_id=actor.person_id, reason=CHECKED)


async def retire(
    session: AsyncSession, measure_id: str, *, actor: Actor, office: Office, now: datetime
) -> Publication:
    """下架: proposed for publishing, so that its impact is seen first."""
    measure = _offered(await _newest(session, office), measure_id)
    over = {"status": MeasureStatus.RETIRED, "retired_on": office.today(now)}
    proposed = measure.model_copy(update=over)
    return await publications.propose(session, proposed, reason="", actor=actor, now=now)


async def remind(session: AsyncSession, *, office: Office, now: datetime) -> None:
    """Owe editors one word whenever something new is to be looked at, and the report of a month.

    Late by days or weeks it is still one of each.
    """
    editors = await _editors(session, office)
    today, owed_at = office.today(now), next_digest(now, office.calendar)
    found = await due(session, office=office, now=now)
    last = month_before(first_of_month(today))
    occasions = [(GAPS, f"{last:%Y-%m}", owed_at)]
    if found:
        newest = max(check.since for check in found)
        occasions.append((DUE, newest.isoformat(), owed_at))
    for kind, occasion, due_at in occasions:
        for person in editors:
            await owe_notice(
                session,
                kind,
                key=f"{kind}:{occasion}:{person.id}",
                due_at=due_at,
                now=now,
                person_id=person.id,
                occasion=occasion,
            )


async def _editors(session: AsyncSession, office: Office) -> list[Person]:
    """Whoever edits; the administrators while nobody does."""
    editors = await people.with_role(session, Role.EDITOR)
    return editors or await people.administrators(session, office.administrators)
