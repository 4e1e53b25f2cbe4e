"""How the local Telegram refuses: with the codes and words of the real Bot API."""

from typing import Any


class Rejected(Exception):
    """A call answered with ok=false: HTTP code, description, optional response parameters."""

    def __init__(
        self, code: int, description: str, parameters: dict[str, Any] | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(text: str) -> Rejected:
    """400 with the usual prefix."""
    return Rejected(400, f"Bad Request: {text}")


def forbidden(text: str) -> Rejected:
    """403 with the usual prefix."""
    return Rejected(403, f"Forbidden: {text}")


def conflict(text: str) -> Rejected:
    """409 with the usual prefix."""
    return Rejected(409, f"Conflict: {text}")


def retry_after(seconds: int) -> Rejected:
    """429 and the number of seconds to wait."""
    return Rejected(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})
