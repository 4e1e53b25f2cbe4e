"""What is said about colleagues."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.screens import Screen
from models import Company, JoinRequest, Membership, Notice, Person
from services import memberships
from services.office import Office
from views import colleagues, offices
from views.translations import Translator, translator


async def join_requested(
    session: AsyncSession, notice: Notice, _office: Office, _now: datetime
) -> Screen | None:
    """Somebody asks to join; only who may still answer is asked."""
    request = await session.get(JoinRequest, notice.subject_id)
    if request is None or request.decided_at is not None:
        return None
    if not await memberships.may_decide(session, notice.person_id or 0, request.company_id):
        return None
    person = await session.get_one(Person, request.person_id)
    company = await session.get_one(Company, request.company_id)
    return colleagues.request_card(await _words_for(session, notice), request, person, company)


async def join_decided(
    session: AsyncSession, notice: Notice, _office: Office, _now: datetime
) -> Screen | None:
    """The members' answer."""
    request = await session.get(JoinRequest, notice.subject_id)
    if request is None or request.accepted is None:
        return None
    company = await session.get_one(Company, request.company_id)
    t = await _words_for(session, notice)
    return colleagues.join_answered(t, company, accepted=request.accepted)


async def member_joined(
    session: AsyncSession, notice: Notice, office: Office, _now: datetime
) -> Screen | None:
    """Somebody came through a link; the inviter hears of it while they are still there."""
    link = await session.get(Membership, notice.subject_id)
    if link is None or link.until is not None:
        return None
    inviter = await session.get_one(Person, notice.person_id)
    if not await memberships.is_told_of(session, link, inviter, office.administrators):
        return None
    person = await session.get_one(Person, link.person_id)
    t = await _words_for(session, notice)
    if link.company_id is None:
        info = office.catalogue.department(link.department or "")
        return offices.came(t, person, link.role, info.name.of(t.locale) if info else None)
    company = await session.get_one(Company, link.company_id)
    return colleagues.member_joined(t, person, company)


async def member_removed(
    session: AsyncSession, notice: Notice, _office: Office, _now: datetime
) -> Screen | None:
    """Somebody does not belong to a company any more."""
    company = await session.get(Company, notice.subject_id)
    if company is None or company.erased_at is not None:
        return None
    return colleagues.removed(await _words_for(session, notice), company)


async def _words_for(session: AsyncSession, notice: Notice) -> Translator:
    person = await session.get_one(Person, notice.person_id)
    return translator(person.locale)
