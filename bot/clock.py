"""The one clock. Everything below is handed the time; one door may move it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path


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
        """Set the clock forward (or back) and remember it; returns the new present."""
        self._offset += by
        if self._path is not None:
            self._path.write_text(
                json.dumps({"offset_seconds": self._offset.total_seconds()}), encoding="utf-8"
            )
        return self()

    def move_to(self, moment: datetime) -> datetime:
        """Set the clock to a moment, which must be aware."""
        return self.move(moment - self())

    def _remembered(self) -> timedelta:
        if self._path is None or not self._path.exists():
            return timedelta()
        kept = json.loads(self._path.read_text(encoding="utf-8"))
        return timedelta(seconds=float(kept["offset_seconds"]))
