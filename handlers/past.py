"""按某天的资料看: a verdict of a day that is over, for a day tapped or typed."""

import re
from datetime import date
from typing import Any

from domain.days_said import read_day
from domain.errors import NotFound
from domain.measures import Measure
from domain.screens import Reply, answer
from handlers.routing import Routes
from handlers.sittings import Sitting, sit
from services import companies
from services import past as services
from services.sittings import PAST
from views import past as views
from views.measures import AskDay
from views.translations import Translator

EARLIEST = date(2000, 1, 1)
"""Nothing here is older."""

_LIKE_A_DAY = re.compile(r"[\d\s年月日号./-]{4,}")


async def ask(_: object, press: AskDay, t: Translator, **given: Any) -> Reply:
    """Which day?"""
    return await _ask(sit(given), t, press.measure_id)


async def show(_: object, press: views.ShowPast, t: Translator, **given: Any) -> Reply:
    """The verdict as of a day that was tapped."""
    try:
        day = date.fromisoformat(press.day)
    except ValueError as error:
        raise NotFound from error
    return await _show(sit(given), t, press.measure_id, day)


async def typed_day(text: str, t: Translator, **given: Any) -> Reply | None:
    """The verdict as of a typed day, of a month or year its last; None when it is no day."""
    sitting = sit(given)
    today = sitting.office.today(sitting.now)
    said = read_day(text, today)
    measure_id = str(sitting.data["measure"])
    if said is None:
        is_day = _LIKE_A_DAY.fullmatch(text)
        return await _ask(sitting, t, measure_id, is_none=True) if is_day else None
    day = said[0] if said[0] > today else min(said[1], today)
    return await _show(sitting, t, measure_id, day)


async def _ask(sitting: Sitting, t: Translator, measure_id: str, *, is_none: bool = False) -> Reply:
    measure = _measure(sitting, measure_id)
    company = await companies.require(sitting.session, sitting.actor)
    days = await services.days_of(sitting.session, company, sitting.office)
    sitting.turn_to(PAST, measure=measure_id)
    return answer(views.ask_day(t, measure, days, is_none=is_none))


async def _show(sitting: Sitting, t: Translator, measure_id: str, day: date) -> Reply:
    measure = _measure(sitting, measure_id)
    session, office = sitting.session, sitting.office
    if not EARLIEST <= day <= office.today(sitting.now):
        return await _ask(sitting, t, measure_id, is_none=True)
    company = await companies.require(session, sitting.actor)
    days = await services.days_of(session, company, office)
    then = await services.verdict_on(session, office, company, measure, day)
    sitting.turn_to(PAST, measure=measure_id)
    if then is None:
        return answer(views.before_all(t, measure, day, days))
    now = (await sitting.match()).verdict(measure_id)
    return answer(views.past(t, then, now, days, office.calendar))


def _measure(sitting: Sitting, measure_id: str) -> Measure:
    measure = sitting.office.catalogue.measure(measure_id)
    if measure is None or not measure.criteria:
        raise NotFound
    return measure


def add_routes(routes: Routes) -> None:
    """Routes of this module."""
    routes.on_press({AskDay: ask, views.ShowPast: show})
