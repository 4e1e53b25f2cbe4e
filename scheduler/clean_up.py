"""Every hour: what has been kept for its time goes."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services import retention
from services.office import Office


async def clean_up(session: AsyncSession, _office: Office, now: datetime) -> bool:
    """One slice. True: there is more."""
    return await retention.clean_up(session, now=now)
