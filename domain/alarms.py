"""Alarms: what an administrator is told, once, until it is over. The one table of thresholds:
`deploy/prometheus-rules.yml` and the docs are held to it by a test.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class AlarmKind(StrEnum):
    """What can be wrong with the house; each has its words in views/alarms.py."""

    COURIER_STUCK = "courier_stuck"
    TELEGRAM_AWAY = "telegram_away"
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - no secret, the lack of one
    INBOX_BACKLOG = "inbox_backlog"
    OUTBOX_BACKLOG = "outbox_backlog"
    NOTICES_LATE = "notices_late"
    UPDATE_PARKED = "update_parked"
    MANY_PARKED = "many_parked"
    CALENDAR_MISSING = "calendar_missing"
    BACKUP_FAILED = "backup_failed"
    DISK_FULL = "disk_full"
    DATABASE = "database"


class Way(StrEnum):
    """How it reaches administrators.

    OWED goes like every message. DIRECT is said past the Outbox, which is what stands still.
    AFTERWARDS cannot be said in the chat while it lasts: it stands in the log and the figures, and
    the chat hears when it is over.
    """

    OWED = "owed"
    DIRECT = "direct"
    AFTERWARDS = "afterwards"


@dataclass(frozen=True, slots=True)
class Rule:
    """It begins when the level is above `raises`, and is over at `clears` or below, so that what
    hovers about a threshold is said once. `urgent` wakes people; the others wait for office hours.
    """

    raises: float
    clears: float
    urgent: bool = False
    way: Way = Way.OWED


_SECONDS = 1.0
_MINUTES = 60 * _SECONDS

#: Levels are ages in seconds, but for the last five: counts, and what is needed of what is free.
#: Ages, not depths: a thousand messages owed are much for one bot and half a minute for another.
RULES: Mapping[AlarmKind, Rule] = {
    AlarmKind.COURIER_STUCK: Rule(5 * _MINUTES, 30 * _SECONDS, urgent=True, way=Way.DIRECT),
    AlarmKind.TELEGRAM_AWAY: Rule(10 * _MINUTES, 0, urgent=True, way=Way.AFTERWARDS),
    AlarmKind.TOKEN_REFUSED: Rule(0, 0, urgent=True, way=Way.AFTERWARDS),
    AlarmKind.INBOX_BACKLOG: Rule(2 * _MINUTES, 30 * _SECONDS, urgent=True),
    AlarmKind.OUTBOX_BACKLOG: Rule(10 * _MINUTES, 2 * _MINUTES),
    AlarmKind.NOTICES_LATE: Rule(10 * _MINUTES, 1 * _MINUTES),
    AlarmKind.UPDATE_PARKED: Rule(0, 0, urgent=True),  # within the past day
    AlarmKind.MANY_PARKED: Rule(19, 5, urgent=True),  # within the past hour
    AlarmKind.CALENDAR_MISSING: Rule(0, 0),  # years
    AlarmKind.BACKUP_FAILED: Rule(0, 0),  # nights without a copy
    AlarmKind.DISK_FULL: Rule(1.0, 0.8),
    # Never read, never kept: bot/distress.py hears of it where it fails.
    AlarmKind.DATABASE: Rule(0, 0, urgent=True, way=Way.DIRECT),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """How bad it is, and the numbers and codes that its words need: never what people wrote."""

    level: float
    details: Mapping[str, int | str] = field(default_factory=dict)


def rings(kind: AlarmKind, level: float, *, already: bool) -> bool:
    """Whether it is to be told (or, `already`, is not over yet)."""
    rule = RULES[kind]
    return level > (rule.clears if already else rule.raises)
