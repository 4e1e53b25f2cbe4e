"""The list of policies, whole or filtered."""

from dataclasses import replace

from domain.screens import Reply, answer
from handlers import drafts
from handlers.here import Here
from handlers.sittings import Sitting
from services import matching
from services.messages import Address
from views import matching as views
from views.matching import ShowList
from views.translations import Translator


async def first_page(sitting: Sitting, t: Translator) -> Reply:
    """C4 from the top."""
    return await page(sitting, t, ShowList())


async def with_draft(sitting: Sitting, t: Translator) -> Reply:
    """The same after what was asked meanwhile, and below it the draft that was put aside."""
    reply, talk = await first_page(sitting, t), sitting.talk
    place = Address(talk.bot_id, talk.chat_id)
    at = Here(sitting.session, sitting.actor, talk, t, place, sitting.now, sitting.office)
    return replace(reply, more=(*reply.more, *await drafts.still_open(at)))


async def page(sitting: Sitting, t: Translator, chosen: ShowList) -> Reply:
    """A page of the list, or of a filter; what is told of a company is remembered."""
    known = await sitting.known()
    match = await sitting.match(known)
    calendar = sitting.office.calendar
    if chosen.need is not None or chosen.place is not None:
        return answer(views.filtered(t, match, chosen, calendar=calendar))
    if not match.is_empty:
        await matching.remember(
            sitting.session, known, match.verdicts, now=sitting.now, with_conditions=False
        )
    return answer(views.policies(t, match, chosen.page, calendar=calendar))
