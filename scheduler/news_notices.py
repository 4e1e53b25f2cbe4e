"""News of policies, judged again when it comes due."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.screens import Screen
from models import Notice
from scheduler.outcomes import Postponed
from services import matching, news, people
from services.news import Later
from services.office import Office
from views import news as views
from views.news import NewsPage
from views.translations import translator


async def policy_news(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | Postponed | None:
    """One digest for one contact of the company; what is no longer true is not in it."""
    due = await news.digest(session, notice, office=office, now=now)
    if isinstance(due, Later):
        return Postponed(due.due_at)
    if due is None or not due[1].news:
        return None
    person, digest = due
    news.keep_only(notice, digest)
    notice.person_id = person.id
    await matching.remember(session, digest.known, digest.verdicts, now=now)
    links = await people.open_memberships(session, person.id)
    is_one_of_several = len({link.company_id for link in links if link.company_id}) > 1
    page = NewsPage(
        notice.id,
        digest.news,
        office.today(now),
        digest.company.name if is_one_of_several else None,
    )
    t = translator(person.locale)
    return views.policy_news(t, page, office.catalogue, office.calendar, digest.marks)
