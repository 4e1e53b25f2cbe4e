"""Whom of a company news about policies goes to: one member, so that it is said once."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import COMPANY_ROLES
from models import Company, Consent, Fact, Membership, NoticeChoice, Person
from services import notice_choices
from services.notice_choices import wants_news
from services.people import CONSENT_VERSION

#: Whether somebody who chose so wants to hear of the matter at hand.
Wants = Callable[[NoticeChoice], bool]
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom news goes to, and how that person wants to hear it."""

    person: Person
    choice: NoticeChoice


async def contacts_of(
    session: AsyncSession, company_ids: Collection[int], *, wants: Wants = wants_news
) -> dict[int, Contact]:
    """The contact of each company that has one: whoever asked to be it, else whoever last said
    something of the company, else the longest member.

    Only members who agreed, can be reached, and have not switched such messages off.
    """
    members = await _listeners(session, company_ids, wants)
    contested = [company_id for company_id, people in members.items() if len(people) > 1]
    asked = await _asked(session, contested) if contested else {}
    spoke = await _spoke(session, contested) if contested else {}
    return {
        company_id: max(
            people,
            key=lambda contact: (
                contact.person.id == asked.get(company_id),
                spoke.get((company_id, contact.person.id), _LONG_AGO),
                -people.index(contact),
            ),
        )
        for company_id, people in members.items()
    }


async def contact_of(
    session: AsyncSession, company_id: int, *, wants: Wants = wants_news
) -> Contact | None:
    """The contact of one company; None when nobody there wants or may be told."""
    return (await contacts_of(session, [company_id], wants=wants)).get(company_id)


def be_contact(company: Company, person_id: int) -> None:
    """News of policies goes to this member from now on."""
    company.contact_id = person_id


async def _listeners(
    session: AsyncSession, company_ids: Collection[int], wants: Wants
) -> dict[int, list[Contact]]:
    statement = (
        select(Membership.company_id, Person)
        .join(Person, col(Person.id) == col(Membership.person_id))
        .where(
            col(Membership.company_id).in_(company_ids),
            col(Membership.role).in_(COMPANY_ROLES),
            col(Membership.until).is_(None),
            col(Person.unreachable_since).is_(None),
            col(Person.erased_at).is_(None),
        )
        .order_by(col(Membership.id))
    )
    found = (await session.exec(statement)).all()
    listen = await _who_listens(session, {person.id for _, person in found}, wants)
    members: dict[int, list[Contact]] = {}
    for company_id, person in found:
        if company_id is not None and person.id in listen:
            members.setdefault(company_id, []).append(Contact(person, listen[person.id]))
    return members


async def _who_listens(
    session: AsyncSession, person_ids: Collection[int], wants: Wants
) -> dict[int, NoticeChoice]:
    """Who agreed to the present text last, and wants to hear of it."""
    newest = (
        select(func.max(Consent.id))
        .where(col(Consent.person_id).in_(person_ids))
        .group_by(col(Consent.person_id))
    )
    agreed = select(Consent.person_id).where(
        col(Consent.id).in_(newest),
        col(Consent.given),
        col(Consent.text_version) == CONSENT_VERSION,
    )
    found = set((await session.exec(agreed)).all())
    choices = await notice_choices.choices_of(session, found)
    return {key: choice for key, choice in choices.items() if wants(choice)}


async def _asked(session: AsyncSession, company_ids: Collection[int]) -> dict[int, int | None]:
    statement = select(Company.id, Company.contact_id).where(col(Company.id).in_(company_ids))
    return dict((await session.exec(statement)).all())


async def _spoke(
    session: AsyncSession, company_ids: Collection[int]
) -> dict[tuple[int, int | None], datetime]:
    statement = (
        select(Fact.company_id, Fact.person_id, func.max(Fact.at))
        .where(col(Fact.company_id).in_(company_ids), col(Fact.person_id).is_not(None))
        .group_by(col(Fact.company_id), col(Fact.person_id))
    )
    return {(company, person): at for company, person, at in (await session.exec(statement)).all()}
