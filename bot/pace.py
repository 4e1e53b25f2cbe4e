"""How fast Telegram may be written to: a bucket for all, and one for each chat."""

import asyncio
from collections import OrderedDict

_REMEMBERED_CHATS = 10_000


class Bucket:
    """Lets `burst` through at once and refills by `rate` a second. Moments are loop seconds."""

    def __init__(self, rate: float, burst: float, at: float) -> None:
        self._rate = rate
        self._burst = burst
        self._level = burst
        self._at = at

    def level(self, at: float) -> float:
        """How many may go at this moment."""
        self._level = min(self._burst, self._level + max(0.0, at - self._at) * self._rate)
        self._at = at
        return self._level

    def spend(self, at: float) -> None:
        """One goes."""
        self._level = self.level(at) - 1

    def pause(self, at: float) -> float:
        """Seconds until the next may go."""
        return max(0.0, (1 - self.level(at)) / self._rate)


class Pace:
    """About 28 calls a second; new messages: 1 a second to a person, 20 a minute to a group.

    Telegram publishes no exact limits; these leave room, and `retry_after` has the last word.
    Redrawn cards, pins and titles follow a press at once: they count in the sum only, or a desk
    would see its cards change minutes late. It goes by the loop's time, not the office's clock,
    because Telegram does not move with the latter.
    """

    def __init__(self) -> None:
        self._everyone = Bucket(28, 28, 0)
        self._chats: OrderedDict[int, Bucket] = OrderedDict()
        self._resting: dict[int, float] = {}

    def room(self) -> int:
        """How many messages may go now, to all chats together."""
        return int(self._everyone.level(_now()))

    def resting(self) -> set[int]:
        """The chats that have had enough for the moment."""
        at = _now()
        self._resting = {chat: until for chat, until in self._resting.items() if until > at}
        return set(self._resting)

    def spend(self, chat_id: int, *, is_new: bool) -> None:
        """A call about this chat goes out now; `is_new` for one that makes a message."""
        at = _now()
        self._everyone.spend(at)
        if not is_new:
            return
        bucket = self._bucket(chat_id, at)
        bucket.spend(at)
        if (pause := bucket.pause(at)) > 0:
            self._resting[chat_id] = at + pause

    def pause(self) -> float:
        """Seconds until somebody who is held up now may go again."""
        at = _now()
        waits = [until - at for until in self._resting.values()]
        if self._everyone.level(at) < 1:
            waits.append(self._everyone.pause(at))
        return max(0.01, min(waits, default=0.0))

    def _bucket(self, chat_id: int, at: float) -> Bucket:
        bucket = self._chats.pop(chat_id, None)
        if bucket is None:
            bucket = Bucket(20 / 60, 20, at) if chat_id < 0 else Bucket(1, 5, at)
        self._chats[chat_id] = bucket
        if len(self._chats) > _REMEMBERED_CHATS:
            self._chats.popitem(last=False)
        return bucket


class Unpaced(Pace):
    """No limits of our own: for a local Telegram in tests."""

    def spend(self, chat_id: int, *, is_new: bool) -> None:
        """Nothing is counted."""


def _now() -> float:
    return asyncio.get_running_loop().time()
