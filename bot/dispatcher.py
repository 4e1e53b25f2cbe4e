"""The dispatcher: every route of handlers/, and what each handler is given."""

from aiogram import Dispatcher

from bot.middlewares import Arrival
from handlers import routes


def build_dispatcher(bot_username: str) -> Dispatcher:
    """Where a conversation stands is our own row, so aiogram's own state is off."""
    dispatcher = Dispatcher(disable_fsm=True, bot_username=bot_username)
    dispatcher.update.outer_middleware(Arrival())
    dispatcher.include_router(routes.build_router())
    return dispatcher
