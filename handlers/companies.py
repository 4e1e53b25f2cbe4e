"""A company describes itself: fact check, profile, name and code."""

from dataclasses import replace
from typing import Any

from domain import visible
from domain.errors import NotFound
from domain.limits import LONGEST_NAME, PROFILE_SIGNS, TooMuchAtOnce
from domain.screens import Html, Reply, answer
from domain.uscc import read_uscc
from handlers import lists, questions
from handlers.fact_checks import check
from handlers.routing import Routes
from handlers.sittings import Sitting, sit
from services import companies, memberships, people
from services.companies import CodeAnswer, FactHistory, Told
from services.sittings import CHECK, CODE, NAME
from views import companies as views
from views.companies import Line, Sheet
from views.translations import Translator


async def describe(text: str, t: Translator, **given: Any) -> Reply:
    """A sentence about the company: what was understood, to be checked before it is kept."""
    sitting = sit(given)
    before = sitting.texts if sitting.state == CHECK else []
    if before and sum(map(len, before)) + len(text) > PROFILE_SIGNS:
        raise TooMuchAtOnce
    sitting.turn_to(CHECK, draft=True, texts=[*before, text])
    return await check(sitting, t)


async def keep(_: object, t: Translator, **given: Any) -> Reply:
    """正确，看结果: agree where that is still open, keep the draft, show the list."""
    sitting = sit(given)
    draft, kept = sitting.draft(), await sitting.kept()
    if not (draft.profile.values or draft.needs):
        return await lists.first_page(sitting, t) if kept.company else answer(views.say_anew(t))
    await _agree(sitting)
    await sitting.company_or_new()
    sitting.rest()
    needs = tuple(dict.fromkeys((*draft.needs, *kept.needs)))
    await sitting.keep(draft.profile, needs=needs)
    return await lists.with_draft(sitting, t)


async def _agree(sitting: Sitting) -> None:
    if sitting.actor.consented:
        return
    await people.record_consent(sitting.session, sitting.person.id, given=True, now=sitting.now)
    sitting.actor = replace(sitting.actor, consented=True)


async def look_only(_: object, t: Translator, **given: Any) -> Reply:
    """只看不存."""
    sitting = sit(given)
    sitting.only_look()
    return await lists.first_page(sitting, t)


async def say_anew(_: object, t: Translator, **given: Any) -> Reply:
    """重新说: the draft is dropped."""
    sit(given).rest()
    return answer(views.say_anew(t))


async def fix_needs(_: object, t: Translator, **given: Any) -> Reply:
    """改需求."""
    sitting = sit(given)
    return questions.ask_need(sitting, t, origin="check" if sitting.talk.state == CHECK else "fix")


async def show_profile(_: object, t: Translator, **given: Any) -> Reply:
    """/profile: what is kept; a draft that is only looked at is shown as one."""
    return await profile_of(sit(given), t)


async def profile_of(sitting: Sitting, t: Translator) -> Reply:
    """C16 from the top."""
    return await _profile(sitting, t, page=0)


async def show_page(_: object, press: views.ShowPage, t: Translator, **given: Any) -> Reply:
    """Another page of it."""
    return await _profile(sit(given), t, page=press.page)


async def _profile(sitting: Sitting, t: Translator, *, page: int, toast: str = "") -> Reply:
    company = await companies.of_actor(sitting.session, sitting.actor)
    if sitting.texts or sitting.rows:
        sitting.turn_to(CHECK, draft=True)
        return await check(sitting, t)
    if company is None:
        return answer(views.say_anew(t))
    sitting.rest()
    lines = await told_of(sitting, company.id)
    sheet = Sheet(company.name, company.uscc, company.uscc_checked, lines)
    return answer(views.profile(t, await sitting.match(), sheet, page), toast=toast)


async def told_of(sitting: Sitting, company_id: int) -> list[Line]:
    """Every kept fact with who said it and when."""
    facts = sitting.office.catalogue.facts
    histories = await companies.histories(sitting.session, company_id, facts)
    return [_line(sitting, history) for history in histories]


def _line(sitting: Sitting, history: FactHistory) -> Line:
    now, rival = history.now, history.rival
    return Line(
        spec=sitting.office.catalogue.facts[history.key],
        value=now.value,
        by=now.by,
        at=now.at,
        source=now.source.value,
        rival=rival.value if rival else None,
        rival_by=rival.by if rival else None,
        rival_at=rival.at if rival else None,
    )


