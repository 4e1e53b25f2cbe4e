"""What the bot has left to do, and how long to wait for it: by what it does, not by seconds.

A machine under load may take minutes for what takes a second elsewhere. So the wait for an answer
goes by generations: one ends when everything that was left when it began is done. What comes of an
act is an update, then messages and notices, then what those bring; after some generations more
nothing can come of it any more, whether a generation took a second or a minute.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from sqlalchemy import text

from bot.database import Database
from tests.crash.record import LocalTelegram

#: An update, its messages and notices, their messages, a topic, a card in it, its pin; and one more
#: for what was going on when it began.
DEPTH = 7
_LOOK_EVERY_SECONDS = 0.5
#: Nothing at all was done for so long: it hangs, and there is no use in waiting.
_HANGS_AFTER_SECONDS = 600
#: An album's copy is due when it is whole; what is due in a moment is as good as due.
_IN_A_MOMENT = timedelta(seconds=5)
_LEFT = text(
    """
    SELECT 'inbox' AS what, id FROM inbox WHERE state = 'open'
    UNION ALL SELECT 'outbox', id FROM outbox WHERE state IN ('pending', 'sending')
    UNION ALL SELECT 'notice', id FROM notice WHERE state = 'open' AND due_at <= :soon
    UNION ALL SELECT 'calendar change', id FROM calendar_change
        WHERE state = 'saved' AND reckoned_at IS NULL
    """
)
Left = frozenset[tuple[str, int]]


class Hangs(AssertionError):
    """Nothing moves any more, though there is something left to do."""


@dataclass
class Backlog:
    """Looked at all the time, by one task for everybody who waits."""

    local: LocalTelegram
    database: Database
    generation: int = 0

    async def watch(self) -> None:
        """Count the generations, until cancelled; raises Hangs when one does not end."""
        begun_with, began = await self.left(), monotonic()
        while True:
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            left = await self.left()
            if begun_with & left:
                if monotonic() - began > _HANGS_AFTER_SECONDS:
                    raise Hangs(f"left to do: {sorted(begun_with & left)[:20]}")
                continue
            self.generation += 1
            begun_with, began = left, monotonic()

    async def left(self) -> Left:
        """What Telegram keeps for the bot is looked at first: then it is in one of the two."""
        telegram = self.local.store
        waiting = telegram.last_update_ids(telegram.pending_updates())
        async with self.database.read() as session:
            connection = await session.connection()
            rows = await connection.execute(_LEFT, {"soon": self.local.clock() + _IN_A_MOMENT})
            return frozenset(
                [*(("update", one) for one in waiting), *((what, number) for what, number in rows)]
            )

    def after(self, generations: int) -> int:
        """The generation in which so many from now on have ended."""
        return self.generation + generations
