"""The two readings of criteria agree: what Python says of one company, SQL says of all of them."""

import asyncio
import shutil
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.database import Database
from bot.settings import async_database_url
from domain.catalogue import Catalogue
from domain.facts import Profile
from domain.measures import Measure
from domain.verdicts import Outcome, judge
from models import Company, MeasureMark, Person
from models.company_rows import company_rows
from models.matching import MarkKind
from services import reach
from services.company_rows import write_many
from tests import postgres
from tests.companies import TODAY, real_catalogue
from tests.trees import DAYS, OTHERS, companies, keys_of, measures, trial_catalogue

MANY = 40
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
Held = Mapping[str, bool]


@dataclass(frozen=True)
class Judging:
    """A database with companies 1 to MANY, whose rows each example writes and takes back."""

    database: Database
    runner: asyncio.Runner

    def outcomes(
        self,
        catalogue: Catalogue,
        measure: Measure,
        profiles: list[Profile],
        held: list[Held],
        today: date,
    ) -> list[Outcome]:
        """The outcome of each company as SQL sees it."""
        return self.runner.run(self._outcomes(catalogue, measure, profiles, held, today))

    async def _outcomes(
        self,
        catalogue: Catalogue,
        measure: Measure,
        profiles: list[Profile],
        held: list[Held],
        today: date,
    ) -> list[Outcome]:
        async with self.database.write() as session:
            await write_many(session, catalogue.facts, dict(enumerate(profiles, 1)), today)
            session.add_all(_marks(held))
            await session.flush()
            table = company_rows(catalogue.facts, today).table
            columns = {column.name: column for column in table.columns}
            place = reach.outcome_column(catalogue, measure, columns, today)
            connection = await session.connection()
            statement = select(place).select_from(table).order_by(table.c.company_id)
            found = (await connection.execute(statement)).scalars().all()
            counted = await reach.count(session, catalogue, measure, today)
            listed = await reach.reached(session, catalogue, measure, today)
            await session.rollback()
        outcomes = [reach.OUTCOMES[place] for place in found]
        assert counted == {outcome: outcomes.count(outcome) for outcome in Outcome}
        assert listed == [key for key, one in enumerate(outcomes, 1) if one is Outcome.ELIGIBLE]
        return outcomes


def _marks(held: list[Held]) -> Iterator[MeasureMark]:
    for company_id, measures_held in enumerate(held, 1):
        for measure_id in measures_held:
            yield MeasureMark(
                company_id=company_id,
                measure_id=measure_id,
                kind=MarkKind.HELD,
                person_id=1,
                created_at=NOW,
            )


async def _people_the(database: Database, catalogues: list[Catalogue]) -> None:
    async with database.write() as session:
        session.add(Person(id=1, telegram_id=1, created_at=NOW, locale="zh"))
        session.add_all(Company(id=key, created_at=NOW) for key in range(1, MANY + 1))
        for catalogue in catalogues:
            await write_many(session, catalogue.facts, {1: Profile()}, TODAY)


@contextmanager
def _judging(url: str) -> Generator[Judging]:
    with asyncio.Runner() as runner:
        database = Database(url)
        runner.run(_people_the(database, [trial_catalogue(), real_catalogue()]))
        yield Judging(database, runner)
        runner.run(database.close())


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


def _agree(
    judging: Judging, catalogue: Catalogue, measure: Measure, seed: int, today: date
) -> None:
    profiles = companies(seed, catalogue.facts, today, MANY, keys_of(measure, today))
    random = Random(seed)
    held: list[Held] = [
        {other: True for other in OTHERS if random.random() < 0.3} for _ in profiles
    ]

    python = [
        judge(measure, profile, today, catalogue, marks).outcome
        for profile, marks in zip(profiles, held, strict=True)
    ]
    sql = judging.outcomes(catalogue, measure, profiles, held, today)

    for profile, one, other in zip(profiles, python, sql, strict=True):
        assert one is other, dict(profile.values)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(measure=measures(), seed=st.integers(0, 2**32), today=st.sampled_from(DAYS))
def test_random_trees(judging: Judging, measure: Measure, seed: int, today: date) -> None:
    _agree(judging, trial_catalogue(), measure, seed, today)


@pytest.mark.parametrize("measure_id", [m.id for m in real_catalogue().active if m.criteria])
def test_the_measures_of_the_catalogue(judging: Judging, measure_id: str) -> None:
    measure = real_catalogue().measure(measure_id)
    assert measure is not None

    for seed in range(2):
        _agree(judging, real_catalogue(), measure, seed, TODAY)
