"""C14 in words: 没解决，还是打不开 answers the call-back that waits, like its buttons."""

import re
from typing import Any

from aiogram.types import Message
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.lexicon import plain
from domain.screens import Reply
from domain.tickets import Solved, Status
from handlers import tickets as ticket_handlers
from handlers.here import here
from handlers.incoming import read
from handlers.routing import Routes
from models import Conversation, Ticket
from services import messages, tickets
from services.ticket_drafts import SHOWN
from views import ticket_presses

_REST = r"(?:了|呢|啊)?(?:$|[,。.!;、 ].*)"
_SAID = {
    Solved.NO: re.compile(
        rf"(?:问题|还是?|仍然?|一直|都|根本){{0,3}}(?:没有?|未)(?:能|得到)?(?:解决|办好|办成){_REST}|"
        rf"(?:it is |it's )?(?:still )?not (?:been )?(?:solved|fixed|resolved){_REST}",
        re.DOTALL,
    ),
    Solved.PARTLY: re.compile(
        rf"(?:问题)?(?:只|部分)(?:解决|办好)了?(?:一部分|一半|一点)?{_REST}|"
        rf"partly(?: solved)?{_REST}",
        re.DOTALL,
    ),
    Solved.YES: re.compile(
        rf"(?:问题|已经?|都|现在|全部){{0,3}}(?:解决|办好|办成){_REST}|"
        rf"(?:it is |it's )?(?:solved|fixed|resolved){_REST}",
        re.DOTALL,
    ),
}


async def answers_call_back(
    message: Message, session: AsyncSession, actor: Actor, talk: Conversation
) -> bool | dict[str, Any]:
    """Whether the words say if it is solved, while exactly one answer waits to be rated."""
    text = plain(message.text or "")
    if message.chat.type != "private" or not text or talk.state not in {"", SHOWN}:
        return False
    solved = next((one for one, words in _SAID.items() if words.fullmatch(text)), None)
    if solved is None:
        return False
    own = await tickets.tickets_of(session, actor)
    waiting = [one for one in own if one.status is Status.ANSWERED and one.rated_at is None]
    return {"found": waiting[0], "solved": solved} if len(waiting) == 1 else False


async def take_words(message: Message, found: Ticket, solved: Solved, **given: Any) -> Reply:
    """As by the button; the words themselves stay with the ticket."""
    at = here(given)
    stored = await messages.keep(
        at.session, read(message), at.place, person_id=at.actor.person_id, now=at.now
    )
    press = ticket_presses.RateSolved(found.id, found.round, solved)
    reply = await ticket_handlers.rate_solved(message, press, **given)
    if solved is Solved.NO and found.status is not Status.CLOSED:
        await tickets.add(at.session, found.id, message=stored, **at.by)
    else:
        await tickets.rate(at.session, found.id, message=stored, **at.by)
    return reply


def add_routes(routes: Routes) -> None:
    """Routes of this module; asked before problems are looked for."""
    routes.on_message(take_words, answers_call_back)
