"""A wire to PostgreSQL that can be cut on one side, or go silent: what happens between machines."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy.engine import URL, make_url

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class BadWire:
    """Forwards connections to the server as long as it is allowed to."""

    server: URL
    url: str = ""
    _passes: asyncio.Event = field(default_factory=asyncio.Event)
    _to_server: list[asyncio.StreamWriter] = field(default_factory=list)

    def go_silent(self) -> None:
        """Nothing passes any more, and nobody is told."""
        self._passes.clear()

    def hang_up_on_server(self, number: int) -> None:
        """The server sees one connection end, counted from 0; the client does not."""
        self._to_server[number].close()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, both ways."""
        from_server, to_server = await self._reach_server()
        self._to_server.append(to_server)
        try:
            async with asyncio.TaskGroup() as group:
                back = group.create_task(self._pass_back(from_server, to_server, writer))
                await self._pass_on(reader, to_server)
                back.cancel()
        finally:
            to_server.close()
            writer.close()

    async def _reach_server(self) -> Streams:
        folder = self.server.query.get("host")
        if isinstance(folder, str):
            return await asyncio.open_unix_connection(
                f"{folder}/.s.PGSQL.{self.server.port or 5432}"
            )
        return await asyncio.open_connection(self.server.host, self.server.port or 5432)

    async def _pass_back(
        self,
        reader: asyncio.StreamReader,
        to_server: asyncio.StreamWriter,
        writer: asyncio.StreamWriter,
    ) -> None:
        await self._pass_on(reader, writer)
        if not to_server.is_closing():
            writer.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while some := await reader.read(65536):
            await self._passes.wait()
            if not writer.is_closing():
                writer.write(some)


@asynccontextmanager
async def bad_wire(url: str) -> AsyncGenerator[BadWire]:
    """In front of the server of this address; it has an address of its own."""
    wire = BadWire(make_url(url))
    wire._passes.set()
    async with asyncio.TaskGroup() as group:
        carrying: list[asyncio.Task[None]] = []

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            carrying.append(group.create_task(wire.carry(reader, writer)))

        server = await asyncio.start_server(accept, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        here = wire.server.set(host="127.0.0.1", port=port, query={})
        wire.url = here.render_as_string(hide_password=False)
        yield wire
        server.close()
        for task in carrying:
            task.cancel()
