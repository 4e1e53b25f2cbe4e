"""Persons: meeting them, what they may do, what they consented to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select, SelectOfScalar

from domain.absences import AbsenceState, represented_by
from domain.actors import COMPANY_ROLES, OFFICE_ROLES, TICKET_ROLES, Actor, Grant, Hat, Role
from domain.errors import NotFound
from models import Absence, Company, Consent, Conversation, Membership, Person
from services.notices import owe_notice
from services.office import Office

#: The text that persons consent to; a new one is asked for again.
CONSENT_VERSION = "2026-11"
#: Languages a person may choose.
LOCALES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who Telegram says is writing."""

    telegram_id: int
    name: str
    username: str = ""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who came, what they may do at this moment, and where they stand in the chat.

    `talk` is written by `keep_talk` alone: it is apart from the session, which would write it anew
    before every query that follows a change.
    """

    person: Person
    actor: Actor
    talk: Conversation


async def receive(
    session: AsyncSession, caller: Caller, *, chat_id: int, office: Office, now: datetime
) -> Visitor:
    """Whoever writes in a chat, known or new; of the known all is asked at once."""
    asked = {"telegram_id": caller.telegram_id, "bot_id": office.bot_id, "chat_id": chat_id}
    found = (await session.exec(_visitor(), params=asked)).all()
    if not found:
        await _enrol(session, caller, default_locale=office.default_locale, now=now)
        found = (await session.exec(_visitor(), params=asked)).all()
    person, talk, _, consented = found[0]
    _rename(person, caller)
    if talk is None:
        talk = await _begin_talk(session, office.bot_id, chat_id, person.id, now=now)
    session.expunge(talk)
    actor = await _actor(
        session,
        person,
        [link for _, _, link, _ in found if link is not None],
        consented=bool(consented),
        administrators=office.administrators,
    )
    return Visitor(person, actor, talk)


def keep_talk(session: AsyncSession, talk: Conversation, *, now: datetime) -> None:
    """Write where a visitor stands now; drafts are kept for a time, counted from here."""
    talk.updated_at = now
    session.add(talk)


@cache
def _visitor() -> Select[Person, Any, Any, Any]:
    """For `telegram_id`, `bot_id` and `chat_id`: asked for every update, and slow to build."""
    is_their_talk = and_(
        col(Conversation.bot_id) == bindparam("bot_id"),
        col(Conversation.chat_id) == bindparam("chat_id"),
        col(Conversation.person_id) == col(Person.id),
    )
    return (
        select(Person, Conversation, Membership, _consented())
        .outerjoin(Conversation, is_their_talk)
        .outerjoin(Membership, _holds_now())
        .where(col(Person.telegram_id) == bindparam("telegram_id"))
        .order_by(col(Membership.id))
    )


@cache
def _standing() -> Select[Any, Any]:
    """For `person_id`."""
    return (
        select(Membership, _consented())
        .select_from(Person)
        .outerjoin(Membership, _holds_now())
        .where(col(Person.id) == bindparam("person_id"))
        .order_by(col(Membership.id))
    )


def _holds_now() -> ColumnElement[bool]:
    return and_(col(Membership.person_id) == col(Person.id), col(Membership.until).is_(None))


def _consented() -> ScalarSelect[bool]:
    """Whether a person's newest word on consent is yes, to the present text; None: no word."""
    is_yes = and_(col(Consent.given), col(Consent.text_version) == CONSENT_VERSION)
    return (
        select(is_yes)
        .where(col(Consent.person_id) == col(Person.id))
        .order_by(col(Consent.id).desc())
        .limit(1)
        .scalar_subquery()
    )


async def meet(
    session: AsyncSession, caller: Caller, *, default_locale: str, now: datetime
) -> Person:
    """The person behind a Telegram account, known or new; a changed name is kept up to date."""
    person = await by_telegram_id(session, caller.telegram_id)
    if person is None:
        return await _enrol(session, caller, default_locale=default_locale, now=now)
    _rename(person, caller)
    return person


async def _enrol(
    session: AsyncSession, caller: Caller, *, default_locale: str, now: datetime
) -> Person:
    person = Person(
        telegram_id=caller.telegram_id,
        name=caller.name,
        username=caller.username,
        locale=default_locale,
        created_at=now,
    )
    session.add(person)
    await session.flush()
    return person


def _rename(person: Person, caller: Caller) -> None:
    is_same = (person.name, person.username) == (caller.name, caller.username)
    if person.erased_at is None and not is_same:
        person.name, person.username = caller.name, caller.username


async def by_telegram_id(session: AsyncSession, telegram_id: int) -> Person | None:
    """The person of a Telegram account."""
    statement = select(Person).where(col(Person.telegram_id) == telegram_id)
    return (await session.exec(statement)).first()


async def actor_for(
    session: AsyncSession, person: Person, *, administrators: frozenset[int]
) -> Actor:
    """What a person may do at this moment; administrators come from the settings."""
    found = (await session.exec(_standing(), params={"person_id": person.id})).all()
    return await _actor(
        session,
        person,
        [link for link, _ in found if link is not None],
        consented=any(consented for _, consented in found),
        administrators=administrators,
    )


