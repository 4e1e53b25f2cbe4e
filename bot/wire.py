"""The connection to Telegram: says of every failure whether the request can have arrived."""

import json
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramServerError,
)
from aiogram.methods import GetFile, Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import ClientConnectorError, ClientError, ClientTimeout, ConnectionTimeoutError
from python_socks import ProxyError, ProxyTimeoutError

_CONNECT_SECONDS = 10
_DOWNLOADING = ClientTimeout(total=60, sock_connect=_CONNECT_SECONDS)
_CHUNK = 64 * 1024
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

    async def download(self, method: GetFile, url: str, *, most: int) -> bytes:
        """The file behind an address, at most one byte more than `most`.

        Errors name no address: it holds the token.
        """
        content = bytearray()
        try:
            session = await self.create_session()
            async with session.get(url, timeout=_DOWNLOADING) as response:
                if response.status >= 500:
                    raise TelegramServerError(method=method, message=f"file: {response.status}")
                if response.status != 200:
                    raise TelegramBadRequest(method=method, message=f"file: {response.status}")
                async for chunk in response.content.iter_chunked(_CHUNK):
                    content += chunk
                    if len(content) > most:
                        break
        except (OSError, ClientError, ProxyError) as error:
            raise TelegramNetworkError(method=method, message=type(error).__name__) from error
        return bytes(content[: most + 1])

    async def close(self) -> None:
        """Without the quarter of a second that aiogram adds: aiohttp waits for TLS itself now."""
        if self._session is not None:
            await self._session.close()

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
