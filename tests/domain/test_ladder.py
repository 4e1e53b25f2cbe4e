"""The ladder as data: when each rung speaks, of which tickets, and at what hours digests come."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from domain.ladder import NoticeBook, Rung
from domain.tickets import Urgency
from domain.work_calendar import WorkCalendar, YearTable

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkCalendar(
    SHANGHAI,
    tables={
        2026: YearTable(
            off=frozenset(date(2026, 10, day) for day in range(1, 8)),
            on=frozenset({date(2026, 10, 10)}),
        )
    },
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


def rung(**form: Any) -> Rung:
    return Rung.model_validate({"clock": "answer", "to": ["handler"], **form})


@pytest.mark.parametrize(
    ("form", "due", "moment"),
    [
        ({}, "11-30T17:30", "11-30T17:30"),
        ({"before": {"days": 1}}, "11-30T17:30", "11-27T09:00"),
        ({"before": {"days": 0}}, "11-30T17:30", "11-30T09:00"),
        ({"before": {"days": 1}}, "10-08T17:30", "09-30T09:00"),
        ({"before": {"days": 1}}, "10-12T17:30", "10-10T09:00"),
        ({"before": {"days": 0}}, "10-04T12:00", "09-30T09:00"),
        ({"before": {"hours": 1}}, "11-23T11:00", "11-23T10:00"),
        ({"before": {"hours": 1}}, "11-23T13:45", "11-23T11:15"),
        ({"before": {"hours": 2}}, "11-30T09:30", "11-27T16:00"),
        ({"after": {"hours": 4}}, "11-24T17:30", "11-25T14:30"),
        ({"after": {"hours": 1}}, "11-27T17:30", "11-30T10:00"),
        ({"after": {"days": 1}}, "11-27T17:30", "11-30T09:00"),
        ({"after": {"days": 2}}, "09-30T17:30", "10-09T09:00"),
    ],
)
def test_a_rung_speaks_at_its_moment(form: dict[str, Any], due: str, moment: str) -> None:
    assert rung(**form).moment(at(due), CALENDAR) == at(moment)


@pytest.mark.parametrize(
    ("form", "urgency", "due", "speaks"),
    [
        ({"before": {"days": 1}}, Urgency.NORMAL, "11-24T17:30", None),
        ({"before": {"days": 1}, "even_new": True}, Urgency.NORMAL, "11-24T17:30", "11-23T09:00"),
        ({"before": {"days": 0}}, Urgency.URGENT, "11-24T17:30", "11-24T09:00"),
        ({}, Urgency.NORMAL, "11-23T16:00", "11-24T17:30"),
        ({}, Urgency.URGENT, "11-23T16:00", "11-23T16:00"),
        ({}, Urgency.NORMAL, "11-24T17:30", "11-24T17:30"),
        ({"urgency": ["urgent"]}, Urgency.HIGH, "11-26T17:30", None),
    ],
)
def test_nothing_is_said_of_a_ticket_younger_than_a_working_day(
    form: dict[str, Any], urgency: Urgency, due: str, speaks: str | None
) -> None:
    received = at("11-23T10:00")

    spoken = rung(**form).speaks_at(at(due), CALENDAR, urgency=urgency, received_at=received)

    assert spoken == (at(speaks) if speaks else None)


@pytest.mark.parametrize(
    "form",
    [
        {"before": {"days": 1}, "after": {"days": 1}},
        {"before": {"days": 1, "hours": 1}},
        {"before": {}},
        {"clock": "accept"},
        {"to": []},
        {"to": ["mayor"]},
        {"when": "soon"},
    ],
)
def test_a_rung_that_makes_no_sense_is_refused(form: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        rung(**form)


@pytest.mark.parametrize(
    ("moment", "before", "after"),
    [
        ("11-26T08:59", None, "11-26T09:00"),
        ("11-26T09:00", "11-26T09:00", "11-26T13:30"),
        ("11-26T13:29", "11-26T09:00", "11-26T13:30"),
        ("11-27T18:00", "11-27T13:30", "11-30T09:00"),
        ("10-03T10:00", None, "10-08T09:00"),
        ("10-10T10:00", "10-10T09:00", "10-10T13:30"),
    ],
)
def test_digests_come_on_working_days(moment: str, before: str | None, after: str) -> None:
    book = NoticeBook()

    assert book.digest_before(at(moment), CALENDAR) == (at(before) if before else None)
    assert book.digest_after(at(moment), CALENDAR) == at(after)


def test_a_clock_time_without_quotes_is_no_number_of_seconds() -> None:
    with pytest.raises(ValidationError, match="quotes"):
        NoticeBook.model_validate({"quiet": {"from": 1260, "to": "08:30"}})


def test_a_rung_that_says_the_same_again_is_found() -> None:
    urgent = rung(urgency=["urgent"])

    assert list(NoticeBook(ladder=(urgent, rung(urgency=["high"]))).repeated()) == []
    assert list(NoticeBook(ladder=(urgent, rung())).repeated()) == [1]
