"""Importing companies: who is recognised, what is added, what stays as it was told."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.facts import Profile, Span
from models import Company
from models.company_rows import company_rows
from services import companies, company_imports
from services.company_imports import Import
from services.company_workbooks import CompanyWorkbook, NotAWorkbook, Slice, write_template
from services.office import Office

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
TODAY = date(2026, 11, 23)
CODE = "91330106673959654P"
HEADER = ("name", "uscc", "employees", "revenue@2025", "certifications")
Rows = Sequence[Sequence[Any]]


@pytest.fixture
def book(tmp_path: Path, office: Office) -> Any:
    """Write rows and read them again, in slices of two."""

    def written(*rows: Sequence[Any], header: Sequence[Any] = HEADER) -> list[Slice]:
        path = tmp_path / "companies.xlsx"
        with xlsxwriter.Workbook(str(path)) as workbook:
            sheet = workbook.add_worksheet()
            for number, row in enumerate([header, *rows]):
                sheet.write_row(number, 0, row)
        with CompanyWorkbook(path, office.catalogue.facts) as opened:
            return list(opened.slices(2))

    return written


async def _import(
    session: AsyncSession, office: Office, slices: Sequence[Slice], *, at: datetime = NOW
) -> Import:
    run = await company_imports.start(session, office.catalogue.facts, TODAY)
    for part in slices:
        await run.keep(session, await run.plan(session, part.good, at))
    return run


async def _profile(session: AsyncSession, office: Office, company: Company) -> Profile:
    return await companies.profile_of(session, company.id, office.catalogue.facts)


async def _all(session: AsyncSession) -> list[Company]:
    return list((await session.exec(select(Company).order_by(col(Company.id)))).all())


async def test_rows_become_companies_with_facts_and_derived_rows(
    session: AsyncSession, office: Office, book: Any
) -> None:
    slices = book(
        ("甲公司", CODE, "20-49", 3000, "高新技术企业@2027-12-01"),
        ("乙公司", "", 80, "", "无"),
        ("丙公司", "", "", "", ""),
    )

    run = await _import(session, office, slices)

    first, second, third = await _all(session)
    assert (run.done.added, run.done.kept) == (3, 3)
    assert (first.name, first.uscc, first.uscc_checked) == ("甲公司", CODE, True)
    profile = await _profile(session, office, first)
    assert profile.get("employees") == Span(20, 49)
    held: Any = profile.get("certifications")
    assert held.state("高新技术企业", TODAY) is True
    assert held.state("高新技术企业", date(2027, 12, 2)) is False
    assert held.state("科技型中小企业", TODAY) is False
    none_held: Any = (await _profile(session, office, second)).get("certifications")
    assert none_held.state("高新技术企业", TODAY) is False
    assert not (await _profile(session, office, third)).values
    rows = company_rows(office.catalogue.facts, TODAY).table
    found = await (await session.connection()).execute(
        select(rows.c.employees_low, rows.c.employees_high).order_by(rows.c.company_id)
    )
    assert [tuple(row) for row in found.all()] == [(20, 49), (80, 80), (None, None)]


async def test_bad_rows_are_named_and_left_out(book: Any) -> None:
    slices = book(
        ("甲公司", CODE, "很多", 3000, ""),
        ("乙公司", "没有代码", 80, "x", ""),
        ("丙公司", "", 80, "", ""),
    )

    bad = [(fault.row, fault.column) for part in slices for fault in part.bad]
    assert bad == [(2, "C"), (3, "B"), (3, "D")]
    assert [row.name for part in slices for row in part.good] == ["丙公司"]


@pytest.mark.parametrize("identity", [("甲公司", CODE), ("甲公司", ""), ("", CODE)])
async def test_a_second_import_adds_only_what_is_new(
    session: AsyncSession, office: Office, book: Any, identity: tuple[str, str]
) -> None:
    await _import(session, office, book((*identity, 80, 3000, "")))
    later = NOW + timedelta(days=30)

    same = await _import(session, office, book((*identity, 80, 3000, "")), at=later)
    other = await _import(session, office, book((*identity, 90, "", "")), at=later)

    assert (same.done.unchanged, other.done.updated) == (1, 1)
    (company,) = await _all(session)
    profile = await _profile(session, office, company)
    assert profile.get("employees") == Span(90, 90)
    assert profile.get("revenue") is not None
    assert len(await companies.fact_rows(session, company.id)) == 3


async def test_rows_of_one_code_in_one_file_are_one_company(
    session: AsyncSession, office: Office, book: Any
) -> None:
    await _import(session, office, book(("甲", CODE, 80, "", ""), ("甲", CODE, "", 3000, "")))

    (company,) = await _all(session)
    profile = await _profile(session, office, company)
    assert set(profile.values) == {"employees", "revenue"}


async def test_what_a_company_said_itself_stays(
    session: AsyncSession, office: Office, book: Any
) -> None:
    await _import(session, office, book(("甲公司", CODE, 80, "", "")))
    (company,) = await _all(session)
    await companies.save(
        session,
        company,
        Profile({"employees": Span(120, 120)}),
        office.catalogue.facts,
        person_id=None,
        now=NOW + timedelta(days=1),
        today=TODAY,
    )

    run = await _import(
        session, office, book(("甲公司", CODE, 85, 3000, "")), at=NOW + timedelta(days=2)
    )

    profile = await _profile(session, office, company)
    assert profile.get("employees") == Span(120, 120)
    assert profile.get("revenue") is not None
    assert run.done.left_as_told == {"employees": 1}


async def test_what_is_said_while_a_slice_is_planned_is_not_overridden(
    session: AsyncSession, office: Office, book: Any
) -> None:
    (part,) = book(("甲公司", CODE, 85, 3000, ""))
    run = await company_imports.start(session, office.catalogue.facts, TODAY)
    plan = await run.plan(session, part.good, NOW)
    company = Company(name="甲公司", uscc=CODE, created_at=NOW)
    session.add(company)
    await companies.save(
        session,
        company,
        Profile({"employees": Span(120, 120)}),
        office.catalogue.facts,
        person_id=None,
        now=NOW,
        today=TODAY,
    )

    await run.keep(session, plan)

    assert await _all(session) == [company]
    profile = await _profile(session, office, company)
    assert profile.get("employees") == Span(120, 120)
    assert profile.get("revenue") is not None
    assert (run.done.added, run.done.updated) == (0, 1)
    assert run.done.left_as_told == {"employees": 1}


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (("name", "staff"), "column B: 'staff' is no fact"),
        (("name", "age"), "column B: 'age' is computed"),
        (("name", "revenue"), "column B: 'revenue' is kept per fiscal year: write revenue@2025"),
        (("employees", "employees"), "column B: 'employees' stands twice"),
        ((), "names no facts"),
    ],
)
def test_a_first_row_that_is_wrong_stops_the_import(
    book: Any, header: Sequence[str], said: str
) -> None:
    with pytest.raises(NotAWorkbook, match=said):
        book(("甲",), header=header)


def test_what_is_no_workbook_is_refused(tmp_path: Path, office: Office) -> None:
    path = tmp_path / "companies.xlsx"
    path.write_bytes(b"name,employees\n")

    with pytest.raises(NotAWorkbook, match="cannot be read as a workbook"):
        CompanyWorkbook(path, office.catalogue.facts)


def test_a_template_is_read_as_it_is_written(tmp_path: Path, office: Office) -> None:
    path = tmp_path / "template.xlsx"

    columns = write_template(path, office.catalogue.facts, range(2023, 2026))

    with CompanyWorkbook(path, office.catalogue.facts) as opened:
        assert list(opened.slices(10)) == []
    book = openpyxl.load_workbook(path)
    assert book.worksheets[1].max_row == columns + 1
