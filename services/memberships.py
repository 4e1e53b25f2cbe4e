"""Links of people to companies and office roles: invitations, requests to join, leaving."""

import hmac
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import COMPANY_ROLES, OFFICE_ROLES, Actor, Role
from domain.errors import ChangedMeanwhile, NotAllowed, NotFound, Refusal
from domain.limits import INVITATIONS, TooManyInvitations
from models import Company, Invitation, JoinRequest, Membership, Person
from services import people
from services.notices import owe_notice

INVITATION_LIFE = timedelta(days=7)
#: After a no, the same person may ask the same company again only so much later.
ASK_AGAIN_AFTER = timedelta(days=30)
#: Requests of one person that may wait at the same time.
OPEN_REQUESTS = 3
#: What an administrator may give away; administrators themselves come from the settings.
INVITABLE = (Role.OFFICER, Role.HEAD, Role.DUTY, Role.EDITOR)
#: The conversation of a guest who has opened a link and not yet agreed.
INVITED = "people.invited"
_OF_A_DEPARTMENT = frozenset({Role.OFFICER, Role.HEAD})
_SECRET_BYTES = 24


class InvitationUnknown(Refusal):
    """No invitation has this secret: mistyped, or cut off."""

    code = "invitation_unknown"


class InvitationUsed(Refusal):
    """Somebody else came through it."""

    code = "invitation_used"


class InvitationExpired(Refusal):
    """Its days are over."""

    code = "invitation_expired"


class InvitationRevoked(Refusal):
    """Whoever made it took it back, or no longer belongs to the company."""

    code = "invitation_revoked"


class AlreadyMember(Refusal):
    """There is nothing to join."""

    code = "already_member"


class AskedLately(Refusal):
    """The members said no a short while ago."""

    code = "asked_lately"


class TooManyRequests(Refusal):
    """Several requests of this person still wait."""

    code = "too_many_requests"


class Invited(NamedTuple):
    """A fresh invitation; the secret is shown once and kept nowhere."""

    invitation: Invitation
    secret: str


class Member(NamedTuple):
    """Somebody with the link that makes them a member."""

    membership: Membership
    person: Person


async def invite(
    session: AsyncSession,
    role: Role,
    *,
    actor: Actor,
    now: datetime,
    department: str | None = None,
    company_id: int | None = None,
) -> Invited:
    """Make a one-time link into the actor's company, or, for administrators, into the office."""
    _check_may_invite(actor, role, department=department, company_id=company_id)
    if await _waiting(session, actor.person_id, now=now) >= INVITATIONS:
        raise TooManyInvitations(limit=INVITATIONS)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    invitation = Invitation(
        secret_hash=_hash(secret),
        role=role,
        company_id=company_id,
        department=department,
        created_by=actor.person_id,
        created_at=now,
        expires_at=now + INVITATION_LIFE,
    )
    session.add(invitation)
    await session.flush()
    return Invited(invitation, secret)


async def _waiting(session: AsyncSession, person_id: int, *, now: datetime) -> int:
    """Links of this person that somebody could still use."""
    statement = select(func.count()).where(
        col(Invitation.created_by) == person_id,
        col(Invitation.used_at).is_(None),
        col(Invitation.revoked_at).is_(None),
        col(Invitation.expires_at) > now,
    )
    return (await session.exec(statement.select_from(Invitation))).one()


def _check_may_invite(
    actor: Actor, role: Role, *, department: str | None, company_id: int | None
) -> None:
    if role in COMPANY_ROLES:
        allowed = role is Role.MEMBER and company_id in actor.company_ids and department is None
    else:
        of_department = (department is not None) == (role in _OF_A_DEPARTMENT)
        allowed = actor.is_admin and role in INVITABLE and of_department and company_id is None
    if not allowed:
        raise NotAllowed


async def look_at(
    session: AsyncSession,
    secret: str,
    *,
    into_office: bool,
    person: Person,
    now: datetime,
    administrators: frozenset[int] = frozenset(),
) -> Invitation:
    """The invitation behind a secret, still good for this person; raises what is wrong with it.

    A link into the office is none into a company, and the other way round. It lives no longer than
    the right of whoever made it; `administrators` are those who may make links into the office.
    """
    digest = _hash(secret)
    statement = select(Invitation).where(col(Invitation.secret_hash) == digest).with_for_update()
    invitation = (await session.exec(statement)).first()
    if invitation is None or not hmac.compare_digest(invitation.secret_hash, digest):
        raise InvitationUnknown
    if into_office != (invitation.company_id is None):
        raise InvitationUnknown
    await _check_good_for(session, invitation, person, administrators, now=now)
    return invitation


