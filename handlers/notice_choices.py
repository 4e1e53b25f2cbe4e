"""What one wants to hear of: shown, changed in one tap."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.screens import Reply, answer, toast
from handlers.routing import Routes
from models.notices import Pace
from services import companies, notice_choices, policy_contacts
from services.office import Office
from views import notice_choices as views
from views.notice_choices import PolicyContact
from views.translations import Translator


async def show(
    _: object, session: AsyncSession, actor: Actor, t: Translator, office: Office
) -> Reply:
    """C20: /notices, or 少发这类."""
    choice = await notice_choices.choice_of(session, actor.person_id)
    quiet = office.catalogue.notices.quiet.hours
    return answer(views.choices(t, choice, await _contact(session, actor), quiet))


async def _contact(session: AsyncSession, actor: Actor) -> PolicyContact | None:
    company = await companies.of_actor(session, actor)
    if company is None:
        return None
    contact = await policy_contacts.contact_of(session, company.id)
    name = contact.person.name if contact else None
    is_me = contact is not None and contact.person.id == actor.person_id
    return PolicyContact(company.id, company.name, name, is_me)


async def choose_pace(_: object, press: views.ChoosePace, now: datetime, **given: Any) -> Reply:
    """Daily, weekly, or not at all."""
    return await _choose(given, now, policies=press.pace)


async def choose_deadlines(
    _: object, press: views.ChooseDeadlines, now: datetime, **given: Any
) -> Reply:
    """Reminders of openings and ends, or none."""
    return await _choose(given, now, deadlines=press.wanted)


async def choose_reminders(
    _: object, press: views.ChooseReminders, now: datetime, **given: Any
) -> Reply:
    """Reminders of one's own drafts and of answers to rate, or none."""
    return await _choose(given, now, reminders=press.wanted)


async def _choose(given: dict[str, Any], now: datetime, **choice: Any) -> Reply:
    session, actor, t = given["session"], given["actor"], given["t"]
    if not actor.consented:
        return toast(t.plain("news.choices.consent_first"))
    await notice_choices.choose(session, actor.person_id, now=now, **choice)
    return await _redrawn(session, actor, t, given["office"])


async def be_contact(
    _: object,
    press: views.BeContact,
    session: AsyncSession,
    actor: Actor,
    t: Translator,
    now: datetime,
    office: Office,
) -> Reply:
    """由我接收: whoever had switched the news off hears of it again."""
    company = await companies.require(session, actor, press.company_id)
    policy_contacts.be_contact(company, actor.person_id)
    choice = await notice_choices.choice_of(session, actor.person_id)
    if choice.policies is Pace.OFF:
        await notice_choices.choose(session, actor.person_id, now=now, policies=Pace.DAILY)
    await session.flush()
    return await _redrawn(session, actor, t, office)


async def _redrawn(session: AsyncSession, actor: Actor, t: Translator, office: Office) -> Reply:
    reply = await show(None, session, actor, t, office)
    return replace(reply, toast=t.plain("news.choices.kept"))


def add_routes(routes: Routes) -> None:
    """Routes of this module."""
    routes.on_press(
        {
            views.ShowChoices: show,
            views.ChoosePace: choose_pace,
            views.ChooseDeadlines: choose_deadlines,
            views.ChooseReminders: choose_reminders,
            views.BeContact: be_contact,
        },
    )
    routes.on_command({"notices": show})
