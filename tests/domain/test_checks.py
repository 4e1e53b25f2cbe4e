"""When an editor is to look at a measure again."""

from datetime import date, timedelta

import pytest

from domain.checks import Ground, due_checks, is_stale, reasons_for
from tests.companies import TODAY, leaf, real_catalogue, small_catalogue, trial

CITED = {"source": "S-LAW"}
LOAN = "loan-interest-subsidy"


@pytest.mark.parametrize(
    ("checked", "stale_from"),
    [
        (date(2026, 11, 23), date(2027, 5, 23)),
        (date(2026, 6, 30), date(2026, 12, 30)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 30), date(2028, 2, 29)),
    ],
)
def test_half_a_year_is_counted_in_months(checked: date, stale_from: date) -> None:
    measure = trial(checked_on=checked)

    assert is_stale(measure, stale_from)
    assert not is_stale(measure, stale_from - timedelta(days=1))


def test_a_window_is_asked_about_fifteen_days_before_it_ends() -> None:
    measure = trial(
        checked_on=TODAY,
        window={"kind": "dated", "from": "2026-01-01", "to": "2026-12-31", "cite": CITED},
    )

    assert reasons_for(measure, {}, date(2026, 12, 15)) == ()
    (reason,) = reasons_for(measure, {}, date(2026, 12, 16))

    assert (reason.ground, reason.on) == (Ground.WINDOW_ENDS, date(2026, 12, 31))


def test_who_looked_in_those_days_is_not_asked_again() -> None:
    window = {"kind": "dated", "to": "2026-12-31", "cite": CITED}
    confirmed = trial(checked_on=date(2026, 12, 17), window=window)

    assert reasons_for(confirmed, {}, date(2027, 1, 5)) == ()


def test_an_end_that_passed_unseen_stays_due() -> None:
    window = {"kind": "dated", "to": "2026-12-31", "cite": CITED}

    (reason,) = reasons_for(trial(checked_on=TODAY, window=window), {}, date(2027, 3, 1))

    assert reason.ground is Ground.WINDOW_ENDS


def test_a_threshold_with_a_successor_has_no_end() -> None:
    def dated(**ends: str) -> dict[str, object]:
        return {"value": 1, "cite": CITED, **ends}

    rule = leaf("compare", fact="employees", op=">=", parameter="staff")
    goes_on = trial(
        rule, parameters={"staff": [dated(to="2026-12-31"), dated(**{"from": "2027-01-01"})]}
    )
    ends = trial(rule, parameters={"staff": [dated(to="2026-12-31")]})

    assert reasons_for(goes_on, {}, date(2026, 12, 20)) == ()
    assert [one.ground for one in reasons_for(ends, {}, date(2026, 12, 20))] == [
        Ground.THRESHOLD_ENDS
    ]


def test_the_loans_two_ends_come_before_everything_else() -> None:
    catalogue = real_catalogue()

    due = due_checks(catalogue, date(2026, 12, 20))

    assert due[0].measure.id == LOAN
    assert {reason.name for reason in due[0].reasons} >= {"B", "C"}
    assert due[0].since == date(2026, 12, 16)


def test_a_retired_measure_is_left_in_peace() -> None:
    measure = trial(status="retired", checked_on=date(2020, 1, 1))

    assert due_checks(small_catalogue(measure), TODAY) == ()
