"""Where a handler stands: what the arrival settled, as one value for handlers that pass it on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from models import Conversation, Ticket
from services.messages import Address
from services.office import Office
from services.ticket_drafts import SHOWN
from views.translations import Translator

#: Words that lead away from any open form; handlers/words.py answers them.
LEADS_AWAY = frozenset({"菜单", "返回", "主菜单", "帮助", "menu", "back", "help", "home"})


class By(TypedDict):
    """The keywords that every service which acts asks for."""

    actor: Actor
    now: datetime
    office: Office


@dataclass(frozen=True, slots=True)
class Here:
    """Who is asking, where, when, in which language and office."""

    session: AsyncSession
    actor: Actor
    talk: Conversation
    t: Translator
    place: Address
    now: datetime
    office: Office

    @property
    def by(self) -> By:
        return By(actor=self.actor, now=self.now, office=self.office)


def here(given: Mapping[str, Any]) -> Here:
    """From what a handler was given by name."""
    return Here(**{name: given[name] for name in Here.__slots__})


def remember(talk: Conversation, ticket: Ticket, *, now: datetime) -> None:
    """This ticket is on the screen now; an open form is put away."""
    talk.turn_to(SHOWN, ticket=ticket.id, at=now.isoformat())
