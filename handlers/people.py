"""Meeting people: welcome, menu, company and hat switching, language."""

from aiogram import Router
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Hat
from domain.screens import Reply, answer
from handlers.routing import on_command, on_press
from models import Person
from services import people
from views import people as views
from views.people import Standing
from views.translations import Translator


async def standing_of(session: AsyncSession, actor: Actor, *, hat: Hat | None = None) -> Standing:
    """What the menu needs to know of a person."""
    companies = await people.companies_of(session, actor)
    return Standing(
        hat=hat or actor.hat,
        companies=tuple((company.id, company.name) for company in companies),
        in_office=actor.in_office,
        is_admin=actor.is_admin,
    )


async def show_menu(_: object, session: AsyncSession, actor: Actor, t: Translator) -> Reply:
    """C21, redrawn in place after a press."""
    return answer(views.menu(t, await standing_of(session, actor)))


async def wear(
    _: object, press: views.Wear, session: AsyncSession, person: Person, actor: Actor, t: Translator
) -> Reply:
    """Speak as company or as office from now on."""
    hat = people.wear(person, actor, press.hat)
    return answer(views.menu(t, await standing_of(session, actor, hat=hat)))


def build_router() -> Router:
    """Routes of this module."""
    router = Router(name="people")
    on_press(router, {views.Menu: show_menu, views.Wear: wear})
    on_command(router, {"help": show_menu})
    return router
