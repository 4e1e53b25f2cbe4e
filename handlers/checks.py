"""/checks: an editor looks at measures again, and answers in one tap."""

from dataclasses import replace
from typing import Any

from domain.errors import NotAllowed
from domain.screens import Reply, answer
from handlers import publications as publication_handlers
from handlers.here import Here, here
from handlers.routing import Routes
from services import checks
from views import checks as views


async def first_page(_: object, **given: Any) -> Reply:
    """What is due."""
    return await _page(_editor(given), 0)


async def turn(_: object, press: views.ShowChecks, **given: Any) -> Reply:
    """Another page."""
    return await _page(_editor(given), press.page)


async def _page(at: Here, page: int) -> Reply:
    due = await checks.due(at.session, office=at.office, now=at.now)
    return answer(views.checks(at.t, due, page, at.office.catalogue, at.office.today(at.now)))


async def show(_: object, press: views.ShowCheck, **given: Any) -> Reply:
    """One measure with its sources."""
    at = _editor(given)
    sheet = await checks.sheet_of(at.session, press.measure_id, office=at.office, now=at.now)
    return answer(views.check(at.t, sheet, at.office.catalogue, at.office.today(at.now)))


async def confirm(_: object, press: views.ConfirmCheck, **given: Any) -> Reply:
    """仍有效, then what else is due."""
    at = _editor(given)
    await checks.confirm(at.session, press.measure_id, **at.by)
    return replace(await _page(at, 0), toast=at.t.plain("checks.kept"))


async def retire(_: object, press: views.RetireCheck, **given: Any) -> Reply:
    """下架: the card of the change, with its impact and the last word."""
    at = _editor(given)
    publication = await checks.retire(at.session, press.measure_id, **at.by)
    shown = await publication_handlers.card(publication, at, given["pressed"])
    return replace(shown, fresh=True)


def _editor(given: dict[str, Any]) -> Here:
    at = here(given)
    if not at.actor.edits:
        raise NotAllowed
    return at


def add_routes(routes: Routes) -> None:
    """Routes of this module."""
    routes.on_press(
        {
            views.ShowChecks: turn,
            views.ShowCheck: show,
            views.ConfirmCheck: confirm,
            views.RetireCheck: retire,
        },
    )
    routes.on_command({"checks": first_page})