async def _check_good_for(
    session: AsyncSession,
    invitation: Invitation,
    person: Person,
    administrators: frozenset[int],
    *,
    now: datetime,
) -> None:
    if invitation.used_by is not None and invitation.used_by != person.id:
        raise InvitationUsed
    if invitation.used_by is not None:
        return
    if invitation.revoked_at is not None:
        raise InvitationRevoked
    if now >= invitation.expires_at:
        raise InvitationExpired
    if not await _may_still_invite(session, invitation, administrators):
        raise InvitationRevoked
    if invitation.company_id is not None and invitation.created_by == person.id:
        raise AlreadyMember  # an agent would make itself a member of its client


async def _may_still_invite(
    session: AsyncSession, invitation: Invitation, administrators: frozenset[int]
) -> bool:
    """Whether who made the link still belongs to the company, or still is an administrator."""
    if invitation.created_by is None:
        return False
    inviter = await session.get_one(Person, invitation.created_by)
    if invitation.company_id is None:
        return inviter.telegram_id in administrators
    company = await session.get_one(Company, invitation.company_id)
    links = await people.open_memberships(session, inviter.id)
    return company.erased_at is None and any(link.company_id == company.id for link in links)


async def accept(
    session: AsyncSession,
    secret: str,
    *,
    into_office: bool,
    person: Person,
    now: datetime,
    administrators: frozenset[int] = frozenset(),
) -> Membership:
    """Come through a link. It works once; the same person opening it again changes nothing."""
    invitation = await look_at(
        session,
        secret,
        into_office=into_office,
        person=person,
        now=now,
        administrators=administrators,
    )
    return await come_in(session, invitation, person=person, now=now)


async def opened(
    session: AsyncSession, invitation_id: int, *, person: Person, now: datetime
) -> Invitation:
    """A company's invitation that this person looked at before, if it still is good for them."""
    invitation = await session.get(Invitation, invitation_id, with_for_update=True)
    if invitation is None or invitation.company_id is None:
        raise InvitationUnknown
    await _check_good_for(session, invitation, person, frozenset(), now=now)
    return invitation


async def come_in(
    session: AsyncSession, invitation: Invitation, *, person: Person, now: datetime
) -> Membership:
    """Take an invitation that was looked at; who is in already leaves it to somebody else."""
    known = await _open_link(
        session, person, invitation.role, invitation.company_id, invitation.department
    )
    if known is not None:
        return known
    if invitation.used_by is not None:
        raise InvitationUsed
    invitation.used_by, invitation.used_at = person.id, now
    link = await _link(
        session,
        person,
        invitation.role,
        company_id=invitation.company_id,
        department=invitation.department,
        invited_by=invitation.created_by,
        now=now,
    )
    await _tell_inviter(session, link, now=now)
    return link


async def _tell_inviter(session: AsyncSession, link: Membership, *, now: datetime) -> None:
    await owe_notice(
        session,
        "member_joined",
        key=f"member_joined:{link.id}",
        due_at=now,
        now=now,
        person_id=link.invited_by,
        subject="membership",
        subject_id=link.id,
    )


async def revoke(
    session: AsyncSession, invitation_id: int, *, actor: Actor, now: datetime
) -> Invitation:
    """Take an unused link back: its company's members may, and administrators for the office."""
    invitation = await session.get(Invitation, invitation_id)
    if invitation is None or not _may_see(actor, invitation):
        raise NotFound
    if invitation.used_at is None and invitation.revoked_at is None:
        invitation.revoked_at = now
    return invitation


def _may_see(actor: Actor, invitation: Invitation) -> bool:
    if invitation.company_id is None:
        return actor.is_admin
    return invitation.company_id in actor.company_ids


