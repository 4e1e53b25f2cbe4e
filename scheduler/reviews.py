"""Every few seconds: the review that is due, or under way, goes on."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services import reviews
from services.office import Office


async def review(session: AsyncSession, office: Office, now: datetime) -> bool:
    """One slice. True: there is more."""
    return await reviews.go_on(session, office=office, now=now)
