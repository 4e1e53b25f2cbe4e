"""The one-tap answers under reminders of duties, titles and windows; a typed new end."""

from dataclasses import replace
from datetime import date
from typing import Any

from domain.days_to_come import read_exact_day
from domain.errors import NotFound
from domain.measures import Measure
from domain.screens import Reply, Screen, answer
from domain.seasons import EndingTitle
from handlers import measures
from handlers.routing import Routes
from handlers.sittings import Sitting, sit
from models import Company, Notice
from services import matching, people, seasons
from services.sittings import RENEWED
from views import seasons as views
from views.translations import Translator


async def done(_: object, press: views.DutyDone, t: Translator, **given: Any) -> Reply:
    """已报."""
    sitting = sit(given)
    notice, company = await _found(sitting, press.notice_id)
    measure, today = _measure(sitting, notice), sitting.office.today(sitting.now)
    rests = await seasons.done(
        sitting.session,
        company,
        measure,
        person_id=sitting.person.id,
        today=today,
        now=sitting.now,
    )
    return answer(views.duty_done(t, _told(sitting, notice, company), measure, rests, today=today))


async def undone(_: object, press: views.DutyUndone, t: Translator, **given: Any) -> Reply:
    """还没报: the next step is said again."""
    sitting = sit(given)
    notice, company = await _found(sitting, press.notice_id)
    measure = _measure(sitting, notice)
    await matching.unmark_measure(sitting.session, company, measure.id, now=sitting.now)
    return answer(views.duty_undone(t, _told(sitting, notice, company), measure))


async def open_card(_: object, press: views.OpenCard, t: Translator, **given: Any) -> Reply:
    """The card, for the company the reminder is of; the reminder stays where it is."""
    sitting = sit(given)
    notice, company = await _found(sitting, press.notice_id)
    measure = _measure(sitting, notice)
    speaker = people.use_company(sitting.person, sitting.actor, company.id)
    speaking = sit({**given, "actor": speaker})
    speaking.finish()
    return replace(await measures.card(speaking, t, measure.id), fresh=True)


async def ask_renewed(_: object, press: views.AskRenewed, t: Translator, **given: Any) -> Reply:
    """已续: until when?"""
    sitting = sit(given)
    notice, company = await _found(sitting, press.notice_id)
    return answer(_question(sitting, t, notice, company))


async def renewed(_: object, press: views.Renewed, t: Translator, **given: Any) -> Reply:
    """A day that was offered."""
    return await _renew(sit(given), t, press.notice_id, press.day)


async def typed_day(text: str, t: Translator, **given: Any) -> Reply | None:
    """The day on the new certificate; None for words that are no day."""
    sitting = sit(given)
    is_day, day = read_exact_day(text)
    if not is_day:
        return None
    notice_id = int(sitting.data["notice"])
    notice, company = await _found(sitting, notice_id)
    title = _title(sitting, notice)
    if day is None or day <= title.ends:
        return answer(_question(sitting, t, notice, company, is_none=True))
    return await _renew(sitting, t, notice_id, day)


async def give_up(_: object, press: views.GiveUp, t: Translator, **given: Any) -> Reply:
    """不再续."""
    sitting = sit(given)
    notice, company = await _found(sitting, press.notice_id)
    title = _title(sitting, notice)
    await seasons.give_up(
        sitting.session, company, title, person_id=sitting.person.id, now=sitting.now
    )
    return answer(views.given_up(t, _told(sitting, notice, company), title))


def _question(
    sitting: Sitting, t: Translator, notice: Notice, company: Company, *, is_none: bool = False
) -> Screen:
    title = _title(sitting, notice)
    sitting.turn_to(RENEWED, notice=notice.id)
    offered = title.offered(sitting.office.today(sitting.now))
    told = _told(sitting, notice, company)
    return views.ask_renewed(t, told, title, offered, is_none=is_none)


async def _renew(sitting: Sitting, t: Translator, notice_id: int, day: date) -> Reply:
    notice, company = await _found(sitting, notice_id)
    title = _title(sitting, notice)
    await seasons.renew(
        sitting.session,
        company,
        title,
        day,
        person_id=sitting.person.id,
        office=sitting.office,
        now=sitting.now,
    )
    sitting.rest()
    return answer(views.renewed(t, _told(sitting, notice, company), title, day))


async def _found(sitting: Sitting, notice_id: int) -> tuple[Notice, Company]:
    return await seasons.found(sitting.session, sitting.actor, notice_id)


def _measure(sitting: Sitting, notice: Notice) -> Measure:
    """What the reminder is about, or what renews the title."""
    if notice.kind == seasons.TITLE:
        measure = _title(sitting, notice).measure
    else:
        measure = sitting.office.catalogue.measure(notice.details["measure"])
    if measure is None:
        raise NotFound
    return measure


def _title(sitting: Sitting, notice: Notice) -> EndingTitle:
    title = seasons.title_in(notice, sitting.office.catalogue)
    if title is None:
        raise NotFound
    return title


def _told(sitting: Sitting, notice: Notice, company: Company) -> views.Told:
    several = len(sitting.actor.company_ids) > 1
    return views.Told(notice.id, company.name if several else None)


def add_routes(routes: Routes) -> None:
    """Routes of this module."""
    routes.on_press(
        {
            views.DutyDone: done,
            views.DutyUndone: undone,
            views.OpenCard: open_card,
            views.AskRenewed: ask_renewed,
            views.Renewed: renewed,
            views.GiveUp: give_up,
        },
    )
