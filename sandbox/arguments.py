"""Reading the arguments of a Bot API call: declared names and types, clear refusals."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.errors import Rejected, bad_request
from sandbox.store import Json

Reader = Callable[[str, Any], Any]

_ABSENT = {
    "chat_id": "chat_id is empty",
    "from_chat_id": "from_chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "voice": "there is no voice in the request",
    "video": "there is no video in the request",
    "file_id": "invalid file_id specified",
    "user_id": "invalid user_id specified",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
}


@dataclass(frozen=True)
class Upload:
    """A file that came with a call."""

    name: str
    mime: str
    content: bytes


@dataclass
class Call:
    """One call: the method's name, its arguments as sent, then as read; uploads by field name."""

    method: str
    raw: Json
    uploads: dict[str, Upload]
    values: Json = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def get(self, name: str, default: Any = None) -> Any:
        """An optional argument."""
        return self.values.get(name, default)

    def __contains__(self, name: str) -> bool:
        return name in self.values


def read(call: Call, required: dict[str, Reader], optional: dict[str, Reader]) -> None:
    """Fill `call.values`; raises Rejected(400) for what is unknown, missing or of a wrong type."""
    readers = {**required, **optional}
    for name, raw in call.raw.items():
        if name not in readers:
            raise bad_request(f'parameter "{name}" is not known to {call.method} in the sandbox')
        if raw is not None:
            call.values[name] = readers[name](name, raw)
    for name, upload in call.uploads.items():
        if name in readers and name not in call.values:
            call.values[name] = upload
    for name in required:
        if call.values.get(name) in (None, ""):
            raise bad_request(_ABSENT.get(name, f'parameter "{name}" is required'))


def _wrong(name: str, kind: str) -> Rejected:
    return bad_request(f'parameter "{name}" must be {kind}')


def integer(name: str, raw: Any) -> int:
    """A whole number, or its decimal digits."""
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        raise _wrong(name, "an integer")
    try:
        return int(raw)
    except ValueError:
        raise _wrong(name, "an integer") from None


def number(name: str, raw: Any) -> float:
    """A number, or its digits."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise _wrong(name, "a number")
    try:
        return float(raw)
    except ValueError:
        raise _wrong(name, "a number") from None


def flag(name: str, raw: Any) -> bool:
    """true or false."""
    if isinstance(raw, bool):
        return raw
    if str(raw).lower() in ("true", "false", "1", "0"):
        return str(raw).lower() in ("true", "1")
    raise _wrong(name, "a boolean")


def text(name: str, raw: Any) -> str:
    """A string."""
    if not isinstance(raw, str):
        raise _wrong(name, "a string")
    return raw


def chat(name: str, raw: Any) -> int | str:
    """A chat id, or a public name beginning with @."""
    if isinstance(raw, str) and raw.startswith("@"):
        return raw
    return integer(name, raw)


def document(name: str, raw: Any) -> Json:
    """A JSON object, also as its text."""
    value = _json(name, raw)
    if not isinstance(value, dict):
        raise _wrong(name, "a JSON object")
    return value


def array(name: str, raw: Any) -> list[Any]:
    """A JSON array, also as its text."""
    value = _json(name, raw)
    if not isinstance(value, list):
        raise _wrong(name, "a JSON array")
    return value


def file(name: str, raw: Any) -> str:
    """A file id, an address or attach://field."""
    return text(name, raw)


def _json(name: str, raw: Any) -> Any:
    if not isinstance(raw, str):
        return raw
    try:
        return json.loads(raw)
    except ValueError:
        raise bad_request(f"can't parse {name} JSON object") from None
