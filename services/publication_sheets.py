"""What is shown of publications and of the catalogue to those who edit it."""

from collections.abc import Iterable

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.errors import NotFound
from domain.measures import Measure
from domain.publication_sheets import (
    ChangeLine,
    EntrySheet,
    FaultLine,
    OpenLine,
    PublicationSheet,
    VersionLine,
)
from models import Person, Publication
from services import publications, publishing
from services.examinations import measures_of
from services.office import Office


async def sheet_of(
    session: AsyncSession, publication: Publication, *, viewer: Actor, office: Office
) -> PublicationSheet:
    """A publication as this person sees it."""
    names = await _names(
        session, (publication.author_id, publication.decided_by, publication.undone_by)
    )
    second = await publications.others(
        session, publication.author_id, administrators=office.administrators
    )
    return PublicationSheet(
        id=publication.id,
        number=publication.number,
        state=publication.state,
        file_name=publication.file_name,
        reason=publication.reason,
        author=names.get(publication.author_id),
        created_at=publication.created_at,
        examined_at=publication.examined_at,
        impact=publications.impact_of(publication),
        changes=await _changes(session, publication),
        faults=tuple(FaultLine(one.line, one.text) for one in publications.faults_of(publication)),
        steps=publications.steps_of(publication, viewer.person_id),
        may_confirm=len(second),
        decided_by=names.get(publication.decided_by),
        decided_at=publication.decided_at,
        note=publication.note,
        undone_by=names.get(publication.undone_by),
        undone_at=publication.undone_at,
    )


async def _changes(session: AsyncSession, publication: Publication) -> tuple[ChangeLine, ...]:
    before = await publications.replaced(session, publication)
    impacts = {one.id: one for one in publications.impact_of(publication).measures}
    return tuple(
        ChangeLine(before.get(one.id), one, impacts[one.id]) for one in measures_of(publication)
    )


async def open_lines(session: AsyncSession) -> list[OpenLine]:
    """What is not decided yet, the newest first."""
    every = await publications.open_ones(session)
    names = await _names(session, [one.author_id for one in every])
    return [OpenLine(one.id, one.number, one.state, names.get(one.author_id)) for one in every]


async def entry_of(session: AsyncSession, measure_id: str, *, office: Office) -> EntrySheet:
    """A measure in force with its history. Raises NotFound."""
    versions = await publishing.history(session, measure_id)
    if not versions:
        return EntrySheet(_from_files(measure_id, office), ())
    names = await _names(session, [version.author_id for version in versions])
    return EntrySheet(
        measure=publishing.measure_in(versions[0]),
        versions=tuple(
            VersionLine(
                number=version.number,
                published_at=version.published_at,
                author=names.get(version.author_id),
                reason=version.reason,
                publication=version.publication_id,
            )
            for version in versions
        ),
    )


def _from_files(measure_id: str, office: Office) -> Measure:
    measure = office.catalogue.measure(measure_id)
    if measure is None:
        raise NotFound
    return measure


async def _names(session: AsyncSession, ids: Iterable[int | None]) -> dict[int | None, str]:
    statement = select(Person).where(col(Person.id).in_({one for one in ids if one is not None}))
    return {person.id: person.name for person in (await session.exec(statement)).all()}
