"""Every module's routes, in the order in which they are asked; the catch-all comes last."""

from aiogram import Router

from handlers import (
    absences,
    bundles,
    calendar,
    call_backs,
    checks,
    clients,
    colleagues,
    companies,
    desks,
    drafts,
    editors,
    exports,
    gaps,
    groups,
    matching,
    measures,
    news,
    notice_choices,
    offices,
    past,
    people,
    privacy,
    publications,
    queues,
    registering,
    seasons,
    statistics,
    tickets,
    unknown,
    visit_plans,
    visits,
    words,
)
from handlers.routing import Routes

_IN_ORDER = (
    desks,
    groups,
    people,
    publications,
    statistics,
    exports,
    calendar,
    editors,
    tickets,
    call_backs,
    bundles,
    registering,
    visits,
    visit_plans,
    drafts,
    privacy,
    colleagues,
    offices,
    absences,
    clients,
    past,
    companies,
    matching,
    measures,
    checks,
    gaps,
    news,
    seasons,
    notice_choices,
    words,
)


def build_router() -> Router:
    """A fresh one, so that a second dispatcher can be built."""
    routes = Routes()
    for module in _IN_ORDER:
        module.add_routes(routes)
    queues.add_last_routes(routes)
    unknown.add_routes(routes)
    return routes.router
