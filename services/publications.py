"""Changes of the catalogue on their way: handed in, examined, agreed to, in force, undone."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Role
from domain.errors import ChangedMeanwhile, NotAllowed, NotFound, Refusal
from domain.measures import Measure, MeasureStatus
from domain.publications import (
    LIFE_CYCLE,
    By,
    Impact,
    PublicationState,
    Step,
    allowed_steps,
)
from domain.screens import Screen
from domain.words import Words
from models import MeasureVersion, Message, Outbox, Person, Publication
from models.ids import new_id
from models.messages import OutboxKind
from services import people, publishing
from services.examinations import Examination, measures_of
from services.measure_files import MOST_BYTES, body_of, write_measure
from services.messages import Address
from services.notices import owe_notice
from services.office import Office
from services.yaml_files import Fault

#: An impact counts the companies of its day: an older one is computed anew before publishing.
GOOD_FOR = timedelta(days=1)
#: Files of one editor that may wait to be read at the same time.
MOST_IN_HAND = 5
#: The reason of versions that an undoing made, before the number of the publication.
UNDO = "undo:"
_OPEN = (
    PublicationState.FETCHING,
    PublicationState.EXAMINING,
    PublicationState.PROPOSED,
    PublicationState.WAITING,
)


class OwnConfirmation(Refusal):
    """Whoever proposed it is not the second person."""

    code = "own_confirmation"
    alert = True


class PublishedLater(Refusal):
    """A measure was published again since: undoing would take that back too."""

    code = "published_later"
    alert = True


class FileTooBig(Refusal):
    """Not a measure file: it is larger than any may be."""

    code = "file_too_big"


class TooManyFiles(Refusal):
    """Several files of this person are still being read."""

    code = "too_many_files"


# Handing in


async def hand_in(
    session: AsyncSession,
    *,
    file_id: str,
    file_name: str,
    size: int | None,
    reason: str,
    actor: Actor,
    place: Address,
    now: datetime,
) -> Publication:
    """An editor sent a file: the courier is to fetch it. Raises FileTooBig, TooManyFiles."""
    _check_editor(actor)
    if await _in_hand(session, actor.person_id) >= MOST_IN_HAND:
        raise TooManyFiles(limit=MOST_IN_HAND)
    if size is not None and size > MOST_BYTES:
        raise FileTooBig(limit=MOST_BYTES // 1024)
    publication = await _new(
        session,
        PublicationState.FETCHING,
        author_id=actor.person_id,
        reason=reason,
        file_name=file_name,
        now=now,
    )
    session.add(
        Outbox(
            bot_id=place.bot_id,
            chat_id=place.chat_id,
            kind=OutboxKind.FETCH,
            payload={"file_id": file_id, "publication": publication.id, "limit": MOST_BYTES},
            created_at=now,
        )
    )
    return publication


async def propose(
    session: AsyncSession, measure: Measure, *, reason: str, actor: Actor, now: datetime
) -> Publication:
    """An editor changes a measure by a button, without a file; it is examined like any other."""
    _check_editor(actor)
    if await _in_hand(session, actor.person_id) >= MOST_IN_HAND:
        raise TooManyFiles(limit=MOST_IN_HAND)
    return await _new(
        session,
        PublicationState.EXAMINING,
        author_id=actor.person_id,
        reason=reason,
        file_name=f"{measure.id}.yaml",
        content=write_measure(measure).encode(),
        now=now,
    )


async def _in_hand(session: AsyncSession, person_id: int) -> int:
    statement = select(func.count()).where(
        col(Publication.author_id) == person_id,
        col(Publication.state).in_((PublicationState.FETCHING, PublicationState.EXAMINING)),
    )
    return (await session.exec(statement)).one()


async def _new(
    session: AsyncSession, state: PublicationState, *, now: datetime, **values: Any
) -> Publication:
    last = (await session.exec(select(func.max(col(Publication.number))))).one()
    publication = Publication(number=(last or 0) + 1, state=state, created_at=now, **values)
    session.add(publication)
    await session.flush()
    return publication


async def fetched(session: AsyncSession, publication_id: int, content: bytes) -> None:
    """The courier has the file; unless it was put away meanwhile it is examined next."""
    publication = await session.get_one(Publication, publication_id)
    if publication.state is PublicationState.FETCHING:
        publication.state, publication.content = PublicationState.EXAMINING, content


async def not_fetched(session: AsyncSession, publication_id: int, *, now: datetime) -> None:
    """Telegram does not give the file."""
    publication = await session.get_one(Publication, publication_id)
    if publication.state is PublicationState.FETCHING:
        words = Words(zh="没能从 Telegram 取到文件", en="Telegram did not give the file")
        await refuse(session, publication, [Fault(publication.file_name, 1, words)], now=now)


# Examining


async def to_examine(session: AsyncSession) -> Publication | None:
    """The oldest publication that waits for its differences and its impact."""
    statement = (
        select(Publication)
        .where(col(Publication.state) == PublicationState.EXAMINING)
        .order_by(col(Publication.id))
        .limit(1)
    )
    return (await session.exec(statement)).first()


async def refuse(
    session: AsyncSession, publication: Publication, faults: Iterable[Fault], *, now: datetime
) -> None:
    """The file is at fault: it is kept no longer, the faults are shown."""
    publication.state, publication.content = PublicationState.FAULTY, None
    publication.faults = [
        {"file": one.file, "line": one.line, **one.text.model_dump()} for one in faults
    ]
    await _show(session, publication, now=now)


def faults_of(publication: Publication) -> tuple[Fault, ...]:
    """What was wrong with the file."""
    return tuple(
        Fault(one["file"], one["line"], Words(zh=one["zh"], en=one["en"]))
        for one in publication.faults
    )


async def settle(
    session: AsyncSession, publication: Publication, found: Examination, *, now: datetime
) -> None:
    """Keep what the examination found; whoever decides sees it next."""
    _lay_down(publication, found, now=now)
    was_asked = publication.asked_at is not None
    publication.state = PublicationState.WAITING if was_asked else PublicationState.PROPOSED
    await _show(session, publication, now=now)


def _lay_down(publication: Publication, found: Examination, *, now: datetime) -> None:
    publication.content = None
    publication.bodies = [body_of(measure) for measure in found.measures]
    publication.base, publication.replaces = found.base, dict(found.replaces)
    publication.impact = found.impact.model_dump(mode="json")
    publication.examined_at = now


def impact_of(publication: Publication) -> Impact:
    """What the examination found, nothing before it."""
    return Impact.model_validate(publication.impact)


async def replaced(session: AsyncSession, publication: Publication) -> dict[str, Measure]:
    """The measures that the proposed ones were compared with, where there were any."""
    found = [
        await publishing.version_of(session, measure_id, number)
        for measure_id, number in publication.replaces.items()
    ]
    return {one.measure_id: publishing.measure_in(one) for one in found if one is not None}


# Deciding


async def get(session: AsyncSession, publication_id: int, actor: Actor) -> Publication:
    """A publication, for whoever edits. Raises NotAllowed, NotFound."""
    _check_editor(actor)
    publication = await session.get(Publication, publication_id, with_for_update=True)
    if publication is None:
        raise NotFound
    return publication


def _check_editor(actor: Actor) -> None:
    if not actor.edits:
        raise NotAllowed


def steps_of(publication: Publication, person_id: int) -> tuple[Step, ...]:
    """What somebody who edits may do to it now."""
    impact = impact_of(publication)
    is_author = publication.author_id == person_id
    steps = allowed_steps(publication.state, is_author=is_author, is_large=impact.is_large)
    if impact.is_empty and publication.state is PublicationState.PROPOSED:
        return tuple(step for step in steps if step is Step.DROP)
    return steps


def check_step(publication: Publication, step: Step, actor: Actor) -> None:
    """Raises OwnConfirmation, or ChangedMeanwhile when it is past or somebody else's."""
    if step in steps_of(publication, actor.person_id):
        return
    is_own = publication.author_id == actor.person_id
    is_open = publication.state in LIFE_CYCLE[step].frm
    if is_own and is_open and LIFE_CYCLE[step].by is By.SECOND:
        raise OwnConfirmation
    raise ChangedMeanwhile


