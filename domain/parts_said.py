"""Staff told in parts: 下沙厂区60人，临江厂区40人 is 100; of departments the rest is unknown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from domain.lexicon import Lexicon
from domain.phrases import ends_with, run_of
from domain.said import FactSaid, Said

STAFF = "employees"
_LINK = "有 是 共 现有 目前 现在 大概 大约 差不多 约 就 才 不到 将近 近 的 人员 员工 工人 , :"
_SITE = ends_with(
    "厂区 厂 工厂 基地 总部 分部 园区 店 办公室 仓库 校区 院区 那边 这边 杭州 上海 宁波 "
    "北京 "
    "萧山 苏州 深圳 绍兴 嘉兴 湖州",
    then=_LINK,
)
_STREET_BEHIND = run_of("街道 " + _LINK)
_DEPARTMENT = ends_with(
    "生产 生产上 生产线 车间 一线 一线工人 操作工 普工 技工 销售 业务 市场 行政 管理 管理层 后勤 "
    "财务 "
    "质检 品控 运营 客服 采购 售后 设计 内勤 外勤 办公室人员",
    then=_LINK,
)
_CLAUSE = re.compile(r"[^,。;、!?\n]*$")


def with_parts_summed(said: list[Said], plain: str, streets: Lexicon[str]) -> list[Said]:
    """The staff of several sites added up; a total said beside them counts instead, and parts that
    are departments leave the number open."""
    staff = [item for item in said if item.key == STAFF]
    lefts = {id(item): _left(item, plain) for item in staff}
    departments = [item for item in staff if _DEPARTMENT.search(lefts[id(item)])]
    several = staff if len(staff) > 1 else []
    sites = [item for item in several if _is_site(lefts[id(item)], streets)]
    parts = {id(item) for item in (*departments, *sites)}
    is_total = any(id(item) not in parts for item in staff)
    if is_total or departments:
        return [item for item in said if id(item) not in parts]
    names = {lefts[id(item)] for item in sites}
    if len(sites) < 2 or len(names) < len(sites):
        return said
    total = _sum(item.value for item in sites)
    rest = [item for item in said if item.key != STAFF]
    return rest if total is None else [*rest, replace(sites[-1], value=total)]


def _left(item: Said, plain: str) -> str:
    match = _CLAUSE.search(plain[: item.start])
    return match.group() if match else ""


def _is_site(left: str, streets: Lexicon[str]) -> bool:
    if _SITE.search(left):
        return True
    hits = streets.find(left)
    return bool(hits) and _STREET_BEHIND.fullmatch(left[hits[-1].end :]) is not None


def _sum(values: Iterable[FactSaid]) -> FactSaid | None:
    """Exact numbers and ranges together; None where an end is open."""
    low = high = 0.0
    for value in values:
        ends = [value, value] if isinstance(value, int | float) else value
        if not isinstance(ends, list) or not all(isinstance(end, int | float) for end in ends):
            return None
        low, high = low + float(ends[0]), high + float(ends[1])
    return int(low) if low == high else [int(low), int(high)]
