"""The second reading of criteria: one SQL expression that judges every derived row at once.

The first reading is domain/evaluation.py with domain/verdicts.py; a property test holds the two
equal. What is met and what is unmet are two conditions, joined by AND and OR only, so that NULL,
which is how the rows say "unknown", leaves both of them not true: strong Kleene logic.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    String,
    case,
    cast,
    func,
    null,
    select,
)
from sqlalchemy.sql import visitors
from sqlmodel import col

from domain.catalogue import Catalogue
from domain.criteria import (
    AllOf,
    AnyOf,
    ByOfficer,
    Compare,
    DateIs,
    Declared,
    Flag,
    Group,
    Holds,
    InIndustry,
    Leaf,
    MeasureIs,
    NotThis,
    OneOf,
    Op,
    Over,
    Ratio,
    Tier,
    Tiers,
)
from domain.derived import ASKS_AS, FOUNDER_TO_BE, STATED
from domain.facts import FOUNDED, FactSpec
from domain.measures import CriteriaStatus, Measure, Parameter
from domain.number_leaves import ROUNDING
from domain.verdicts import PREFERENCE, Outcome
from models.company_rows import first, held, high, last, low, told, until, vague, word
from models.matching import MarkKind, MeasureMark
from models.number_sql import (
    NO,
    YES,
    Age,
    Condition,
    Founding,
    Number,
    Range,
    every,
    never,
    plain,
    quotient,
    since,
    some,
    summed,
    unknown,
)

Columns = Mapping[str, ColumnElement[Any]]


def outcome_place(
    catalogue: Catalogue, measure: Measure, columns: Columns, today: date
) -> ColumnElement[int]:
    """The outcome of each row as its place in tuple(Outcome).

    `columns` are those of the derived rows, by name, `company_id` among them; facts without a
    column are unknown. The rows must be of the calendar year of `today`.
    """
    return _Judged.by(catalogue, measure, columns, today).place


def has_outcome(
    catalogue: Catalogue, measure: Measure, columns: Columns, today: date, outcome: Outcome
) -> Condition:
    """Whether a row has that outcome: what certainly fits or fails is found faster this way."""
    judged = _Judged.by(catalogue, measure, columns, today)
    match outcome:
        case Outcome.ELIGIBLE:
            return judged.eligible
        case Outcome.INELIGIBLE:
            return judged.ineligible
        case _:
            return judged.place == PREFERENCE.index(outcome)


@dataclass(frozen=True)
class _Judged:
    """A whole measure: what is certain; `open_` is for rows that are not ineligible."""

    eligible: Condition
    ineligible: Condition
    open_: Condition

    @property
    def place(self) -> ColumnElement[int]:
        return case(
            (self.ineligible, PREFERENCE.index(Outcome.INELIGIBLE)),
            (self.eligible, PREFERENCE.index(Outcome.ELIGIBLE)),
            (self.open_, PREFERENCE.index(Outcome.UNDETERMINED)),
            else_=PREFERENCE.index(Outcome.OFFICER_CHECK),
        )

    @classmethod
    def by(cls, catalogue: Catalogue, measure: Measure, columns: Columns, today: date) -> "_Judged":
        """Of several ways in the best one speaks for the measure."""
        row = _Row(catalogue, measure, columns, today)
        common = _all_of(sorted((_state(one, row) for one in measure.common), key=_depth))
        ways = [_together(way.of, row) for way in measure.routes.routes] if measure.routes else []
        gone = every(*(way.unmet for way in ways)) if ways else NO
        fits = every(common.met, some(*(way.met for way in ways)) if ways else YES)
        is_official = measure.criteria_status is CriteriaStatus.OFFICIAL
        gaps = (every(never(way.unmet), way.gap_unless_unmet) for way in ways)
        return cls(
            eligible=every(fits, row.is_founded) if is_official else NO,
            ineligible=some(common.unmet, gone),
            open_=some(common.gap_unless_unmet, *gaps, fits if is_official else NO),
        )


@dataclass(frozen=True)
class _State:
    """What comes out of a criterion: met, unmet, or neither.

    `gap`: neither, and the company can still say something. Where the state is known not to be
    unmet, or not to be met, a shorter condition says the same. `sure`: met, on good authority.
    """

    met: Condition
    unmet: Condition
    gap: Condition
    gap_unless_unmet: Condition
    gap_unless_met: Condition
    sure: Condition


def _depth(state: _State) -> int:
    """How far into a row the criterion reads: cheap ones decide first."""
    columns = [one for one in visitors.iterate(state.met) if isinstance(one, Column)]
    return max((column.table.c.keys().index(column.name) for column in columns), default=0)


def _together(criteria: Sequence[Leaf | Group], row: "_Row") -> _State:
    """The findings side by side; there is always one unless nothing is asked for."""
    return _all_of([_state(criterion, row) for criterion in criteria])


def _state(criterion: Leaf | Group, row: "_Row") -> _State:
    match criterion:
        case AllOf():
            return _together(criterion.of, row)
        case AnyOf():
            return _any_of([_state(part, row) for part in criterion.of])
        case NotThis():
            return _not_this(_state(criterion.of, row))
        case _:
            return _leaf(criterion, row)


def _all_of(parts: Sequence[_State]) -> _State:
    unmet = some(*(part.unmet for part in parts))
    open_ = some(*(part.gap_unless_unmet for part in parts))
    gap = every(never(unmet), open_)
    return _State(
        met=every(*(part.met for part in parts)),
        unmet=unmet,
        gap=gap,
        gap_unless_unmet=open_,
        gap_unless_met=gap,
        sure=every(*(part.sure for part in parts)),
    )


def _any_of(parts: Sequence[_State]) -> _State:
    met = some(*(part.met for part in parts))
    open_ = some(*(part.gap_unless_met for part in parts))
    gap = every(never(met), open_)
    return _State(
        met=met,
        unmet=every(*(part.unmet for part in parts)),
        gap=gap,
        gap_unless_unmet=gap,
        gap_unless_met=open_,
        sure=some(*(part.sure for part in parts)),
    )


def _not_this(part: _State) -> _State:
    """What is met on weak authority fails for nobody; what is unmet is always sure."""
    return _State(
        met=part.unmet,
        unmet=part.sure,
        gap=part.gap,
        gap_unless_unmet=part.gap,
        gap_unless_met=part.gap_unless_unmet,
        sure=part.unmet,
    )


@dataclass(frozen=True)
class _Answer:
    """A leaf before sureness; `open_`: the company could settle it, where it is not settled."""

    met: Condition
    unmet: Condition
    open_: Condition
    weak: bool = False


_UNANSWERED = _Answer(NO, NO, NO)


def _leaf(leaf: Leaf, row: "_Row") -> _State:
    answer = _answer(leaf, row)
    sure = isinstance(leaf, ByOfficer) or not (answer.weak or row.catalogue.weak(leaf.cite))
    gap = every(never(answer.met), never(answer.unmet), answer.open_)
    return _State(
        met=answer.met,
        unmet=answer.unmet if sure else NO,
        gap=gap,
        gap_unless_unmet=every(never(answer.met), answer.open_) if sure else gap,
        gap_unless_met=every(never(answer.unmet), answer.open_),
        sure=answer.met if sure else NO,
    )


def _answer(leaf: Leaf, row: "_Row") -> _Answer:
    match leaf:
        case Compare():
            return _against(leaf, _compared(leaf, row), row)
        case Ratio():
            return _against(leaf, _ratios(leaf, row), row)
        case Tiers():
            return _tiers(leaf, row)
        case Flag():
            return _flag(leaf.fact, leaf.is_, row)
        case Declared() | ByOfficer():
            return _flag(leaf.key, True, row)
        case OneOf():
            return _one_of(leaf, row)
        case InIndustry():
            return _in_industry(leaf, row)
        case Holds():
            return _holds(leaf, row)
        case DateIs():
            return _date_is(leaf, row)
        case MeasureIs():
            return _measure_is(leaf, row)


def _turned(answer: _Answer) -> _Answer:
    return _Answer(answer.unmet, answer.met, answer.open_, answer.weak)


def _flag(key: str, wanted: bool, row: "_Row") -> _Answer:
    known = row.column(told(key), Boolean())
    answer = _Answer(known.is_(True), known.is_(False), row.asked(key))
    return answer if wanted else _turned(answer)


def _one_of(leaf: OneOf, row: "_Row") -> _Answer:
    spec = row.catalogue.fact(leaf.fact)
    if spec is not None and spec.derived:
        return _possible(leaf, spec, row)
    known = row.column(word(leaf.fact), String())
    return _Answer(known.in_(leaf.values), known.not_in(leaf.values), row.asked(leaf.fact))


def _possible(leaf: OneOf, spec: FactSpec, row: "_Row") -> _Answer:
    """A set of possible choices, each with a column: met when no other one is possible."""
    options = {
        option.value: row.column(held(spec.key, option.value), Boolean()) for option in spec.options
    }
    wanted = [column for name, column in options.items() if name in leaf.values]
    others = [column for name, column in options.items() if name not in leaf.values]
    known = next(iter(options.values())).is_not(None)  # all of them are, or none
    return _Answer(
        every(known, every(*(column.is_(False) for column in others))),
        every(known, every(*(column.is_(False) for column in wanted))),
        row.column(vague(spec.key), Boolean()).is_(True),
    )


def _in_industry(leaf: InIndustry, row: "_Row") -> _Answer:
    code = row.column(word("industry"), String())
    within = _under(code, leaf.prefixes) if leaf.prefixes else (code.is_not(None), NO)
    outside = _under(code, leaf.except_)
    met, unmet = every(within[0], outside[1]), some(within[1], outside[0])
    return _Answer(met, unmet, row.asked("industry"))


def _under(code: ColumnElement[Any], prefixes: Sequence[str]) -> tuple[Condition, Condition]:
    """Whether the code is under one of the prefixes; whether it certainly is not."""
    lengths = sorted({len(prefix) for prefix in prefixes})
    under = some(
        *(
            func.substr(code, 1, length).in_([one for one in prefixes if len(one) == length])
            for length in lengths
        )
    )
    shorter = sorted({prefix[:end] for prefix in prefixes for end in range(1, len(prefix))})
    vague_ = code.in_(shorter) if shorter else NO
    return under, every(code.is_not(None), never(under), never(vague_))


def _holds(leaf: Holds, row: "_Row") -> _Answer:
    states = [_held_on(leaf.fact, item, row) for item in (*leaf.any_, *leaf.all_)]
    met, unmet = [one for one, _ in states], [other for _, other in states]
    answer = (
        _Answer(some(*met), every(*unmet), row.asked(leaf.fact))
        if leaf.any_
        else _Answer(every(*met), some(*unmet), row.asked(leaf.fact))
    )
    return answer if leaf.is_ else _turned(answer)


def _held_on(key: str, item: str, row: "_Row") -> tuple[Condition, Condition]:
    known, ends = row.column(held(key, item), Boolean()), row.column(until(key, item), Date())
    is_current = some(ends.is_(None), ends >= row.today)
    return every(known.is_(True), is_current), some(known.is_(False), ends < row.today)


def _date_is(leaf: DateIs, row: "_Row") -> _Answer:
    to = leaf.bound(row.today)
    earliest, latest = row.column(first(leaf.fact), Date()), row.column(last(leaf.fact), Date())
    met, unmet = _ordered_days(earliest, latest, leaf.op, to)
    return _Answer(met, unmet, row.asked(leaf.fact))


def _ordered_days(
    earliest: ColumnElement[Any], latest: ColumnElement[Any], op: Op, to: date
) -> tuple[Condition, Condition]:
    match op:
        case Op.AT_LEAST:
            return earliest >= to, latest < to
        case Op.ABOVE:
            return earliest > to, latest <= to
        case Op.AT_MOST:
            return latest <= to, earliest > to
        case Op.BELOW:
            return latest < to, earliest >= to
        case Op.EQUAL:
            return every(earliest == to, latest == to), some(latest < to, earliest > to)
        case Op.UNEQUAL:
            return some(latest < to, earliest > to), every(earliest == to, latest == to)


def _measure_is(leaf: MeasureIs, row: "_Row") -> _Answer:
    """Whether the company marked one of the measures 已享受; not marked is unknown."""
    mark = MeasureMark
    until_ = col(mark.reason)
    marked = (
        select(col(mark.company_id))
        .where(
            col(mark.measure_id).in_(leaf.any_),
            col(mark.kind) == MarkKind.HELD,
            col(mark.ended_at).is_(None),
            some(until_ == "", until_ >= row.today.isoformat()),
        )
        .scalar_subquery()
    )
    answer = _Answer(row.columns["company_id"].in_(marked), NO, NO)
    return answer if leaf.state == "held" else _turned(answer)


def _compared(leaf: Compare, row: "_Row") -> list[Number]:
    if leaf.over is Over.LAST:
        return [row.number(leaf.fact)]
    if leaf.over.each:
        return [row.of_year(leaf.fact, back) for back in range(leaf.over.years)]
    return [row.sum_of(leaf.fact, leaf.over.years)]


def _ratios(leaf: Ratio, row: "_Row") -> list[Number]:
    if leaf.over.each:
        return [_ratio_of_year(leaf, back, row) for back in range(leaf.over.years)]
    if leaf.over is Over.LAST:
        return [_ratio_last(leaf, row.amount(leaf.fact), row.amount(leaf.of), row)]
    count = leaf.over.years
    return [quotient(row.sum_of(leaf.fact, count), row.sum_of(leaf.of, count))]


def _ratio_of_year(leaf: Ratio, back: int, row: "_Row") -> Range:
    parts = row.of_year(leaf.fact, back), row.of_year(leaf.of, back)
    return quotient(*parts) if back else _ratio_last(leaf, *parts, row)


def _ratio_last(leaf: Ratio, top: Range, bottom: Range, row: "_Row") -> Range:
    """Where what the company states counts too, the derived number that has both in it."""
    stated = STATED.get((leaf.fact, leaf.of)) if leaf.stated else None
    return quotient(top, bottom) if stated is None else row.amount(stated)


def _against(leaf: Compare | Ratio, parts: Sequence[Number], row: "_Row") -> _Answer:
    """Every part against the threshold; what decides nothing leaves the company to say more."""
    bound, weak = leaf.value, False
    if leaf.parameter is not None:
        parameter = row.parameter(leaf.parameter)
        if parameter is None:
            return _UNANSWERED
        bound, weak = parameter.value, row.catalogue.weak(parameter.cite)
    answers = [_passes(part, leaf.op, bound or 0) for part in parts]
    open_ = parts[0].open_ if len(parts) == 1 else _one_open(parts, answers)
    return _Answer(
        every(*(met for met, _ in answers)), some(*(unmet for _, unmet in answers)), open_, weak
    )


def _one_open(parts: Sequence[Number], answers: Sequence[tuple[Condition, Condition]]) -> Condition:
    if all(part.open_ is YES for part in parts):
        return YES
    return some(
        *(
            every(never(met), never(unmet), part.open_)
            for part, (met, unmet) in zip(parts, answers, strict=True)
        )
    )


def _passes(number: Number, op: Op, bound: float) -> tuple[Condition, Condition]:
    """A range against a bound: whether every point of it passes, whether none does."""
    match op:
        case Op.AT_LEAST:
            return number.low_at_least(bound - ROUNDING), number.high_below(bound - ROUNDING)
        case Op.ABOVE:
            return number.low_at_least(bound + ROUNDING), number.high_below(bound + ROUNDING)
        case Op.AT_MOST:
            return number.high_below(bound + ROUNDING), number.low_at_least(bound + ROUNDING)
        case Op.BELOW:
            return number.high_below(bound - ROUNDING), number.low_at_least(bound - ROUNDING)
        case Op.EQUAL:
            return _equals(number, bound)
        case Op.UNEQUAL:
            return _equals(number, bound)[::-1]


def _equals(number: Number, bound: float) -> tuple[Condition, Condition]:
    low_, high_ = bound - ROUNDING, bound + ROUNDING
    return (
        every(number.low_at_least(low_), number.high_below(high_)),
        some(number.high_below(low_), number.low_at_least(high_)),
    )


def _tiers(leaf: Tiers, row: "_Row") -> _Answer:
    """Judged over every tier the second number can fall in."""
    fact, by = row.number(leaf.fact), row.number(leaf.by)
    answers = [_passes(fact, leaf.op, tier.value) for tier in leaf.tiers]
    ruled_out = _ruled_out(leaf.tiers, by)
    met = every(*(some(out, met) for out, (met, _) in zip(ruled_out, answers, strict=True)))
    unmet = every(*(some(out, unmet) for out, (_, unmet) in zip(ruled_out, answers, strict=True)))
    return _Answer(met, unmet, _open_tiers(fact, by, ruled_out))


def _ruled_out(tiers: Sequence[Tier], by: Number) -> list[Condition]:
    """Of each tier whether no number of the range can fall in it."""
    return [
        some(_is_past(by, tier), _is_within(by, tiers[place - 1]) if place else NO)
        for place, tier in enumerate(tiers)
    ]


def _is_past(by: Number, tier: Tier) -> Condition:
    return some(
        by.low_above(tier.up_to) if tier.up_to is not None else NO,
        by.low_at_least(tier.below) if tier.below is not None else NO,
    )


def _is_within(by: Number, tier: Tier) -> Condition:
    return some(
        by.high_at_most(tier.up_to) if tier.up_to is not None else NO,
        by.high_below(tier.below) if tier.below is not None else NO,
    )


def _open_tiers(fact: Number, by: Number, ruled_out: Sequence[Condition]) -> Condition:
    """In one tier the number itself is in the way; over several, first what is unknown."""
    one_left = some(
        *(
            every(*(out for other, out in enumerate(ruled_out) if other != place))
            for place in range(len(ruled_out))
        )
    )
    return some(every(one_left, fact.vague), every(never(one_left), _unknown_first(fact, by)))


def _unknown_first(*parts: Number) -> Condition:
    """Whether the company could say what is not known at all, else what is vague."""
    lacking = some(*(never(part.known) for part in parts))
    untold = some(*(every(never(part.known), part.vague) for part in parts))
    return some(untold, every(never(lacking), some(*(part.vague for part in parts))))


@dataclass(frozen=True)
class _Row:
    """The facts of a derived row, before one measure on one day."""

    catalogue: Catalogue
    measure: Measure
    columns: Columns
    today: date

    def column(self, name: str, kind: Any) -> ColumnElement[Any]:
        """A column, NULL where the table has none of that name yet."""
        known = self.columns.get(name)
        return cast(null(), kind) if known is None else known

    def asked(self, key: str) -> Condition:
        """Whether the company can say it."""
        spec = self.catalogue.fact(key)
        return YES if spec is not None and spec.asked else NO

    def parameter(self, name: str) -> Parameter | None:
        """The dated value in force on the day, None when there is none."""
        dated = self.measure.parameters.get(name, ())
        return next((one for one in dated if one.in_force(self.today)), None)

    @property
    def is_founded(self) -> Condition:
        """Whether the company is more than a plan (see `Readings.is_plan`)."""
        opens = self.column(first(FOUNDED), Date()) > self.today
        plans = self.column(word(ASKS_AS), String()) == FOUNDER_TO_BE
        return every(never(opens), never(plans))

    def number(self, key: str) -> Number:
        """A number against which a bound is held."""
        if key != "age":
            return self.amount(key)
        founded, asked = "established_on", self.asked("established_on")
        ends = self.column(first(founded), Date()), self.column(last(founded), Date())
        return Age(*ends, self.today, asked)

    def amount(self, key: str) -> Range:
        """A number to be computed with. Raises LookupError for the age, which has no columns."""
        spec = self.catalogue.fact(key)
        if key == "age":
            raise LookupError("nothing is computed from the age")
        if spec is None or not spec.derived:
            return self.of_year(key, 0 if spec is not None and spec.per_year else None)
        ends = self._ends(key, None)
        open_ = self.column(vague(key), Boolean()).is_(True)
        if ends is None:
            return unknown(asked=False)
        number = Range(*ends, open_, open_)
        return replace(number, lost=every(never(number.known), never(open_)))

    def of_year(self, key: str, back: int | None) -> Range:
        """A number as it was told; a per-year one counted back from the last closed fiscal year."""
        spec, ends = self.catalogue.fact(key), self._ends(key, back)
        asked = spec is not None and spec.asked
        if spec is None or ends is None:
            return unknown(asked=asked)
        positive = spec.bounds is not None and spec.bounds[0] == 0
        number = plain(*ends, asked=asked, positive=positive)
        return number if back is None or not asked else since(number, self._founded, back)

    @property
    def _founded(self) -> Founding:
        return Founding(self.column(first("established_on"), Date()), self.today.year - 1)

    def sum_of(self, key: str, count: int) -> Range:
        """A per-year number over the last closed fiscal years."""
        return summed([self.of_year(key, back) for back in range(count)], self._founded)

    def _ends(
        self, key: str, back: int | None
    ) -> tuple[ColumnElement[Any], ColumnElement[Any]] | None:
        least, most = self.columns.get(low(key, back)), self.columns.get(high(key, back))
        return None if least is None or most is None else (least, most)
