"""Every router, in the order in which they are asked; the catch-all comes last."""

from collections.abc import Iterator

from aiogram import Router

from handlers import colleagues, groups, offices, people, privacy, unknown


def build_routers() -> Iterator[Router]:
    """Fresh routers, so that a second dispatcher can be built."""
    yield groups.build_router()
    yield people.build_router()
    yield privacy.build_router()
    yield colleagues.build_router()
    yield offices.build_router()
    yield unknown.build_router()
