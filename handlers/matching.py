"""From the first three questions to the list, and from there to the next best question."""

from typing import Any

from domain.errors import NotFound
from domain.screens import Reply, answer, fresh
from handlers import companies, fact_checks, lists, measures, questions
from handlers.questions import GUIDED, OpenQuestion
from handlers.routing import Routes
from handlers.sittings import Sitting, sit
from services.sittings import CHECK, NEED
from views import matching as views
from views import summaries
from views.summaries import Paper
from views.translations import Translator


async def policies(_: object, t: Translator, **given: Any) -> Reply:
    """/policies."""
    sitting = sit(given)
    sitting.finish()
    return await lists.first_page(sitting, t)


async def show_list(_: object, press: views.ShowList, t: Translator, **given: Any) -> Reply:
    """A page of the list, or of a filter."""
    sitting = sit(given)
    sitting.finish()
    return await lists.page(sitting, t, press)


async def for_officer(need: str, **given: Any) -> list[str]:
    """The measures of a need that an officer must confirm."""
    match = await sit(given).match()
    return [
        entry.measure.id
        for group in match.groups
        if group.need == need
        for entry in group.for_officer
    ]


async def show_filter(_: object, press: views.ShowFilter, t: Translator, **given: Any) -> Reply:
    """筛选."""
    return answer(views.filters(t, await sit(given).match(), press.needs_page))


async def show_summary(_: object, t: Translator, **given: Any) -> Reply:
    """生成一页纸: a message of its own to forward, and one with the way back."""
    sitting = sit(given)
    known = await sitting.known()
    paper = Paper(
        told=await companies.told_of(sitting, known.company.id) if known.company else (),
        office=sitting.office.name,
        bot_username=sitting.office.bot_username,
        zone=sitting.office.zone,
    )
    page = summaries.summary(t, await sitting.match(known), paper, calendar=sitting.office.calendar)
    return fresh(page, summaries.can_forward(t))


async def guide(_: object, t: Translator, **given: Any) -> Reply:
    """一步步选: need, industry, staff, then the list."""
    sitting = sit(given)
    sitting.rest()
    if not sitting.actor.consented:
        sitting.turn_to(NEED, draft=True)
    return questions.ask_need(sitting, t, origin="guided")


async def choose_need(_: object, press: views.ChooseNeed, t: Translator, **given: Any) -> Reply:
    """The need, or none; then on to where it was asked from."""
    sitting = sit(given)
    origin = sitting.data.get("origin", "guided")
    if press.need in sitting.office.catalogue.need_keys:
        await sitting.say_needs([press.need])
    return await _go_on(sitting, t, origin)


async def ask_next(_: object, t: Translator, **given: Any) -> Reply:
    """答 1 题."""
    return await _next(sit(given), t)


async def _next(sitting: Sitting, t: Translator) -> Reply:
    match = await sitting.match()
    asked = questions.next_of(match)
    if asked is None:
        sitting.finish()
        return answer(views.nothing_to_ask(t, match))
    return await questions.ask(sitting, t, asked)


async def ask_fact(_: object, press: views.AskFact, t: Translator, **given: Any) -> Reply:
    """One named fact, to be fixed."""
    sitting = sit(given)
    if press.fact not in sitting.office.catalogue.facts:
        return await lists.first_page(sitting, t)
    origin = "check" if sitting.talk.state == CHECK else "fix"
    return await questions.ask_fact(sitting, t, press.fact, press.year, origin)


async def take_answer(_: object, press: views.Answer, t: Translator, **given: Any) -> Reply:
    """A pressed answer: kept, then the next step; an overtaken question is drawn as it is now."""
    sitting = sit(given)
    if press.fact not in sitting.office.catalogue.facts:
        raise NotFound
    asked = questions.open_question(sitting)
    if asked is not None and (asked.fact, asked.year) != (press.fact, press.year):
        reply = await questions.ask(sitting, t, asked)
        return answer_with(reply, t.plain("matching.question.newer"))
    asked = asked or OpenQuestion(press.fact, press.year)
    if press.choice == views.SKIP:
        _skip(sitting, press.fact)
    elif press.choice == views.UNCLEAR:
        await sitting.say_unclear(press.fact)
    else:
        value = questions.tapped(sitting, press.fact, press.year, press.choice)
        if value is None:
            return await questions.ask(sitting, t, asked)
        await sitting.say(press.fact, value)
    return await _answered(sitting, t, asked)


def answer_with(reply: Reply, toast: str) -> Reply:
    """The same screen with a word for the spinner."""
    return Reply(screen=reply.screen, more=reply.more, toast=toast)


