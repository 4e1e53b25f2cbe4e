"""One digest per person and half-day: at its hour it is owed to everybody with something to do.

A round stands in the database like any other notice and owes the next one when it is said.
"""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from models import Notice, Person
from services import desks, notices, standing
from services.office import Office
from services.reminders import DIGEST

ROUND = "digest_round"
#: Persons who are owed their digest in one transaction.
SLICE = 20


async def owe_round(session: AsyncSession, *, office: Office, now: datetime) -> None:
    """Owe the next round, if that was not done before."""
    at = office.catalogue.notices.digest_after(now, office.calendar)
    await notices.owe_notice(
        session, ROUND, key=f"{ROUND}:{int(at.timestamp())}", due_at=at, now=now
    )


async def owe_digests(
    session: AsyncSession, notice: Notice, *, office: Office, now: datetime
) -> bool:
    """A round came due: owe a slice of persons their digest. True: there are more.

    Rounds that were missed come to one: the digest of this half-day.
    """
    hour = office.catalogue.notices.digest_before(now, office.calendar)
    if hour is None:
        return False
    persons = await standing.persons_with_something(session, office=office, now=now)
    after = notice.details.get("after", 0)
    waiting = [person_id for person_id in persons if person_id > after]
    for person_id in waiting[:SLICE]:
        person = await session.get_one(Person, person_id)
        if desks.can_be_reached(person):
            await notices.owe_notice(
                session,
                DIGEST,
                key=f"{DIGEST}:{int(hour.timestamp())}:{person_id}",
                due_at=now,
                now=now,
                person_id=person_id,
            )
    notice.details = {"after": waiting[:SLICE][-1] if waiting else after}
    return len(waiting) > SLICE
