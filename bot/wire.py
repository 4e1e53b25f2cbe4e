"""The connection to Telegram: says of every failure whether the request can have arrived."""

import json
from functools import cache
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
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
_OK = 200
#: Refusals that aiogram has no name for, and that the same call would meet again.
_REFUSES_FOR_GOOD = frozenset({402, 405, 406, 410, 411, 414, 415, 422})
#: These happen before a request leaves: it can be sent again without a second thought.
_BEFORE_SENDING = (ClientConnectorError, ConnectionTimeoutError, ProxyError, ProxyTimeoutError)


@cache
def _kept(returning: Any) -> Any:
    """The kind of an answer. pydantic forgets it when nobody holds it, and builds it anew."""
    return Response[returning]


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
        """What is not as the Bot API writes it: refused, unless the status says that it was done.

        A gateway's page, a refusal without words, one that comes with status 200, a 429 that does
        not say how long; and "ok" without what was made, whose number we need.
        """
        _kept(method.__returning__)
        try:
            response = super().check_response(bot, method, status_code, content)
        except ClientDecodeError as error:
            if status_code == _OK:
                raise
            raise _server_error(method, status_code, content) from error
        except TypeError as error:  # aiogram looks for words in a description that is not there
            raise _server_error(method, status_code, content) from error
        except TelegramAPIError as error:
            code = _error_code(content)
            if status_code == _OK and code != _OK:
                return self.check_response(bot, method, code, content)
            if type(error) is TelegramAPIError and code not in _REFUSES_FOR_GOOD:
                raise _server_error(method, status_code, content) from error
            raise
        if response.result is None:
            raise ClientDecodeError("no result", LookupError("result"), content[:100])
        return response


def _error_code(content: str) -> int:
    """What a refusal calls itself; 500 when it does not say."""
    code = json.loads(content).get("error_code")
    return code if isinstance(code, int) else 500


def _server_error(method: TelegramMethod[Any], status: int, content: str) -> TelegramServerError:
    return TelegramServerError(method=method, message=f"{status}: {json.dumps(content[:100])}")


def never_left(error: TelegramNetworkError) -> bool:
    """Whether the connection failed before the request could leave."""
    return isinstance(error.__cause__, _BEFORE_SENDING)