def _skip(sitting: Sitting, fact: str) -> None:
    sitting.note(skipped=[*sitting.skipped, fact])


async def toggle(_: object, press: views.ToggleItem, t: Translator, **given: Any) -> Reply:
    """Tick an item of a list."""
    sitting = sit(given)
    if press.fact not in sitting.office.catalogue.facts:
        raise NotFound
    asked = questions.open_question(sitting) or OpenQuestion(press.fact)
    return await questions.ask(sitting, t, questions.toggled(sitting, asked, press.item))


async def list_done(_: object, press: views.ListDone, t: Translator, **given: Any) -> Reply:
    """The ticked items are all there is."""
    sitting = sit(given)
    asked = questions.open_question(sitting) or OpenQuestion(press.fact)
    if press.fact not in sitting.office.catalogue.facts:
        return await lists.first_page(sitting, t)
    await sitting.say(press.fact, questions.chosen_items(asked))
    return await _answered(sitting, t, asked)


async def typed_answer(text: str, t: Translator, **given: Any) -> Reply | None:
    """A typed answer to the open question; None when the text is no answer to it."""
    sitting = sit(given)
    asked = questions.open_question(sitting)
    if asked is None:
        return None
    said = questions.typed(sitting, asked, text)
    if said is None:
        return None
    if said.bad:
        return await questions.ask(sitting, t, questions.miss(asked))
    if said.value is None:
        await sitting.say_unclear(asked.fact)
    else:
        await sitting.say(asked.fact, said.value)
    return await _answered(sitting, t, asked)


async def missed_answer(t: Translator, **given: Any) -> Reply | None:
    """The open question again, after words that nobody could read."""
    sitting = sit(given)
    asked = questions.open_question(sitting)
    return None if asked is None else await questions.ask(sitting, t, questions.miss(asked))


async def _answered(sitting: Sitting, t: Translator, asked: OpenQuestion) -> Reply:
    sitting.note(trail=[*sitting.data.get("trail", []), [asked.fact, asked.year, asked.origin]])
    return await _go_on(sitting, t, asked.origin)


async def _go_on(sitting: Sitting, t: Translator, origin: str) -> Reply:
    """Where an answer leads, by where the question came from."""
    kind, _, measure_id = origin.partition(":")
    match kind:
        case "guided":
            return await _guided(sitting, t)
        case "check":
            sitting.turn_to(CHECK)
            return await fact_checks.check(sitting, t)
        case "fix":
            return await companies.profile_of(sitting, t)
        case "card":
            sitting.finish()
            return await measures.card(sitting, t, measure_id)
        case _:
            return await _next(sitting, t)


async def _guided(sitting: Sitting, t: Translator) -> Reply:
    known = await sitting.known()
    seen = {fact for fact, _, _ in sitting.data.get("trail", [])}
    rest = [key for key in GUIDED if key not in seen and known.profile.get(key) is None]
    if rest:
        return await questions.ask(sitting, t, OpenQuestion(rest[0], None, "guided"))
    sitting.finish()
    return await lists.with_draft(sitting, t)


async def go_back(_: object, t: Translator, **given: Any) -> Reply:
    """上一题, or back to where the first question came from."""
    sitting = sit(given)
    trail = list(sitting.data.get("trail", []))
    if trail:
        fact, year, origin = trail.pop()
        sitting.note(trail=trail)
        return await questions.ask_fact(sitting, t, fact, year, origin)
    asked = questions.open_question(sitting)
    if asked is not None and asked.origin not in {"next", "guided"}:
        return await _go_on(sitting, t, asked.origin)
    sitting.finish()
    return await lists.first_page(sitting, t)


async def go_on(_: object, t: Translator, **given: Any) -> Reply:
    """继续: the open question as it stands now, or the next best one."""
    sitting = sit(given)
    asked = questions.open_question(sitting)
    return await questions.ask(sitting, t, asked) if asked else await _next(sitting, t)


async def let_go(_: object, t: Translator, **given: Any) -> Reply:
    """不用了."""
    sit(given).rest()
    return answer(views.let_go(t))


def add_routes(routes: Routes) -> None:
    """Routes of this module."""
    routes.on_press(
        {
            views.ShowList: show_list,
            views.ShowFilter: show_filter,
            views.ShowSummary: show_summary,
            views.Guide: guide,
            views.ChooseNeed: choose_need,
            views.AskNext: ask_next,
            views.AskFact: ask_fact,
            views.Answer: take_answer,
            views.ToggleItem: toggle,
            views.ListDone: list_done,
            views.GoBack: go_back,
            views.GoOn: go_on,
            views.LetGo: let_go,
        },
    )
    routes.on_command({"policies": policies})
