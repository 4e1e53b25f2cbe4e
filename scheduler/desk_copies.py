"""What a company wrote, copied to where its ticket is shown, and corrected when it is edited."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.desks import DeskCard
from domain.screens import Attachment, Html, Screen
from domain.tickets import Status, Step
from models import Message, Person, Ticket
from services import desks, messages, packing
from services.messages import Address
from views import desks as views
from views.translations import Translator


async def relay(
    session: AsyncSession,
    t: Translator,
    ticket: Ticket,
    facts: DeskCard,
    address: Address,
    *,
    now: datetime,
) -> None:
    """Copy what the company wrote since, and correct copies of what it edited. Quietly, but for
    the answer to what it was asked, and what it says of an answer.
    """
    is_quick = facts.last is not None and facts.last.step is Step.SUPPLY
    quiet = not is_quick and facts.status is not Status.ANSWERED
    card = await desks.card_at(session, ticket.id, address)
    copier = _Copier(session, t, ticket, facts.short, address, card, now)
    for group in desks.by_album(await desks.to_relay(session, ticket, address)):
        if desks.is_arriving(group, now):
            await desks.copy_later(session, ticket, group[-1], now)
            break
        await copier.copy(group, quiet=quiet)
    await copier.correct()


@dataclass(frozen=True, slots=True)
class _Copier:
    """Copies what a company wrote about one ticket to one chat, and corrects the copies."""

    session: AsyncSession
    t: Translator
    ticket: Ticket
    short: str
    address: Address
    card: Message | None
    now: datetime

    async def copy(self, group: Sequence[Message], *, quiet: bool) -> None:
        """A message, or an album as one group with its words under the first file."""
        files = [packing.recall(one) for message in group for one in message.attachments]
        text = await self._album_words(group)
        if len(files) != len(group) or not messages.fit_together(files, text):
            for message in group:
                await self._copy_alone(message, quiet=quiet)
            return
        await messages.owe_files(
            self.session,
            self.address,
            files,
            text=text,
            now=self.now,
            ticket_id=self.ticket.id,
            relays=[message.id for message in group],
            role=desks.RELAY,
            reply_to=self.card.id if self.card else None,
            quiet=quiet,
        )

    async def _copy_alone(self, message: Message, *, quiet: bool) -> None:
        for screen in await _copies(self.session, self.t, message, self.short):
            await messages.owe(
                self.session,
                self.address,
                replace(screen, quiet=quiet),
                now=self.now,
                ticket_id=self.ticket.id,
                relays=message.id,
                reply_to=self.card.id if self.card else None,
            )

    async def _album_words(self, group: Sequence[Message]) -> Html:
        first = group[0]
        writer = await self.session.get(Person, first.person_id) if first.person_id else None
        words = "\n\n".join(message.text for message in group if message.text)
        edited = any(message.versions for message in group)
        name = writer.name if writer else ""
        return views.relayed(self.t, self.short, name, words, file=None, is_edited=edited).text

    async def correct(self) -> None:
        """What was edited since reads so in the copies, in place."""
        copies = await desks.copies_in(self.session, self.ticket.id, self.address)
        for group in desks.by_album(copies):
            found = [await self.session.get(Message, one.relays) for one in group if one.relays]
            originals = [original for original in found if original is not None]
            if any(original.versions for original in originals) and group[0].text:
                await self._correct(group[0], originals)

    async def _correct(self, copy: Message, originals: Sequence[Message]) -> None:
        screen = (await _copies(self.session, self.t, originals[0], self.short))[0]
        if len(originals) > 1:
            screen = replace(screen, text=await self._album_words(originals))
        if copy.text != screen.text:
            await messages.redraw(self.session, copy, screen, now=self.now)


async def _copies(
    session: AsyncSession, t: Translator, message: Message, short: str
) -> list[Screen]:
    """A message as screens: one for each file, the words with the first."""
    writer = await session.get(Person, message.person_id) if message.person_id else None
    files: Sequence[Attachment | None] = [packing.recall(one) for one in message.attachments]
    return [
        views.relayed(
            t,
            short,
            writer.name if writer else "",
            message.text if number == 0 else "",
            file=file,
            is_edited=bool(message.versions),
        )
        for number, file in enumerate(files or [None])
    ]
