"""Numbers of a clause as facts: staff, money per year, shares, patents, land and space.

For each number the nearest word that names a fact decides; a number without one is left out, but
for 人 and for an amount right after a year (去年3000万 is revenue).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from domain.clauses import Clause, Voice
from domain.durations import find_durations
from domain.numerals import Quantity, find_quantities
from domain.said import FactSaid, Said
from domain.years_said import YearSaid, find_years

WAN = 10_000


@dataclass(frozen=True, slots=True)
class Carried:
    """What an earlier clause of the text leaves to the next: 营收去年3000万，前年2500万."""

    metric: str = ""
    year: int | None = None
    people: bool = False
    space: bool = False
    correcting: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """A number with the words to its left and right, up to the neighbouring numbers."""

    clause: Clause
    quantity: Quantity
    left: str
    right: str

    def said(self, key: str, value: FactSaid, year: int | None = None) -> Said:
        offset = self.clause.start
        return Said(key, value, offset + self.quantity.start, offset + self.quantity.end, year)


_PEOPLE = {"号人", "个人", "口人", "人", "名", "位", "号", "口", "people", "persons", "employees",
           "staff", "workers"}  # fmt: skip
_STAFF_LEFT = re.compile(
    r"(?:员工|职工|人数|在职|团队|人员|全厂|全公司|staff|employees?|"
    r"headcount|team|workforce|workers)"
    r"(?:人数|总数|规模|数量?)?(?: ?(?:一共|总共|共|大概|大约|目前|现在|现|"
    r"已经|已|是|有|为|到|of|is|are|about|around|:|只|就|才|应该))*"
    r" ?(?:超过|不到|至少|不足|将近|近|over|under)?$"
)
_STAFF_RIGHT = re.compile(
    r"^ ?(?:(?:个|名|位)?(?:正式|在职|全职|在册)?(?:员工|职工)|的?团队|"
    r"employees|staff|people|workers|strong)"
)
_TECH = re.compile(
    r"(?:科技|研发|技术|r&d|research|technical) ?(?:人员|人才|团队|岗|"
    r"工程师|staff|people|employees)|搞研发|做研发|搞技术|做技术|是研发|"
    r"是搞技术"
)
_TECH_LEFT = re.compile(
    r"(?:(?:科技|研发|技术)(?:人员|团队|岗位?|部门?)|研发|r&d (?:staff|"
    r"people)|technical staff)(?:大概|大约|就|只|才|占|是|有|共|:| |of)*$"
)
_TECH_RIGHT = re.compile(
    r"^ ?(?:(?:是|在)?(?:搞|做)?(?:研发|技术|科技)(?:人员|的|岗|$)?|"
    r"r&d (?:staff|people)|technical staff|in r&d|engineers in r&d)"
)
_NOT_STAFF = re.compile(
    r"博士|硕士|工程师|应届|大学生|残疾|退役|销售|管理|客户|受伤|头晕|离职|"
    r"招|裁|欠|外籍|党员|股东|高管|实习|容纳|服务|接待|"
    r"供|可住|面向|覆盖|培养|会员|用户|粉丝|学员|学生|奖励|安置|解决|带动|"
    r"孩子|业主|临时工|缺|流失|走了|来了|辞|其中|差|少|"
    r"hire|recruit|customers|users|injured|students|engineers|phd|laid off|short of|lack"
)
_NOT_STAFF_RIGHT = re.compile(
    r"^(?:次|均|才|工(?!人?$)|份|以上的|左右的(?:企业|公司)能|规模以下|"
    r"的小微)|^[^,。]{0,3}(?:受伤|头晕|中毒|离职|辞职|请假|门口|围|讨薪|堵|"
    r"闹|没地方|孩子|"
    r"工伤|持股|入股|合伙|排队|报名|参加|培训|上学|入学|博士|硕士|工程师|"
    r"应届|股东|实习|销售|退休|injured|engineers|phd)"
)
_YEARLY = {
    "revenue": r"营收|营业总?收入|营业额|销售额|销售收入|总收入|年收入|年销|"
    r"(?<!品)(?<!务)收入|产值|流水|销售|卖了|做了|做到|一年做|revenue|"
    r"turnover|sales",
    "rnd": r"研发(?:投入|费用|支出|经费|费|资金|开支)?|研究开发费用?|"
    r"r&d(?: spending| expenses?| costs?| investment)?|research spending",
    "net_profit": r"净利润?|利润|盈利|净赚|赚了?|net profit|profit|net income",
    "operating_cashflow": r"经营(?:性|活动)?(?:产生的)?(?:净?现金流)量?(?:净额)?|"
    r"operating cash ?flow",
}
_ONCE = {
    "total_assets": r"总资产|资产总[额计]|资产合计|total assets",
    "total_liabilities": r"总负债|负债总[额计]|负债合计|负债|total liabilities|liabilities",
    "equity_raised_2y": r"近(?:两|二|2)年.{0,8}?(?:股权|融资|投资)+",
    "guarantee_amount": r"担保|guarantees?",
    "loan_amount": r"贷款|贷|借款|借|loans?|borrow",
}
_LOSS = r"亏损|亏了?|net loss|loss of|lost"
_NOTHING = (
    r"毛利|注册资本|投资|投入|罚款?|欠|货款|工程款|订单|合同|补贴|奖励?|"
    r"补助|房租|租金|设备|估值|损失|赔|税|社保|工资|薪|抵押|"
    r"余额|费用|成本|价|买|花|资助|保证金|违约金|资本|已还|还了|缺口|"
    r"额度上限|registered capital|invest(?:ed|ment)?|owes?|fine|rent|"
    r"subsidy|order|contract|valued|valuation|高新(?:技术)?产品(?:（服务）|"
    r"\(服务\))?收入|主营业务?收入|出口收入"
)
_METRIC = re.compile(
    "|".join(f"(?P<{key}>{words})" for key, words in (*_YEARLY.items(), *_ONCE.items()))
    + f"|(?P<loss>{_LOSS})|(?P<nothing>{_NOTHING})"
)
_MONEY_UNITS = {"元", "块", "块钱", "cny", "rmb", "yuan"}
_FOREIGN = {"$", "usd", "us$", "eur", "€"}
_FOREIGN_UNITS = {"美元", "美金", "欧元", "usd", "万美元"}
_PART_OF_YEAR = re.compile(
    r"今年.{0,10}已|上半年|下半年|季度|一季|二季|三季|四季|月份|每月|月营收|月销|到现在|"
    r"至今|目前为止|前\w个月|个月|每天|first half|quarter|month|so far"
)
_FROM_TO = re.compile(
    r"从.{1,14}?(?:涨|增|升|降|跌|掉|减|变|发展|扩大|做)[^,。]{0,3}?到|from .{1,20} to"
)
_SUMS = re.compile(
    r"合计|累计|总共|一共|加起来|近[三两二3]年|三年|两年|total of|over three years|in three years"
)
_SERIES = re.compile(
    r"(?:近|前|最近|过去)(?P<n>[三两二3]|2)年.{0,12}?(?P<metric>研发|营收|"
    r"营业收入|收入|销售|净利)[^\d]{0,8}?(?:分别|依次)(?:是|为|:)?"
)
_RATIOS = (
    ("rnd_domestic_ratio", r"境内.{0,4}研发|研发.{0,6}境内|domestic r&d"),
    ("rnd_ratio", r"研发|r&d"),
    ("export_share", r"出口|外销|export"),
    ("hitech_revenue_ratio", r"高新(?:技术)?(?:产品|服务)|高新收入|hi-?tech (?:product|revenue)"),
    ("main_business_ratio", r"主营|main business|core business"),
    ("roe", r"净资产收益率|roe"),
)
_RATIO = re.compile("|".join(f"(?P<{key}>{words})" for key, words in _RATIOS))
_NOT_RATIO = re.compile(
    r"负债率|毛利率|利率|利息|税率|市场|占有率|股份|股权|持股|退税|补贴|"
    r"降低|提高|进度|完成|人员|人数|专利|客户|debt|interest|margin|"
    r"market share|discount"
)
_GROWTH = re.compile(
    r"(?:营收|营业收入|收入|销售额?|业绩|产值|营业额|同比|revenue|"
    r"sales).{0,8}?(?:增长|增幅|增速|上升|涨|grew|growth|up)"
)
_DROP = re.compile(
    r"(?:营收|营业收入|收入|销售额?|业绩|产值|营业额|revenue|"
    r"sales).{0,8}?(?:下降|下滑|减少|跌|降|fell|dropped|down)"
)
_IP = (
    ("software_copyrights", r"软著|软件著作权|software copyrights?"),
    ("class1_ip", r"(?:i|1|一)类(?:知识产权|ip)|class[ -](?:i|1|one) ip"),
    ("class2_ip", r"(?:ii|2|二)类(?:知识产权|ip)|class[ -](?:ii|2|two) ip"),
    ("nothing", r"实用新型|外观(?:设计|专利)?|商标|utility models?|pct"),
    ("foreign", r"(?:国外|海外|境外|国际|美国|欧洲)发明专?利?|foreign inventions?"),
    ("invention_patents", r"发明专?利?|invention patents?|inventions?"),
    ("total_patents", r"专利|patents?"),
)
_IP_WORD = re.compile("|".join(f"(?P<{key}>{words})" for key, words in _IP))
_IP_UNITS = {"", "件", "项", "个"}
_PENDING = re.compile(
    r"申请中|在申请|申请了|受理|实审|在审|公示|正在申|已申请|报了|pending|applied|filed"
)
_NEED_SPACE = re.compile(
    r"需要|想|要|租(?!了|的|着|下)|找|求|缺|还差|拿|需|买|need|want|looking for|rent|seek"
)
_SPACE = {"平方米", "平米", "平方", "平", "m2", "sqm", "sq m", "square meters", "square metres"}
_DENIED = re.compile(r"(?:没有?|不是|并非|哪有|(?<![a-z])not|never) ?$")
_CORRECTS = re.compile(
    r"^ ?(?:哦|噢|啊)?(?:不对|错了|说错|更正|应该?是|是|改成|改为|sorry|no$|i mean)"
)
_FILLER = re.compile(r"^(?: |的|多|左右|in |of )+")
_BARE_YEAR = re.compile(r"20[012]\d")
_TIME_UNITS = {"年", "月", "日", "天", "个月", "周", "小时", "分钟", "year", "month", "day"}
_NICHE = re.compile(
    r"(?:深耕|专注|从事|干这行|干这一行|做这行|做这一行|入行|细分市场|"
    r"细分领域|专做|只做|specialis|specializ)"
)
_SCORES = (
    ("srdi_score", r"专精特新.{0,4}(?:得分|评分|打分|自评)"),
    ("innovation_score", r"(?:创新能力|高企).{0,4}(?:得分|评分|打分|自评)"),
)


def numbers_said(clause: Clause, as_of: date, carried: Carried) -> tuple[list[Said], Carried]:
    """The number facts of a clause, and what it leaves to the next one."""
    series = _series(clause, as_of)
    if series:
        return series, carried
    years = find_years(clause.text, as_of.year)
    said: list[Said] = []
    for place in _places(clause):
        found = _one(place, years, as_of, carried)
        said += [found] if found else []
        carried = _after(found, carried)
    said += list(_lengths(clause))
    return said, _with_words(clause, carried, years)


def _places(clause: Clause) -> Iterator[_Place]:
    text = clause.text
    quantities = [q for q in find_quantities(text) if not _is_date_part(text, q)]
    if _FROM_TO.search(text) and len(quantities) > 1:
        quantities = quantities[1:]
    for index, quantity in enumerate(quantities):
        begin = quantities[index - 1].end if index else 0
        end = quantities[index + 1].start if index + 1 < len(quantities) else len(text)
        yield _Place(clause, quantity, text[begin : quantity.start], text[quantity.end : end])


def _is_date_part(text: str, quantity: Quantity) -> bool:
    bare = not quantity.unit and not quantity.currency
    year = _BARE_YEAR.fullmatch(text[quantity.start : quantity.end].strip())
    return quantity.unit.rstrip("s") in _TIME_UNITS or bool(bare and year)


def _one(place: _Place, years: list[YearSaid], as_of: date, carried: Carried) -> Said | None:
    quantity = place.quantity
    if _DENIED.search(place.left):
        return None
    if quantity.unit == "%":
        return _share(place, as_of)
    if quantity.unit in _SPACE or quantity.unit in {"亩", "mu"}:
        return _space(place, carried)
    for read in (_staff, _rights):
        if (found := read(place, carried)) is not None:
            return found
    return _money(place, years, as_of, carried)


def _own(place: _Place) -> bool:
    return place.clause.voice is Voice.OWN


def _staff(place: _Place, carried: Carried) -> Said | None:
    quantity, left, right = place.quantity, place.left, place.right
    named = bool(_STAFF_LEFT.search(left) or _STAFF_RIGHT.match(right))
    counted = quantity.unit in _PEOPLE or (
        quantity.unit in {"", "个"} and (named or carried.people)
    )
    if (
        not _own(place)
        or quantity.currency
        or quantity.scaled
        or quantity.low == 0
        or not (counted or _TECH_LEFT.search(left))
    ):
        return None
    if quantity.unit not in _PEOPLE | {"", "个"}:
        return None
    if _TECH_LEFT.search(left) or _TECH_RIGHT.match(right) or _TECH.search(left[-6:]):
        return (
            place.said("tech_staff", quantity.value())
            if not _is_money_like(quantity, right, left)
            else None
        )
    if _NOT_STAFF.search(left) or _NOT_STAFF_RIGHT.search(right) or _limits(place):
        return None
    return place.said("employees", quantity.value())


def _is_money_like(quantity: Quantity, right: str, left: str) -> bool:
    return quantity.unit not in _PEOPLE and (
        quantity.scaled or not re.search(r"人员|团队|staff|people", left + right)
    )


def _limits(place: _Place) -> bool:
    """A question about a number that is not the company's own: 80人算小型企业吗."""
    return place.clause.asking and not re.search(
        r"我们|我司|我公司|我厂|公司(?:有|才|只|现)|we |our ", place.clause.text
    )


