"""The rule of srdi-sme as a user of zen-engine would write it, over the columns of a derived row.

Days are compared while a row is read. What is not known is NULL and stands for a number that fails.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import zen

from models.company_rows import held, high, low, told, until

NUMBERS = {
    "niche": (low("niche_years"), high("niche_years")),
    "sales": (low("revenue_last"), high("revenue_last")),
    "equity": (low("equity_raised_2y"), high("equity_raised_2y")),
    "core": (low("main_business_ratio"), high("main_business_ratio")),
    "debt": (low("debt_ratio"), high("debt_ratio")),
    "rnd0": (low("rnd", 0), high("rnd", 0)),
    "rnd1": (low("rnd", 1), high("rnd", 1)),
    "sales1": (low("revenue", 1), high("revenue", 1)),
    "share0": (low("rnd_ratio_last"), high("rnd_ratio_last")),
    "ip": (low("class1_ip"), high("class1_ip")),
    "score": (low("srdi_score"), high("srdi_score")),
}
FLAGS = {
    "leading": told("market_position_leading"),
    "listed": told("abnormal_list"),
    "banned": told("prohibited_business"),
    "incident": told("major_incident_3y"),
    "micro": held("size_class", "微型"),
    "small": held("size_class", "小型"),
    "medium": held("size_class", "中型"),
    "large": held("size_class", "大型"),
}
TITLES = {"tech_sme": "科技型中小企业", "innovative_sme": "创新型中小企业"}


def _at_least(name: str, bound: str) -> tuple[str, str]:
    return f"({name}_low ?? -1) >= {bound}", f"({name}_high ?? 1e15) < {bound}"


def _share() -> tuple[str, str]:
    """R&D over revenue in the year before the last; there is no share of what may be nothing."""
    return (
        "((sales1_low ?? 0) > 0 and (rnd1_low ?? -1) >= 0.03 * (sales1_high ?? 1e15))",
        "((sales1_low ?? 0) > 0 and (rnd1_high ?? 1e15) < 0.03 * sales1_low)",
    )


def _is(name: str, wanted: int) -> tuple[str, str]:
    return f"{name} == {wanted}", f"{name} == {1 - wanted}"


CRITERIA = (
    ("(tech_sme == 1 or innovative_sme == 1)", "(tech_sme == 0 and innovative_sme == 0)"),
    _at_least("niche", "3"),
    (
        "((sales_low ?? -1) >= 1500 or (equity_low ?? -1) >= 2000)",
        "((sales_high ?? 1e15) < 1500 and (equity_high ?? 1e15) < 2000)",
    ),
    _at_least("core", "0.8"),
    ("(debt_high ?? 1e15) <= 0.8", "(debt_low ?? -1) > 0.8"),
    _at_least("rnd0", "100"),
    _at_least("rnd1", "100"),
    _at_least("share0", "0.03"),
    _share(),
    _at_least("ip", "1"),
    _is("leading", 1),
    _at_least("score", "50"),
    ("large == 0", "(micro == 0 and small == 0 and medium == 0)"),
    _is("listed", 0),
    _is("banned", 0),
    _is("incident", 0),
)
ELIGIBLE = " and ".join(met for met, _ in CRITERIA)
FAILS = " or ".join(unmet for _, unmet in CRITERIA)
OUTCOME = f'({FAILS}) ? "ineligible" : ({ELIGIBLE}) ? "eligible" : "open"'


def outcomes(path: Path, expression: str, today: date, last: int) -> Iterator[tuple[int, Any]]:
    """Each company up to `last` with what the expression says of it."""
    content = {"rule": _graph(expression)}
    engine = zen.ZenEngine({"loader": {"type": "static", "content": content}})
    with closing(sqlite3.connect(path)) as file:
        file.row_factory = sqlite3.Row
        for row in file.execute(_statement(), {"today": today.isoformat(), "last": last}):
            yield row["company"], engine.evaluate("rule", dict(row))["result"]["out"]


def _statement() -> str:
    ends = (
        f'"{column}" AS {name}_{end}'
        for name, columns in NUMBERS.items()
        for end, column in zip(("low", "high"), columns, strict=True)
    )
    flags = (f'"{column}" AS {name}' for name, column in FLAGS.items())
    columns = ", ".join(("company_id AS company", *ends, *flags, *map(_title, TITLES)))
    return f"SELECT {columns} FROM company_row WHERE company_id <= :last"  # noqa: S608  our own names


def _title(name: str) -> str:
    item, ends = (f'"{column("certifications", TITLES[name])}"' for column in (held, until))
    return f"CASE WHEN {ends} < :today THEN 0 ELSE {item} END AS {name}"


def _graph(expression: str) -> dict[str, Any]:
    """From the input through one expression node to the output, which is faster than a table."""
    rule = {"expressions": [{"id": "out", "key": "out", "value": expression}]}
    nodes = [
        {"id": "start", "type": "inputNode", "name": "start"},
        {"id": "rule", "type": "expressionNode", "name": "rule", "content": rule},
        {"id": "end", "type": "outputNode", "name": "end"},
    ]
    edges = [
        {"id": "in", "type": "edge", "sourceId": "start", "targetId": "rule"},
        {"id": "out", "type": "edge", "sourceId": "rule", "targetId": "end"},
    ]
    graph: dict[str, Any] = json.loads(json.dumps({"nodes": nodes, "edges": edges}))
    return graph
