"""The two readings of criteria agree: what Python says of one company, SQL says of all of them."""

import asyncio
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property, partial
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.database import Database
from bot.settings import async_database_url
from domain.criteria import Op
from domain.derived import Readings
from domain.measures import Measure
from domain.profile_files import parse_profile
from domain.verdicts import Outcome, judge
from models import Company, MeasureMark, Person
from models.company_rows import company_rows
from models.matching import MarkKind
from models.reach_sql import has_outcome, outcome_place
from services.company_rows import write_many
from tests import postgres
from tests.companies import leaf, real_catalogue, trial
from tests.personas.table import personas
from tests.trees import DAYS, HAIR, LEAVES, OTHERS, alone, companies, measures, trial_catalogue

NOW = datetime(2026, 1, 1, 2, 0, tzinfo=UTC)
CATALOGUE = trial_catalogue()
PROFILES = [
    *companies(1, CATALOGUE.facts, 200),
    *(parse_profile(one.profile, CATALOGUE.facts) for one in personas()),
]
"""What every tree is read for: made up at random, and those who stand at real thresholds."""

CERTAIN = (Outcome.ELIGIBLE, Outcome.INELIGIBLE)


@dataclass(frozen=True)
class Judging:
    """A database with a company for each profile and its derived row, and the same in Python."""

    database: Database
    runner: asyncio.Runner
    held: list[dict[str, bool]]

    @cached_property
    def readings(self) -> dict[date, list[Readings]]:
        """Each company as it is read on each day."""
        return {day: [Readings(profile, day) for profile in PROFILES] for day in DAYS}

    def in_python(self, measure: Measure, today: date) -> list[Outcome]:
        """The outcome of each company by the first reading."""
        return [
            judge(measure, readings, today, CATALOGUE, held).outcome
            for readings, held in zip(self.readings[today], self.held, strict=True)
        ]

    def in_sql(self, measure: Measure, today: date) -> list[Outcome]:
        """The outcome of each company by the second reading."""
        return self.runner.run(self._in_sql(measure, today))

    async def _in_sql(self, measure: Measure, today: date) -> list[Outcome]:
        table = company_rows(CATALOGUE.facts, today).table
        columns = {column.name: column for column in table.columns}
        place = outcome_place(CATALOGUE, measure, columns, today)
        certain = [has_outcome(CATALOGUE, measure, columns, today, one) for one in CERTAIN]
        statement = select(place, *certain).select_from(table).order_by(table.c.company_id)
        async with self.database.read() as session:
            found = (await (await session.connection()).execute(statement)).all()
        outcomes = [tuple(Outcome)[row[0]] for row in found]
        for number, outcome in enumerate(CERTAIN, 1):
            assert [bool(row[number]) for row in found] == [one is outcome for one in outcomes]
        return outcomes

    async def settle(self) -> None:
        """Write the companies, their rows, and the measures they say they hold."""
        async with self.database.write() as session:
            session.add(Person(id=1, telegram_id=1, created_at=NOW, locale="zh"))
            rows = dict(enumerate(PROFILES, 1))
            session.add_all(Company(id=key, created_at=NOW) for key in rows)
            await session.flush()
            session.add_all(_marks(self.held))
            await write_many(session, CATALOGUE.facts, rows, DAYS[0])


def _marks(held: list[dict[str, bool]]) -> Iterator[MeasureMark]:
    """Some of the marks lapsed, some were taken back: those are not in `held`."""
    for company_id, measures_held in enumerate(held, 1):
        for measure_id in OTHERS:
            is_held = measure_id in measures_held
            yield MeasureMark(
                company_id=company_id,
                measure_id=measure_id,
                kind=MarkKind.HELD if is_held or company_id % 3 else MarkKind.IRRELEVANT,
                reason="" if company_id % 2 else DAYS[-1].isoformat() if is_held else "2025-12-31",
                ended_at=None if is_held or not company_id % 2 else NOW,
                person_id=1,
                created_at=NOW,
            )


@contextmanager
def _judging(url: str) -> Generator[Judging]:
    random = Random(1)
    held = [{other: True for other in OTHERS if random.random() < 0.3} for _ in PROFILES]
    with asyncio.Runner() as runner:
        judging = Judging(Database(url), runner, held)
        runner.run(judging.settle())
        yield judging
        runner.run(judging.database.close())


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def judging(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Judging]:
    """One database for all examples, of either kind."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("readings") / "qihang.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        with _judging(f"sqlite+aiosqlite:///{path}") as opened:
            yield opened
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    with server.fresh_database() as url, _judging(async_database_url(url)) as opened:
        yield opened


def _agree(judging: Judging, measure: Measure, today: date) -> None:
    python, sql = judging.in_python(measure, today), judging.in_sql(measure, today)
    for profile, one, other in zip(PROFILES, python, sql, strict=True):
        assert one is other, dict(profile.values)


many_examples = partial(
    settings,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
days = st.sampled_from(DAYS)


@pytest.mark.parametrize("kind", LEAVES)
@many_examples(max_examples=25)
@given(data=st.data(), today=days)
def test_criteria_of_each_kind(
    judging: Judging, kind: str, data: st.DataObject, today: date
) -> None:
    _agree(judging, data.draw(alone(LEAVES[kind])), today)


@pytest.mark.parametrize("op", Op)
def test_comparisons_at_their_bounds(judging: Judging, op: Op) -> None:
    for bound in (0.3, 0.3 - HAIR):
        compared = leaf("compare", fact="main_business_ratio", op=op, value=bound)
        _agree(judging, trial(compared), DAYS[0])
    for years in (1, 2.5, 3):
        aged = leaf("compare", fact="age", op=op, value=years)
        for day in DAYS:
            _agree(judging, trial(aged), day)
    for fact, by in (("class1_ip", "employees"), ("innovation_score", "employees"), ("roe", "age")):
        for edge in ("up_to", "below"):
            table = [{edge: 1 if by == "age" else 20, "value": 1}, {"value": 3}]
            tiered = leaf("tiers", fact=fact, by=by, op=op, tiers=table)
            _agree(judging, trial(tiered), DAYS[-1])


@many_examples(max_examples=40)
@given(measure=measures(), today=days)
def test_random_trees(judging: Judging, measure: Measure, today: date) -> None:
    _agree(judging, measure, today)


@pytest.mark.parametrize("measure_id", [m.id for m in real_catalogue().active if m.criteria])
def test_the_measures_of_the_catalogue(judging: Judging, measure_id: str) -> None:
    measure = real_catalogue().measure(measure_id)
    assert measure is not None

    _agree(judging, measure, DAYS[-1])
