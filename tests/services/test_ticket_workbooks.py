"""Exported tickets: chosen, safe to open, and none of one's own company, on both databases."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from domain.actors import Actor
from domain.exported import TICKET_COLUMNS
from domain.statistics import Which
from domain.tickets import Category
from models import Company
from services import ticket_workbooks, tickets
from services.ticket_workbooks import Wanted
from tests.services.scenes import Scene

MONDAY = date(2026, 11, 23)
ALL = Wanted(first=MONDAY)


async def _numbers(scene: Scene, wanted: Wanted) -> list[str]:
    zone = scene.office.zone
    parts = [part async for part in ticket_workbooks.slices(scene.session, wanted, zone=zone)]
    found = [str(row[0]) for part in parts for row in part.tickets]
    assert await ticket_workbooks.count(scene.session, wanted, zone=zone) == len(found)
    return [number.rpartition("-")[2] for number in found]


async def test_tickets_are_chosen_by_day_category_department_and_state(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticket_workbooks, "SLICE", 1)
    first, _ = await scene.raised()
    await scene.raised()
    await tickets.withdraw(scene.session, first.id, **scene.by(scene.ceo))

    for wanted, numbers in (
        (ALL, ["0001", "0002"]),
        (replace(ALL, last=MONDAY), ["0001", "0002"]),
        (replace(ALL, first=date(2026, 11, 24)), []),
        (replace(ALL, first=date(2026, 11, 1), last=date(2026, 11, 22)), []),
        (replace(ALL, category=Category.FINANCING), ["0001", "0002"]),
        (replace(ALL, category=Category.TAX_FEE), []),
        (replace(ALL, departments=("finance", "tax")), ["0001", "0002"]),
        (replace(ALL, departments=("tax",)), []),
        (replace(ALL, which=Which.OPEN), ["0002"]),
        (replace(ALL, which=Which.CLOSED), ["0001"]),
    ):
        assert await _numbers(scene, wanted) == numbers, wanted


async def test_an_officers_own_company_is_left_out(scene: Scene) -> None:
    await scene.raised()
    own = replace(ALL, asked_by=replace(scene.officer, company_ids=scene.ceo.company_ids))

    assert await _numbers(scene, own) == []
    assert await _numbers(scene, replace(ALL, asked_by=scene.officer)) == ["0001"]


async def test_cells_are_never_formulas_and_nothing_makes_no_file(
    scene: Scene, tmp_path: Path
) -> None:
    await _rename(scene, scene.ceo, "=1+1")
    await scene.raised()
    path, empty = tmp_path / "tickets.xlsx", tmp_path / "empty.xlsx"
    zone, session = scene.office.zone, scene.session

    assert await ticket_workbooks.write(path, session, ALL, zone=zone) == 1
    none = replace(ALL, first=date(2027, 1, 1))
    assert await ticket_workbooks.write(empty, session, none, zone=zone) == 0

    book = openpyxl.load_workbook(path)
    rows = list(book["tickets"].iter_rows())
    assert [cell.value for cell in rows[0]] == list(TICKET_COLUMNS)
    assert (rows[1][2].value, rows[1][2].data_type) == ("=1+1", "s")
    history = list(book["history"].iter_rows(values_only=True))
    assert history[1][:4] == ("QT-20261123-0001", "2026-11-23 10:12", "receive", None)
    assert not empty.exists()


async def _rename(scene: Scene, actor: Actor, name: str) -> None:
    assert actor.company_id is not None
    (await scene.session.get_one(Company, actor.company_id)).name = name
    await scene.session.flush()
