"""/stats: the office's figures, for whoever works in it; in words, as a picture, as a workbook."""

from typing import Any

from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import CallbackQuery, Message

from domain.screens import Reply, answer, toast
from domain.statistics import Span
from domain.statistics_said import Asked, read_asked
from handlers.here import Here, here
from handlers.routing import Routes
from services import statistics, ticket_drafts
from services.messages import Pressed
from views import scopes
from views import statistics as views
from views.exports import ShowExport
from views.statistics import ShowStats

#: The figures are on the screen: a few words ask for others.
SHOWN = "statistics"
#: An open form keeps its place: words are still for it.
_AT_REST = frozenset({"", SHOWN, ticket_drafts.SHOWN})
_FIRST = ShowStats(Span.MONTH)


async def show(_: Message | CallbackQuery, argument: str, **given: Any) -> Reply:
    """/stats, perhaps with words: 上个月 融资."""
    at = here(given)
    reply = await ask(at, _first(_read(at, argument)), given["pressed"])
    if at.talk.state in _AT_REST:
        at.talk.turn_to(SHOWN)
    return reply


async def hear(message: Message, **given: Any) -> Any:
    """Words after the figures; what asks for none is left to others."""
    at = here(given)
    asked = _read(at, message.text or "")
    return await ask(at, _first(asked)) if asked else UNHANDLED


async def ask(at: Here, choice: ShowStats | ShowExport, pressed: Pressed | None = None) -> Reply:
    """Counted in a moment: on the message that was `pressed`, else on a new one."""
    card = await pressed.message() if pressed is not None else None
    redraws = card.id if card is not None else None
    await statistics.ask(at.session, choice.pack(), choice.department, redraws=redraws, **at.by)
    return toast(at.t.plain("statistics.counting"))


def _read(at: Here, words: str) -> Asked | None:
    catalogue = at.office.catalogue
    return read_asked(words, catalogue.triage, catalogue.departments)


def _first(asked: Asked | None) -> ShowStats:
    """What was asked for; of what was left open the running month, by category."""
    if asked is None:
        return _FIRST
    return ShowStats(
        asked.span or _FIRST.span, asked.category, asked.department, asked.dimension or _FIRST.by
    )


async def turn(_: CallbackQuery, press: ShowStats, **given: Any) -> Reply:
    """Other figures, or the departments that had any."""
    return await ask(here(given), press, given["pressed"])


async def make(_: CallbackQuery, press: ShowStats, **given: Any) -> Reply:
    """图, 表格."""
    return await ask(here(given), press)


async def choose_span(_: CallbackQuery, press: views.ChooseSpan, **given: Any) -> Reply:
    """换时段."""
    return answer(scopes.choose_span(here(given).t, press, ShowStats))


async def choose_category(_: CallbackQuery, press: views.ChooseCategory, **given: Any) -> Reply:
    """选类别."""
    return answer(scopes.choose_category(here(given).t, press, ShowStats))


def add_routes(routes: Routes) -> None:
    """Routes of this module."""
    routes.on_press(
        {
            views.ShowStats: turn,
            views.DrawStats: make,
            views.SheetStats: make,
            views.ChooseSpan: choose_span,
            views.ChooseCategory: choose_category,
            views.ChooseDepartment: turn,
        },
    )
    routes.on_command({"stats": show})
    routes.on_words({SHOWN: hear})
