"""What an agent says of a client is read as the client's own."""

from datetime import date

import pytest

from domain.clients import as_own, names_another
from domain.drafts import books_of
from domain.understanding import understand
from tests.companies import TODAY, real_catalogue


def facts(text: str, on: date = TODAY) -> dict[str, object]:
    return understand(as_own(text), on, books_of(real_catalogue())).facts


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("帮客户问一下：做食品批发的，12个人", {"industry": "51", "employees": 12}),
        ("替一家客户问，做软件的，20人", {"industry": "65", "employees": 20}),
        ("客户是做芯片封装的，80人", {"industry": "39", "employees": 80}),
        ("受客户委托，咨询高企，民营企业，50人", {"ownership": "民营", "employees": 50}),
        ("委托企业去年收入3000万", {"revenue": {"2025": 3000}}),
        ("my client makes chips, 80 people", {"industry": "39", "employees": 80}),
    ],
)
def test_the_clients_facts_are_heard(said: str, expected: dict[str, object]) -> None:
    heard = facts(said)

    assert {key: heard.get(key) for key in expected} == expected


@pytest.mark.parametrize("said", ["员工120", "去年3000万，想贷款换设备", "the loan is 300"])
def test_words_without_a_client_stay_as_they_are(said: str) -> None:
    assert as_own(said) == said


@pytest.mark.parametrize(
    ("said", "another"),
    [
        ("再帮一家客户问，做芯片封装的", True),
        ("另一个客户是做食品的", True),
        ("换个客户", True),
        ("now another client: 20 staff", True),
        ("客户有80人", False),
        ("再帮我看看高企", False),
    ],
)
def test_another_client_is_told_from_the_same_one(said: str, another: bool) -> None:
    assert names_another(said) is another