async def _actor(
    session: AsyncSession,
    person: Person,
    links: Sequence[Membership],
    *,
    consented: bool,
    administrators: frozenset[int],
) -> Actor:
    """Whoever works in the office and stands in for somebody has that person's ticket roles too."""
    companies = [
        link.company_id for link in links if link.role in COMPANY_ROLES and link.company_id
    ]
    own = {link.company_id for link in links if link.role is Role.MEMBER}
    grants = {Grant(link.role, link.department) for link in links if link.role in OFFICE_ROLES}
    if person.telegram_id in administrators:
        grants.add(Grant(Role.ADMIN))
    stands_in_for = represented_by(person.id, await away(session)) if grants else frozenset()
    if stands_in_for:
        grants |= await _ticket_grants(session, stands_in_for)
    return Actor(
        person_id=person.id,
        name=person.name,
        locale=person.locale,
        consented=consented,
        company_id=_active(person, companies),
        company_ids=frozenset(companies),
        client_ids=frozenset(companies) - own,
        grants=frozenset(grants),
        hat=_hat(person, in_office=bool(grants), in_company=bool(companies)),
        stands_in_for=stands_in_for,
    )


async def away(session: AsyncSession) -> dict[int, int | None]:
    """Who is away now, with the stand-in each of them named."""
    statement = select(Absence.person_id, Absence.stand_in_id).where(
        col(Absence.state) == AbsenceState.AWAY
    )
    return dict((await session.exec(statement)).all())


async def _ticket_grants(session: AsyncSession, person_ids: frozenset[int]) -> set[Grant]:
    statement = select(Membership).where(
        col(Membership.person_id).in_(person_ids),
        col(Membership.role).in_(TICKET_ROLES),
        col(Membership.until).is_(None),
    )
    return {Grant(link.role, link.department) for link in (await session.exec(statement)).all()}


def _hat(person: Person, *, in_office: bool, in_company: bool) -> Hat:
    """Only who has both may choose; whoever left the office speaks as a company again."""
    if in_office and in_company:
        return person.hat
    return Hat.OFFICE if in_office else Hat.COMPANY


def _active(person: Person, companies: list[int]) -> int | None:
    if person.active_company_id in companies:
        return person.active_company_id
    return companies[0] if companies else None


async def open_memberships(session: AsyncSession, person_id: int) -> list[Membership]:
    """The links that hold now, oldest first."""
    statement = (
        select(Membership)
        .where(col(Membership.person_id) == person_id, col(Membership.until).is_(None))
        .order_by(col(Membership.id))
    )
    return list((await session.exec(statement)).all())


async def companies_of(session: AsyncSession, actor: Actor) -> list[Company]:
    """The companies somebody speaks for, the active one first."""
    if not actor.company_ids:
        return []
    asked = {"ids": list(actor.company_ids)}
    found = (await session.exec(_companies(), params=asked)).all()
    return sorted(found, key=lambda company: company.id != actor.company_id)


@cache
def _companies() -> SelectOfScalar[Company]:
    """For `ids`: asked for every menu, and slow to build."""
    are_these = col(Company.id).in_(bindparam("ids", expanding=True))
    return select(Company).where(are_these).order_by(col(Company.id))


def wear(person: Person, actor: Actor, hat: Hat) -> Hat:
    """Change the hat; only somebody who has both may, others keep what they have."""
    if actor.in_office and actor.company_ids:
        person.hat = hat
        return hat
    return actor.hat


def use_company(person: Person, actor: Actor, company_id: int) -> Actor:
    """Speak for another of one's companies from now on."""
    if company_id not in actor.company_ids:
        raise NotFound
    person.active_company_id = company_id
    return replace(actor, company_id=company_id)


def speak(person: Person, locale: str) -> None:
    """Change the language; an unknown one changes nothing."""
    if locale in LOCALES:
        person.locale = locale


def came(person: Person, *, now: datetime) -> None:
    """The person opened the chat, or took the bot back: they can be written to."""
    if person.started_at is None or person.unreachable_since is not None:
        person.started_at = person.started_at or now
        person.unreachable_since = None


async def went_away(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """The person blocked the bot: nothing more is sent, and the office hears of it once."""
    if person.unreachable_since is not None:
        return
    person.unreachable_since = now
    await owe_notice(
        session,
        "person_unreachable",
        key=f"person_unreachable:{person.id}:{int(now.timestamp())}",
        due_at=now,
        now=now,
        subject="person",
        subject_id=person.id,
    )


async def record_consent(
    session: AsyncSession, person_id: int, *, given: bool, now: datetime
) -> None:
    """Keep that somebody agreed, or took it back, with the version of the text and the time."""
    session.add(Consent(person_id=person_id, text_version=CONSENT_VERSION, given=given, at=now))
    await session.flush()


async def with_role(
    session: AsyncSession, role: Role, *, department: str | None = None
) -> list[Person]:
    """Persons who hold an office role now, in this department where one is named."""
    statement = (
        select(Person)
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(col(Membership.role) == role, col(Membership.until).is_(None))
        .order_by(col(Person.id))
    )
    if department is not None:
        statement = statement.where(col(Membership.department) == department)
    return list((await session.exec(statement)).all())


async def administrators(session: AsyncSession, telegram_ids: frozenset[int]) -> list[Person]:
    """The administrators who have a chat with the bot."""
    statement = select(Person).where(col(Person.telegram_id).in_(telegram_ids))
    return list((await session.exec(statement)).all())


async def conversation(
    session: AsyncSession, *, bot_id: int, chat_id: int, person_id: int, now: datetime
) -> Conversation:
    """Where this person stands in this chat."""
    statement = select(Conversation).where(
        col(Conversation.bot_id) == bot_id,
        col(Conversation.chat_id) == chat_id,
        col(Conversation.person_id) == person_id,
    )
    found = (await session.exec(statement)).first()
    return found or await _begin_talk(session, bot_id, chat_id, person_id, now=now)


async def _begin_talk(
    session: AsyncSession, bot_id: int, chat_id: int, person_id: int, *, now: datetime
) -> Conversation:
    talk = Conversation(bot_id=bot_id, chat_id=chat_id, person_id=person_id, updated_at=now)
    session.add(talk)
    await session.flush()
    return talk
