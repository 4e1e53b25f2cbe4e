"""The connection to Telegram: says of every failure whether the request can have arrived."""

import json
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError, TelegramServerError
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import ClientConnectorError, ClientTimeout, ConnectionTimeoutError
from python_socks import ProxyError, ProxyTimeoutError

_CONNECT_SECONDS = 10
#: These happen before a request leaves: it can be sent again without a second thought.
_BEFORE_SENDING = (ClientConnectorError, ConnectionTimeoutError, ProxyError, ProxyTimeoutError)


class Wire(AiohttpSession):
    """aiogram's session, with a bound on connecting and gateways' pages read as what they are."""

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        """Call Telegram; every failure of the network becomes a TelegramNetworkError."""
        total = self.timeout if timeout is None else timeout
        bounded = cast("Any", ClientTimeout(total=total, sock_connect=_CONNECT_SECONDS))
        try:
            return await super().make_request(bot, method, bounded)
        except (OSError, ProxyError) as error:
            raise TelegramNetworkError(method=method, message=repr(error)) from error

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """A gateway's page instead of JSON: refused, unless the status says that it was done."""
        try:
            return super().check_response(bot, method, status_code, content)
        except ClientDecodeError as error:
            if status_code == 200:
                raise
            raise TelegramServerError(
                method=method, message=f"{status_code}: {json.dumps(content[:100])}"
            ) from error


def never_left(error: TelegramNetworkError) -> bool:
    """Whether the connection failed before the request could leave."""
    return isinstance(error.__cause__, _BEFORE_SENDING)
