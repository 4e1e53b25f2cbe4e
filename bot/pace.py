"""How fast Telegram may be written to: sliding windows for everybody, each chat and each group.

Telegram publishes no exact limits: about 30 messages a second, to one chat one a second with short
bursts borne, to a group 20 a minute. `retry_after` has the last word. It goes by the loop's time,
not the office's clock, because Telegram does not move with the latter.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count

from models.messages import OutboxKind
from services.turns import Head

#: A call that is not answered counts as if it had arrived so long after it left.
_LAG = 0.5
EVERYBODY_PER_SECOND = 30
#: Broadcasts leave evenly, a few at a time to spare the database: a reply finds a place free within
#: a tenth of a second, and most find the one that broadcasts leave over.
_BETWEEN_BROADCASTS = 1 / (EVERYBODY_PER_SECOND - 1)
_BROADCASTS_TOGETHER = 3
#: Broadcasts leave over a third as many places as there were replies in the last second, or they
#: would fill what replies need in the next; but no more than these.
_SPARE_FOR_REPLIES, _MOST_SPARE = 3, 6
#: So many chats refused, one after the other, mean that it is about everybody.
_FLOOD = 5
_SLOWEST_PER_SECOND = 3
_SECONDS_TO_RECOVER_ONE = 0.5
#: For so long nobody is hurried after a burst was refused.
_SECONDS_OF_CAUTION = 3600
_REMEMBERED_CHATS = 10_000
_REMEMBERED_WAYS = 100
#: The quickest way there and back that was seen may not be the quickest there is.
_DOUBT = 0.02
#: Chats that were written to within this many seconds let the others go first.
_TURN_SECONDS = 5.0
_MAKES_A_MESSAGE = frozenset({OutboxKind.SEND, OutboxKind.OPEN_TOPIC})
_COUNTS_IN_A_CHAT = _MAKES_A_MESSAGE | {OutboxKind.EDIT, OutboxKind.EDIT_TOPIC}
_LONG_AGO = float("-inf")


class Window:
    """At most `most` calls within any `span` seconds, as the server counts them.

    When a call arrives there is not known, only that it takes `way` seconds at least, there and
    back: what leaves `span - way` after another was answered arrives `span` after it, or later.
    """

    def __init__(self, most: int, span: float) -> None:
        self.most = most
        self._span = span
        self._left: dict[int, float] = {}
        self._until: dict[int, float] = {}

    def begin(self, call: int, at: float) -> None:
        """A call leaves."""
        self._left[call], self._until[call] = at, at + _LAG + self._span

    def end(self, call: int, at: float, way: float) -> None:
        """It was answered."""
        if call in self._until:
            self._until[call] = min(self._until[call], at - way + self._span)

    def refused(self, call: int) -> None:
        """It was refused, and does not count."""
        self._left.pop(call, None)
        self._until.pop(call, None)

    def opens(self, at: float) -> float:
        """The moment from which one more may leave."""
        self._forget(at)
        over = len(self._until) - self.most
        return at if over < 0 else sorted(self._until.values())[over]

    def room(self, at: float) -> int:
        """How many more may leave now."""
        self._forget(at)
        return max(0, self.most - len(self._until))

    def was_full(self, call: int, at: float) -> bool:
        """Whether a server that counts like this must have refused a call that is answered now."""
        others = [left for other, left in self._left.items() if other != call]
        return sum(left > at - self._span for left in others) >= self.most

    def _forget(self, at: float) -> None:
        for call in [call for call, until in self._until.items() if until <= at]:
            del self._until[call], self._left[call]


class ChatPace:
    """One chat: what is safe, and what is borne for a moment.

    Safe is one call a second, in a group 20 a minute. Borne is a handful at once, so that a second
    screen follows the first; in a group 20 new messages at once, and redrawing cards.
    """

    def __init__(self, *, is_group: bool) -> None:
        minute = [Window(20, 60.0)] if is_group else []
        self._safe = [Window(1, 1.0), *minute]
        self._borne = Window(20, 60.0) if is_group else Window(5, 5.0)
        self._is_group = is_group
        self.last = _LONG_AGO

    def safe(self, at: float) -> float:
        """From when on a call cannot be refused."""
        return max(window.opens(at) for window in self._safe)

    def borne(self, at: float, *, is_new: bool) -> float:
        """From when on a call may well be accepted."""
        return self._borne.opens(at) if is_new or not self._is_group else at

    def begin(self, call: int, at: float, *, is_new: bool) -> None:
        """A call about this chat leaves."""
        self.last = at
        for window in self._safe:
            window.begin(call, at)
        if is_new or not self._is_group:
            self._borne.begin(call, at)

    def windows(self) -> tuple[Window, ...]:
        """All in which a call about this chat may count."""
        return (*self._safe, self._borne)

    def shows_patience(self, call: int, at: float) -> bool:
        """Whether a strict server must have refused what was accepted now."""
        return any(window.was_full(call, at) for window in self._safe)


@dataclass(frozen=True, slots=True)
class _Call:
    number: int
    chat_id: int
    left: float
    is_hasty: bool


@dataclass(slots=True)
class _Mood:
    """How Telegram takes bursts. Until it is known, one burst at a time tries it."""

    is_patient: bool = False
    strict_until: float = _LONG_AGO
    trial: int | None = None

    def bears_haste(self, at: float) -> bool:
        return at >= self.strict_until and (self.is_patient or self.trial is None)


@dataclass(slots=True)
class _Flood:
    """Chats refused one after the other. When it seems to be about everybody there is silence, then
    one call tries: those who were not refused themselves wait no longer than they must.
    """

    waits: dict[int, float] = field(default_factory=dict)
    times: int = 0
    since: float = _LONG_AGO
    until: float = _LONG_AGO
    recovers_at: float = _LONG_AGO

    def rises(self, call: _Call, seconds: float, at: float) -> bool:
        """One more chat was refused; whether that is a flood, or a flood still."""
        self.waits[call.chat_id] = seconds
        if len(self.waits) < _FLOOD or call.left < self.since:
            return False
        self.until, self.since = at + min(2.0**self.times, *self.waits.values()), at
        self.times = min(self.times + 1, 10)
        return True

    def tries(self, at: float) -> None:
        """One call leaves to try whether it is over."""
        if self.times:
            self.until = at + 1

    def ends(self) -> None:
        """Somebody was answered."""
        self.waits.clear()
        self.times, self.until = 0, _LONG_AGO


class Pace:
    """Chooses what may leave now, so that next to nothing is refused and nobody waits in vain."""

    def __init__(self, now: Callable[[], float] | None = None) -> None:
        self._now = now or asyncio.get_running_loop().time
        self._everybody = Window(EVERYBODY_PER_SECOND, 1.0)
        self._chats: OrderedDict[int, ChatPace] = OrderedDict()
        self._calls: dict[int, _Call] = {}
        self._numbers = count()
        self._ways: deque[float] = deque(maxlen=_REMEMBERED_WAYS)
        self._resting: dict[int, float] = {}
        self._next_broadcast = _LONG_AGO
        self._replied: deque[float] = deque(maxlen=EVERYBODY_PER_SECOND)
        self._mood = _Mood()
        self._flood = _Flood()

    def remember(self, sent: Iterable[tuple[int, OutboxKind, float]]) -> None:
        """What a process before this one sent, and how many seconds ago: it counts still."""
        at = self._now()
        for chat_id, kind, age in sent:
            self._leave(next(self._numbers), chat_id, kind, at - age)

    def resting(self) -> set[int]:
        """The chats to which what is next may not go yet."""
        at = self._now()
        self._resting = {chat: until for chat, until in self._resting.items() if until > at}
        return set(self._resting)

    def choose(self, heads: Sequence[Head], limit: int) -> list[Head]:
        """What may leave now: replies first, then reminders, then broadcasts; chats take turns."""
        at = self._now()
        room = min(limit, self._room(at))
        broadcasts = self._broadcasts(at, room)
        chosen, is_tried = list[Head](), False
        for head in sorted(heads, key=lambda head: (*head.rank, self._turn(head, at), head.id)):
            if len(chosen) >= room or (head.broadcast and broadcasts <= 0):
                break
            is_hasty = self._is_hasty(head, at)
            if not self._may_go(head, at, is_hasty=is_hasty, is_tried=is_tried):
                continue
            is_tried |= is_hasty and not self._mood.is_patient
            broadcasts -= 1
            chosen.append(head)
        return chosen

    def _broadcasts(self, at: float, room: int) -> int:
        """How many may leave now; where replies need the room, it is looked at a moment later."""
        if at < self._next_broadcast:
            return 0
        lately = sum(replied > at - 1 for replied in self._replied)
        spare = min(lately // _SPARE_FOR_REPLIES, _MOST_SPARE)
        if spare and room <= spare:
            self._next_broadcast = at + _BROADCASTS_TOGETHER * _BETWEEN_BROADCASTS
            return 0
        return min(_BROADCASTS_TOGETHER, room - spare)

    def begin(self, head: Head) -> None:
        """What was chosen leaves now."""
        at = self._now()
        call = _Call(next(self._numbers), head.chat_id, at, self._is_hasty(head, at))
        self._flood.tries(at)
        if call.is_hasty and not self._mood.is_patient:
            self._mood.trial = call.number
        if not head.broadcast:
            self._replied.append(at)
        else:
            earliest = at - _BROADCASTS_TOGETHER * _BETWEEN_BROADCASTS
            self._next_broadcast = max(self._next_broadcast, earliest) + _BETWEEN_BROADCASTS
        self._calls[head.id] = call
        self._leave(call.number, head.chat_id, head.kind, at)

    def end(self, row_id: int, *, refused_for: float | None) -> None:
        """It was answered; `refused_for` so many seconds when it came too soon."""
        at, call = self._now(), self._calls.pop(row_id, None)
        if call is None:
            return
        self._ways.append(at - call.left)
        chat = self._chat(call.chat_id)
        if call.is_hasty:
            self._learn(call.number, chat, at, was_refused=refused_for is not None)
        for window in (self._everybody, *chat.windows()):
            if refused_for is None:
                window.end(call.number, at, max(0.0, min(self._ways) - _DOUBT))
            else:
                window.refused(call.number)
        if refused_for is None:
            self._calm(at)
        elif not call.is_hasty and self._flood.rises(call, refused_for, at):
            self._everybody.most = max(_SLOWEST_PER_SECOND, self._everybody.most // 2)

    def pause(self) -> float:
        """Seconds until something that is held up now may go again."""
        at = self._now()
        waits = [
            *self._resting.values(),
            self._everybody.opens(at),
            self._next_broadcast,
            self._flood.until,
        ]
        return max(0.005, min((until - at for until in waits if until > at), default=0.0))

    def _room(self, at: float) -> int:
        if at < self._flood.until:
            return 0
        room = self._everybody.room(at)
        return min(room, 1) if self._flood.times else room

    def _leave(self, number: int, chat_id: int, kind: OutboxKind, at: float) -> None:
        self._everybody.begin(number, at)
        if kind in _COUNTS_IN_A_CHAT:
            self._chat(chat_id).begin(number, at, is_new=kind in _MAKES_A_MESSAGE)

    def _is_hasty(self, head: Head, at: float) -> bool:
        chat = self._chats.get(head.chat_id)
        return chat is not None and head.kind in _COUNTS_IN_A_CHAT and chat.safe(at) > at

    def _may_go(self, head: Head, at: float, *, is_hasty: bool, is_tried: bool) -> bool:
        """Otherwise the chat rests until it is worth looking again."""
        if not is_hasty:
            return True
        chat = self._chat(head.chat_id)
        bears = self._mood.bears_haste(at) and not is_tried and not head.broadcast
        again = chat.safe(at)
        if bears:
            again = min(again, chat.borne(at, is_new=head.kind in _MAKES_A_MESSAGE))
        if again > at:
            self._resting[head.chat_id] = again
        return again <= at

    def _turn(self, head: Head, at: float) -> float:
        chat = self._chats.get(head.chat_id)
        return chat.last if chat is not None and at - chat.last < _TURN_SECONDS else _LONG_AGO

    def _learn(self, number: int, chat: ChatPace, at: float, *, was_refused: bool) -> None:
        """What a burst tells of Telegram's mood."""
        if self._mood.trial == number:
            self._mood.trial = None
            self._resting.clear()
        if was_refused:
            self._mood.is_patient, self._mood.strict_until = False, at + _SECONDS_OF_CAUTION
        elif chat.shows_patience(number, at):
            self._mood.is_patient = True

    def _calm(self, at: float) -> None:
        self._flood.ends()
        is_slow = self._everybody.most < EVERYBODY_PER_SECOND
        if is_slow and at >= self._flood.recovers_at:
            self._everybody.most += 1
            self._flood.recovers_at = at + _SECONDS_TO_RECOVER_ONE

    def _chat(self, chat_id: int) -> ChatPace:
        chat = self._chats.pop(chat_id, None) or ChatPace(is_group=chat_id < 0)
        self._chats[chat_id] = chat
        if len(self._chats) > _REMEMBERED_CHATS:
            self._chats.popitem(last=False)
        return chat


class Unpaced(Pace):
    """No limits of our own: for a local Telegram."""

    def choose(self, heads: Sequence[Head], limit: int) -> list[Head]:
        """As many as may be on their way."""
        return sorted(heads, key=lambda head: (*head.rank, head.id))[: max(0, limit)]

    def begin(self, head: Head) -> None:
        """Nothing is counted."""

    def remember(self, sent: Iterable[tuple[int, OutboxKind, float]]) -> None:
        """Nothing is counted."""
