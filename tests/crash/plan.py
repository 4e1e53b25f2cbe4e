"""Where to kill, how often and in which order: drawn from a seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from bot import checkpoints as at

#: A life in which the bot is not told to die: somebody kills it at a random moment.
RANDOM = "random"
#: How often of a hundred kills, and the last time of reaching the point that may be meant.
_WEIGHTS: dict[str, tuple[int, int]] = {
    at.BEFORE_INBOX_COMMIT: (8, 6),
    at.AFTER_INBOX_COMMIT: (8, 6),
    at.BEFORE_EFFECT_COMMIT: (12, 8),
    at.AFTER_EFFECT_COMMIT: (12, 8),
    at.BEFORE_SEND: (10, 10),
    at.AFTER_SEND: (12, 10),
    at.BEFORE_MARK: (8, 8),
    at.AFTER_MARK: (8, 8),
    at.BEFORE_TICK_COMMIT: (4, 20),
    at.AFTER_TICK_COMMIT: (4, 20),
    at.DURING_WRITE: (10, 60),
}
#: Reached by courier and timekeeper only, and by who polls.
NEEDS_LEADER = frozenset(
    {
        at.BEFORE_INBOX_COMMIT,
        at.AFTER_INBOX_COMMIT,
        at.BEFORE_SEND,
        at.AFTER_SEND,
        at.BEFORE_MARK,
        at.AFTER_MARK,
        at.BEFORE_TICK_COMMIT,
        at.AFTER_TICK_COMMIT,
    }
)
#: Shares of kills at no named point, and of those before which time passes.
_AT_RANDOM, _CALM = 0.08, 0.08
_MINUTES = (2, 2, 30, 120)
#: Jobs that work slice by slice, and the points within them.
_JOBS = ("due_notices", "reviews", "clean_up", "digests", "company_rows", "visits", "editors")


@dataclass(frozen=True)
class Kill:
    """One life of the bot: what it is told to die at, and what is pressed while it is dead."""

    crash_at: str = ""
    scene: str = ""
    #: Before it everybody comes to rest, and so much time passes: a minute in which undoing ends,
    #: a lunch, the night in which a copy is due and the review begins.
    passes: timedelta | None = None

    @property
    def is_calm(self) -> bool:
        """Everybody comes to rest before it."""
        return bool(self.scene or self.passes)

    @property
    def point(self) -> str:
        """The point without its number; for the table."""
        return self.crash_at.partition("#")[0].partition("/")[0] or RANDOM


def plan(kills: int, random: Random, *, is_sqlite: bool) -> Iterator[Kill]:
    """Kills without end, most at named points: every point, and the inside of what is long, comes
    up within half of `kills`."""
    first = [Kill(_drawn(point, random)) for point in _WEIGHTS]
    for _ in range(max(1, kills // 100)):
        first += _special(random, is_sqlite=is_sqlite)
    first += [_ordinary(random) for _ in range(kills // 2 - len(first))]
    random.shuffle(first)
    yield from first
    while True:
        yield _ordinary(random)


def _ordinary(random: Random) -> Kill:
    weights = [weight for weight, _ in _WEIGHTS.values()]
    point = random.choices(list(_WEIGHTS), weights)[0] if random.random() > _AT_RANDOM else ""
    passes = timedelta(minutes=random.choice(_MINUTES)) if random.random() < _CALM else None
    return Kill(_drawn(point, random) if point else "", passes=passes)


def _drawn(point: str, random: Random) -> str:
    return f"{point}#{random.randint(1, _WEIGHTS[point][1])}"


def _special(random: Random, *, is_sqlite: bool) -> Iterator[Kill]:
    """Inside what is long: merging, a bundle, a change of the calendar, the night's work."""
    for scene in ("merge", "bundle", "calendar"):
        yield Kill(f"{at.DURING_WRITE}#{random.randint(2, 24)}", scene=scene)
    for scene in ("merge", "bundle"):
        yield Kill(f"{at.BEFORE_EFFECT_COMMIT}#1", scene=scene)
        yield Kill(f"{at.AFTER_EFFECT_COMMIT}#1", scene=scene)
    for point in (at.BEFORE_TICK_COMMIT, at.AFTER_TICK_COMMIT):
        yield Kill(f"{point}/calendar#{random.randint(1, 3)}", scene="calendar")
    yield Kill(f"{at.AFTER_TICK_COMMIT}/reviews#{random.randint(1, 4)}", passes=timedelta(hours=18))
    for job in random.sample(_JOBS, 3):
        yield Kill(f"{at.BEFORE_TICK_COMMIT}/{job}#{random.randint(1, 2)}")
        yield Kill(f"{at.AFTER_TICK_COMMIT}/{job}#{random.randint(1, 2)}")
    if is_sqlite:
        yield Kill(f"{at.DURING_BACKUP}#1", passes=timedelta(hours=24))
