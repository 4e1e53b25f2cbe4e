"""A changed calendar or limit moves what is promised; the history says from when to when."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.tickets import Step
from models import Task
from services.office import Office
from services.ticket_queries import OPEN
from services.ticket_steps import By, open_by_system, reckon, record


async def open_task_ids(session: AsyncSession, *, after: int = 0, limit: int = 50) -> list[int]:
    """Tasks whose due moments may move, the oldest first, in slices."""
    statement = (
        select(Task.id)
        .where(col(Task.status).in_(OPEN), col(Task.id) > after)
        .order_by(col(Task.id))
        .limit(limit)
    )
    return list((await session.exec(statement)).all())


async def reckon_anew(
    session: AsyncSession, task_id: int, *, office: Office, now: datetime
) -> bool:
    """Work out one task's due moments by the office's present calendar and limits.

    Returns whether the answer moved; then the history holds the old and the new moment.
    """
    row = await session.get_one(Task, task_id)
    case = await open_by_system(session, row.ticket_id)
    task = next(each for each in case.tasks if each.id == task_id)
    before = task.answer_due
    await reckon(session, case, task, office=office, now=now)
    if task.answer_due == before:
        return False
    await record(
        session,
        case,
        Step.RECKON,
        By(None, now, office),
        task=task,
        before=before.isoformat() if before else None,
        after=task.answer_due.isoformat() if task.answer_due else None,
    )
    return True
