"""A workbook of the companies a measure reaches: who they are, what is met and what is open."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.catalogue import Catalogue
from domain.cells import write_cell
from domain.criteria import facts_of
from domain.evaluation import Finding
from domain.exported_cells import TEXT_ONLY, text_cell
from domain.facts import Profile
from domain.measures import Measure
from domain.verdicts import Outcome, Verdict, judge
from models import Company
from services import company_rows, matching, reach

SLICE = 500
FIRST_COLUMNS = ("name", "uscc", "outcome", "route", "failed", "missing", "for_officer")


async def write(
    path: Path,
    session: AsyncSession,
    catalogue: Catalogue,
    measure: Measure,
    today: date,
    *,
    outcome: Outcome = Outcome.ELIGIBLE,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> int:
    """Write the companies of an outcome, in the words of the catalogue; returns how many.

    No file is written when there are none. `progress` hears how many are done, and of how many.
    """
    ids = await reach.reached(session, catalogue, measure, today, outcome=outcome)
    if not ids:
        return 0
    facts = [key for key in _facts(measure) if key in catalogue.facts]
    with xlsxwriter.Workbook(str(path), {**TEXT_ONLY, "constant_memory": True}) as book:
        sheet = book.add_worksheet("companies")
        sheet.freeze_panes(1, 1)
        sheet.write_row(0, 0, [*FIRST_COLUMNS, *facts])
        line = 0
        for start in range(0, len(ids), SLICE):
            for cells in await _lines(
                session, catalogue, measure, today, ids[start:][:SLICE], facts
            ):
                line += 1
                sheet.write_row(line, 0, map(text_cell, cells))
            progress(line, len(ids))
    return len(ids)


async def _lines(
    session: AsyncSession,
    catalogue: Catalogue,
    measure: Measure,
    today: date,
    ids: Sequence[int],
    facts: Sequence[str],
) -> list[list[Any]]:
    statement = select(Company).where(col(Company.id).in_(ids)).order_by(col(Company.id))
    profiles = await company_rows.profiles_of(session, ids, catalogue.facts)
    held = await matching.held_by(session, ids, today=today)
    lines = []
    for company in (await session.exec(statement)).all():
        profile = profiles[company.id]
        enjoyed = dict.fromkeys(held.get(company.id, ()), True)
        verdict = judge(measure, profile, today, catalogue, enjoyed)
        lines.append([*_identity(company, verdict), *(_told(profile, key) for key in facts)])
    return lines


def _identity(company: Company, verdict: Verdict) -> list[str]:
    """The first columns, in the catalogue's Chinese words."""
    way = verdict.way
    return [
        company.name,
        company.uscc or "",
        verdict.outcome.value,
        verdict.route or "",
        _texts(way.failed),
        "；".join(gap.key for gap in way.missing),
        _texts(way.for_officer),
    ]


def _texts(findings: Sequence[Finding]) -> str:
    return "；".join(finding.text.zh for finding in findings if finding.text)


def _facts(measure: Measure) -> list[str]:
    return list(dict.fromkeys(key for leaf in measure.leaves() for key in facts_of(leaf)))


def _told(profile: Profile, key: str) -> str:
    """A fact as its column of an import is written: empty when it is not known."""
    value = profile.get(key)
    return "" if value is None else write_cell(value)
