"""Every router, in the order in which they are asked; the catch-all comes last."""

from collections.abc import Iterator

from aiogram import Router

from handlers import people


def build_routers() -> Iterator[Router]:
    """Fresh routers, so that a second dispatcher can be built."""
    yield people.build_router()
