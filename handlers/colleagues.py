"""Colleagues of a company: invitations, requests to join, removing and leaving."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Role
from domain.errors import NotFound
from domain.screens import Reply, answer, fresh
from handlers.routing import Routes
from models import Company, Conversation, Person
from services import clients, memberships
from services.office import Office
from views import colleagues as views
from views.colleagues import Circle
from views.translations import Translator


async def show(
    _: object, session: AsyncSession, actor: Actor, t: Translator, office: Office, now: datetime
) -> Reply:
    """C19, for the active company."""
    if actor.company_id is None:
        return answer(views.no_company(t))
    return answer(views.page(t, await _circle(session, actor, now=now), office.zone))


async def _circle(session: AsyncSession, actor: Actor, *, now: datetime) -> Circle:
    if actor.company_id is None:
        raise NotFound
    company_id = actor.company_id
    decides = await memberships.may_decide(session, actor.person_id, company_id)
    return Circle(
        company=await session.get_one(Company, company_id),
        viewer_id=actor.person_id,
        members=await memberships.members(session, company_id),
        links=await memberships.open_invitations(
            session, actor=actor, now=now, company_id=company_id
        ),
        requests=await memberships.waiting_requests(session, company_id) if decides else [],
    )


async def invite(
    _: object, session: AsyncSession, actor: Actor, t: Translator, office: Office, now: datetime
) -> Reply:
    """A one-time link in a message of its own, so that it can be passed on."""
    made = await memberships.invite(
        session, Role.MEMBER, actor=actor, now=now, company_id=actor.company_id
    )
    link = views.start_link(office.bot_username, f"c_{made.secret}")
    return fresh(views.link_made(t, link, made.invitation.expires_at, office.zone))


async def open_invitation(
    event: object,
    argument: str,
    session: AsyncSession,
    person: Person,
    actor: Actor,
    talk: Conversation,
    t: Translator,
    office: Office,
    now: datetime,
) -> Reply:
    """A colleague's link was opened: who has agreed before is in at once."""
    invitation = await memberships.look_at(
        session, argument, into_office=False, person=person, now=now
    )
    company = await session.get_one(Company, invitation.company_id)
    talk.turn_to(memberships.INVITED, invitation=invitation.id)
    if actor.consented:
        return await join(event, session, person, talk, t, now)
    return answer(views.invited(t, company, office.name))


async def join(
    _: object,
    session: AsyncSession,
    person: Person,
    talk: Conversation,
    t: Translator,
    now: datetime,
) -> Reply:
    """Come in through the link that was opened."""
    is_open = talk.state == memberships.INVITED
    invitation_id = talk.data.get("invitation") or 0 if is_open else 0
    invitation = await memberships.opened(session, invitation_id, person=person, now=now)
    link = await memberships.come_in(session, invitation, person=person, now=now)
    talk.rest()
    return answer(views.joined(t, await session.get_one(Company, link.company_id)))


async def choose(
    _: object,
    press: views.Choose,
    session: AsyncSession,
    actor: Actor,
    t: Translator,
    office: Office,
    now: datetime,
) -> Reply:
    """Whom to remove, what to revoke, whom to answer."""
    circle = await _circle(session, actor, now=now)
    if press.what == "members":
        return answer(views.choose_member(t, circle, press.page))
    if press.what == "links":
        return answer(views.choose_link(t, circle, press.page, office.zone))
    if not circle.requests:
        return answer(views.page(t, circle, office.zone))
    request, person = circle.requests[0]
    return answer(views.request_card(t, request, person, circle.company))


async def remove(
    _: object,
    press: views.Remove,
    session: AsyncSession,
    actor: Actor,
    t: Translator,
    office: Office,
    now: datetime,
) -> Reply:
    """Remove a colleague after one confirmation."""
    if press.sure:
        await memberships.remove(session, press.membership_id, actor=actor, now=now)
        circle = await _circle(session, actor, now=now)
        note = t.plain("people.colleagues.removed")
        return answer(views.page(t, circle, office.zone), toast=note)
    circle = await _circle(session, actor, now=now)
    chosen = [member for member in circle.members if member[0].id == press.membership_id]
    if not chosen:
        raise NotFound
    return answer(views.confirm_removal(t, *chosen[0]))


async def revoke(
    _: object,
    press: views.Revoke,
    session: AsyncSession,
    actor: Actor,
    t: Translator,
    office: Office,
    now: datetime,
) -> Reply:
    """Take back an unused link."""
    await memberships.revoke(session, press.invitation_id, actor=actor, now=now)
    circle = await _circle(session, actor, now=now)
    return answer(views.page(t, circle, office.zone), toast=t.plain("people.colleagues.revoked"))


async def decide(
    _: object,
    press: views.Decide,
    session: AsyncSession,
    actor: Actor,
    t: Translator,
    now: datetime,
) -> Reply:
    """Let somebody in, or not."""
    request = await memberships.decide(
        session, press.request_id, accepted=press.accepted, actor=actor, now=now
    )
    person = await session.get_one(Person, request.person_id)
    return answer(views.decided(t, person, accepted=press.accepted))


async def leave(
    _: object,
    press: views.Leave,
    session: AsyncSession,
    actor: Actor,
    t: Translator,
    office: Office,
    now: datetime,
) -> Reply:
    """Leave the active company after one confirmation; a client nobody took over is erased."""
    circle = await _circle(session, actor, now=now)
    if not press.sure:
        return answer(views.confirm_leaving(t, circle))
    left = views.left(t, circle.company)
    if actor.is_agent:
        await clients.let_go(session, circle.company.id, actor=actor, office=office, now=now)
    else:
        await memberships.leave(session, circle.company.id, actor=actor, now=now)
    return answer(left)


def add_routes(routes: Routes) -> None:
    """Routes of this module."""
    routes.on_press(
        {
            views.Colleagues: show,
            views.InviteColleague: invite,
            views.Choose: choose,
            views.Remove: remove,
            views.Revoke: revoke,
            views.Decide: decide,
            views.Leave: leave,
        },
    )
    routes.on_command({"colleagues": show})
