"""Where a chat stands while a company describes itself; what a day of silence brings."""

from datetime import datetime, time, timedelta
from functools import cache

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from domain.work_calendar import WorkCalendar
from models import Conversation, Notice
from models.notices import NoticeState
from services.notices import owe_notice

CHECK = "companies.check"
NAME = "companies.name"
CODE = "companies.code"
NEED = "matching.need"
QUESTION = "matching.question"
LOOK = "matching.look"
WHOM = "clients.whom"
CLIENT = "clients.name"
PAST = "measures.past"
RENEWED = "seasons.renewed"
STATES = frozenset({CHECK, NAME, CODE, NEED, QUESTION, LOOK, WHOM, CLIENT, PAST, RENEWED})

SILENCE = timedelta(hours=24)
HALF_PAST_NINE = time(9, 30)
UNFINISHED = "profile_unfinished"


def after_silence(since: datetime, calendar: WorkCalendar) -> datetime:
    """Half past nine on the first working day after a day of silence."""
    ended = since + SILENCE
    day = calendar.date_of(ended)
    moment = calendar.at(day, HALF_PAST_NINE)
    if not calendar.is_workday(day) or moment < ended:
        moment = calendar.at(calendar.next_workday(day), HALF_PAST_NINE)
    return moment


@cache
def _reminder_of_question() -> SelectOfScalar[int]:
    """For the conversation `talk`: asked for with every question."""
    return select(Notice.id).where(
        col(Notice.subject) == "conversation",
        col(Notice.subject_id) == bindparam("talk"),
        col(Notice.kind) == UNFINISHED,
        col(Notice.state) == NoticeState.OPEN,
    )


async def remind_of_question(
    session: AsyncSession,
    talk: Conversation,
    *,
    person_id: int,
    calendar: WorkCalendar,
    now: datetime,
) -> None:
    """Owe the one notice about an unanswered question, unless one is owed already."""
    owed = await session.exec(_reminder_of_question(), params={"talk": talk.id})
    if owed.first() is not None:
        return
    await owe_notice(
        session,
        UNFINISHED,
        key=f"{UNFINISHED}:{talk.id}:{int(now.timestamp())}",
        due_at=after_silence(now, calendar),
        now=now,
        person_id=person_id,
        subject="conversation",
        subject_id=talk.id,
    )
