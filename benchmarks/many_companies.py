"""Many made-up companies with derived rows, in a SQLite file of its own."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from random import Random

from bot.database import Database, upgrade
from domain.catalogue import Catalogue
from domain.derived import ASKS_AS
from domain.facts import DateSpan, FactSpec, FactValue, Held, Kind, PerYear, Profile, Span
from services.company_rows import write_many

DIFFERENT = 4_000
"""So many companies are made up; the others are copies of them."""

BAD = frozenset({"abnormal_list", "prohibited_business", "major_incident_1y", "major_incident_3y"})
LOW = frozenset({"total_liabilities", "tech_staff"})
"""Facts of which less is better."""


def url_of(path: Path) -> str:
    """The database in that file."""
    return f"sqlite+aiosqlite:///{path}"


def build(path: Path, companies: int, catalogue: Catalogue, today: date) -> None:
    """Companies that differ, written as the bot writes them, and copies of their rows."""
    upgrade(url_of(path))
    asyncio.run(_make_up(path, catalogue, today))
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("PRAGMA synchronous = OFF")
        _copy(file, companies)
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def _make_up(path: Path, catalogue: Catalogue, today: date) -> None:
    random = Random(1)
    profiles = {key: _company(random, catalogue) for key in range(1, DIFFERENT + 1)}
    database = Database(url_of(path))
    async with database.write() as session:
        await write_many(session, catalogue.facts, profiles, today)
    await database.close()


def _copy(file: sqlite3.Connection, companies: int) -> None:
    names = [f'"{row[1]}"' for row in file.execute("PRAGMA table_info(company_row)")]
    others = ", ".join(name for name in names if name != '"company_id"')
    copied = DIFFERENT
    while copied < companies:
        more = min(copied, companies - copied)
        file.execute(
            f"INSERT INTO company_row (company_id, {others})"  # noqa: S608  our own names
            f" SELECT company_id + {copied}, {others} FROM company_row WHERE company_id <= {more}"
        )
        copied += more
    file.execute(
        "INSERT INTO company (id, name, uscc_checked, created_at, version)"
        " SELECT company_id, '', 0, '2026-01-01', 1 FROM company_row"
    )


def _company(random: Random, catalogue: Catalogue) -> Profile:
    """Of some much is known and good, of some little; most numbers stand near some threshold."""
    known, luck = random.choice(((0.3, 0.5), (0.9, 0.6), (1.0, 0.97)))
    values = {
        spec.key: spec.check(_value(random, spec, luck))
        for spec in catalogue.facts
        if not spec.derived
        and spec.kind is not Kind.TEXT
        and spec.key != ASKS_AS  # plans of companies are judged by a rule of their own
        and random.random() < known
    }
    return Profile(values)


def _value(random: Random, spec: FactSpec, luck: float) -> FactValue:
    if spec.per_year:
        return PerYear.of({year: _span(random, spec, luck) for year in (2023, 2024, 2025)})
    match spec.kind:
        case Kind.NUMBER | Kind.RATIO:
            return _span(random, spec, luck)
        case Kind.DATE:
            return DateSpan.exactly(date(1998, 1, 1) + timedelta(days=random.randrange(8000)))
        case Kind.FLAG:
            return (random.random() < luck) is (spec.key not in BAD)
        case Kind.CHOICE:
            return random.choice(spec.options).value
        case Kind.CODE:
            return random.choice(("39", "35", "65", "27", "51", "7340"))
        case _:
            names = [option.value for option in spec.options if random.random() < luck]
            return Held(tuple((name, None) for name in names), complete=True)


def _span(random: Random, spec: FactSpec, luck: float) -> Span:
    """A band, or a number within one; the lucky stand in the upper bands."""
    if not spec.bands:
        return Span.exactly(random.randint(51, 99))
    upper = (random.random() < luck) is (spec.key not in LOW)
    half = len(spec.bands) // 2
    bands = sorted(spec.bands, key=lambda band: band.range[0] or 0)
    band = random.choice(bands[half:] if upper else bands[:half] or bands).span
    if random.random() < 0.3:
        return band
    low = band.low or 0
    return Span.exactly(round(low + random.random() * ((band.high or low * 1.5) - low), 4))
