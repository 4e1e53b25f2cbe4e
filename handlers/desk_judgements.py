"""O11 判定条件: an officer's word on what only a person can judge, confirmed before it is kept."""

from typing import Any

from aiogram.types import CallbackQuery

from domain.answers import read_answer
from domain.drafts import books_of
from domain.errors import NotFound
from domain.facts import BadFact, FactValue, Kind
from domain.incoming import Incoming
from domain.judgements import Judgeable
from domain.profile_files import dump_fact, parse_fact
from domain.screens import Reply, Screen, answer, toast
from domain.tickets import Step
from handlers.desk_forms import ask, done, is_mine, open_form, pair_of
from handlers.here import Here, here
from handlers.routing import Routes
from models import Task, Ticket
from services import desks, judgements
from views import desk_judgements as views
from views import desks as desk_views
from views.desk_judgements import Word

JUDGE, JUDGE_OK = "desks-judge", "desks-judge-ok"


async def show(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """The conditions of the ticket; a single one is asked at once."""
    at = here(given)
    ticket, task = await _open(at, press.task_id)
    found = await judgements.conditions_of(at.session, ticket, at.office)
    if not found:
        raise NotFound
    if len(found) == 1:
        return ask(at, _asked(at, task, found[0]))
    return ask(at, views.choose(at.t, task.id, ticket.number, found, at.office.zone))


async def _open(at: Here, task_id: int) -> tuple[Ticket, Task]:
    ticket, task = await pair_of(at, task_id)
    await desks.must_be_allowed(at.session, ticket, task, Step.JUDGE, **at.by)
    return ticket, task


def _asked(at: Here, task: Task, one: Judgeable) -> Screen:
    open_form(at, JUDGE, task.id, fact=one.spec.key)
    return views.ask(at.t, task.id, one)


async def choose(_: CallbackQuery, press: views.JudgeOn, **given: Any) -> Reply:
    """This condition."""
    at = here(given)
    ticket, task = await _open(at, press.task_id)
    found = await judgements.conditions_of(at.session, ticket, at.office)
    if not 0 <= press.place < len(found):
        raise NotFound
    return answer(_asked(at, task, found[press.place]))


async def say(_: CallbackQuery, press: views.JudgeAs, **given: Any) -> Reply:
    """符合, 不符合, 收回判定: shown once more before it is kept."""
    at = here(given)
    if not is_mine(at, JUDGE, press.task_id):
        return toast(at.t.plain("desks.not_yours"))
    ticket, task = await _open(at, press.task_id)
    one = await _condition(at, ticket)
    if press.word is not Word.TAKEN_BACK and one.spec.kind is not Kind.FLAG:
        raise NotFound
    met = press.word is Word.MET
    value = None if press.word is Word.TAKEN_BACK else met is one.wanted
    return answer(_echo(at, task, one, value))


async def _condition(at: Here, ticket: Ticket) -> Judgeable:
    """The condition that is open in this chat."""
    key = at.talk.data["fact"]
    found = await judgements.conditions_of(at.session, ticket, at.office)
    one = next((one for one in found if one.spec.key == key), None)
    if one is None:
        raise NotFound
    return one


def _echo(at: Here, task: Task, one: Judgeable, value: FactValue | None) -> Screen:
    told = None if value is None else dump_fact(value)
    open_form(at, JUDGE_OK, task.id, fact=one.spec.key, value=told)
    return views.confirm(at.t, task.id, one, value)


async def hear(at: Here, incoming: Incoming) -> Reply:
    """A score in words; what cannot be one is asked again."""
    ticket, task = await _open(at, int(at.talk.data["task"]))
    one = await _condition(at, ticket)
    value = _read(at, one, incoming.text)
    if value is None:
        return answer(views.ask(at.t, task.id, one, at.t("desks.judge.unread")))
    return answer(_echo(at, task, one, value))


def _read(at: Here, one: Judgeable, text: str) -> FactValue | None:
    books = books_of(at.office.catalogue)
    said = read_answer(one.spec, text, at.office.today(at.now), books)
    try:
        return one.spec.check(said) if isinstance(said, FactValue) else None
    except BadFact:
        return None


async def keep(_: CallbackQuery, press: views.JudgeYes, **given: Any) -> Reply:
    """保存判定: it counts from now on, with the officer's name and the day."""
    at = here(given)
    if not is_mine(at, JUDGE_OK, press.task_id):
        return toast(at.t.plain("desks.not_yours"))
    ticket, task = await _open(at, press.task_id)
    one, told = await _condition(at, ticket), at.talk.data["value"]
    value = None if told is None else parse_fact(one.spec, told)
    await judgements.judge(at.session, task.id, one.spec.key, value, **at.by)
    at.talk.rest()
    word = views.value_words(at.t, one, value)
    text = one.leaf.text.of(at.t.locale)
    line = at.t("desks.judge.done", number=ticket.number, text=text, value=word)
    return done(at, task.id, line)


def add_routes(routes: Routes) -> None:
    """The presses of this module."""
    routes.on_press({views.JudgeOn: choose, views.JudgeAs: say, views.JudgeYes: keep})
