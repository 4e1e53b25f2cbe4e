"""Alarms to administrators: what rings, who is told, and when it is over."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.alarms import RULES, AlarmKind, Reading, Way, rings
from models import Alarm, Notice
from models.alarms import RINGS
from models.notices import NoticeState
from services import notices, people
from services.office import Office

#: The notices that an alarm becomes: that it rings, and that it is over.
RANG, OVER = "alarm", "alarm_over"


async def ringing(session: AsyncSession) -> Sequence[Alarm]:
    """What rings, the oldest first."""
    statement = select(Alarm).where(text(RINGS)).order_by(col(Alarm.since), col(Alarm.id))
    return (await session.exec(statement)).all()


async def judge(
    session: AsyncSession,
    readings: Mapping[AlarmKind, Reading],
    *,
    office: Office,
    now: datetime,
) -> list[Alarm]:
    """Hold readings against the thresholds; gives what began or is over (`until`).

    What was not read stays as it is. What rings is owed to every administrator once: who becomes
    one meanwhile hears of it too.
    """
    present = {alarm.kind: alarm for alarm in await ringing(session)}
    turns: list[Alarm] = []
    for kind, reading in readings.items():
        alarm = present.get(kind)
        if rings(kind, reading.level, already=alarm is not None):
            if alarm is None:
                alarm = await _begin(session, kind, now=now)
                turns.append(alarm)
            if alarm.details != dict(reading.details):
                alarm.details = dict(reading.details)
            await _owe(session, alarm, office=office, now=now)
        elif alarm is not None:
            await _end(session, alarm, office=office, now=now)
            turns.append(alarm)
    return turns


async def _begin(session: AsyncSession, kind: AlarmKind, *, now: datetime) -> Alarm:
    alarm = Alarm(kind=kind, since=now)
    session.add(alarm)
    await session.flush()
    return alarm


async def _owe(session: AsyncSession, alarm: Alarm, *, office: Office, now: datetime) -> None:
    if RULES[alarm.kind].way is not Way.OWED:
        return
    for person in await people.administrators(session, office.administrators):
        await _tell(session, RANG, alarm, person.id, now=now)


async def _end(session: AsyncSession, alarm: Alarm, *, office: Office, now: datetime) -> None:
    """It is over: whoever heard of it hears that too; who did not need not hear of either."""
    alarm.until = now
    for person_id in await _who_heard(session, alarm, office=office):
        await _tell(session, OVER, alarm, person_id, now=now)


async def _who_heard(session: AsyncSession, alarm: Alarm, *, office: Office) -> list[int]:
    if RULES[alarm.kind].way is not Way.OWED:
        return [one.id for one in await people.administrators(session, office.administrators)]
    statement = select(Notice).where(
        col(Notice.subject) == RANG,
        col(Notice.subject_id) == alarm.id,
        col(Notice.kind) == RANG,
        col(Notice.state) == NoticeState.SAID,
    )
    return [one.person_id for one in (await session.exec(statement)).all() if one.person_id]


async def _tell(
    session: AsyncSession, kind: str, alarm: Alarm, person_id: int, *, now: datetime
) -> None:
    await notices.owe_notice(
        session,
        kind,
        key=f"{kind}:{alarm.id}:{person_id}",
        due_at=now,
        now=now,
        person_id=person_id,
        subject=RANG,
        subject_id=alarm.id,
        urgent=RULES[alarm.kind].urgent,
    )
