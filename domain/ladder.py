"""The ladder of reminders as data: which clock, when, to whom; the pause between, the quiet hours.

Read from catalogue/notices.yaml.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from domain.deadlines import Clock
from domain.quiet_hours import COMPANY_QUIET, QuietHours
from domain.tickets import Urgency
from domain.work_calendar import WorkCalendar


class Recipient(StrEnum):
    """Whom a rung is for. `handler`: who claimed it, silent while nobody did. `claimers`: everybody
    who may claim, silent once somebody did. `head`: the department's heads, else the duty desk."""

    HANDLER = "handler"
    CLAIMERS = "claimers"
    HEAD = "head"
    DUTY = "duty"


#: Whoever has the next step: the handler, or everybody who may become it.
WHO_ACTS = (Recipient.HANDLER, Recipient.CLAIMERS)


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _written_as_text(value: Any) -> Any:
    """YAML reads an unquoted 21:00 as the number 1260."""
    if not isinstance(value, str):
        raise ValueError("write a clock time in quotes")  # noqa: TRY004  pydantic reads this one
    return value


ClockTime = Annotated[time, BeforeValidator(_written_as_text)]


class Distance(_Data):
    """Working hours, or whole working days; exactly one of them."""

    hours: float | None = Field(default=None, gt=0, le=200)
    days: int | None = Field(default=None, ge=0, le=60)

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        if (self.hours is None) == (self.days is None):
            raise ValueError("give either hours or days")
        return self

    def __str__(self) -> str:
        return f"{self.hours:g}h" if self.hours is not None else f"{self.days}d"


class Rung(_Data):
    """One reminder about one clock.

    A distance in working days ends at the morning of that day (0: of the day itself), one in hours
    at the minute; without any it is the moment the clock ends. `even_new`: also about a ticket
    younger than one working day, of which otherwise only the urgent are spoken of.
    """

    clock: Clock
    before: Distance | None = None
    after: Distance | None = None
    to: tuple[Recipient, ...] = Field(min_length=1)
    urgency: tuple[Urgency, ...] = Field(default=tuple(Urgency), min_length=1)
    even_new: bool = False

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.before is not None and self.after is not None:
            raise ValueError("give either before or after")
        if self.clock is Clock.ACCEPT and Recipient.HANDLER in self.to:
            raise ValueError("nobody handles a ticket before it is accepted")
        return self

    @property
    def code(self) -> str:
        """`answer-1d:handler+claimers`: names the rung in what is owed."""
        distance = f"-{self.before}" if self.before else f"+{self.after}" if self.after else ""
        return f"{self.clock}{distance}:{'+'.join(self.to)}"

    def moment(self, due: datetime, calendar: WorkCalendar) -> datetime:
        """When to speak of a clock that ends at `due` (both UTC)."""
        if self.before is not None:
            return _back(self.before, due, calendar)
        if self.after is not None:
            return _on(self.after, due, calendar)
        return due

    def speaks_at(
        self, due: datetime, calendar: WorkCalendar, *, urgency: Urgency, received_at: datetime
    ) -> datetime | None:
        """When to speak of a ticket; None when this rung is not for it.

        A warning that would come while the ticket is young is left out; what is said of an unmet
        deadline waits until the ticket is a working day old.
        """
        if urgency not in self.urgency:
            return None
        at = self.moment(due, calendar)
        grown = calendar.add_workdays(received_at, 1)
        if self.even_new or urgency is Urgency.URGENT or at >= grown:
            return at
        return None if self.before is not None else grown


def _back(distance: Distance, due: datetime, calendar: WorkCalendar) -> datetime:
    if distance.hours is not None:
        return calendar.subtract_working_time(due, timedelta(hours=distance.hours))
    day = calendar.date_of(due)
    if not calendar.is_workday(day):
        day = calendar.previous_workday(day)
    for _ in range(distance.days or 0):
        day = calendar.previous_workday(day)
    return calendar.opening(day)


def _on(distance: Distance, due: datetime, calendar: WorkCalendar) -> datetime:
    if distance.hours is not None:
        return calendar.add_hours(due, distance.hours)
    day = calendar.date_of(due)
    for _ in range(max(distance.days or 0, 1)):
        day = calendar.next_workday(day)
    return calendar.opening(day)


class Quiet(_Data):
    """When companies are left alone; officers are, whenever the office is closed."""

    starts: ClockTime = Field(alias="from")
    ends: ClockTime = Field(alias="to")

    @property
    def hours(self) -> QuietHours:
        return QuietHours(self.starts, self.ends)


class CallBack(_Data):
    """After an answer: on which day, and when, its rating is brought to mind; how many days without
    a word close the ticket. Calendar days, those of the answer not counted."""

    remind: int = Field(default=3, ge=1, le=30)
    at: ClockTime = time(9, 30)
    close: int = Field(default=7, ge=1, le=60)

    @model_validator(mode="after")
    def _reminds_before_it_closes(self) -> Self:
        if self.remind > self.close:
            raise ValueError("the reminder comes before the ticket closes")
        return self


class NoticeBook(_Data):
    """catalogue/notices.yaml. `pause`: nobody hears of the same ticket twice within it."""

    pause: Distance = Distance(hours=2)
    quiet: Quiet = Quiet.model_validate(
        {"from": f"{COMPANY_QUIET.starts:%H:%M}", "to": f"{COMPANY_QUIET.ends:%H:%M}"}
    )
    digests: tuple[ClockTime, ...] = Field(default=(time(9), time(13, 30)), min_length=1)
    call_back: CallBack = CallBack()
    ladder: tuple[Rung, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if list(self.digests) != sorted(set(self.digests)):
            raise ValueError("the hours of digests rise")
        if self.pause.hours is None:
            raise ValueError("the pause is in hours")
        return self

    @property
    def pause_between(self) -> timedelta:
        """The pause, on the clock on the wall."""
        return timedelta(hours=self.pause.hours or 0)

    def rung(self, code: str) -> Rung | None:
        """The rung of that code, None when an editor took it away."""
        return next((rung for rung in self.ladder if rung.code == code), None)

    def repeated(self) -> Iterator[int]:
        """Places of rungs that say again what an earlier one says."""
        seen: set[tuple[str, Urgency]] = set()
        for place, rung in enumerate(self.ladder):
            keys = {(rung.code, urgency) for urgency in rung.urgency}
            if keys & seen:
                yield place
            seen |= keys

    def digest_before(self, moment: datetime, calendar: WorkCalendar) -> datetime | None:
        """The digest of this half-day; None before the first of the day, and on days off."""
        passed = [at for at in self._digests_on(moment, calendar) if at <= moment]
        return passed[-1] if passed else None

    def digest_after(self, moment: datetime, calendar: WorkCalendar) -> datetime:
        """The next digest of a working day, later than the moment."""
        to_come = [at for at in self._digests_on(moment, calendar) if at > moment]
        if to_come:
            return to_come[0]
        day = calendar.next_workday(calendar.date_of(moment))
        return calendar.at(day, self.digests[0])

    def _digests_on(self, moment: datetime, calendar: WorkCalendar) -> list[datetime]:
        day = calendar.date_of(moment)
        return [calendar.at(day, at) for at in self.digests] if calendar.is_workday(day) else []