def _rights(place: _Place, _: Carried) -> Said | None:
    """Patents and software copyrights that are held."""
    quantity, clause = place.quantity, place.clause
    if quantity.unit not in _IP_UNITS or quantity.scaled or quantity.currency or not _own(place):
        return None
    key = _nearest(_IP_WORD, place.left, place.right)
    if key in {None, "nothing"} or _PENDING.search(clause.text) or _limits(place):
        return None
    return place.said(_over_three_years(str(key), clause.text), quantity.value())


def _over_three_years(key: str, text: str) -> str:
    if re.search(r"近(?:三|3)年|last three years", text):
        longer = {"invention_patents": "invention_patents_3y", "total_patents": "valid_patents_3y",
                  "foreign": "foreign_inventions_3y"}  # fmt: skip
        return longer.get(key, key)
    return "invention_patents" if key == "foreign" else key


def _nearest(pattern: re.Pattern[str], left: str, right: str) -> str | None:
    """The name of the last word to the left, otherwise of one right after the number."""
    latin = pattern.match(right.lstrip())
    if latin and latin.group().isascii():
        return latin.lastgroup
    before = list(pattern.finditer(left))
    if before and len(left) - before[-1].end() <= 8:
        return before[-1].lastgroup
    after = pattern.match(right.lstrip(" 的")) or pattern.search(right[:6])
    return after.lastgroup if after else (before[-1].lastgroup if before else None)