async def show_fact(_: object, press: views.ShowFact, t: Translator, **given: Any) -> Reply:
    """One fact with its history."""
    sitting = sit(given)
    company = await companies.require(sitting.session, sitting.actor)
    lines = await told_of(sitting, company.id)
    line = next((line for line in lines if line.spec.key == press.fact), None)
    if line is None:
        return await _profile(sitting, t, page=0)
    return answer(views.fact(t, await sitting.match(), line, sitting.office.zone))


async def forget(_: object, press: views.ForgetFact, t: Translator, **given: Any) -> Reply:
    """删除一项."""
    sitting = sit(given)
    await sitting.take_back(press.fact)
    return await _profile(sitting, t, page=0, toast=t.plain("companies.profile.forgotten"))


async def restore(_: object, press: views.RestoreFact, t: Translator, **given: Any) -> Reply:
    """还原: a colleague's value counts again."""
    sitting = sit(given)
    company = await companies.require(sitting.session, sitting.actor)
    rival = await _rival(sitting, company.id, press.fact)
    if rival is not None:
        await sitting.say(press.fact, rival.value)
    return await _profile(sitting, t, page=0, toast=t.plain("companies.profile.restored"))


async def _rival(sitting: Sitting, company_id: int, key: str) -> Told | None:
    facts = sitting.office.catalogue.facts
    histories = await companies.histories(sitting.session, company_id, facts)
    return next((one.rival for one in histories if one.key == key), None)


async def ask_name(_: object, t: Translator, **given: Any) -> Reply:
    """填企业名称."""
    sit(given).turn_to(NAME)
    return answer(views.ask_name(t))


async def typed_name(text: str, t: Translator, **given: Any) -> Reply:
    """The name that was asked for."""
    sitting = sit(given)
    company = await companies.require(sitting.session, sitting.actor)
    if not visible.name(text, LONGEST_NAME):
        return answer(views.ask_name(t))
    companies.rename(company, text)
    return _noted(await _profile(sitting, t, page=0), t("companies.name.saved"))


async def ask_code(_: object, t: Translator, **given: Any) -> Reply:
    """填信用代码."""
    sit(given).turn_to(CODE)
    return answer(views.ask_code(t))


async def typed_code(text: str, t: Translator, **given: Any) -> Reply:
    """The code that was asked for, or one typed at any time: it opens nothing."""
    sitting = sit(given)
    code = read_uscc(text)
    if code is None:
        return answer(views.ask_code(t, wrong=True))
    company = await companies.of_actor(sitting.session, sitting.actor)
    if company is None:
        return await _code_of_stranger(sitting, t, code.code)
    kept = await companies.give_code(sitting.session, company, code.code, is_valid=code.sure)
    if kept is CodeAnswer.KNOWN:
        return answer(views.code_known(t, code.code, None))
    note = "saved" if kept is CodeAnswer.KEPT else "saved_unchecked"
    return _noted(await _profile(sitting, t, page=0), t(f"companies.code.{note}"))


def _noted(reply: Reply, note: Html) -> Reply:
    """The same screen with a first line that says what was just kept."""
    if reply.screen is None:
        return reply
    return replace(reply, screen=replace(reply.screen, text=Html.lines(note, reply.screen.text)))


async def _code_of_stranger(sitting: Sitting, t: Translator, code: str) -> Reply:
    if await companies.by_code(sitting.session, code) is None:
        return answer(views.code_unknown(t, code))
    office = None if sitting.actor.consented else sitting.office.name
    return answer(views.code_known(t, code, office))


async def request_join(_: object, press: views.RequestJoin, t: Translator, **given: Any) -> Reply:
    """请求加入: the members decide, none is named."""
    sitting = sit(given)
    company = await companies.by_code(sitting.session, press.code)
    if company is None:
        raise NotFound
    await _agree(sitting)
    await memberships.request_join(
        sitting.session, company.id, person=sitting.person, now=sitting.now
    )
    return answer(views.join_requested(t))


def add_routes(routes: Routes) -> None:
    """Routes of this module."""
    routes.on_press(
        {
            views.Keep: keep,
            views.LookOnly: look_only,
            views.SayAnew: say_anew,
            views.FixNeeds: fix_needs,
            views.ShowPage: show_page,
            views.ShowFact: show_fact,
            views.ForgetFact: forget,
            views.RestoreFact: restore,
            views.AskName: ask_name,
            views.AskCode: ask_code,
            views.RequestJoin: request_join,
        },
    )
    routes.on_command({"profile": show_profile})
