"""Waking those who wait: pollers, open pages, a press that waits for its answer."""

import asyncio


class Bell:
    """Rung when something changed; whoever listened before hears it once."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake everybody who listens now."""
        self._event.set()
        self._event = asyncio.Event()

    async def heard(self, seconds: float) -> bool:
        """Wait for the next ring; False when `seconds` have passed without one."""
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return False
        return True
