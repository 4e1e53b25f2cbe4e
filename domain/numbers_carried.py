"""What the numbers of one clause leave to the next: 营收去年3000万，前年2500万."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.lexicon import Hit
from domain.number_places import Reading, is_bare, noun_of_amount
from domain.phrases import any_of
from domain.sayings import Measure, Noun
from domain.years_said import years_length, years_listed

YEARLY = frozenset({"revenue", "rnd", "net_profit", "operating_cashflow", "roe", "loss"})
#: What is told of in one clause and has its amount in the next: 今年3月放的款，金额1200万.
DEALS = frozenset({"loan_amount", "guarantee_amount", "equity_raised_2y"})
#: So many characters at most behind a noun at the end of its clause.
TAIL = 4
_RECENTLY = any_of(
    "去年 今年 近两年 近2年 两年内 最近 刚 刚刚 上个月 前不久 年初 last_year this_year recently "
    "just two_years"
)
_EVENT = any_of(
    "成立 注册 设立 创办 创立 开业 开的 建厂 搬 认定 评上 拿到 获得 取得 入库 到期 过期 founded "
    "established set_up registered moved"
)


@dataclass(frozen=True, slots=True)
class Told:
    """What the last number was, for a correction or a series to go on with.

    `own` says that it became a fact: it was neither another's nor a plan, nor denied. `scale` is
    the unit it was told in (万, 亿, one in a hundred), for a correction that leaves it out; `rough`
    says that an end was open, which an exact number may follow (破亿了，一亿两千万).
    """

    key: str
    measures: tuple[Measure, ...]
    year: int | None = None
    own: bool = True
    scale: float = 1
    rough: bool = False


@dataclass(frozen=True, slots=True)
class Carried:
    """What the clauses before leave to the next.

    `noun` stood beside the last number; `open` still waits for its number; `subject` may have a
    share (主营是模具，占九成), `deal` was named without its amount. `years` were named in the
    sentence, `fresh` just now without an amount (去年不好，2600万), `waiting` are the years of a
    series that still lack their number. `recent` says that the last two years were named. `unread`
    had a bare number beside it (营收5200), that a correction may put right; `scale_told` is the
    unit in yuan of the last amount, `scale` the one that the whole text states for its amounts.
    """

    noun: Noun | None = None
    open: Noun | None = None
    subject: Noun | None = None
    deal: Noun | None = None
    told: Told | None = None
    years: tuple[int, ...] = ()
    fresh: int | None = None
    waiting: tuple[int, ...] = ()
    recent: bool = False
    sentence: int = 0
    unread: Noun | None = None
    scale_told: float | None = None
    scale: float | None = None

    def into(self, sentence: int) -> Carried:
        """What is left at the beginning of a clause: a new sentence keeps little."""
        if sentence == self.sentence:
            return self
        return Carried(
            told=self.told, open=self.open, deal=self.deal, sentence=sentence,
            unread=self.unread, scale_told=self.scale_told, scale=self.scale,
        )  # fmt: skip


def carry_on(reading: Reading, carried: Carried) -> Carried:
    """What a clause that was read leaves behind."""
    waiting_noun, fresh = _open_noun(reading), _fresh_year(reading)
    years = [fresh] if fresh else _amount_years(reading)
    is_yearly = waiting_noun is not None and waiting_noun.money in YEARLY
    says_nothing = not reading.places and not reading.nouns
    keeps_open = says_nothing and reading.clause.correcting
    return replace(
        carried,
        open=carried.open if keeps_open else waiting_noun,
        noun=waiting_noun if is_yearly else carried.noun,
        subject=next((n for hit in reading.nouns for n in hit.values if n.share), None),
        deal=_deal(reading, carried),
        years=(*(year for year in carried.years if year not in years), *years),
        fresh=fresh,
        waiting=carried.waiting if reading.places else (),
        recent=carried.recent or is_recent(reading),
        scale_told=_scale_told(reading) or carried.scale_told,
        unread=_unread(reading) or (carried.unread if says_nothing else None),
    )


def is_recent(reading: Reading) -> bool:
    """Whether a clause speaks of the last two years, or of something just done."""
    last = reading.as_of.year - 1
    return bool(_RECENTLY.search(reading.clause.text)) or any(y.year >= last for y in reading.years)


def _open_noun(reading: Reading) -> Noun | None:
    """The noun at the end of a clause, or of a clause about the staff, that has no number yet."""
    if not reading.nouns or (reading.places and reading.is_noun_last):
        return None
    last = reading.nouns[-1]
    behind_numbers = not reading.places or last.start >= reading.places[-1].quantity.end
    at_end = len(reading.clause.text) - last.end <= TAIL
    is_open = behind_numbers and (at_end or (not reading.places and _is_staff(last)))
    return last.values[0] if is_open else None


def _scale_told(reading: Reading) -> float | None:
    """Whether the last amount of a clause was told in 亿 or in 万."""
    amounts = [place.quantity for place in reading.places if "money" in place.measures]
    if not amounts or not amounts[-1].scaled:
        return None
    return 1e8 if "亿" in reading.clause.text[amounts[-1].start : amounts[-1].end] else 1e4


def _unread(reading: Reading) -> Noun | None:
    """The noun of an amount whose number has no unit, so that it was not read."""
    bare = [place for place in reading.places if is_bare(place.quantity) and place.measures]
    if len(bare) != 1 or len(reading.places) > 1:
        return None
    return noun_of_amount(reading, bare[0])


def _deal(reading: Reading, carried: Carried) -> Noun | None:
    """The loan, guarantee or round that has no amount yet; any amount closes it."""
    if any("money" in place.measures for place in reading.places):
        return None
    named = [noun for hit in reading.nouns for noun in hit.values if noun.money in DEALS]
    return named[-1] if named else carried.deal


def _is_staff(hit: Hit[Noun]) -> bool:
    """员工基本都是程序员，30个左右: a clause about the staff is followed by their number."""
    return hit.start <= TAIL and hit.values[0].people == "employees"


def _fresh_year(reading: Reading) -> int | None:
    """The year a clause without a number begins with (去年不好), unless it dates an event."""
    years = reading.years
    if not years or years[0].start > 1 or reading.places or _EVENT.search(reading.clause.text):
        return None
    return years[0].year


def _amount_years(reading: Reading) -> list[int]:
    """The years of a clause when they are those of amounts: not 2019年搬来, 2011年设立."""
    is_bare = len(reading.clause.text) <= years_length(reading.clause.text, reading.years) + 1
    is_yearly = any(noun.money in YEARLY for hit in reading.nouns for noun in hit.values)
    is_amount = any("money" in place.measures for place in reading.places)
    is_of_amounts = is_bare or is_yearly or is_amount
    return years_listed(reading.clause.text, reading.as_of.year) if is_of_amounts else []
