"""Telegram's pace, when it is switched on: so many messages a second, a chat, a group."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from math import ceil

from sandbox.errors import retry_after

_PACED = ("send", "copy", "forward", "edit")
_UNPACED = "sendchataction"


@dataclass
class Limits:
    """Ceilings; 0 means none, and so it is until a visitor or a test sets them."""

    per_second: int = 0  #: all chats together
    per_chat_per_second: int = 0
    per_group_per_minute: int = 0
    _sent: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def meet(self, method: str, chat: object, at: float) -> None:
        """Count one call at the moment `at` (seconds); raises Rejected(429) above a ceiling."""
        name = method.lower()
        if not name.startswith(_PACED) or name == _UNPACED:
            return
        windows = [("all", self.per_second, 1.0), (f"chat {chat}", self.per_chat_per_second, 1.0)]
        if str(chat).startswith("-"):
            windows.append((f"group {chat}", self.per_group_per_minute, 60.0))
        for key, ceiling, span in windows:
            sent = self._sent[key]
            while sent and at - sent[0] >= span:
                sent.popleft()
            if ceiling and len(sent) >= ceiling:
                raise retry_after(max(1, ceil(span - (at - sent[0]))))
        for key, ceiling, _ in windows:
            if ceiling:
                self._sent[key].append(at)
