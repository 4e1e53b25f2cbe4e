"""Changes of the catalogue: examined while nobody waits for a lock, and their cards kept true."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.publications import PublicationState
from domain.screens import Screen
from domain.words import Words
from models import Message, Notice, Person, Publication
from services import examinations, messages, people, publication_sheets, publications
from services.examinations import Examination
from services.messages import Address
from services.office import Office
from services.yaml_files import Fault
from views import publications as views
from views.translations import translator

log = structlog.get_logger()
Found = Examination | list[Fault]


async def examine(
    session: AsyncSession, office: Office, now: datetime
) -> Callable[[AsyncSession, Office, datetime], Awaitable[bool]] | None:
    """Read the oldest file that waits, compare it, count companies. What is found is kept after."""
    publication = await publications.to_examine(session)
    if publication is None:
        return None
    return partial(_keep, publication.id, await _found(session, publication, office, now))


async def _found(
    session: AsyncSession, publication: Publication, office: Office, now: datetime
) -> Found:
    """A file that our own fault keeps us from reading must not hold up the others."""
    try:
        return await examinations.examine_publication(
            session, publication, office.catalogue, today=office.today(now)
        )
    except (SQLAlchemyError, OSError):
        raise  # the database is unwell: the next tick tries again
    except Exception:
        log.exception("cannot be examined", publication=publication.number)
        words = Words(
            zh="检查时出了故障，请告诉管理员", en="checking it failed; please tell an administrator"
        )
        return [Fault(publication.file_name, 1, words)]


async def _keep(
    publication_id: int, found: Found, session: AsyncSession, _office: Office, now: datetime
) -> bool:
    """Unless it was put away meanwhile. True: another may wait."""
    publication = await session.get_one(Publication, publication_id)
    if publication.state is not PublicationState.EXAMINING:
        return True
    if isinstance(found, Examination):
        await publications.settle(session, publication, found, now=now)
    else:
        await publications.refuse(session, publication, found, now=now)
    return True


async def redraw_cards(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """Every message that still shows it says what is true now, each to its reader."""
    publication = await session.get_one(Publication, notice.subject_id)
    for card in await publications.cards_of(session, publication):
        reader = await people.by_telegram_id(session, card.chat_id)
        screen = await _card_for(session, publication, reader, office)
        if screen is not None and screen.text != card.text:
            await messages.redraw(session, card, screen, now=now)
            publications.shows(publication, card, screen)
    return None


async def _card_for(
    session: AsyncSession, publication: Publication, reader: Person | None, office: Office
) -> Screen | None:
    """None for somebody who does not edit any more."""
    if reader is None:
        return None
    actor = await people.actor_for(session, reader, administrators=office.administrators)
    if not actor.edits:
        return None
    sheet = await publication_sheets.sheet_of(session, publication, viewer=actor, office=office)
    return views.card(translator(reader.locale), sheet, office.catalogue, office.zone)


async def ask_second(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """E3: an editor or administrator may be the second person; silently outside office hours."""
    publication = await session.get_one(Publication, notice.subject_id)
    person = await session.get_one(Person, notice.person_id)
    screen = await _card_for(session, publication, person, office)
    is_reachable = person.unreachable_since is None and person.erased_at is None
    if publication.state is not PublicationState.WAITING or screen is None or not is_reachable:
        return None
    card_id = await messages.owe(
        session,
        Address(office.bot_id, person.telegram_id),
        replace(screen, quiet=not office.calendar.is_open(now)),
        now=now,
        notice_id=notice.id,
    )
    publications.shows(publication, await session.get_one(Message, card_id), screen)
    return None


async def decided(
    session: AsyncSession, notice: Notice, office: Office, _now: datetime
) -> Screen | None:
    """Its author hears what became of it."""
    publication = await session.get_one(Publication, notice.subject_id)
    person = await session.get_one(Person, notice.person_id)
    actor = await people.actor_for(session, person, administrators=office.administrators)
    if not actor.edits:
        return None
    sheet = await publication_sheets.sheet_of(session, publication, viewer=actor, office=office)
    return views.decided(translator(person.locale), sheet)
