"""How fast Telegram may be written to: a bucket for all, and one for each chat."""

import asyncio
from collections import OrderedDict

_REMEMBERED_CHATS = 10_000


class Bucket:
    """Lets `burst` through at once and refills by `rate` a second."""

    def __init__(self, rate: float, burst: float, at: float) -> None:
        self._rate = rate
        self._burst = burst
        self._level = burst
        self._at = at

    def wait(self, at: float) -> float:
        """Take one and say how many seconds to wait before using it."""
        self._level = min(self._burst, self._level + (at - self._at) * self._rate) - 1
        self._at = at
        return max(0.0, -self._level / self._rate)


class Pace:
    """About 28 messages a second overall, 1 a second to a person, 20 a minute to a group.

    Telegram publishes no exact limits; these leave room, and `retry_after` has the last word.
    """

    def __init__(self) -> None:
        self._everyone = Bucket(28, 28, 0)
        self._chats: OrderedDict[int, Bucket] = OrderedDict()

    async def wait_for(self, chat_id: int) -> None:
        """Return when the next message to this chat may go."""
        at = asyncio.get_running_loop().time()
        pause = max(self._everyone.wait(at), self._bucket(chat_id, at).wait(at))
        if pause > 0:
            await asyncio.sleep(pause)

    def _bucket(self, chat_id: int, at: float) -> Bucket:
        bucket = self._chats.pop(chat_id, None)
        if bucket is None:
            bucket = Bucket(20 / 60, 20, at) if chat_id < 0 else Bucket(1, 5, at)
        self._chats[chat_id] = bucket
        if len(self._chats) > _REMEMBERED_CHATS:
            self._chats.popitem(last=False)
        return bucket
