"""By when the office has promised something: limits as data, pauses, due moments."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.work_calendar import WorkCalendar


class UnknownLimitError(LookupError):
    """No such category or urgency in the table of limits."""


class Clock(StrEnum):
    """What a deadline is about; `accept` runs from receipt, the others from dispatch."""

    ACCEPT = "accept"
    CONTACT = "contact"
    INTERIM = "interim"
    ANSWER = "answer"


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Limit(_Data):
    """Working hours, or whole working days; exactly one of them."""

    hours: float | None = Field(default=None, gt=0, le=2000)
    days: int | None = Field(default=None, ge=1, le=1000)

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        if (self.hours is None) == (self.days is None):
            raise ValueError("a limit is in hours or in days")
        return self

    @property
    def working_time(self) -> timedelta:
        """Give a limit in hours as working time; zero for one in days."""
        return timedelta(hours=self.hours or 0)


class ServiceLimits(_Data):
    """The limits of one kind of ticket; None where there is no such limit."""

    accept: Limit | None = None
    contact: Limit | None = None
    interim: Limit | None = None
    answer: Limit | None = None

    def of(self, clock: Clock) -> Limit | None:
        """Give the limit of one clock."""
        limit: Limit | None = getattr(self, clock.value)
        return limit

    def with_changes(self, changes: "ServiceLimits") -> "ServiceLimits":
        """Lay what `changes` names over these limits; a named None takes a limit away."""
        named = changes.model_fields_set
        return self.model_copy(update={name: getattr(changes, name) for name in named})


class LimitTable(_Data):
    """Service targets: per urgency, and per category where one differs."""

    default: dict[str, ServiceLimits]
    categories: dict[str, dict[str, ServiceLimits]]

    @model_validator(mode="after")
    def _known_urgencies(self) -> Self:
        strange = set(chain.from_iterable(self.categories.values())) - set(self.default)
        if strange:
            raise ValueError(f"urgencies without a default: {sorted(strange)}")
        return self

    def of(self, category: str, urgency: str) -> ServiceLimits:
        """Give the limits of a category and an urgency; UnknownLimitError when unheard of."""
        if category not in self.categories:
            raise UnknownLimitError(f"category {category!r}")
        if urgency not in self.default:
            raise UnknownLimitError(f"urgency {urgency!r}")
        changes = self.categories[category].get(urgency, ServiceLimits())
        return self.default[urgency].with_changes(changes)


@dataclass(frozen=True, slots=True)
class Pause:
    """A time when the clocks stand still, aware moments; `end` is None while it lasts."""

    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ValueError("a pause ends before it starts")

    def stops_the_close(self, close: datetime) -> bool:
        """Say whether the clock stood still as the day closed; one begun at the close did not."""
        return self.start < close and (self.end is None or close <= self.end)


def merged(pauses: Iterable[Pause], start: datetime) -> tuple[Pause, ...]:
    """Give the pauses from `start` on, in order and without overlaps."""
    result: list[Pause] = []
    for pause in sorted(pauses, key=lambda pause: pause.start):
        if pause.end is not None and pause.end <= start:
            continue
        last = result[-1] if result else None
        if last is None or (last.end is not None and last.end < pause.start):
            result.append(Pause(max(pause.start, start), pause.end))
        elif last.end is not None:
            end = None if pause.end is None else max(last.end, pause.end)
            result[-1] = Pause(last.start, end)
    return tuple(result)


def due(
    limit: Limit, start: datetime, pauses: Iterable[Pause], calendar: WorkCalendar
) -> datetime | None:
    """Give the moment (UTC) a limit ends; None while the clock stands still before it."""
    stops = merged(pauses, start)
    if limit.days is not None:
        return _due_in_days(limit.days, start, stops, calendar)
    return _due_in_hours(limit.working_time, start, stops, calendar)


def _due_in_hours(
    left: timedelta, start: datetime, pauses: Sequence[Pause], calendar: WorkCalendar
) -> datetime | None:
    for pause in pauses:
        reached = calendar.add_working_time(start, left)
        if reached <= pause.start:
            return reached
        if pause.end is None:
            return None
        left -= calendar.working_time_between(start, pause.start)
        start = pause.end
    return calendar.add_working_time(start, left)


def _due_in_days(
    days: int, start: datetime, pauses: Sequence[Pause], calendar: WorkCalendar
) -> datetime | None:
    """Count working days after the first; each close passed standing still counts for nothing."""
    day = calendar.date_of(start)
    if calendar.is_workday(day) and pause_at(calendar.close(day), pauses):
        days += 1
    while days:
        day = calendar.next_workday(day)
        pause = pause_at(calendar.close(day), pauses)
        if pause is None:
            days -= 1
        elif pause.end is None:
            return None
    return calendar.close(day)


def pause_at(close: datetime, pauses: Iterable[Pause]) -> Pause | None:
    """Give the pause that held the clock as a day closed."""
    return next((pause for pause in pauses if pause.stops_the_close(close)), None)


@dataclass(frozen=True, slots=True)
class DueMoments:
    """The four moments (UTC) of a ticket; None where there is no limit or the clock stands."""

    accept: datetime | None = None
    contact: datetime | None = None
    interim: datetime | None = None
    answer: datetime | None = None

    def of(self, clock: Clock) -> datetime | None:
        """Give the moment of one clock."""
        moment: datetime | None = getattr(self, clock.value)
        return moment


def due_moments(
    limits: ServiceLimits,
    *,
    received_at: datetime,
    dispatched_at: datetime | None,
    pauses: Iterable[Pause],
    calendar: WorkCalendar,
) -> DueMoments:
    """Give when each clock ends; those that run from dispatch are None before it."""
    pauses = tuple(pauses)
    found: dict[str, datetime | None] = {}
    for clock in Clock:
        limit = limits.of(clock)
        start = received_at if clock is Clock.ACCEPT else dispatched_at
        if limit is not None and start is not None:
            found[clock.value] = due(limit, start, pauses, calendar)
    return DueMoments(**found)
