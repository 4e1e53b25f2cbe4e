"""What rendering a notice may come to, besides a screen for one person."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Postponed:
    """Not now: quiet hours, or the person heard about it a moment ago."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Said already, by the renderer itself: in a group, or to several people."""
