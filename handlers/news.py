"""The one-tap answers under news of policies."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.errors import NotFound
from domain.screens import Reply, answer
from handlers import measures
from handlers.routing import Routes
from handlers.sittings import sit
from models import Company, Notice, Person
from models.matching import MarkKind
from services import companies, matching, news, people
from services.news import Entry
from services.office import Office
from views import news as views
from views.news import NewsPage
from views.translations import Translator


async def open_card(
    _: object, press: views.OpenNews, person: Person, actor: Actor, t: Translator, **given: Any
) -> Reply:
    """The card, for the company the news is of; the news stays where it is."""
    session = given["session"]
    _notice, company, entry = await _found(session, actor, press.notice_id, press.place)
    speaker = people.use_company(person, actor, company.id)
    sitting = sit({**given, "person": person, "actor": speaker})
    sitting.finish()
    return replace(await measures.card(sitting, t, entry.measure), fresh=True)


async def drop(
    _: object,
    press: views.DropNews,
    session: AsyncSession,
    actor: Actor,
    now: datetime,
    **given: Any,
) -> Reply:
    """不相关: counted for the editors, and never said again."""
    notice, company, entry = await _found(session, actor, press.notice_id, press.place)
    await matching.mark_measure(
        session, company, entry.measure, MarkKind.IRRELEVANT, person_id=actor.person_id, now=now
    )
    return await _redrawn(session, notice, company, actor, now, given)


async def restore(
    _: object,
    press: views.RestoreNews,
    session: AsyncSession,
    actor: Actor,
    now: datetime,
    **given: Any,
) -> Reply:
    """It does concern us."""
    notice, company, entry = await _found(session, actor, press.notice_id, press.place)
    await matching.unmark_measure(session, company, entry.measure, now=now)
    return await _redrawn(session, notice, company, actor, now, given)


async def _found(
    session: AsyncSession, actor: Actor, notice_id: int, place: int
) -> tuple[Notice, Company, Entry]:
    """The news under the button; NotFound for another company's, and once it is forgotten."""
    notice = await session.get(Notice, notice_id)
    if notice is None or notice.kind != news.KIND:
        raise NotFound
    company = await companies.require(session, actor, notice.subject_id)
    entries = news.entries_of(notice)
    if not 0 <= place < len(entries):
        raise NotFound
    return notice, company, entries[place]


async def _redrawn(
    session: AsyncSession,
    notice: Notice,
    company: Company,
    actor: Actor,
    now: datetime,
    given: dict[str, Any],
) -> Reply:
    office: Office = given["office"]
    t: Translator = given["t"]
    digest = await news.digest_again(session, notice, company, office=office, now=now)
    name = company.name if len(actor.company_ids) > 1 else None
    page = NewsPage(notice.id, digest.news, office.today(now), name)
    screen = views.policy_news(t, page, office.catalogue, office.calendar, digest.marks)
    return answer(screen, toast=t.plain("news.kept"))


def add_routes(routes: Routes) -> None:
    """Routes of this module."""
    routes.on_press(
        {views.OpenNews: open_card, views.DropNews: drop, views.RestoreNews: restore},
    )
