"""Meeting people: start and deep links, consent, menu, company and hat switching, language."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.dispatcher.event.handler import CallableObject
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Hat
from domain.screens import Reply, answer
from handlers import colleagues, matching, measures, offices, privacy
from handlers.fact_checks import back_to
from handlers.routing import Handler, Routes
from handlers.sittings import sit
from models import Person
from services import people, ticket_drafts
from services.office import Office
from services.privacy import open_tickets
from services.sittings import STATES
from views import people as views
from views.people import Standing
from views.translations import Translator, translator


async def standing_of(session: AsyncSession, actor: Actor, *, hat: Hat | None = None) -> Standing:
    """What the menu needs to know of a person."""
    companies = await people.companies_of(session, actor)
    return Standing(
        hat=hat or actor.hat,
        companies=tuple((company.id, company.name) for company in companies),
        clients=actor.client_ids,
        in_office=actor.in_office,
        edits=actor.edits,
        is_admin=actor.is_admin,
    )


async def show_menu(_: object, session: AsyncSession, actor: Actor, t: Translator) -> Reply:
    """C21, redrawn in place after a press."""
    return answer(views.menu(t, await standing_of(session, actor)))


async def start(message: Message, argument: str, **given: Any) -> Reply:
    """/start: a deep link, a known person, or a stranger."""
    kind, _, value = argument.partition("_")
    handler = DEEP_LINKS.get(kind) if value else None
    if handler is not None:
        return await call(handler, message, given, argument=value)
    return await call(greet, message, given)


async def greet(
    _: object, session: AsyncSession, person: Person, actor: Actor, t: Translator, office: Office
) -> Reply:
    """欢迎回来 with the menu, or the welcome with what is kept."""
    if not (actor.consented or actor.in_office or actor.company_ids):
        return answer(views.welcome(t, office.name))
    waiting = await open_tickets(session, person)
    standing = await standing_of(session, actor)
    return answer(views.menu(t, standing, greeting="back", open_tickets=len(waiting)))


async def consent(
    query: CallbackQuery,
    press: views.Consent,
    session: AsyncSession,
    actor: Actor,
    now: datetime,
    **given: Any,
) -> Reply:
    """Record the agreement, then go on with what waited for it."""
    if not actor.consented:
        await people.record_consent(session, actor.person_id, given=True, now=now)
    given |= {"session": session, "now": now, "press": press}
    given["actor"] = replace(actor, consented=True)
    return await call(AFTER_CONSENT.get(press.then, show_menu), query, given)


async def help_page(
    _: object, session: AsyncSession, person: Person, actor: Actor, t: Translator
) -> Reply:
    """/help."""
    standing = await standing_of(session, actor)
    return answer(views.help_page(t, standing, telegram_id=person.telegram_id))


async def settings(_: object, session: AsyncSession, actor: Actor, t: Translator) -> Reply:
    """设置."""
    return answer(views.settings(t, await standing_of(session, actor)))


async def cancel(_: object, t: Translator, **given: Any) -> Reply:
    """Drop the open form, and only that; of a draft nothing remains."""
    sitting = sit(given)
    session, talk, was_open = sitting.session, sitting.talk, bool(sitting.talk.state)
    if ticket_drafts.is_open(talk):
        await ticket_drafts.discard(session, talk, now=sitting.now)
    elif talk.state in STATES:
        sitting.rest()
    else:
        talk.rest()
    cancelled = views.cancelled(t, await standing_of(session, sitting.actor), dropped=was_open)
    return answer(cancelled, *await back_to(sitting, t))


async def wear(
    _: object, press: views.Wear, session: AsyncSession, person: Person, actor: Actor, t: Translator
) -> Reply:
    """Speak as company or as office from now on."""
    hat = people.wear(person, actor, press.hat)
    return answer(views.menu(t, await standing_of(session, actor, hat=hat)))


async def list_companies(_: object, session: AsyncSession, actor: Actor, t: Translator) -> Reply:
    """Every company one may speak for."""
    return answer(views.companies(t, await standing_of(session, actor)))


async def use_company(
    _: object,
    press: views.UseCompany,
    session: AsyncSession,
    person: Person,
    actor: Actor,
    t: Translator,
) -> Reply:
    """Speak for another company; an open form of the one before is kept apart by its own id."""
    changed = people.use_company(person, actor, press.company_id)
    return answer(views.menu(t, await standing_of(session, changed)))


async def language(_: object, t: Translator) -> Reply:
    """/language."""
    return answer(views.language(t))


async def speak(_: object, press: views.Speak, person: Person, office: Office) -> Reply:
    """Change the language and draw the same screen again."""
    people.speak(person, press.locale)
    t = translator(person.locale)
    screen = views.welcome(t, office.name) if press.on == "welcome" else views.language(t)
    return answer(screen, toast=t.plain("people.language.now"))


async def chat_changed(event: ChatMemberUpdated, **given: Any) -> Any:
    """Somebody blocked the bot, or took it back."""
    if event.chat.type != "private":
        return UNHANDLED
    person, now = given["person"], given["now"]
    if event.new_chat_member.status == "kicked":
        await people.went_away(given["session"], person, now=now)
        return None
    was_away = person.unreachable_since is not None
    people.came(person, now=now)
    return await call(greet, event, given) if was_away else None


async def call(handler: Handler, event: object, given: Mapping[str, Any], **more: Any) -> Reply:
    """Call a handler with what it asks for by name."""
    reply: Reply = await CallableObject(handler).call(event, **{**given, **more})
    return reply


#: What a /start payload opens, by the letter before its underscore.
DEEP_LINKS: dict[str, Handler] = {
    "i": offices.open_invitation,
    "c": colleagues.open_invitation,
    "m": measures.by_link,
}

#: What goes on after consent, by `Consent.then`.
AFTER_CONSENT: dict[str, Handler] = {
    "guided": matching.guide,
    "join": colleagues.join,
    "privacy": privacy.show,
}


def add_routes(routes: Routes) -> None:
    """Routes of this module."""
    routes.on_press(
        {
            views.Menu: show_menu,
            views.Consent: consent,
            views.JustLook: matching.guide,
            views.Wear: wear,
            views.Companies: list_companies,
            views.UseCompany: use_company,
            views.Speak: speak,
        },
    )
    routes.on_command(
        {
            "start": start,
            "help": help_page,
            "settings": settings,
            "language": language,
            "cancel": cancel,
        },
    )
    routes.on_membership(chat_changed)
