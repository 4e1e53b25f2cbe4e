"""Every router, in the order in which they are asked; the catch-all comes last."""

from collections.abc import Iterator

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


def build_routers() -> Iterator[Router]:
    """Fresh routers, so that a second dispatcher can be built."""
    yield desks.build_router()
    yield groups.build_router()
    yield people.build_router()
    yield publications.build_router()
    yield statistics.build_router()
    yield exports.build_router()
    yield calendar.build_router()
    yield editors.build_router()
    yield tickets.build_router()
    yield call_backs.build_router()
    yield bundles.build_router()
    yield registering.build_router()
    yield visits.build_router()
    yield visit_plans.build_router()
    yield drafts.build_router()
    yield privacy.build_router()
    yield colleagues.build_router()
    yield offices.build_router()
    yield absences.build_router()
    yield clients.build_router()
    yield past.build_router()
    yield companies.build_router()
    yield matching.build_router()
    yield measures.build_router()
    yield checks.build_router()
    yield gaps.build_router()
    yield news.build_router()
    yield seasons.build_router()
    yield notice_choices.build_router()
    yield words.build_router()
    yield queues.build_last_router()
    yield unknown.build_router()
