"""Names and words of people beside ours: nothing turns, hides, piles up or is cut in half."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.paragraphs import split_html, visible_length
from domain.screens import Html
from domain.visible import apart, name, seen, shortened

FAMILY, FLAG, ACCENT, KEY = "👨\u200d👩\u200d👧", "🇨🇳", "e\u0301\u0302", "1\ufe0f\u20e3"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("杭州\u202e司公限有\u202c", "杭州司公限有"),
        ("杭\u200b州\ufeff示\u2060例", "杭州示例"),
        ("\u2067abc\u2069", "abc"),
        ("<b>&\u200f", "<b>&"),
        ("z" + "\u0334" * 80 + "y", "z" + "\u0334" * 4 + "y"),
        (FAMILY + FLAG + KEY, FAMILY + FLAG + KEY),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_what_nobody_sees_is_gone_and_all_else_stays(written: str, shown: str) -> None:
    assert seen(written) == shown


def test_right_to_left_words_order_only_themselves() -> None:
    assert Html.safe("شركة 12 <x>") == "\u2068شركة 12 &lt;x&gt;\u2069"
    assert apart("第一行\nשלום") == "第一行\n\u2068שלום\u2069"


@pytest.mark.parametrize("longest", range(1, 12))
@pytest.mark.parametrize("sign", [FAMILY, FLAG, ACCENT, KEY, "👍🏽"])
def test_a_sign_is_kept_whole_or_left_out(sign: str, longest: int) -> None:
    cut = shortened("企" + sign * 9, longest + len(sign))

    assert cut.removeprefix("企") == sign * (len(cut) // len(sign))


def test_a_name_is_one_line_of_what_can_be_seen() -> None:
    assert name(" 杭州\n\u200b示例\t公司\x00 ", 120) == "杭州 示例 公司"
    assert name("\u200b\u2060", 120) == ""
    assert len(name("企" * 4096, 120)) == 120


@given(st.text(st.sampled_from([*"企a<&\n", *FAMILY, *FLAG, *ACCENT, "\u202e", "ש"]), max_size=60))
def test_a_text_of_any_signs_fits_when_cut(text: str) -> None:
    for part in split_html(Html.safe(text), 16):
        assert visible_length(part) <= 16
