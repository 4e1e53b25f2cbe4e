"""One policy: card, reasons, routes, watching, marks, and what a search finds."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from domain import retention
from domain.answer_choices import choices
from domain.derived import Gap
from domain.errors import NotFound
from domain.matches import Match
from domain.measures import Measure
from domain.screens import Html, Reply, answer, toast
from domain.verdicts import Verdict
from handlers import questions
from handlers.routing import Routes
from handlers.sittings import Sitting, sit
from models import Company
from models.matching import MarkKind, WatchReason
from models.unmet import UnmetKind
from services import companies, matching, seasons, unmet, watches, wishes
from services.companies import Known
from services.office import Office
from views import cards, formats, reasons, searches
from views import matching as list_views
from views import measures as views
from views import watches as watch_views
from views.card_states import CardQuestion, CardState
from views.translations import Translator

SNOOZE_DAYS = 3
FOUND_AT_MOST = 5


async def card(sitting: Sitting, t: Translator, measure_id: str, *, toast: str = "") -> Reply:
    """C5 as things stand now; what is told is remembered."""
    measure = _measure(sitting, measure_id)
    known = await sitting.known()
    match = await sitting.match(known)
    verdict = match.verdict(measure.id)
    back = list_views.back_to_list(t)
    if verdict is None:
        screen = views.retired(t, measure, match.catalogue, back=back)
        return answer(screen, toast=toast)
    state = await _state(sitting, t, measure, verdict, known, match)
    if not match.is_empty:
        await matching.remember(sitting.session, known, [verdict], now=sitting.now)
    screen = cards.card(t, measure, match, state, calendar=sitting.office.calendar)
    return answer(screen, toast=toast)


def _measure(sitting: Sitting, measure_id: str) -> Measure:
    measure = sitting.office.catalogue.measure(measure_id)
    if measure is None:
        raise NotFound
    return measure


async def _state(
    sitting: Sitting, t: Translator, measure: Measure, verdict: Verdict, known: Known, match: Match
) -> CardState:
    today = sitting.office.today(sitting.now)
    mark = _mark_on(measure, match)
    watched = await watches.open_watches(sitting.session, sitting.person.id, measure.id)
    return CardState(
        mark=mark,
        mark_until=await _held_until(sitting, known, measure) if mark is MarkKind.HELD else None,
        watches=tuple(one.reason for one in watched),
        can_watch=sitting.actor.consented
        and bool(watched or watches.useful_reasons(measure, verdict, today)),
        question=None if match.is_empty or mark else _question(sitting, verdict, match),
        back=list_views.back_to_list(t),
        bot_username=sitting.office.bot_username,
        changed=await _has_changed(sitting, known, measure.id),
        can_mark=known.company is not None,
    )


def _mark_on(measure: Measure, match: Match) -> MarkKind | None:
    if measure.id in match.held:
        return MarkKind.HELD
    return MarkKind.IRRELEVANT if measure.id in match.irrelevant else None


async def _held_until(sitting: Sitting, known: Known, measure: Measure) -> date | None:
    today = sitting.office.today(sitting.now)
    marks = await matching.marks_of(sitting.session, known.company, today=today)
    return matching.held_until(marks[measure.id])


def _question(sitting: Sitting, verdict: Verdict, match: Match) -> CardQuestion | None:
    """The first thing the company could still say of it."""
    asked = [gap for gap in verdict.way.missing if gap.key not in match.unasked]
    return _card_question(sitting, asked[0]) if asked else None


def _card_question(sitting: Sitting, gap: Gap) -> CardQuestion:
    catalogue = sitting.office.catalogue
    spec = catalogue.facts[gap.key]
    offered = choices(spec, sitting.office.today(sitting.now), catalogue.industries)
    return CardQuestion(spec, max(gap.years, default=None), offered)


async def _has_changed(sitting: Sitting, known: Known, measure_id: str) -> bool:
    """Whether the measure was published anew since this company last looked."""
    if known.company is None:
        return False
    records = await matching.records_of(sitting.session, known.company.id)
    record = records.get(measure_id)
    if record is None:
        return False
    return record.measure_version < await matching.measure_version(sitting.session, measure_id)


async def show(_: object, press: views.ShowMeasure, t: Translator, **given: Any) -> Reply:
    """C5."""
    sitting = sit(given)
    sitting.finish()
    return await card(sitting, t, press.measure_id)


async def by_link(_: object, argument: str, t: Translator, **given: Any) -> Reply:
    """The card a shared link opens; an unknown id is searched by its words."""
    sitting = sit(given)
    if sitting.office.catalogue.measure(argument) is None:
        return await search(argument.replace("-", " "), t, **given)
    return await card(sitting, t, argument)


async def why(_: object, press: views.ShowWhy, t: Translator, **given: Any) -> Reply:
    """C6."""
    sitting = sit(given)
    measure = _measure(sitting, press.measure_id)
    return answer(views.why(t, measure, await sitting.match(), press.page))


async def compare(_: object, press: views.CompareRoutes, t: Translator, **given: Any) -> Reply:
    """The routes beside each other."""
    sitting = sit(given)
    measure = _measure(sitting, press.measure_id)
    match = await sitting.match()
    return answer(views.compare(t, measure, match, calendar=sitting.office.calendar))


async def answer_on_card(
    _: object, press: views.AnswerOnCard, t: Translator, **given: Any
) -> Reply:
    """An answer to the open question of a card; the card is drawn anew."""
    sitting = sit(given)
    if press.choice == list_views.UNCLEAR:
        await sitting.say_unclear(press.fact)
    else:
        value = questions.tapped(sitting, press.fact, press.year, press.choice)
        if value is not None:
            await sitting.say(press.fact, value)
    return await card(sitting, t, press.measure_id, toast=t.plain("matching.question.kept"))


async def ask_on_card(_: object, press: views.AskOnCard, t: Translator, **given: Any) -> Reply:
    """The open question of a card on a screen of its own."""
    sitting = sit(given)
    if press.fact not in sitting.office.catalogue.facts:
        return await card(sitting, t, press.measure_id)
    origin = f"card:{press.measure_id}"
    return await questions.ask_fact(sitting, t, press.fact, press.year, origin)


async def show_watches(_: object, press: views.ShowWatches, t: Translator, **given: Any) -> Reply:
    """C8."""
    return await _watches(sit(given), t, press.measure_id)


async def _watches(sitting: Sitting, t: Translator, measure_id: str, *, toast: str = "") -> Reply:
    measure = _measure(sitting, measure_id)
    verdict = await _verdict(sitting, measure)
    useful = watches.useful_reasons(measure, verdict, sitting.office.today(sitting.now))
    watched = await watches.open_watches(sitting.session, sitting.person.id, measure.id)
    reasons = list(dict.fromkeys(one.reason for one in watched))
    return answer(watch_views.watches(t, measure, useful, reasons), toast=toast)


async def _verdict(sitting: Sitting, measure: Measure) -> Verdict | None:
    match = await sitting.match()
    return None if match.is_empty else match.verdict(measure.id)


async def start_watch(
    _: object, press: watch_views.StartWatch, t: Translator, **given: Any
) -> Reply:
    """Tell me when …"""
    sitting = sit(given)
    if not sitting.actor.consented:
        return toast(t.plain("measures.mark.profile_first"))
    measure = _measure(sitting, press.measure_id)
    await watches.watch(
        sitting.session,
        sitting.actor,
        measure,
        press.reason,
        verdict=await _verdict(sitting, measure),
        office=sitting.office,
        now=sitting.now,
    )
    return await _watches(sitting, t, measure.id, toast=t.plain("measures.watch.started"))


async def stop_watch(_: object, press: watch_views.StopWatch, t: Translator, **given: Any) -> Reply:
    """… no longer."""
    sitting = sit(given)
    await watches.end_watch(
        sitting.session, sitting.actor, press.measure_id, press.reason, now=sitting.now
    )
    return await _watches(sitting, t, press.measure_id, toast=t.plain("measures.watch.stopped"))


async def list_watched(_: object, t: Translator, **given: Any) -> Reply:
    """/watches."""
    sitting = sit(given)
    found: list[tuple[Measure, WatchReason]] = []
    for one in await watches.open_watches(sitting.session, sitting.person.id):
        measure = sitting.office.catalogue.measure(one.measure_id)
        if measure is not None:
            found.append((measure, one.reason))
    return answer(watch_views.watched_list(t, found))


async def answer_watch(
    _: object, press: watch_views.WatchAnswer, t: Translator, **given: Any
) -> Reply:
    """The one-tap answers of a reminder."""
    sitting = sit(given)
    watched = await watches.of_person(sitting.session, press.watch_id, sitting.person.id)
    if press.answer == "later":
        at = await watches.snooze(
            sitting.session, watched, days=SNOOZE_DAYS, office=sitting.office, now=sitting.now
        )
        words = formats.moment(t, at, sitting.office.zone)
        return toast(t.plain("measures.notice.later", at=words))
    await watches.end(sitting.session, watched, now=sitting.now)
    if press.answer == "done":
        await _done_for(sitting, watched.company_id, watched.measure_id)
    key = "on_it" if press.answer == "on_it" else "noted"
    return await card(sitting, t, watched.measure_id, toast=t.plain(f"measures.notice.{key}"))


async def _done_for(sitting: Sitting, company_id: int | None, measure_id: str) -> None:
    if company_id is None or company_id not in sitting.actor.company_ids:
        return
    company = await companies.require(sitting.session, sitting.actor, company_id)
    await _done(sitting, company, _measure(sitting, measure_id))


async def _done(sitting: Sitting, company: Company, measure: Measure) -> None:
    await seasons.done(
        sitting.session,
        company,
        measure,
        person_id=sitting.person.id,
        today=sitting.office.today(sitting.now),
        now=sitting.now,
    )


async def mark_done(_: object, press: views.MarkDone, t: Translator, **given: Any) -> Reply:
    """已报: this time there is nothing more to say of it."""
    sitting = sit(given)
    company = await companies.require(sitting.session, sitting.actor)
    await _done(sitting, company, _measure(sitting, press.measure_id))
    return await card(sitting, t, press.measure_id, toast=t.plain("measures.done.saved"))


async def show_held(_: object, press: views.ShowHeld, t: Translator, **given: Any) -> Reply:
    """已享受: until when?"""
    sitting = sit(given)
    measure = _measure(sitting, press.measure_id)
    return answer(views.held(t, measure, sitting.office.today(sitting.now)))


async def mark_held(_: object, press: views.MarkHeld, t: Translator, **given: Any) -> Reply:
    """已享受."""
    until = "" if press.year is None else _end_of(press.year)
    toast = t.plain("measures.held.saved")
    return await _mark(sit(given), t, press.measure_id, MarkKind.HELD, until, toast)


def _end_of(year: int) -> str:
    try:
        return date(year, 12, 31).isoformat()
    except (ValueError, OverflowError) as error:
        raise NotFound from error


async def show_irrelevant(
    _: object, press: views.ShowIrrelevant, t: Translator, **given: Any
) -> Reply:
    """不相关: why?"""
    return answer(views.irrelevant(t, _measure(sit(given), press.measure_id)))


async def mark_irrelevant(
    _: object, press: views.MarkIrrelevant, t: Translator, **given: Any
) -> Reply:
    """不相关."""
    if press.reason not in views.IRRELEVANT_REASONS:
        raise NotFound
    toast = t.plain("measures.irrelevant.saved")
    kind = MarkKind.IRRELEVANT
    return await _mark(sit(given), t, press.measure_id, kind, press.reason, toast)


async def _mark(
    sitting: Sitting, t: Translator, measure_id: str, kind: MarkKind, reason: str, words: str
) -> Reply:
    company = await companies.of_actor(sitting.session, sitting.actor)
    if company is None:
        return toast(t.plain("measures.mark.profile_first"))
    measure = _measure(sitting, measure_id)
    await matching.mark_measure(
        sitting.session,
        company,
        measure.id,
        kind,
        person_id=sitting.person.id,
        now=sitting.now,
        reason=reason,
    )
    return await card(sitting, t, measure.id, toast=words)


async def unmark(_: object, press: views.Unmark, t: Translator, **given: Any) -> Reply:
    """Take a mark back."""
    sitting = sit(given)
    company = await companies.require(sitting.session, sitting.actor)
    await matching.unmark_measure(sitting.session, company, press.measure_id, now=sitting.now)
    return await card(sitting, t, press.measure_id, toast=t.plain("measures.mark.undone"))


async def search(text: str, t: Translator, **given: Any) -> Reply:
    """C9, or S9 when nothing fits."""
    return await found(text, hits_of(text, given), t, **given)


def hits_of(text: str, given: Mapping[str, Any]) -> list[tuple[str, float]]:
    """The measures that the words find, the best first."""
    office: Office = given["office"]
    return office.catalogue.index.search(text, FOUND_AT_MOST)


async def found(text: str, hits: Sequence[tuple[str, float]], t: Translator, **given: Any) -> Reply:
    """The same for words that were searched with already."""
    sitting = sit(given)
    catalogue = sitting.office.catalogue
    sitting.talk.keep(query=text)
    if not hits:
        await note_unmet(UnmetKind.NOTHING_FOUND, text, given)
        see_all = list_views.see_all_button(t)
        return answer(
            searches.nothing_fits(
                t, text, len(catalogue.active), see_all, may_wish=sitting.actor.consented
            )
        )
    match = await sitting.match()
    known = [catalogue.measure(measure_id) for measure_id, _ in hits]
    return answer(
        searches.found(t, [(one, _headline(t, match, one)) for one in known if one is not None])
    )


async def note_unmet(kind: UnmetKind, text: str, given: Mapping[str, Any]) -> None:
    """A search that did not help, for whoever edits the catalogue."""
    await unmet.note_search(
        given["session"], kind, text, actor=given["actor"], place=given["place"], now=given["now"]
    )


def _headline(t: Translator, match: Match, measure: Measure) -> Html | None:
    verdict = match.verdict(measure.id)
    return None if match.is_empty or verdict is None else reasons.headline(t, verdict)


async def tell_me(_: object, t: Translator, **given: Any) -> Reply:
    """有了告诉我: the words that found nothing are looked for again."""
    words = str(given["talk"].data.get("query", ""))[: unmet.LONGEST_QUERY]
    if not words or not given["actor"].consented:
        return answer(searches.search_again(t))
    wanted = {name: given[name] for name in ("actor", "place", "office", "now")}
    wish = await wishes.wish(given["session"], words, **wanted)
    return answer(searches.wish_kept(t, words, wish.id, retention.WISHES.days))


async def end_wish(_: object, press: searches.EndWish, t: Translator, **given: Any) -> Reply:
    """不用了."""
    await wishes.end(given["session"], press.notice_id, actor=given["actor"], now=given["now"])
    return answer(searches.wish_ended(t))


async def search_again(_: object, t: Translator) -> Reply:
    """换个说法."""
    return answer(searches.search_again(t))


def add_routes(routes: Routes) -> None:
    """Routes of this module."""
    routes.on_press(
        {
            views.ShowMeasure: show,
            views.ShowWhy: why,
            views.CompareRoutes: compare,
            views.AnswerOnCard: answer_on_card,
            views.AskOnCard: ask_on_card,
            views.ShowWatches: show_watches,
            watch_views.StartWatch: start_watch,
            watch_views.StopWatch: stop_watch,
            watch_views.WatchAnswer: answer_watch,
            views.ShowHeld: show_held,
            views.MarkHeld: mark_held,
            views.MarkDone: mark_done,
            views.ShowIrrelevant: show_irrelevant,
            views.MarkIrrelevant: mark_irrelevant,
            views.Unmark: unmark,
            searches.SearchAgain: search_again,
            searches.TellMe: tell_me,
            searches.EndWish: end_wish,
        },
    )
    routes.on_command({"watches": list_watched})
