"""The pace against a strict Telegram, played in reckoned time: whole minutes at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from random import Random

import pytest

from bot.pace import Pace
from models.messages import OutboxKind
from sandbox.errors import Rejected
from sandbox.limits import Limits
from services.turns import Head

SEND, EDIT = OutboxKind.SEND, OutboxKind.EDIT
_LOOK_AHEAD = 64
_METHODS = {SEND: "sendMessage", EDIT: "editMessageText"}


def strict() -> Limits:
    """What the project is measured by."""
    return Limits(per_second=30, per_chat_per_second=1, per_group_per_minute=20)


@dataclass
class Play:
    """A courier that takes no time before a server that is `low` to `high` seconds away."""

    limits: Limits
    low: float = 0.002
    high: float = 0.09
    now: float = 0.0
    #: Telegram refuses everybody for so long from this moment on.
    flood: tuple[float, float] = (0.0, 0.0)
    owed: dict[int, list[Head]] = field(default_factory=dict)
    flying: dict[int, Head] = field(default_factory=dict)
    later: dict[int, float] = field(default_factory=dict)
    arrived: list[tuple[float, Head]] = field(default_factory=list)
    refused: list[tuple[float, Head]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pace = Pace(lambda: self.now)
        self._random = Random(20261127)
        self._events: list[tuple[float, int, str, Head, int]] = []
        self._number = 0

    def owe(
        self, *chats: int, each: int = 1, kind: OutboxKind = SEND, is_for_all: bool = False
    ) -> None:
        """Owe messages now, chat by chat; a reply goes before a broadcast, in its chat too."""
        for chat in chats:
            for _ in range(each):
                self._number += 1
                head = Head(self._number, chat, kind, is_for_all, is_reminder=False)
                self.owed.setdefault(chat, []).append(head)
            self.owed[chat].sort(key=lambda one: (one.broadcast, one.id))

    def run(self, until: float = float("inf")) -> "Play":
        """Until everything arrived, or a moment."""
        while (self.owed or self._events) and self.now < until:
            chosen = self.pace.choose(self._heads(), limit=_LOOK_AHEAD)
            for head in chosen:
                self._leave(head)
            if not chosen:
                self._next(until)
        return self

    def dies(self) -> None:
        """A new process goes on: it knows what was sent, and repeats what was in flight."""
        sent = [(head.chat_id, head.kind, self.now - at) for at, head in self.arrived]
        flying = [(head.chat_id, head.kind, 0.0) for head in self.flying.values()]
        self.pace = Pace(lambda: self.now)
        self.pace.remember([*sent, *flying])
        self.flying.clear()
        self._events.clear()

    def waited(self, chat: int) -> list[float]:
        """When calls about this chat arrived."""
        return [at for at, head in self.arrived if head.chat_id == chat]

    def _heads(self) -> Sequence[Head]:
        held = {*self.pace.resting(), *(head.chat_id for head in self.flying.values())}
        heads = [
            rows[0]
            for chat, rows in self.owed.items()
            if chat not in held and self.later.get(chat, 0.0) <= self.now
        ]
        heads.sort(key=lambda head: head.id)
        ranks = [[head for head in heads if head.broadcast is rank] for rank in (False, True)]
        return [head for rank in ranks for head in rank[:_LOOK_AHEAD]]

    def _leave(self, head: Head) -> None:
        self.pace.begin(head)
        self.flying[head.id] = head
        self._plan("arrives", head, self._random.uniform(self.low, self.high) / 2)

    def _plan(self, what: str, head: Head, after: float, wait: int = 0) -> None:
        self._number += 1
        heappush(self._events, (self.now + after, self._number, what, head, wait))

    def _next(self, until: float) -> None:
        rest = self.now + self.pace.pause()
        again = min((at for at in self.later.values() if at > self.now), default=rest)
        if not self._events or min(rest, again) < self._events[0][0]:
            self.now = min(rest, again, until)
            return
        self.now, _, what, head, wait = heappop(self._events)
        if what == "arrives":
            self._arrives(head)
        else:
            self._is_answered(head, wait)

    def _arrives(self, head: Head) -> None:
        wait = self._refusal(head)
        (self.refused if wait else self.arrived).append((self.now, head))
        self._plan("answered", head, self._random.uniform(self.low, self.high) / 2, wait)

    def _refusal(self, head: Head) -> int:
        begins, lasts = self.flood
        if begins <= self.now < begins + lasts:
            return int(begins + lasts - self.now) + 1
        try:
            self.limits.meet(_METHODS[head.kind], head.chat_id, self.now)
        except Rejected as refusal:
            return int((refusal.parameters or {})["retry_after"])
        return 0

    def _is_answered(self, head: Head, wait: int) -> None:
        self.pace.end(head.id, refused_for=wait or None)
        del self.flying[head.id]
        if wait:
            self.later[head.chat_id] = self.now + wait
            return
        self.owed[head.chat_id].remove(head)
        if not self.owed[head.chat_id]:
            del self.owed[head.chat_id]


LOADS = {
    "600 people": (tuple(range(1, 601)), 1, 599 // 30),
    "40 people, 20 each": (tuple(range(1, 41)), 20, 799 // 30),
    "5 groups, 60 each": (tuple(range(-5, 0)), 60, 139),
}


@pytest.mark.parametrize("load", LOADS)
@pytest.mark.parametrize("away", [(0.002, 0.09), (0.15, 0.25)], ids=["near", "far"])
def test_nine_tenths_of_what_is_possible_and_next_to_nothing_refused(
    load: str, away: tuple[float, float]
) -> None:
    chats, each, possible = LOADS[load]
    play = Play(strict(), *away)

    play.owe(*chats, each=each)
    play.run()

    assert len(play.arrived) == len(chats) * each
    assert play.arrived[-1][0] - play.arrived[0][0] <= (possible + away[1]) / 0.9
    assert len(play.refused) < 0.01 * len(play.arrived)


def test_edits_count_in_a_group_as_messages_do() -> None:
    play = Play(strict())

    for _ in range(25):
        play.owe(-1)
        play.owe(-1, kind=EDIT)
    play.run()

    assert len(play.refused) <= 1
    assert play.now <= (129 + 60) / 0.9


def test_the_second_screen_of_a_press_follows_the_first_at_once() -> None:
    play = Play(Limits())

    play.owe(*range(1, 11), each=2)
    play.run()

    assert all(second - first < 0.2 for first, second in map(play.waited, range(1, 11)))


def test_a_burst_that_is_refused_is_a_lesson_for_every_chat() -> None:
    play = Play(strict())

    for _ in range(60):
        play.owe(*range(1, 11), each=2)
        play.run()
        play.now += 2

    assert len(play.refused) == 1


def test_a_reply_finds_the_next_place_free_in_a_broadcast() -> None:
    play = Play(strict())
    play.owe(*range(1, 1_001), is_for_all=True)
    play.run(until=5)

    waits = []
    for chat in range(950, 1_000):
        play.owe(chat)
        owed = play.now
        play.run(until=play.now + 0.2)
        waits.append(play.waited(chat)[0] - owed)

    assert sorted(waits)[47] < 0.15
    assert play.refused == []


def test_a_refusal_of_one_chat_stops_nobody_else() -> None:
    play = Play(strict())
    play.later = dict.fromkeys(range(1, 9), 37.0)
    play.owe(*range(1, 9))
    for chat in range(1, 9):
        play.owe(chat + 100, each=3)

    play.run()

    assert all(play.waited(chat)[0] >= 37 for chat in range(1, 9))
    assert all(play.waited(chat + 100)[-1] < 5 for chat in range(1, 9))


def test_when_it_is_about_everybody_few_calls_are_burned() -> None:
    play = Play(strict(), flood=(2.0, 40.0))

    play.owe(*range(1, 601))
    play.run()

    assert len(play.arrived) == 600
    assert len(play.refused) < 45
    assert 42 < play.now < 42 + 16 + 30


def test_a_new_process_does_not_send_on_top_of_what_the_last_one_sent() -> None:
    play = Play(strict())
    play.owe(*range(1, 200))
    play.owe(-1, -2, each=30)
    play.run(until=1.5)

    play.dies()
    play.run()

    assert len(play.refused) <= 1


def test_many_who_write_during_a_broadcast_find_room_and_it_goes_on() -> None:
    """Twenty replies a second, of the thirty that are possible: broadcasts take what is left."""
    play, owed = Play(strict()), dict[int, float]()
    play.owe(*range(100_000, 101_000), is_for_all=True)
    play.run(until=5)

    for chat in range(1, 201):
        owed[chat] = play.now
        play.owe(chat)
        play.run(until=play.now + 0.05)
    broadcasts = sum(head.broadcast for at, head in play.arrived if at > 6)
    seconds = play.now - 6
    play.run(until=play.now + 5)

    waits = sorted(play.waited(chat)[0] - since for chat, since in owed.items())
    assert waits[190] < 0.06
    assert broadcasts / seconds > 3
    assert play.refused == []
