"""Named points where a crash test may kill the process: they cost a comparison otherwise."""

import os
import signal
from typing import Any

BEFORE_INBOX_COMMIT = "before_inbox_commit"
AFTER_INBOX_COMMIT = "after_inbox_commit"
BEFORE_EFFECT_COMMIT = "before_effect_commit"
AFTER_EFFECT_COMMIT = "after_effect_commit"
BEFORE_SEND = "before_send"
AFTER_SEND = "after_send"
BEFORE_MARK = "before_mark"
AFTER_MARK = "after_mark"
BEFORE_TICK_COMMIT = "before_tick_commit"
AFTER_TICK_COMMIT = "after_tick_commit"
DURING_WRITE = "during_write"
DURING_BACKUP = "during_backup"

POINTS = (
    BEFORE_INBOX_COMMIT,
    AFTER_INBOX_COMMIT,
    BEFORE_EFFECT_COMMIT,
    AFTER_EFFECT_COMMIT,
    BEFORE_SEND,
    AFTER_SEND,
    BEFORE_MARK,
    AFTER_MARK,
    BEFORE_TICK_COMMIT,
    AFTER_TICK_COMMIT,
    DURING_WRITE,
    DURING_BACKUP,
)
_WRITES = ("INSERT", "UPDATE", "DELETE")


class Checkpoints:
    """`CRASH_AT=after_send#3` kills at the third time the point is reached.

    `after_tick_commit/calendar#2` counts one job's slices only. `during_write` is reached after
    each statement that changes something: inside a merge, a bundle, a slice of any job.
    """

    def __init__(self, crash_at: str = "") -> None:
        place, _, count = crash_at.partition("#")
        name, _, self._detail = place.partition("/")
        if name and name not in POINTS:
            raise ValueError(f"no such point {name!r}; one of {', '.join(POINTS)}")
        self._name = name
        self._left = int(count or 1)

    def reach(self, name: str, detail: str = "") -> None:
        """Die here, as by `kill -9`, when the test asked for it."""
        if name != self._name or self._detail not in {"", detail}:
            return
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    @property
    def watches_writes(self) -> bool:
        """Whether `during_write` was asked for; then somebody must tell of every statement."""
        return self._name == DURING_WRITE

    def after_statement(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        """SQLAlchemy's `after_cursor_execute`."""
        if statement.startswith(_WRITES):
            self.reach(DURING_WRITE)
