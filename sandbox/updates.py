"""The queue of updates for the bot: long polling, and a bell for who pushes them."""

import asyncio

from sandbox.bells import Bell
from sandbox.errors import conflict
from sandbox.store import Json, Store

_ONLY_WHEN_ASKED = {"chat_member", "message_reaction", "message_reaction_count"}
_FIRST_UPDATE_ID = 100_000_001
_AT_LEAST_EVERY_SECONDS = 3600


class Updates:
    """Queued updates; one poller at a time, the newest wins."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._bell = Bell()
        self._newest = 0
        self._interrupted_by = ""
        self._closed = False

    def add(self, kind: str, payload: Json) -> int | None:
        """Queue one update unless the bot did not ask for its kind; returns the update id."""
        allowed = self._store.setting("allowed_updates", [])
        if (allowed and kind not in allowed) or (not allowed and kind in _ONLY_WHEN_ASKED):
            return None
        number = self._store.next_number("update", _FIRST_UPDATE_ID)
        self._store.add_update({"update_id": number, kind: payload})
        self._bell.ring()
        return number

    def ring(self) -> None:
        """Wake who pushes: there is something new to do."""
        self._bell.ring()

    async def changed(self) -> None:
        """Wait until an update was queued, or something else was rung for."""
        await self._bell.heard(_AT_LEAST_EVERY_SECONDS)

    def interrupt(self, request: str) -> None:
        """End the poll that waits: it reads that this request terminated it."""
        self._newest += 1
        self._interrupted_by = request
        self._bell.ring()

    def close(self) -> None:
        """Let waiting pollers return."""
        self._closed = True
        self._bell.ring()

    async def take(self, *, offset: int, limit: int, timeout: float) -> list[Json]:
        """The updates from `offset` on, waiting up to `timeout` seconds for the first.

        Confirms what lies below a positive offset; raises Rejected(409) when a newer poll began.
        """
        self.interrupt("other getUpdates request; make sure that only one bot instance is running")
        mine = self._newest
        self._confirm(offset)
        clock = asyncio.get_running_loop()
        deadline = clock.time() + timeout
        while True:
            if self._closed:
                return []
            waiting = self._store.updates(max(offset, 0), limit)
            left = deadline - clock.time()
            if waiting or left <= 0:
                return waiting
            await self._bell.heard(left)
            if self._newest != mine:
                raise conflict(f"terminated by {self._interrupted_by}")

    def _confirm(self, offset: int) -> None:
        with self._store.transaction():
            if offset > 0:
                self._store.forget_updates(offset)
            elif offset < 0:
                newest = self._store.last_update_ids(-offset)
                if newest:
                    self._store.forget_updates(newest[0])
