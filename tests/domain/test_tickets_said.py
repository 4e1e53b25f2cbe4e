"""Which tickets an officer looks for, read from a few words."""

import pytest

from domain.desks import Shelf
from domain.tickets import Status, Urgency
from domain.tickets_said import Wanted, read_wanted

UNCLAIMED = frozenset({Status.RECEIVED, Status.DISPATCHED})


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("待受理 融资", Wanted(("融资",), UNCLAIMED)),
        ("融资，待受理的工单", Wanted(("融资",), UNCLAIMED)),
        ("已超时", Wanted(shelves=frozenset({Shelf.OVERDUE}))),
        (
            "我的 紧急",
            Wanted(urgencies=frozenset({Urgency.URGENT}), shelves=frozenset({Shelf.MINE})),
        ),
        ("已答复、已办结", Wanted(statuses=frozenset({Status.ANSWERED, Status.CLOSED}))),
        ("0007", Wanted(("0007",))),
        ("QT-20261123-0007", Wanted(("QT-20261123-0007",))),
        ("银行 贷款 银行", Wanted(("银行", "贷款"))),
        ("overdue bank loan", Wanted(("bank", "loan"), shelves=frozenset({Shelf.OVERDUE}))),
        ("in progress Acme", Wanted(("Acme",), frozenset({Status.IN_PROGRESS}))),
        ("unclaimed tickets", Wanted(statuses=UNCLAIMED)),
    ],
)
def test_words_and_states_in_any_order(text: str, wanted: Wanted) -> None:
    assert read_wanted(text) == wanted


@pytest.mark.parametrize("text", ["紧急停电怎么办", "我的贷款", "超时费", "latex"])
def test_a_state_within_other_words_is_a_word(text: str) -> None:
    assert read_wanted(text) == Wanted((text,))


@pytest.mark.parametrize("text", ["", "  ", "，、"])
def test_nothing_is_nothing(text: str) -> None:
    assert read_wanted(text).is_nothing
