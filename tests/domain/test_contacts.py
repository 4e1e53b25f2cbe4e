"""Telephone numbers, and citizens' numbers that are masked."""

import pytest

from domain.contacts import find_phones, mask_personal_ids

PHONES = [
    ("我电话13812345678", ["13812345678"]),
    ("138 1234 5678", ["13812345678"]),
    ("+86 138-1234-5678", ["13812345678"]),
    ("１３８１２３４５６７８", ["13812345678"]),
    ("座机0571-88881234", ["057188881234"]),
    ("0571-88881234转8001", ["057188881234-8001"]),
    ("(0571) 8888 1234", ["057188881234"]),
    ("400-800-1234", ["4008001234"]),
    ("+1 415 555 2671", ["+14155552671"]),
    ("13812345678或13912345678", ["13812345678", "13912345678"]),
    ("营收13812345万", []),
    ("12812345678", []),
    ("91330100799655058B", []),
    ("11010519491231002X", []),
]


@pytest.mark.parametrize(("text", "numbers"), PHONES)
def test_phones(text: str, numbers: list[str]) -> None:
    assert [phone.number for phone in find_phones(text)] == numbers


def test_a_phone_knows_its_place() -> None:
    text = "请打13812345678找我"
    phone = find_phones(text)[0]

    assert text[phone.start : phone.end] == "13812345678"


def test_a_citizens_number_is_masked() -> None:
    assert mask_personal_ids("身份证11010519491231002X，谢谢") == (
        "身份证110105**********2X，谢谢",
        1,
    )


def test_a_slip_in_the_check_digit_is_masked_all_the_same() -> None:
    assert mask_personal_ids("110105194912310021")[1] == 1


def test_spaced_and_full_width_numbers_are_masked() -> None:
    assert mask_personal_ids("110105 19491231 002X")[1] == 1
    assert mask_personal_ids("１１０１０５１９４９１２３１００２Ｘ")[1] == 1


@pytest.mark.parametrize("text", ["91330100799655058B", "订单号123456789012345678", "无号码"])
def test_other_long_numbers_stay(text: str) -> None:
    assert mask_personal_ids(text) == (text, 0)
