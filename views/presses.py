"""What a button carries: a short prefix and a few values, at most 64 bytes, ids and never text."""

from dataclasses import dataclass, fields
from datetime import date
from enum import Enum
from functools import cache
from typing import ClassVar, Self, get_type_hints

from domain.permissions import Circle

_LIMIT = 64
_BIGGEST = 2**63 - 1
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class BadPress(ValueError):
    """The data is not of this kind: an old button, or a forged one."""


@dataclass(frozen=True)
class Press:
    """Base of every button's data; subclasses are frozen dataclasses with a `prefix`.

    Values may be int, str (a key, never a sentence), an enum, bool, a date, or None. Ids are
    written to the base 36, so that two of them fit. `circle` says whom it is for, `in_groups`
    whether it works where others read along; handlers/routing.py asks both before anything else.
    """

    prefix: ClassVar[str]
    circle: ClassVar[Circle] = Circle.EVERYBODY
    in_groups: ClassVar[bool] = False

    def pack(self) -> str:
        """The text for callback_data; raises ValueError when it would be too long."""
        parts = [self.prefix, *(_write(getattr(self, name)) for name in self._hints())]
        packed = ":".join(parts)
        if len(packed.encode()) > _LIMIT:
            raise ValueError(f"{packed!r} is longer than {_LIMIT} bytes")
        return packed

    @classmethod
    def unpack(cls, data: str) -> Self:
        """The value that `pack` wrote; raises `BadPress` on anything else."""
        prefix, *parts = data.split(":")
        hints = cls._hints()
        if prefix != cls.prefix or len(parts) != len(hints):
            raise BadPress(data)
        try:
            values = [_read(hint, part) for hint, part in zip(hints.values(), parts, strict=True)]
        except (ValueError, OverflowError) as error:
            raise BadPress(data) from error
        return cls(*values)

    @classmethod
    @cache
    def _hints(cls) -> dict[str, object]:
        """What each value is, in their order; Python reads annotations anew whenever asked."""
        hints = get_type_hints(cls)
        return {field.name: hints[field.name] for field in fields(cls)}


class DeskPress(Press):
    """On a ticket's card and below it; works in a desk's group as well."""

    circle = Circle.CASEWORK
    in_groups = True


class CasePress(Press):
    """Casework that is nobody else's business: registering for a company."""

    circle = Circle.CASEWORK


class StaffPress(Press):
    """Leave, visits, figures."""

    circle = Circle.STAFF


class BindingPress(Press):
    """Which group is whose desk."""

    circle = Circle.DESKS
    in_groups = True


class EditorPress(Press):
    """The catalogue and its changes."""

    circle = Circle.EDITORS


class AdminPress(Press):
    """Roles, departments, calendar."""

    circle = Circle.ADMINS


def _write(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case Enum():
            return str(value.value)
        case int():
            return _base36(value)
        case date():
            return _base36(value.toordinal())
        case str() if ":" not in value:
            return value
        case _:
            raise ValueError(f"a button cannot carry {value!r}")


def _read(hint: object, part: str) -> object:
    if isinstance(hint, type):
        if issubclass(hint, bool):
            return part == "1"
        if issubclass(hint, Enum):
            return hint(part)
        if issubclass(hint, date):
            return date.fromordinal(int(part, 36))
        return _number(part) if issubclass(hint, int) else part
    if part == "":
        return None
    kinds = [kind for kind in getattr(hint, "__args__", ()) if kind is not type(None)]
    return _read(kinds[0], part)


def _number(part: str) -> int:
    """An id or a place; nothing greater is kept by any database."""
    number = int(part, 36)
    if abs(number) > _BIGGEST:
        raise OverflowError(part)
    return number


def _base36(number: int) -> str:
    if number < 0:
        return "-" + _base36(-number)
    written = ""
    while number or not written:
        number, digit = divmod(number, 36)
        written = _DIGITS[digit] + written
    return written
