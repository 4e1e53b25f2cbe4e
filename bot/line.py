"""The line to Telegram, as every call finds it: when it last answered, since when it does not."""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import Response, TelegramMethod

from bot.health import Figures
from bot.intake import RawUpdates

#: No answer of Telegram's own: the network, a gateway, or its servers.
_AWAY = (TelegramNetworkError, TelegramServerError, ClientDecodeError)


class Line(BaseRequestMiddleware):
    """Listens to every call; knows nothing of what was said."""

    def __init__(self, clock: Callable[[], datetime], figures: Figures) -> None:
        self._clock = clock
        self._figures = figures
        self.away_since: datetime | None = None
        self.back_since: datetime | None = None
        self.is_refused = False

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[Any],
        bot: Bot,
        method: TelegramMethod[Any],
    ) -> Response[Any]:
        began = monotonic()
        try:
            response = await make_request(bot, method)
        except Exception as error:
            self._heard(method, error)
            raise
        self._heard(method, None)
        if not isinstance(method, RawUpdates):  # which waits for something to happen
            self._figures.call_seconds.observe(monotonic() - began)
        return response

    def _heard(self, method: TelegramMethod[Any], error: Exception | None) -> None:
        now = self._clock()
        self._figures.calls.labels(method=method.__api_method__, result=result_of(error)).inc()
        self.is_refused = isinstance(error, TelegramUnauthorizedError)
        if isinstance(error, _AWAY):
            self.away_since = self.away_since or now
        elif self.away_since is not None:
            self.away_since, self.back_since = None, now

    def away_for(self, now: datetime) -> timedelta:
        """How long Telegram has not answered; zero when it does."""
        return max(now - self.away_since, timedelta()) if self.away_since else timedelta()


#: The first that fits names the result.
_RESULTS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (TelegramRetryAfter, "too_many"),
    (TelegramMigrateToChat, "migrated"),
    (TelegramForbiddenError, "blocked"),
    (TelegramUnauthorizedError, "token_refused"),
    (TelegramConflictError, "conflict"),
    (TelegramServerError, "server"),
    (TelegramNetworkError, "network"),
    (ClientDecodeError, "off_model"),
    ((TelegramBadRequest, TelegramNotFound, TelegramEntityTooLarge), "refused"),
)


def result_of(error: Exception | None) -> str:
    """A word for the figures."""
    if error is None:
        return "ok"
    if isinstance(error, TelegramNetworkError) and isinstance(
        error.__cause__ or error.__context__, TimeoutError
    ):
        return "timeout"
    return next((word for kind, word in _RESULTS if isinstance(error, kind)), "other")
