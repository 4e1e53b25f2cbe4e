"""The one clock. Everything below is handed the time; one door may move it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

#: Deadlines and retention periods are counted from the present: they need years to be written in.
_MARGIN_DAYS = 3660


class Clock:
    """The time of the office: real time, plus an offset that the door may set.

    A moved clock is written to `path` and survives a restart.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._offset = self._remembered()

    def __call__(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC) + self._offset  # noqa: TID251 - this is the door

    def move(self, by: timedelta) -> datetime:
        """Set the clock forward (or back) and remember it; returns the new present.

        Raises OverflowError, and moves nothing, beyond the years that can be written.
        """
        present = self() + by
        for edge in (timedelta(days=-_MARGIN_DAYS), timedelta(days=_MARGIN_DAYS)):
            _ = present + edge
        self._offset += by
        if self._path is not None:
            fresh = self._path.with_suffix(".new")
            fresh.write_text(
                json.dumps({"offset_seconds": self._offset.total_seconds()}), encoding="utf-8"
            )
            fresh.replace(self._path)
        return self()

    def move_to(self, moment: datetime) -> datetime:
        """Set the clock to a moment, which must be aware."""
        return self.move(moment - self())

    def _remembered(self) -> timedelta:
        if self._path is None or not self._path.exists():
            return timedelta()
        kept = json.loads(self._path.read_text(encoding="utf-8"))
        return timedelta(seconds=float(kept["offset_seconds"]))
