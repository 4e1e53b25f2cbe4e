"""Company codes by GB 32100-2015."""

import pytest

from domain.uscc import ALPHABET, Uscc, check_character, is_personal_id, read_uscc

VALID = ["91330100799655058B", "91440300708461136T", "9144030071526726XG", "91330106673959654P"]


@pytest.mark.parametrize("code", VALID)
def test_valid_codes(code: str) -> None:
    assert read_uscc(code) == Uscc(code, sure=True)


@pytest.mark.parametrize(
    "written",
    [
        "９１３３０１００７９９６５５０５８Ｂ",
        "91330100799655058b",
        "9133 0100 7996 5505 8B",
        "9133-0100-7996-5505-8B",
        "我们的代码是91330100799655058B，谢谢",
        "信用代码：91330100799655058B。",
    ],
)
def test_a_code_however_it_is_written(written: str) -> None:
    assert read_uscc(written) == Uscc("91330100799655058B", sure=True)


def test_a_wrong_check_digit_is_kept_to_be_checked() -> None:
    assert read_uscc("91330106673959654Q") == Uscc("91330106673959654Q", sure=False)


@pytest.mark.parametrize("code", VALID)
def test_every_single_slip_is_noticed(code: str) -> None:
    for place in range(8, 17):
        for char in ALPHABET:
            slipped = code[:place] + char + code[place + 1 :]
            assert (check_character(slipped[:17]) == slipped[17]) == (char == code[place])


@pytest.mark.parametrize("first", ["N2", "Y1", "93", "52"])
def test_letters_of_other_registrars_are_accepted(first: str) -> None:
    body = f"{first}330114MA1234567"
    code = body + check_character(body)

    assert read_uscc(code) == Uscc(code, sure=True)


def test_no_region_is_refused() -> None:
    body = "91999999MA1234567"

    assert read_uscc(body + check_character(body)) is not None


@pytest.mark.parametrize("text", ["", "hello", "13812345678", "91330100", "9133010079965505I8"])
def test_texts_without_a_code(text: str) -> None:
    assert read_uscc(text) is None


def test_a_citizens_number_is_no_company_code() -> None:
    assert is_personal_id("11010519491231002X")
    assert read_uscc("11010519491231002X") is None
