"""The methods of the Bot API that are provided, by name; an absent one is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.arguments import Call, Reader
from sandbox.telegram import Telegram

Run = Callable[[Telegram, Call], Any]


@dataclass(frozen=True)
class Method:
    """One method: its name, how its arguments are read, what it does."""

    name: str
    required: dict[str, Reader]
    optional: dict[str, Reader]
    run: Run


METHODS: dict[str, Method] = {}


def method(
    name: str, required: dict[str, Reader] | None = None, optional: dict[str, Reader] | None = None
) -> Callable[[Run], Run]:
    """Register a function as a Bot API method; names are found whatever their case."""

    def register(run: Run) -> Run:
        METHODS[name.lower()] = Method(name, required or {}, optional or {}, run)
        return run

    return register
