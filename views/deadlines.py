"""How a due moment was reached, day by day, in words."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from domain.deadline_steps import Step, StepCode
from domain.deadlines import Clock
from views import formats
from views.translations import Translator

_HOUR = timedelta(hours=1)


def explanation(t: Translator, steps: Iterable[Step]) -> Iterator[str]:
    """One line a day; the clock's name stands before its first line, the year where it is not the
    one in which the clock started."""
    clock, started = "", None
    for step in steps:
        if step.clock != clock:
            clock = step.clock
            started = step.at.date() if step.at else None
            yield name_of(t, clock)
        yield f"  {_line(t, step, started)}"


def name_of(t: Translator, clock: str) -> str:
    """受理, 首次联系, 进展告知, 答复; 到期 for a single limit."""
    if clock in set(Clock):
        return t.plain(f"desks.clock.{clock}")
    return t.plain("deadlines.due")


def _line(t: Translator, step: Step, started: date | None) -> str:
    words = t.plain(
        f"deadlines.step.{step.code}",
        day=formats.day(t, step.day, today=started) if step.day else "",
        at=_moment(t, step.at, started) if step.at else "",
        ran=_time(t, step.ran or timedelta()),
        source=t.plain(f"deadlines.source.{step.source}") if step.source else "",
    )
    parts = [words, *_paused(t, step), *_left(t, step)]
    if step.provisional:
        parts.append(t.plain("deadlines.provisional"))
    return t.plain("deadlines.comma").join(parts)


def _moment(t: Translator, at: datetime, started: date | None) -> str:
    """`at` is on the office's clock already."""
    separator = "" if t.locale == "zh" else " "
    return f"{formats.day(t, at.date(), today=started)}{separator}{at:%H:%M}"


def _paused(t: Translator, step: Step) -> Iterator[str]:
    if step.paused:
        yield t.plain("deadlines.paused", time=_time(t, step.paused))


def _left(t: Translator, step: Step) -> Iterator[str]:
    if not step.left or step.code is StepCode.DAY_OFF:
        return
    if isinstance(step.left, timedelta):
        yield t.plain("deadlines.left", left=_time(t, step.left))
        return
    yield str(t.plural("deadlines.left_days", step.left))


def _time(t: Translator, time: timedelta) -> str:
    """3 小时, 1 小时 30 分."""
    hours, rest = divmod(time, _HOUR)
    minutes, seconds = divmod(rest.total_seconds(), 60)
    told = [(hours, "hours"), (int(minutes), "minutes"), (round(seconds), "seconds")]
    parts = [t.plain(f"deadlines.{unit}", n=n) for n, unit in told if n]
    return " ".join(parts) or t.plain("deadlines.minutes", n=0)
