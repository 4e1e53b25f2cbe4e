"""Who acts for whom, through chains and rings of stand-ins."""

from datetime import date

import pytest

from domain.absences import Leave, acting_for, represented_by


@pytest.mark.parametrize(
    ("away", "acting"),
    [
        ({}, 1),  # present
        ({1: 2}, 2),
        ({1: None}, None),
        ({1: 2, 2: 3}, 3),  # the stand-in is away too
        ({1: 2, 2: None}, None),
        ({1: 2, 2: 1}, None),  # each for the other
        ({1: 2, 2: 3, 3: 2}, None),  # a ring further on
        ({2: 1}, 1),
    ],
)
def test_a_chain_of_stand_ins_is_followed_and_a_ring_ends_nowhere(
    away: dict[int, int | None], acting: int | None
) -> None:
    assert acting_for(1, away) == acting


def test_somebody_present_acts_for_everybody_whose_chain_ends_there() -> None:
    away = {1: 2, 2: 3, 4: 3, 5: None}

    assert represented_by(3, away) == {1, 2, 4}
    assert represented_by(2, away) == frozenset()


def test_leave_has_whole_days_both_ends_included() -> None:
    leave = Leave(date(2026, 10, 1), date(2026, 10, 7))

    assert leave.overlaps(Leave(date(2026, 10, 7), date(2026, 10, 9)))
    assert not leave.overlaps(Leave(date(2026, 10, 8), date(2026, 10, 8)))
    with pytest.raises(ValueError, match="before it begins"):
        Leave(date(2026, 10, 8), date(2026, 10, 7))
