"""When a company was founded, from words: 15年成立, 成立于2018年3月, founded three years ago."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from domain.days_said import days_of, find_days, months_before
from domain.durations import Duration, find_durations
from domain.phrases import any_of, begins_with, ends_with
from domain.said import Said

_FOUNDED = (
    "成立 注册 创办 创立 创建 设立 开业 建厂 建的厂 开的 开了 办的厂 开办 组建 创业 起步 起家 建于 "
    "始建 创于 登记 拿的执照 拿执照 拿到执照 拿到营业执照 拿的营业执照 领的执照 领执照 领的证 "
    "办的执照 办执照 "
    "执照下来 下的执照 办下来 开张 开门 建成 投产 founded established incorporated set_up "
    "registered started operating "
    "in_business been_around formed launched opened"
)
_ABOUT_SO_LONG = (
    "已经 已 也 有 快 将近 才 刚 刚刚 满 了 不到 不足 没到 到现在 至今 大概 差不多 近 将 是 今年 "
    "over for about nearly less_than more_than under"
)
_AFTER_DAY = begins_with(
    _FOUNDED + " (就|)(的|有了|有|开始做)(新|老|)(公司|企业|厂|工厂|店) 就有了 就有",
    after=", 就 才 正式 刚 刚刚 新 我们 公司 时候 的时候 底 初 份 已 已经 在…",
    but="注册商标 注册资本 注册地 注册的商标",
)
_BEFORE_DAY = (
    ends_with(_FOUNDED, then="日期 时间 年份 年月 于 在 是 为 : in on since back"),
    ends_with("(公司|企业|厂)(是|于|自)"),
    begins_with("since$"),
)
_FOUNDING = any_of(_FOUNDED + " 开厂 做公司 做企业 做了公司 做了企业")
_FOR = ends_with(_FOUNDED + " 公司开 厂开 店开 经营", then=_ABOUT_SO_LONG)
_COMPANY_FOR = ends_with("公司 企业 厂 店 工厂", then=_ABOUT_SO_LONG)
_OLD = begins_with(
    "(-|)old of_history (了|的|)(老厂|老公司|老企业|老店|历史|厂子|厂龄) (了|)(的公司|的企业|的厂)$"
)
_NEARLY = ends_with("快 将近 近 nearly almost")
_LESS = ends_with("不到 不足 未满 不满 没到 less_than under")
_AGO = begins_with("之前 以前 前 ago")
_NOT_COMPANY = any_of(
    "商标 专利 部门 子公司 分公司 研发中心 实验室 党支部 工会 项目 网站 账号 产品 客户 合同 员工 "
    "团队成立 股份改制 研究院 工作站 trademark patent subsidiary department branch"
)

FOUNDED = "established_on"
Found = tuple[date, date, int, int]


def founded(clause: str, offset: int, as_of: date) -> Said | None:
    """The founding day as a fact (`established_on`), None when the clause does not say it."""
    if _NOT_COMPANY.search(clause):
        return None
    for read in _READERS:
        if (found := read(clause, as_of)) is not None:
            low, high, start, end = found
            if low > as_of:
                return None
            days = [low.isoformat(), min(high, as_of).isoformat()]
            value = days[0] if low == high else days
            return Said(FOUNDED, value, offset + start, offset + end)
    return None


def day_corrected(clause: str, offset: int, as_of: date) -> list[Said]:
    """The founding day in a clause that only puts it right: 不，是2019年."""
    days = find_days(clause, as_of)
    if len(days) != 1:
        return []
    day = days[0]
    first, last = day.first.isoformat(), day.last.isoformat()
    value = first if first == last else [first, last]
    return [Said(FOUNDED, value, offset + day.start, offset + day.end)]


def _by_day(clause: str, as_of: date) -> Found | None:
    for day in find_days(clause, as_of):
        before, after = clause[: day.start].rstrip(), clause[day.end :]
        if _AFTER_DAY.match(after) or any(pattern.search(before) for pattern in _BEFORE_DAY):
            return day.first, day.last, day.start, day.end
    return None


def _by_length(clause: str, as_of: date) -> Found | None:
    for duration in find_durations(clause):
        before, after = clause[: duration.start], clause[duration.end :]
        place = (duration.start, duration.end)
        is_for = _FOR.search(before) or before == "开"
        if _AGO.match(after) and (_FOUNDING.search(after) or is_for):
            years = duration.low / 12
            return (*days_of(as_of.year - round(years)), *place) if years.is_integer() else None
        is_aged = _COMPANY_FOR.search(before) and after[:1] == "了"
        if is_for or is_aged or _OLD.match(after):
            return (*_since(duration, before, as_of), *place)
    return None


def _since(duration: Duration, before: str, as_of: date) -> tuple[date, date]:
    if _LESS.search(before):
        return months_before(as_of, duration.low) + timedelta(days=1), as_of
    if _NEARLY.search(before):
        latest = duration.low - min(6, duration.low)
        return months_before(as_of, duration.low) + timedelta(days=1), months_before(as_of, latest)
    earliest = months_before(as_of, duration.high) + timedelta(days=1)
    return earliest, months_before(as_of, duration.low)


_READERS: tuple[Callable[[str, date], Found | None], ...] = (_by_day, _by_length)