async def publish(
    session: AsyncSession,
    publication_id: int,
    *,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> Publication:
    """Put a small change in force; when anything was published since, it is examined anew first."""
    publication = await get(session, publication_id, actor)
    check_step(publication, Step.PUBLISH, actor)
    publication.reason = reason or publication.reason
    if await _is_outdated(session, publication, now=now):
        await _examine_again(session, publication, now=now)
    else:
        await _put_in_force(session, publication, now=now)
    return publication


async def ask_second(
    session: AsyncSession,
    publication_id: int,
    *,
    reason: str = "",
    actor: Actor,
    office: Office,
    now: datetime,
) -> Publication:
    """Ask every other editor and administrator to look at a large change."""
    publication = await get(session, publication_id, actor)
    check_step(publication, Step.ASK_SECOND, actor)
    publication.reason = reason or publication.reason
    await _wait_for_second(session, publication, administrators=office.administrators, now=now)
    return publication


async def _wait_for_second(
    session: AsyncSession,
    publication: Publication,
    *,
    administrators: frozenset[int],
    now: datetime,
) -> None:
    """From now on anybody but its author may confirm it; they are told."""
    publication.state, publication.asked_at = PublicationState.WAITING, now
    for person in await others(session, publication.author_id, administrators=administrators):
        await owe_notice(
            session,
            "publication_waiting",
            key=f"publication_waiting:{publication.id}:{person.id}",
            due_at=now,
            now=now,
            person_id=person.id,
            subject="publication",
            subject_id=publication.id,
        )
    await _show(session, publication, now=now)


async def others(
    session: AsyncSession, author_id: int | None, *, administrators: frozenset[int]
) -> list[Person]:
    """Editors and administrators who may be the second person."""
    every = [
        *await people.with_role(session, Role.EDITOR),
        *await people.administrators(session, administrators),
    ]
    return list({one.id: one for one in every if one.id != author_id}.values())


async def confirm(
    session: AsyncSession, publication_id: int, *, actor: Actor, now: datetime
) -> Publication:
    """A second person agrees: it is in force, unless the catalogue changed meanwhile."""
    publication = await get(session, publication_id, actor)
    check_step(publication, Step.CONFIRM, actor)
    if await _is_outdated(session, publication, now=now):
        await _examine_again(session, publication, now=now)
        return publication
    publication.decided_by = actor.person_id
    await _put_in_force(session, publication, now=now)
    await _tell_author(session, publication, now=now)
    return publication


async def send_back(
    session: AsyncSession, publication_id: int, *, note: str, actor: Actor, now: datetime
) -> Publication:
    """A second person does not agree, and says why."""
    publication = await get(session, publication_id, actor)
    check_step(publication, Step.SEND_BACK, actor)
    publication.state, publication.note = PublicationState.SENT_BACK, note
    publication.decided_by, publication.decided_at = actor.person_id, now
    await _show(session, publication, now=now)
    await _tell_author(session, publication, now=now)
    return publication


async def drop(
    session: AsyncSession, publication_id: int, *, actor: Actor, now: datetime
) -> Publication:
    """Its author puts it away."""
    publication = await get(session, publication_id, actor)
    check_step(publication, Step.DROP, actor)
    publication.state, publication.content = PublicationState.DROPPED, None
    publication.decided_at = now
    await _show(session, publication, now=now)
    return publication


async def _is_outdated(session: AsyncSession, publication: Publication, *, now: datetime) -> bool:
    is_old = publication.examined_at is None or now - publication.examined_at > GOOD_FOR
    return is_old or publication.base != await publishing.latest(session)


async def _examine_again(session: AsyncSession, publication: Publication, *, now: datetime) -> None:
    publication.state = PublicationState.EXAMINING
    await _show(session, publication, now=now)


async def _put_in_force(session: AsyncSession, publication: Publication, *, now: datetime) -> None:
    publication.state, publication.decided_at = PublicationState.PUBLISHED, now
    await publishing.publish(
        session,
        measures_of(publication),
        now=now,
        author_id=publication.author_id,
        reason=publication.reason,
        publication_id=publication.id,
    )
    await _show(session, publication, now=now)


# From the command line


async def publish_examined(
    session: AsyncSession, found: Examination, *, reason: str, now: datetime
) -> Publication:
    """An operator publishes at once what was examined. Raises ChangedMeanwhile when outdated."""
    if found.base != await publishing.latest(session):
        raise ChangedMeanwhile
    publication = await _left_waiting(session, found)
    if publication is None:
        publication = await _new(session, PublicationState.PROPOSED, now=now)
    publication.reason = reason or publication.reason
    _lay_down(publication, found, now=now)
    await _put_in_force(session, publication, now=now)
    return publication


async def _left_waiting(session: AsyncSession, found: Examination) -> Publication | None:
    """What the operator left to be confirmed before, word for word the same."""
    bodies = [body_of(measure) for measure in found.measures]
    every = await open_ones(session)
    return next((one for one in every if one.author_id is None and one.bodies == bodies), None)


async def propose_examined(
    session: AsyncSession,
    found: Examination,
    *,
    reason: str,
    administrators: frozenset[int],
    now: datetime,
) -> Publication:
    """An operator leaves a large change to be confirmed in the chat; the same one once only."""
    waiting = await _left_waiting(session, found)
    if waiting is not None:
        return waiting
    publication = await _new(session, PublicationState.PROPOSED, reason=reason, now=now)
    _lay_down(publication, found, now=now)
    await _wait_for_second(session, publication, administrators=administrators, now=now)
    return publication


# Undoing


async def undo(
    session: AsyncSession,
    publication_id: int,
    *,
    actor: Actor | None,
    now: datetime,
    today: date,
) -> Publication:
    """Publish what was in force before as a new version; a measure that was new is retired.

    `actor` None is the operator. No second person is asked: what returns was in force already.
    Raises PublishedLater when that would take back more than this publication.
    """
    publication = await _for_undoing(session, publication_id, actor)
    versions = await publishing.published_by(session, publication.id)
    numbers = await publishing.numbers(session)
    for version in versions:
        if numbers[version.measure_id] != version.number:
            raise PublishedLater(measure=publishing.measure_in(version).short)
    await publishing.publish(
        session,
        [await _before(session, version, today) for version in versions],
        now=now,
        author_id=actor.person_id if actor else None,
        reason=f"{UNDO}{publication.number}",
    )
    publication.state, publication.undone_at = PublicationState.UNDONE, now
    publication.undone_by = actor.person_id if actor else None
    await _show(session, publication, now=now)
    if actor is None or actor.person_id != publication.author_id:
        await _tell_author(session, publication, now=now)
    return publication


async def _for_undoing(
    session: AsyncSession, publication_id: int, actor: Actor | None
) -> Publication:
    if actor is not None:
        publication = await get(session, publication_id, actor)
        check_step(publication, Step.UNDO, actor)
        return publication
    publication = await session.get_one(Publication, publication_id)
    if publication.state is not PublicationState.PUBLISHED:
        raise ChangedMeanwhile
    return publication


async def _before(session: AsyncSession, version: MeasureVersion, today: date) -> Measure:
    earlier = await publishing.version_of(session, version.measure_id, version.number - 1)
    if earlier is not None:
        return publishing.measure_in(earlier)
    over = {"status": MeasureStatus.RETIRED, "retired_on": today}
    return publishing.measure_in(version).model_copy(update=over)


# Cards


def shows(publication: Publication, card: Message, screen: Screen) -> None:
    """This message shows the publication from now on, until something else is drawn over it."""
    publication.cards = {**publication.cards, str(card.id): _print_of(screen.text)}


async def cards_of(session: AsyncSession, publication: Publication) -> Sequence[Message]:
    """The messages that still show it."""
    ids = [int(key) for key in publication.cards]
    statement = select(Message).where(col(Message.id).in_(ids)).order_by(col(Message.id))
    return [
        card
        for card in (await session.exec(statement)).all()
        if publication.cards[str(card.id)] == _print_of(card.text)
    ]


def _print_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


# Looking


async def open_ones(session: AsyncSession) -> Sequence[Publication]:
    """What is not decided yet, the newest first."""
    statement = (
        select(Publication)
        .where(col(Publication.state).in_(_OPEN))
        .order_by(col(Publication.number).desc())
    )
    return (await session.exec(statement)).all()


async def by_number(session: AsyncSession, number: int) -> Publication | None:
    """The publication of a number."""
    statement = select(Publication).where(col(Publication.number) == number)
    return (await session.exec(statement)).first()


# Telling


async def _show(session: AsyncSession, publication: Publication, *, now: datetime) -> None:
    """Every copy of the card is drawn as things stand."""
    if not publication.cards:
        return
    await owe_notice(
        session,
        "publication_card",
        key=f"publication_card:{new_id()}",
        due_at=now,
        now=now,
        subject="publication",
        subject_id=publication.id,
    )


async def _tell_author(session: AsyncSession, publication: Publication, *, now: datetime) -> None:
    if publication.author_id is None:
        return
    await owe_notice(
        session,
        "publication_decided",
        key=f"publication_decided:{publication.id}:{publication.state}",
        due_at=now,
        now=now,
        person_id=publication.author_id,
        subject="publication",
        subject_id=publication.id,
    )
