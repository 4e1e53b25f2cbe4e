"""Faults on order: the local Telegram refuses, stalls or hangs up as a test asks it to."""

from dataclasses import dataclass
from typing import Any

from sandbox.arguments import Call
from sandbox.errors import Rejected


@dataclass
class Fault:
    """What goes wrong the next `times` times that `method` (* for all) is called for `chat`."""

    method: str
    times: int
    chat: int | None = None
    error_code: int = 0
    description: str = ""
    retry_after: int | None = None
    migrate_to: int | None = None
    drop_before: bool = False  #: hang up without doing anything
    drop_after: bool = False  #: do it, then hang up without an answer
    body: str | None = None  #: answer with this text instead of JSON
    delay: float = 0  #: wait so many seconds before anything else

    def rejection(self) -> Rejected | None:
        """The refusal to answer with, None when the call is to be carried out."""
        if not (self.error_code or self.retry_after or self.migrate_to):
            return None
        parameters: dict[str, Any] = {}
        if self.retry_after:
            parameters["retry_after"] = self.retry_after
            default = f"Too Many Requests: retry after {self.retry_after}"
            return Rejected(self.error_code or 429, self.description or default, parameters)
        if self.migrate_to:
            parameters["migrate_to_chat_id"] = self.migrate_to
            default = "Bad Request: group chat was upgraded to a supergroup chat"
            return Rejected(self.error_code or 400, self.description or default, parameters)
        return Rejected(self.error_code, self.description or "Internal Server Error")

    def meets(self, call: Call) -> bool:
        """Whether this fault is meant for the call."""
        if self.times <= 0 or self.method.lower() not in ("*", call.method.lower()):
            return False
        return self.chat is None or str(call.raw.get("chat_id")) == str(self.chat)


def due_fault(faults: list[Fault], call: Call) -> Fault | None:
    """The first fault that meets the call; uses it up by one."""
    for fault in faults:
        if fault.meets(call):
            fault.times -= 1
            faults[:] = [kept for kept in faults if kept.times > 0]
            return fault
    return None
