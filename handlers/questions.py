"""Asking and answering: which fact is open, what an answer leads to, what was typed instead."""

from dataclasses import dataclass, replace
from typing import Any

from domain.answer_choices import choices, said_for_year
from domain.answers import DontKnow, read_answer
from domain.contradictions import contradictions
from domain.derived import Readings
from domain.drafts import books_of
from domain.errors import NotFound
from domain.facts import FOUNDED, BadFact, FactSpec, FactValue, Held, PerYear, Profile
from domain.matches import Match
from domain.plans import read_planned_day
from domain.screens import Reply, answer
from handlers.sittings import Sitting
from services import sittings
from services.sittings import NEED, QUESTION
from views import facts as fact_words
from views import matching as views
from views.matching import Asked
from views.translations import Translator

GUIDED = ("industry", "employees")
"""After the need: what settles most for anybody, before the first list."""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """The question on the screen and where its answer leads.

    `origin`: next, guided, check, fix, or card:<measure id>.
    """

    fact: str
    year: int | None = None
    origin: str = "next"
    settles: int = 0
    missed: int = 0
    chosen: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """For the conversation."""
        return {
            "fact": self.fact,
            "year": self.year,
            "origin": self.origin,
            "settles": self.settles,
            "missed": self.missed,
            "chosen": list(self.chosen),
        }


def open_question(sitting: Sitting) -> OpenQuestion | None:
    """The question that waits for an answer, None when there is none."""
    data = sitting.data.get("asked") if sitting.talk.state == QUESTION else None
    if not data or data["fact"] not in sitting.office.catalogue.facts:
        return None
    return OpenQuestion(**{**data, "chosen": tuple(data["chosen"])})


async def ask(sitting: Sitting, t: Translator, asked: OpenQuestion) -> Reply:
    """Put a question on the screen.

    Raises NotFound for a fact the catalogue has no more, or that only an officer can say.
    """
    spec = sitting.office.catalogue.fact(asked.fact)
    if spec is None or spec.officers_only:
        raise NotFound
    sitting.turn_to(QUESTION, asked=asked.as_data())
    if not sitting.is_draft:
        await sittings.remind_of_question(
            sitting.session,
            sitting.talk,
            person_id=sitting.person.id,
            calendar=sitting.office.calendar,
            now=sitting.now,
        )
    return answer(await _screen(sitting, t, asked))


async def _screen(sitting: Sitting, t: Translator, asked: OpenQuestion) -> Any:
    catalogue = sitting.office.catalogue
    spec = catalogue.facts[asked.fact]
    profile = (await sitting.known()).profile
    today = sitting.office.today(sitting.now)
    return views.question(
        t,
        Asked(
            spec=spec,
            year=asked.year,
            choices=choices(spec, today, catalogue.industries),
            settles=asked.settles,
            step=GUIDED.index(asked.fact) + 2 if asked.origin == "guided" else None,
            chosen=frozenset(asked.chosen),
            known=_known_words(t, sitting, spec, profile.get(asked.fact), asked.year),
            missed=asked.missed,
            has_previous=bool(sitting.data.get("trail")),
            is_fix=asked.origin in {"check", "fix"},
            is_plan=Readings(profile, today).is_plan,
            clash=_clash_words(t, sitting, profile, asked.fact),
        ),
    )


def _clash_words(t: Translator, sitting: Sitting, profile: Profile, fact: str) -> str:
    """The facts told that contradict each other, where the one asked for is among them."""
    catalogue, today = sitting.office.catalogue, sitting.office.today(sitting.now)
    found = (one for one in contradictions(profile, today) if fact in one.keys)
    clash = next(found, None)
    return "" if clash is None else fact_words.clash(t, catalogue, clash)


def _known_words(
    t: Translator, sitting: Sitting, spec: FactSpec, known: FactValue | None, year: int | None
) -> str:
    if isinstance(known, PerYear) and year is not None:
        known = known.year(year)
    if known is None:
        return ""
    return fact_words.value(t, spec, known, sitting.office.catalogue.industries)


def ask_need(sitting: Sitting, t: Translator, *, origin: str) -> Reply:
    """What is needed; the answer leads on by `origin`, as that of a question does."""
    sitting.turn_to(NEED, origin=origin)
    step = 1 if origin == "guided" else None
    return answer(views.need_question(t, sitting.office.catalogue.needs, step))


async def ask_fact(
    sitting: Sitting, t: Translator, fact: str, year: int | None, origin: str
) -> Reply:
    """Ask one named fact; a per-year one for the last closed year when none is named."""
    spec = sitting.office.catalogue.fact(fact)
    if spec is not None and spec.per_year and year is None:
        year = sitting.office.today(sitting.now).year - 1
    return await ask(sitting, t, OpenQuestion(fact, year, origin))


def next_of(match: Match) -> OpenQuestion | None:
    """The next best question of a match."""
    best = match.question
    return OpenQuestion(best.fact, best.year, "next", best.settles) if best else None


def tapped(sitting: Sitting, fact: str, year: int | None, number: int) -> FactValue | None:
    """The value of a pressed button, None when it is not offered any more."""
    catalogue = sitting.office.catalogue
    spec = catalogue.fact(fact)
    if spec is None:
        return None
    offered = choices(spec, sitting.office.today(sitting.now), catalogue.industries)
    if not 0 <= number < len(offered):
        return None
    return said_for_year(offered[number].value, year)


@dataclass(frozen=True, slots=True)
class Typed:
    """A typed answer: a value, or 不清楚, or out of bounds (`bad`)."""

    value: FactValue | None = None
    unclear: bool = False
    bad: bool = False


def typed(sitting: Sitting, asked: OpenQuestion, text: str) -> Typed | None:
    """What a typed text answers to the open question, None when it is no answer to it."""
    catalogue, today = sitting.office.catalogue, sitting.office.today(sitting.now)
    spec = catalogue.facts[asked.fact]
    planned = read_planned_day(text, today) if asked.fact == FOUNDED else None
    if planned is not None:
        return Typed(value=planned)
    said = read_answer(spec, text, today, books_of(catalogue))
    if said is None:
        return None
    if isinstance(said, DontKnow):
        return Typed(unclear=True)
    if asked.year is not None and isinstance(said, PerYear) and str(said.years[0][0]) not in text:
        said = PerYear.of({asked.year: said.years[0][1]})
    try:
        return Typed(value=spec.check(said))
    except BadFact:
        return Typed(bad=True)


def miss(asked: OpenQuestion) -> OpenQuestion:
    """The same question after an answer that could not be read."""
    return replace(asked, missed=asked.missed + 1)


def toggled(sitting: Sitting, asked: OpenQuestion, number: int) -> OpenQuestion:
    """The same question with one item ticked, or no longer."""
    options = sitting.office.catalogue.facts[asked.fact].options
    if not 0 <= number < len(options):
        return asked
    item = options[number].value
    rest = tuple(name for name in asked.chosen if name != item)
    return replace(asked, chosen=rest if item in asked.chosen else (*asked.chosen, item))


def chosen_items(asked: OpenQuestion) -> Held:
    """The ticked items are all there is."""
    return Held(tuple((name, None) for name in asked.chosen), complete=True)