async def open_invitations(
    session: AsyncSession, *, actor: Actor, now: datetime, company_id: int | None = None
) -> list[Invitation]:
    """Links that could still be used: into one company, or (None) into the office."""
    if not (actor.is_admin if company_id is None else company_id in actor.company_ids):
        raise NotAllowed
    belongs = (
        col(Invitation.company_id).is_(None)
        if company_id is None
        else col(Invitation.company_id) == company_id
    )
    statement = (
        select(Invitation)
        .where(
            belongs,
            col(Invitation.used_at).is_(None),
            col(Invitation.revoked_at).is_(None),
            col(Invitation.expires_at) > now,
        )
        .order_by(col(Invitation.id))
    )
    return list((await session.exec(statement)).all())


async def members(session: AsyncSession, company_id: int) -> list[Member]:
    """Who belongs to a company now, longest first."""
    statement = (
        select(Membership, Person)
        .join(Person, col(Person.id) == col(Membership.person_id))
        .where(col(Membership.company_id) == company_id, col(Membership.until).is_(None))
        .order_by(col(Membership.since), col(Membership.id))
    )
    return [Member(link, person) for link, person in (await session.exec(statement)).all()]


async def remove(
    session: AsyncSession, membership_id: int, *, actor: Actor, now: datetime
) -> Membership:
    """End somebody's link to the actor's own company; they are told. An agent removes nobody."""
    link = await session.get(Membership, membership_id)
    if link is None or link.company_id is None or link.company_id not in actor.company_ids:
        raise NotFound
    if link.person_id != actor.person_id:
        await _check_is_member(session, actor, link.company_id)
    if link.until is None:
        link.until = now
        if link.person_id != actor.person_id:
            await _tell_removed(session, link, now=now)
    return link


async def leave(
    session: AsyncSession, company_id: int, *, actor: Actor, now: datetime
) -> list[Membership]:
    """End all of one's own links to a company."""
    if company_id not in actor.company_ids:
        raise NotFound
    links = [
        link
        for link in await people.open_memberships(session, actor.person_id)
        if link.company_id == company_id
    ]
    for link in links:
        link.until = now
    return links


async def _check_is_member(session: AsyncSession, actor: Actor, company_id: int) -> None:
    links = await people.open_memberships(session, actor.person_id)
    if not any(link.company_id == company_id and link.role is Role.MEMBER for link in links):
        raise NotAllowed


async def _tell_removed(session: AsyncSession, link: Membership, *, now: datetime) -> None:
    await owe_notice(
        session,
        "member_removed",
        key=f"member_removed:{link.id}",
        due_at=now,
        now=now,
        person_id=link.person_id,
        subject="company",
        subject_id=link.company_id,
    )


async def staff(session: AsyncSession, *, actor: Actor) -> list[Member]:
    """Everybody with an office role, by department; administrators only."""
    if not actor.is_admin:
        raise NotAllowed
    statement = (
        select(Membership, Person)
        .join(Person, col(Person.id) == col(Membership.person_id))
        .where(col(Membership.role).in_(OFFICE_ROLES), col(Membership.until).is_(None))
        .order_by(col(Membership.department), col(Membership.id))
    )
    return [Member(link, person) for link, person in (await session.exec(statement)).all()]


async def dismiss(
    session: AsyncSession, membership_id: int, *, actor: Actor, now: datetime
) -> Membership:
    """End an office role; what was done under it stays in the history."""
    link = await held_in_office(session, membership_id, actor=actor)
    if link.until is None:
        link.until = now
    return link


async def held_in_office(session: AsyncSession, membership_id: int, *, actor: Actor) -> Membership:
    """Somebody's office role, for administrators."""
    link = await session.get(Membership, membership_id)
    if not actor.is_admin or link is None or link.role not in OFFICE_ROLES:
        raise NotFound
    return link


async def request_join(
    session: AsyncSession, company_id: int, *, person: Person, now: datetime
) -> JoinRequest:
    """Ask the members of a company whose code was typed; nothing of it is shown meanwhile.

    Where nobody is a member any more, the duty desk is asked. Asking twice is asking once.
    """
    company = await session.get(Company, company_id)
    if company is None or company.erased_at is not None:
        raise NotFound
    if await _open_link(session, person, Role.MEMBER, company_id, None) is not None:
        raise AlreadyMember
    before = await _requests_of(session, person)
    same = [request for request in before if request.company_id == company_id]
    for request in same:
        if request.decided_at is None:
            return request
        if request.accepted is False and now - request.decided_at < ASK_AGAIN_AFTER:
            raise AskedLately
    if sum(request.decided_at is None for request in before) >= OPEN_REQUESTS:
        raise TooManyRequests
    request = JoinRequest(person_id=person.id, company_id=company_id, created_at=now)
    session.add(request)
    await session.flush()
    await _ask_members(session, request, now=now)
    return request


