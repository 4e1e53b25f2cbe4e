"""The dispatcher: every router of handlers/, and what each handler is given."""

from aiogram import Dispatcher

from bot.middlewares import Arrival
from handlers import routers


def build_dispatcher(bot_username: str) -> Dispatcher:
    """Where a conversation stands is our own row, so aiogram's own state is off."""
    dispatcher = Dispatcher(disable_fsm=True, bot_username=bot_username)
    dispatcher.update.outer_middleware(Arrival())
    for router in routers.build_routers():
        dispatcher.include_router(router)
    return dispatcher