def _space(place: _Place, carried: Carried) -> Said | None:
    text = place.clause.text
    if place.clause.voice not in {Voice.OWN, Voice.FUTURE} or not (
        carried.space or _NEED_SPACE.search(text)
    ):
        return None
    if re.search(r"现有|目前有|已有|自有|we have|currently", text):
        return None
    key = "space_need_m2" if place.quantity.unit in _SPACE else "land_need_mu"
    return place.said(key, place.quantity.value())


def _share(place: _Place, as_of: date) -> Said | None:
    left, right, clause = place.left, place.right, place.clause
    value = place.quantity.value(step=0.0001)
    if (
        not _own(place)
        or clause.asking
        or _NOT_RATIO.search(left)
        or _NOT_RATIO.match(right.strip())
    ):
        return None
    for pattern, sign in ((_GROWTH, 1), (_DROP, -1)):
        if pattern.search(left) and isinstance(value, int | float):
            return place.said("revenue_growth", sign * value)
    if (place.quantity.high or place.quantity.low or 0) > 1:
        return None
    key = _nearest(_RATIO, left, right) or (
        "export_share" if re.search(r"export|出口|外销", right) else None
    )
    if key is None:
        return None
    return place.said(key, value, as_of.year - 1 if key == "roe" else None)


def _money(place: _Place, years: list[YearSaid], as_of: date, carried: Carried) -> Said | None:
    quantity, clause = place.quantity, place.clause
    if _foreign(quantity):
        return _export_amount(place)
    metric = _metric_of(place, years, carried)
    is_money = quantity.scaled or quantity.currency or quantity.unit in _MONEY_UNITS
    if metric is None or not is_money or quantity.unit not in {"", *_MONEY_UNITS}:
        return None
    value = quantity.value(
        per=WAN, step=1 if (quantity.high or quantity.low or 0) >= 100 * WAN else 0.01
    )
    if metric in _ONCE:
        wished = {Voice.OWN, Voice.FUTURE} if metric.endswith("_amount") else {Voice.OWN}
        past = metric.endswith("_amount") and re.search(r"已还|还了|还清|批不下来", clause.text)
        return place.said(metric, value) if clause.voice in wished and not past else None
    return _yearly(place, metric, value, years, as_of, carried)