async def _requests_of(session: AsyncSession, person: Person) -> list[JoinRequest]:
    statement = select(JoinRequest).where(col(JoinRequest.person_id) == person.id)
    return list((await session.exec(statement)).all())


async def _ask_members(session: AsyncSession, request: JoinRequest, *, now: datetime) -> None:
    for person in await _deciders(session, request.company_id):
        await owe_notice(
            session,
            "join_requested",
            key=f"join_requested:{request.id}:{person.id}",
            due_at=now,
            now=now,
            person_id=person.id,
            subject="join_request",
            subject_id=request.id,
        )


async def _deciders(session: AsyncSession, company_id: int) -> list[Person]:
    inside = [
        member.person
        for member in await members(session, company_id)
        if member.membership.role is Role.MEMBER
    ]
    return inside or await people.with_role(session, Role.DUTY)


async def waiting_requests(
    session: AsyncSession, company_id: int
) -> list[tuple[JoinRequest, Person]]:
    """Who asks to join and has no answer yet, oldest first."""
    statement = (
        select(JoinRequest, Person)
        .join(Person, col(Person.id) == col(JoinRequest.person_id))
        .where(col(JoinRequest.company_id) == company_id, col(JoinRequest.decided_at).is_(None))
        .order_by(col(JoinRequest.id))
    )
    return [(request, person) for request, person in (await session.exec(statement)).all()]


async def decide(
    session: AsyncSession, request_id: int, *, accepted: bool, actor: Actor, now: datetime
) -> JoinRequest:
    """A member lets somebody in, or not; the first answer counts and is told to who asked."""
    request = await session.get(JoinRequest, request_id, with_for_update=True)
    if request is None or not await may_decide(session, actor.person_id, request.company_id):
        raise NotFound
    if request.decided_at is not None:
        raise ChangedMeanwhile
    request.decided_at, request.decided_by, request.accepted = now, actor.person_id, accepted
    person = await session.get_one(Person, request.person_id)
    if (
        accepted
        and await _open_link(session, person, Role.MEMBER, request.company_id, None) is None
    ):
        await _link(
            session,
            person,
            Role.MEMBER,
            company_id=request.company_id,
            invited_by=actor.person_id,
            now=now,
        )
    await owe_notice(
        session,
        "join_decided",
        key=f"join_decided:{request.id}",
        due_at=now,
        now=now,
        person_id=request.person_id,
        subject="join_request",
        subject_id=request.id,
    )
    return request


async def may_decide(session: AsyncSession, person_id: int, company_id: int) -> bool:
    """Whether somebody is among those who let people into a company."""
    return any(person.id == person_id for person in await _deciders(session, company_id))


async def is_told_of(
    session: AsyncSession, link: Membership, person: Person, administrators: frozenset[int]
) -> bool:
    """Whether it is still somebody's business who came in by a link of theirs."""
    if link.company_id is None:
        return person.telegram_id in administrators
    own = await people.open_memberships(session, person.id)
    return any(one.company_id == link.company_id for one in own)


async def _open_link(
    session: AsyncSession,
    person: Person,
    role: Role,
    company_id: int | None,
    department: str | None,
) -> Membership | None:
    links = await people.open_memberships(session, person.id)
    wanted = (role, company_id, department)
    return next((x for x in links if (x.role, x.company_id, x.department) == wanted), None)


async def _link(
    session: AsyncSession,
    person: Person,
    role: Role,
    *,
    now: datetime,
    company_id: int | None = None,
    department: str | None = None,
    invited_by: int | None = None,
) -> Membership:
    """Add the link; whoever joins a company speaks for it from now on."""
    link = Membership(
        person_id=person.id,
        role=role,
        company_id=company_id,
        department=department,
        since=now,
        invited_by=invited_by,
    )
    session.add(link)
    if company_id is not None:
        person.active_company_id = company_id
    await session.flush()
    return link


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
