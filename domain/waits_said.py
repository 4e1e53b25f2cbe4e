"""How long something has been stuck, and how many of the staff it hits, as a problem says it.

等了三个月还没批 is a wait of three months; 签三年 and 成立五年 are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from domain.chinese_numbers import chinese_number
from domain.durations import find_durations

_STUCK = re.compile(
    r"没|未|不|卡|拖|等|排|停|还在|仍|迟迟|一直|欠|无|扣着|"
    r"nobody|(?<![a-z])(?:no|not|never)(?![a-z])|n't|still|waiting|pending|overdue|"
    r"stuck|unpaid|owe|late|delay"
)
_BEFORE, _AFTER = 10, 14
_WAITING = re.compile(
    r"(?:等|拖|卡|欠|压|超过?|快|整整|都|已经?|办|审|批|停|堵|扣|交|报|递|挂|排|公示|晚|耽搁|耽误|"
    r"反映|投诉|立案|申请|提交|招|缺|"
    r"(?<![a-z])(?:waiting|waited|pending|for|over|after|since|took|taken|overdue))\S{0,8}?\s?$"
)
_STILL = re.compile(
    r"^(?:多|半|来)?(?:了|过去|前(?:就)?(?:交|申请|提交|公示|批|报|递|说)|还在|仍在|迟迟|"
    r"[,，]?(?:\S{0,4}?(?:没|未|不(?!然)|无人|还(?!有)|仍|才)|\S{0,9}?(?:还没|仍未|都没|迟迟))|"
    r"\s?(?:ago|late|overdue|without))"
)
_STILL_NOT = re.compile(
    r"^(?:多|半|来)?了?[,，]?(?:\S{0,4}?没(?!必要)|\S{0,8}?(?:还没|仍|都没|也没|未|迟迟|到现在))"
)
_NO_WAIT = re.compile(
    r"(?:签|租期?|合同|质保|有效期|期限|还有|还差|差|未来|今后|成立|经营|做|干|工作|试用|缴|补缴|"
    r"需要|要|至少|最长|最多|每|再|提前|开业|注册|用|住|"
    r"(?<![a-z])(?:lease of|contract of|in|within|another|next|every|for the next))\S{0,3}\s?$"
)
_LAST_YEAR = re.compile(
    r"去年|前年|上半年|年初|开春|春天|夏天|last (?:year|spring|summer|winter)|"
    r"(?:since|in) (?:spring|summer|january|february|march|april|may|june|july|august|september)"
)
_YEAR = re.compile(
    r"(20\d\d)年\S{0,10}?(?:奖|补|申请|提交|公示|批|款|项目|就|交|验收|完工|答应|开始)"
)
_SINCE_MONTH = re.compile(
    r"(?<!\d)(1[0-2]|[1-9]|[一二三四五六七八九十]{1,2})月(?:份)?(?:\d{1,2}[日号])?(?:就|初|底|中旬)?"
    r"(?:交|提交|申请|申报|公示|批|通过|递|报|验收|完工|发的?货|签收|立案|答应|到现在|至今|以来)"
)
_STAFF = re.compile(
    r"(?P<before>\S{0,4}?)"
    r"(?P<n>\d{2,5}|上百|上千|成百|好几百|[一二两三四五六七八九十百千几]{1,6}|"
    r"hundreds of|dozens of)(?:多|来|余|几)?(?:名|个|位|号)?"
    r"(?:员工|工人|职工|人(?=没|吃|住|等|喝|停|受|无|被|的)|"
    r"(?: of our)? (?:workers|staff|employees|people))"
)
_OWN_SIZE = re.compile(
    r"有|共|是|规模|招|缺|需|要|找|雇|聘|引进|(?<![a-z])(?:have|employ|hire|need|recruit|with)"
)
_MANY = {
    "上百": 100,
    "上千": 1000,
    "成百": 100,
    "好几百": 300,
    "几百": 200,
    "几十": 50,
    "几千": 2000,
    "hundreds of": 200,
    "dozens of": 50,
}


def months_waited(text: str, today: date | None = None) -> float:
    """The longest time, in months, that a plain text says something has been stuck; else 0.

    Months and years by name (5月份交的) count from `today`, when it is given.
    """
    if not _STUCK.search(text):
        return 0
    waited = [
        duration.low
        for duration in find_durations(text)
        if _is_wait(text[: duration.start], text[duration.end :])
    ]
    if _LAST_YEAR.search(text):
        waited.append(2)
    return max([*waited, *_since(text, today)] if today else waited, default=0)


def _since(text: str, today: date) -> Iterator[int]:
    for match in _YEAR.finditer(text):
        yield 12 * max(0, today.year - int(match[1]))
    for match in _SINCE_MONTH.finditer(text):
        yield (today.month - int(_number(match[1]))) % 12


def _is_wait(before: str, after: str) -> bool:
    before, after = before[-_BEFORE:], after[:_AFTER]
    if _NO_WAIT.search(before):
        return bool(_STILL_NOT.search(after))
    return bool(_WAITING.search(before) or _STILL.search(after))


def staff_hit(text: str) -> float:
    """How many of the staff a plain text says are hit; its own size and hires do not count."""
    hit = (match for match in _STAFF.finditer(text) if not _OWN_SIZE.search(match["before"]))
    return max((_MANY.get(match["n"]) or _number(match["n"]) for match in hit), default=0)


def _number(words: str) -> float:
    return float(words) if words.isdigit() else chinese_number(words.replace("几", "")) or 0