def _foreign(quantity: Quantity) -> bool:
    return quantity.currency in _FOREIGN or quantity.unit in _FOREIGN_UNITS


def _export_amount(place: _Place) -> Said | None:
    quantity = place.quantity
    dollars = quantity.currency in {"$", "usd", "us$"} or quantity.unit in {
        "美元",
        "美金",
        "usd",
        "万美元",
    }
    if (
        not _own(place)
        or not dollars
        or not re.search(r"出口|外销|export", place.left + place.right)
    ):
        return None
    return place.said("export_amount", quantity.value(per=1 if quantity.unit == "万美元" else WAN))


def _metric_of(place: _Place, years: list[YearSaid], carried: Carried) -> str | None:
    """The fact an amount belongs to; after a bare year it is revenue, or the one before."""
    left, right = place.left, place.right
    before = list(_METRIC.finditer(left))
    if before:
        return _or_none(before[-1].lastgroup)
    after = _METRIC.match(_FILLER.sub("", right))
    if after:
        return _or_none(after.lastgroup)
    nearby = any(
        year.end <= place.quantity.start and place.quantity.start - year.end <= 6 for year in years
    )
    if nearby or re.search(r"last year|去年|前年|in 20\d\d", right):
        return carried.metric or "revenue"
    if carried.correcting or _CORRECTS.search(place.clause.text):
        return carried.metric or None
    return None


