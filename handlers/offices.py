"""The office sets itself up: /invite, staff, departments, /health. /desk is handlers/desks.py."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Hat
from domain.catalogue import DepartmentInfo
from domain.errors import NotAllowed, NotFound
from domain.screens import Reply, answer, fresh
from handlers.routing import Routes
from models import Person
from services import absences, departments, hand_over, health, memberships
from services.office import Office
from views import offices as views
from views.colleagues import start_link
from views.translations import Translator

#: The desk for what belongs to no department has a role of its own.
_DUTY = "duty"


async def invite(_: object, actor: Actor, t: Translator) -> Reply:
    """/invite: choose a role."""
    _check_admin(actor)
    return answer(views.invite(t))


def _check_admin(actor: Actor) -> None:
    if not actor.is_admin:
        raise NotAllowed


async def choose_department(
    _: object, press: views.ChooseDepartment, actor: Actor, t: Translator, office: Office
) -> Reply:
    """Which department the new colleague works for."""
    _check_admin(actor)
    every = [info for info in office.catalogue.departments if info.key != _DUTY]
    return answer(views.choose_department(t, press.role, every, press.page))


async def invite_to(
    _: object,
    press: views.InviteTo,
    session: AsyncSession,
    actor: Actor,
    t: Translator,
    office: Office,
    now: datetime,
) -> Reply:
    """A one-time link in a message of its own."""
    if press.department is not None and office.catalogue.department(press.department) is None:
        raise NotFound
    made = await memberships.invite(
        session, press.role, actor=actor, now=now, department=press.department
    )
    link = start_link(office.bot_username, f"i_{made.secret}")
    name = _department_name(office, press.department, t)
    return fresh(views.link_made(t, link, made.invitation, name, office.zone))


def _department_name(office: Office, key: str | None, t: Translator) -> str | None:
    info = office.catalogue.department(key) if key else None
    return info.name.of(t.locale) if info else key


async def open_invitation(
    _: object,
    argument: str,
    session: AsyncSession,
    person: Person,
    t: Translator,
    office: Office,
    now: datetime,
) -> Reply:
    """A link into the office was opened: the post, and the first three buttons."""
    link = await memberships.accept(
        session,
        argument,
        into_office=True,
        person=person,
        now=now,
        administrators=office.administrators,
    )
    person.hat = Hat.OFFICE
    return answer(views.arrived(t, link.role, _department_name(office, link.department, t)))


async def links(
    _: object,
    press: views.OfficeLinks,
    session: AsyncSession,
    actor: Actor,
    t: Translator,
    office: Office,
    now: datetime,
) -> Reply:
    """Unused links into the office."""
    every = await memberships.open_invitations(session, actor=actor, now=now)
    named = [(link, _department_name(office, link.department, t)) for link in every]
    return answer(views.links(t, named, press.page, office.zone))


async def revoke(
    event: object,
    press: views.RevokeOffice,
    session: AsyncSession,
    actor: Actor,
    t: Translator,
    office: Office,
    now: datetime,
) -> Reply:
    """Take one back, and show the rest."""
    await memberships.revoke(session, press.invitation_id, actor=actor, now=now)
    return await links(event, views.OfficeLinks(), session, actor, t, office, now)


async def staff(
    _: object,
    press: views.Staff,
    session: AsyncSession,
    actor: Actor,
    t: Translator,
    office: Office,
) -> Reply:
    """Who holds which role."""
    every = await memberships.staff(session, actor=actor)
    named = [(link, person, _department_name(office, link.department, t)) for link, person in every]
    return answer(views.staff(t, named, press.page))


async def dismiss(
    event: object,
    press: views.Dismiss,
    session: AsyncSession,
    actor: Actor,
    t: Translator,
    office: Office,
    now: datetime,
) -> Reply:
    """End an office role after one confirmation, which says where the open work goes."""
    if press.sure:
        await hand_over.dismiss(
            session, press.membership_id, press.to_id, actor=actor, office=office, now=now
        )
        return await staff(event, views.Staff(), session, actor, t, office)
    every = await memberships.staff(session, actor=actor)
    for link, person in every:
        if link.id == press.membership_id:
            work = await hand_over.left_without(session, person.id, without=link)
            return answer(
                views.confirm_dismissal(
                    t,
                    link,
                    person,
                    _department_name(office, link.department, t),
                    in_hand=len(work),
                    heirs=await absences.colleagues(session, person.id),
                )
            )
    raise NotFound


async def unconfirmed(
    _: object,
    press: views.Unconfirmed,
    session: AsyncSession,
    actor: Actor,
    t: Translator,
    office: Office,
) -> Reply:
    """Departments that companies may not be told of yet."""
    _check_admin(actor)
    return answer(views.unconfirmed(t, await _unconfirmed(session, office), press.page))


async def list_unconfirmed(
    event: object, session: AsyncSession, actor: Actor, t: Translator, office: Office
) -> Reply:
    """/departments."""
    return await unconfirmed(event, views.Unconfirmed(), session, actor, t, office)


async def _unconfirmed(session: AsyncSession, office: Office) -> list[DepartmentInfo]:
    certain = await departments.confirmed(session, office.catalogue)
    return [info for info in office.catalogue.departments if info.key not in certain]


async def confirm(
    _: object,
    press: views.Confirm,
    session: AsyncSession,
    actor: Actor,
    t: Translator,
    office: Office,
    now: datetime,
) -> Reply:
    """Vouch for a department, and show the rest."""
    await departments.confirm(
        session, press.department, catalogue=office.catalogue, actor=actor, now=now
    )
    rest = await _unconfirmed(session, office)
    page = min(press.page, max(0, (len(rest) - 1) // views.PAGE))
    return answer(views.unconfirmed(t, rest, page), toast=t.plain("offices.departments.confirmed"))


async def show_health(
    _: object, session: AsyncSession, actor: Actor, t: Translator, office: Office, now: datetime
) -> Reply:
    """/health."""
    found = await health.examine(session, actor=actor, office=office, now=now)
    figures = views.Figures(
        owed=found.owed,
        oldest_owed=found.oldest_owed,
        notices_due=found.notices_due,
        failed=found.failed,
        parked=found.parked,
        unreachable=found.unreachable,
        unstaffed=_infos(office, found.unstaffed),
        unconfirmed=_infos(office, found.unconfirmed),
        missing_years=found.missing_years,
        alarms=found.alarms,
    )
    return answer(views.health(t, figures, now, office.zone))


def _infos(office: Office, keys: tuple[str, ...]) -> list[DepartmentInfo]:
    return [info for info in office.catalogue.departments if info.key in keys]


def add_routes(routes: Routes) -> None:
    """Routes of this module."""
    routes.on_press(
        {
            views.ChooseDepartment: choose_department,
            views.InviteTo: invite_to,
            views.OfficeLinks: links,
            views.RevokeOffice: revoke,
            views.Staff: staff,
            views.Dismiss: dismiss,
            views.Unconfirmed: unconfirmed,
            views.Confirm: confirm,
        },
    )
    routes.on_command({"invite": invite, "health": show_health, "departments": list_unconfirmed})
