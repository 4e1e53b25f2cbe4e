"""What the cells of a workbook of companies say, and what is refused."""

from datetime import date, datetime

import pytest

from domain.cells import BadColumn, columns_of, read_cell, read_column, write_cell
from domain.facts import BadFact, DateSpan, FactValue, Held, PerYear, Span
from tests.evaluation.books import real_catalogue

FACTS = real_catalogue().facts

READ: list[tuple[str, object, FactValue | None]] = [
    ("employees", 80, Span(80, 80)),
    ("employees", "80", Span(80, 80)),
    ("employees", "20-49", Span(20, 49)),
    ("employees", "20–49", Span(20, 49)),
    ("employees", "20至49", Span(20, 49)),
    ("employees", "２０～４９", Span(20, 49)),
    ("employees", "2000-", Span(2000, None)),
    ("employees", "-49", Span(0, 49)),
    ("employees", "1,200", Span(1200, 1200)),
    ("employees", "  ", None),
    ("employees", None, None),
    ("net_profit@2025", "-49", PerYear.of({2025: Span(-49, -49)})),
    ("net_profit@2025", "-200--100", PerYear.of({2025: Span(-200, -100)})),
    ("net_profit@2025", "-200~100", PerYear.of({2025: Span(-200, 100)})),
    ("revenue@2025", 3000.5, PerYear.of({2025: Span(3000.5, 3000.5)})),
    ("rnd_ratio", "5.7%", Span(0.057, 0.057)),
    ("rnd_ratio", "5%-8%", Span(0.05, 0.08)),
    ("rnd_ratio", 0.057, Span(0.057, 0.057)),
    ("core_ip_owned", "是", True),
    ("core_ip_owned", "No", False),
    ("core_ip_owned", True, True),
    ("core_ip_owned", 0, False),
    ("established_on", datetime.fromisoformat("2015-03-01"), DateSpan.exactly(date(2015, 3, 1))),
    ("established_on", "2015-03-01", DateSpan.exactly(date(2015, 3, 1))),
    ("established_on", "2015年3月1日", DateSpan.exactly(date(2015, 3, 1))),
    ("established_on", "2016-02", DateSpan(date(2016, 2, 1), date(2016, 2, 29))),
    ("established_on", 2015, DateSpan(date(2015, 1, 1), date(2015, 12, 31))),
    ("established_on", "2015至2017-06", DateSpan(date(2015, 1, 1), date(2017, 6, 30))),
    ("established_on", "至2017", DateSpan(None, date(2017, 12, 31))),
    ("ownership", "民营", "民营"),
    ("ownership", "private", "民营"),
    ("industry", 39, "39"),
    ("industry", 1, "01"),
    ("industry", "3973", "3973"),
    ("name", "杭州示例封装有限公司", "杭州示例封装有限公司"),
    (
        "certifications",
        "高新技术企业@2027-12-01；科技型中小企业",
        Held(
            (("高新技术企业", date(2027, 12, 1)), ("科技型中小企业", None)),
            complete=True,
        ),
    ),
    ("certifications", "无", Held(complete=True)),
]


@pytest.mark.parametrize(("name", "cell", "value"), READ)
def test_a_cell_says(name: str, cell: object, value: FactValue | None) -> None:
    assert read_cell(read_column(name, FACTS), cell) == value


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("employees", "许多"),
        ("employees", "49-20"),
        ("employees", datetime.fromisoformat("2026-10-20")),  # what a spreadsheet makes of 10-20
        ("employees", "-"),
        ("export_share", "570%"),
        ("core_ip_owned", "也许"),
        ("established_on", "2015-13"),
        ("established_on", "2015-02-30"),
        ("ownership", "集体"),
        ("industry", "电子"),
        ("certifications", "高企"),
        ("revenue@2025", "三千万"),
    ],
)
def test_a_cell_that_cannot_be_read_is_refused(name: str, cell: object) -> None:
    with pytest.raises(BadFact):
        read_cell(read_column(name, FACTS), cell)


@pytest.mark.parametrize(
    "name", ["staff", "age", "revenue", "revenue@25", "employees@2025", "size_class"]
)
def test_a_column_that_cannot_be_read_is_refused(name: str) -> None:
    with pytest.raises(BadColumn):
        read_column(name, FACTS)


@pytest.mark.parametrize(("name", "cell", "value"), READ)
def test_what_is_written_reads_the_same(name: str, cell: object, value: FactValue | None) -> None:
    column = read_column(name, FACTS)
    single = value.years[0][1] if isinstance(value, PerYear) else value

    assert single is None or read_cell(column, write_cell(single)) == value


def test_a_template_has_every_fact_and_each_year() -> None:
    names = [column.name for column in columns_of(FACTS, [2024, 2025])]

    assert names[:2] == ["name", "uscc"]
    assert {"revenue@2024", "revenue@2025", "certifications"} <= set(names)
    assert "age" not in names
    assert [read_column(name, FACTS).name for name in names] == names