def _or_none(name: str | None) -> str | None:
    return None if name == "nothing" else name


def _yearly(
    place: _Place,
    metric: str,
    value: FactSaid,
    years: list[YearSaid],
    as_of: date,
    carried: Carried,
) -> Said | None:
    clause = place.clause
    if not _own(place) or (clause.asking and not years) or _PART_OF_YEAR.search(clause.text):
        return None
    if _SUMS.search(clause.text):
        return None
    year = _year_of(place, years) or _carried_year(carried, metric, clause) or as_of.year - 1
    if metric == "loss":
        return place.said("net_profit", _negative(value), year)
    return place.said(metric, value, year)


def _negative(value: FactSaid) -> FactSaid:
    if isinstance(value, list):
        return [None if end is None else -end for end in reversed(value)]
    return -value if isinstance(value, int | float) else value


def _carried_year(carried: Carried, metric: str, clause: Clause) -> int | None:
    correcting = carried.correcting or _CORRECTS.search(clause.text)
    return (
        carried.year
        if carried.year and (correcting or not carried.metric or metric != carried.metric)
        else None
    )


def _year_of(place: _Place, years: list[YearSaid]) -> int | None:
    """The last year named before the number, else the first one after it."""
    before = [year for year in years if year.end <= place.quantity.start]
    after = [year for year in years if year.start >= place.quantity.end]
    return before[-1].year if before else (after[0].year if after else None)


