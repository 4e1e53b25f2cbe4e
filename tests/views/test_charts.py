"""Pictures: Chinese labels come from our own font, whatever the system has."""

import struct

from views.charts import Bar, bars

LEGEND = ("收到", "未办结")


def _drawn(*labels: str) -> bytes:
    return bars("统计", "十一月", [Bar(label, 3, 1, "3 件") for label in labels], LEGEND)


def _size(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_it_is_a_png_that_grows_with_its_rows() -> None:
    one, two = _drawn("融资"), _drawn("融资", "用地")

    assert one.startswith(b"\x89PNG")
    assert _size(one)[0] == _size(two)[0]
    assert _size(one)[1] < _size(two)[1]


def test_chinese_labels_are_drawn_and_not_boxes() -> None:
    assert len({_drawn("融资"), _drawn("用地"), _drawn("　　")}) == 3


def test_labels_are_text_whatever_they_hold() -> None:
    assert _drawn("<&>", "一个很长很长很长很长很长很长很长的名字").startswith(b"\x89PNG")
    assert bars("", "", [], LEGEND).startswith(b"\x89PNG")