def _series(clause: Clause, as_of: date) -> list[Said]:
    """近三年研发分别是110、120、140万: one number per year, oldest first."""
    match = _SERIES.search(clause.text)
    if match is None or clause.voice is not Voice.OWN:
        return []
    count = 3 if match["n"] in {"三", "3"} else 2
    found = [q for q in find_quantities(clause.text) if q.start >= match.end()]
    if len(found) != count or not found[-1].scaled:
        return []
    scale = 1e8 if "亿" in clause.text else 1e4
    key = {"研发": "rnd", "净利": "net_profit"}.get(match["metric"], "revenue")
    said = []
    for place, quantity in enumerate(found):
        per = WAN if quantity.scaled else WAN / scale
        said.append(Said(key, quantity.value(per=per), clause.start + quantity.start,
                         clause.start + quantity.end, as_of.year - count + place))  # fmt: skip
    return said


def _lengths(clause: Clause) -> Iterator[Said]:
    """Lengths of time that are facts: years in a niche, months on a layer or of a guarantee."""
    for duration in find_durations(clause.text):
        left = clause.text[: duration.start]
        if clause.voice is Voice.OWN and _NICHE.search(left) and duration.low >= 12:
            key, value = "niche_years", duration.low / 12
        elif clause.voice is Voice.OWN and "创新层" in clause.text:
            key, value = "neeq_innovation_months", duration.low
        elif re.search(r"担保(?:期限?|时间)", left):
            key, value = "guarantee_months", duration.low
        else:
            continue
        if value == int(value):
            yield Said(key, int(value), clause.start + duration.start, clause.start + duration.end)


def _after(found: Said | None, carried: Carried) -> Carried:
    if found and found.year is not None:
        metric = found.key if found.key in _YEARLY else carried.metric
        return replace(carried, metric=metric, year=found.year, people=False)
    if found and found.key in {"space_need_m2", "land_need_mu"}:
        return replace(carried, space=True)
    return carried


def _with_words(clause: Clause, carried: Carried, years: list[YearSaid]) -> Carried:
    """A clause that only names a metric or a year (营收方面, 去年) leaves it to the next."""
    metrics = [match.lastgroup for match in _METRIC.finditer(clause.text)]
    metric = metrics[-1] if metrics and metrics[-1] in _YEARLY else carried.metric
    year = years[-1].year if years else carried.year
    people = bool(re.search(r"(?:人数?|员工)(?:不多|不少|很少|也不多|嘛)?$", clause.text.strip()))
    counted = any(quantity.unit in _PEOPLE for quantity in find_quantities(clause.text))
    return Carried(
        str(metric or ""),
        year,
        people and not counted,
        carried.space,
        bool(_CORRECTS.search(clause.text)),
    )
