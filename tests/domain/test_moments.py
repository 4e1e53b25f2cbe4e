"""Phrases are read as a colleague would read them; the base is Monday 2026-11-23."""

import time as stopwatch
from contextlib import suppress
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.moments import (
    ChoiceCode,
    NoSuchMomentError,
    PastMomentError,
    quick_choices,
    read_moment,
)
from domain.work_calendar import WorkCalendar, YearTable

SHANGHAI = ZoneInfo("Asia/Shanghai")
NATIONAL_DAY = frozenset(date(2026, 10, day) for day in range(1, 8))
CALENDAR = WorkCalendar(
    SHANGHAI,
    tables={2026: YearTable(off=NATIONAL_DAY, on=frozenset({date(2026, 10, 10)}))},
    fixed_off=frozenset({(1, 1), (5, 1), (10, 1)}),
)
MORNING = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)
EVENING = datetime(2026, 11, 23, 17, 30, tzinfo=SHANGHAI)


def read(text: str, now: datetime = MORNING) -> str | None:
    found = read_moment(text, now, CALENDAR)
    return f"{found.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if found else None


#: The same moment whether said at 10:00 or at 17:30.
ALL_DAY = {
    "明天": "2026-11-24 09:00",
    "明早": "2026-11-24 09:00",
    "明早9点": "2026-11-24 09:00",
    "明早八点半": "2026-11-24 08:30",
    "明晚": "2026-11-24 19:00",
    "明晚8点": "2026-11-24 20:00",
    "明天下午三点半": "2026-11-24 15:30",
    "明天下午": "2026-11-24 14:00",
    "明天中午": "2026-11-24 12:00",
    "明天中午12点半": "2026-11-24 12:30",
    "明天3点": "2026-11-24 15:00",
    "明天8点": "2026-11-24 08:00",
    "明天上午十点一刻": "2026-11-24 10:15",
    "明天上午十点三刻": "2026-11-24 10:45",
    "明天15：20": "2026-11-24 15:20",
    "明天03:00": "2026-11-24 03:00",
    "明日下班前": "2026-11-24 17:30",
    "明天一上班": "2026-11-24 09:00",
    "今晚": "2026-11-23 19:00",
    "今晚8点": "2026-11-23 20:00",
    "今天晚上12点": "2026-11-24 00:00",
    "后天": "2026-11-25 09:00",
    "后天上午": "2026-11-25 09:00",
    "大后天上午": "2026-11-26 09:00",
    "大后天下午两点": "2026-11-26 14:00",
    "三天后": "2026-11-26 09:00",
    "3天之后": "2026-11-26 09:00",
    "三天后上午9点": "2026-11-26 09:00",
    "3天后上午九点半": "2026-11-26 09:30",
    "三天之后的上午9点": "2026-11-26 09:00",
    "十天以后": "2026-12-03 09:00",
    "过5天": "2026-11-28 09:00",
    "三日内": "2026-11-26 09:00",
    "两周后": "2026-12-07 09:00",
    "一个星期后": "2026-11-30 09:00",
    "一个月内": "2026-12-23 09:00",
    "半个月后": "2026-12-08 09:00",
    "三个月后": "2027-02-23 09:00",
    "半年后": "2027-05-23 09:00",
    "一年后": "2027-11-23 09:00",
    "周三": "2026-11-25 09:00",
    "周三9点": "2026-11-25 09:00",
    "下周三三点": "2026-12-02 15:00",
    "周日早上": "2026-11-29 09:00",
    "30日前": "2026-11-30 09:00",
    "31号": "2026-12-31 09:00",
    "明天开会,3点": "2026-11-24 15:00",
    "12am tomorrow": "2026-11-24 00:00",
    "2028年春节前": "2028-01-25 09:00",
    "3天": "2026-11-26 09:00",
    "周三上午9点": "2026-11-25 09:00",
    "周一": "2026-11-30 09:00",
    "星期一早上八点半": "2026-11-30 08:30",
    "礼拜五": "2026-11-27 09:00",
    "周五前": "2026-11-27 09:00",
    "本周五下班前": "2026-11-27 17:30",
    "这周四": "2026-11-26 09:00",
    "下周一": "2026-11-30 09:00",
    "下周一上午十点": "2026-11-30 10:00",
    "下个周三": "2026-12-02 09:00",
    "下周三下午两点": "2026-12-02 14:00",
    "下周五前": "2026-12-04 09:00",
    "下下周二": "2026-12-08 09:00",
    "下周": "2026-11-30 09:00",
    "本周内": "2026-11-27 09:00",
    "周末": "2026-11-28 09:00",
    "11月30日": "2026-11-30 09:00",
    "11月30日之前": "2026-11-30 09:00",
    "十二月三十一号下午4点": "2026-12-31 16:00",
    "12月31号16:30": "2026-12-31 16:30",
    "1月5日": "2027-01-05 09:00",
    "明年3月1日": "2027-03-01 09:00",
    "2027年1月4日上午9点半": "2027-01-04 09:30",
    "25号": "2026-11-25 09:00",
    "20号": "2026-12-20 09:00",
    "下个月5号": "2026-12-05 09:00",
    "下月10日下午3点": "2026-12-10 15:00",
    "下个月": "2026-12-01 09:00",
    "月底": "2026-11-30 09:00",
    "月底前": "2026-11-30 09:00",
    "月末": "2026-11-30 09:00",
    "本月底前": "2026-11-30 09:00",
    "下个月底": "2026-12-31 09:00",
    "12月底": "2026-12-31 09:00",
    "12月中旬": "2026-12-11 09:00",
    "下月初": "2026-12-01 09:00",
    "季度末": "2026-12-31 09:00",
    "年底前": "2026-12-31 09:00",
    "元旦后": "2027-01-04 09:00",
    "元旦前": "2026-12-31 09:00",
    "国庆节前": "2027-09-30 09:00",
    "五一后": "2027-05-03 09:00",
    "春节前": "2027-02-05 09:00",
    "11.30": "2026-11-30 09:00",
    "11/30 14:00": "2026-11-30 14:00",
    "12-5 10点": "2026-12-05 10:00",
    "2026-11-30": "2026-11-30 09:00",
    "2026/12/01 15:00": "2026-12-01 15:00",
    "2026-11-30T15:00": "2026-11-30 15:00",
    "2026-11-30T15:00:00+08:00": "2026-11-30 15:00",
    "2026-11-30T07:00Z": "2026-11-30 15:00",
    "1个工作日后": "2026-11-24 09:00",
    "3个工作日后": "2026-11-26 09:00",
    "五个工作日内": "2026-11-30 09:00",
    "3 个工作日后下午3点": "2026-11-26 15:00",
    "下一个工作日": "2026-11-24 09:00",
    "下周一再说": "2026-11-30 09:00",
    "麻烦后天下午三点提醒我一下": "2026-11-25 15:00",
    "明天给张总打电话，下午三点": "2026-11-24 15:00",
    "後天上午9點": "2026-11-25 09:00",
    "tomorrow": "2026-11-24 09:00",
    "tomorrow 3pm": "2026-11-24 15:00",
    "Tomorrow at 3:30 p.m.": "2026-11-24 15:30",
    "3pm tomorrow": "2026-11-24 15:00",
    "tomorrow morning": "2026-11-24 09:00",
    "tomorrow afternoon at 3": "2026-11-24 15:00",
    "tomorrow at 9": "2026-11-24 09:00",
    "tomorrow end of day": "2026-11-24 17:30",
    "tonight": "2026-11-23 19:00",
    "the day after tomorrow": "2026-11-25 09:00",
    "in 2 working days": "2026-11-25 09:00",
    "within three business days": "2026-11-26 09:00",
    "next working day": "2026-11-24 09:00",
    "in 3 days": "2026-11-26 09:00",
    "a week from now": "2026-11-30 09:00",
    "in two weeks": "2026-12-07 09:00",
    "in a month": "2026-12-23 09:00",
    "next Monday": "2026-11-30 09:00",
    "next Wednesday 10:30": "2026-12-02 10:30",
    "Friday": "2026-11-27 09:00",
    "by Friday noon": "2026-11-27 12:00",
    "Tuesday next week": "2026-12-01 09:00",
    "next week": "2026-11-30 09:00",
    "next month": "2026-12-01 09:00",
    "end of the month": "2026-11-30 09:00",
    "end of next month": "2026-12-31 09:00",
    "end of this week": "2026-11-27 09:00",
    "year end": "2026-12-31 09:00",
    "30 November": "2026-11-30 09:00",
    "Nov 30th, 2pm": "2026-11-30 14:00",
    "January 5, 2027": "2027-01-05 09:00",
    "5 Jan": "2027-01-05 09:00",
    "after New Year": "2027-01-04 09:00",
    "before National Day": "2027-09-30 09:00",
}


@pytest.mark.parametrize("now", [MORNING, EVENING], ids=["10:00", "17:30"])
@pytest.mark.parametrize(("text", "moment"), ALL_DAY.items())
def test_a_phrase_is_read_as_a_colleague_would(text: str, moment: str, now: datetime) -> None:
    assert read(text, now) == moment


@pytest.mark.parametrize(
    ("text", "at_ten", "at_half_past_five"),
    [
        ("下午三点", "2026-11-23 15:00", "2026-11-24 15:00"),
        ("3点", "2026-11-23 15:00", "2026-11-24 15:00"),
        ("9点", "2026-11-24 09:00", "2026-11-24 09:00"),
        ("15:00", "2026-11-23 15:00", "2026-11-24 15:00"),
        ("下午", "2026-11-23 14:00", "2026-11-24 14:00"),
        ("3pm", "2026-11-23 15:00", "2026-11-24 15:00"),
        ("周一下午3点", "2026-11-23 15:00", "2026-11-30 15:00"),
        ("半小时后", "2026-11-23 10:30", "2026-11-23 18:00"),
        ("一个半小时后", "2026-11-23 11:30", "2026-11-23 19:00"),
        ("2小时30分钟后", "2026-11-23 12:30", "2026-11-23 20:00"),
        ("两个小时后", "2026-11-23 12:00", "2026-11-23 19:30"),
        ("2.5小时后", "2026-11-23 12:30", "2026-11-23 20:00"),
        ("20分钟后", "2026-11-23 10:20", "2026-11-23 17:50"),
        ("一刻钟后", "2026-11-23 10:15", "2026-11-23 17:45"),
        ("48小时内", "2026-11-25 10:00", "2026-11-25 17:30"),
        ("in an hour", "2026-11-23 11:00", "2026-11-23 18:30"),
        ("in half an hour", "2026-11-23 10:30", "2026-11-23 18:00"),
        ("in 90 minutes", "2026-11-23 11:30", "2026-11-23 19:00"),
        ("2 hours from now", "2026-11-23 12:00", "2026-11-23 19:30"),
    ],
)
def test_what_depends_on_the_hour_rolls_forward(
    text: str, at_ten: str, at_half_past_five: str
) -> None:
    assert (read(text, MORNING), read(text, EVENING)) == (at_ten, at_half_past_five)


@pytest.mark.parametrize(
    "text",
    [
        "尽快",
        "一会儿",
        "两三天后",
        "每周一",
        "一周一次",
        "我们公司有80人，去年3000万",
        "3号楼",
        "两点建议",
        "研发占比5.2%",
        "13.45",
        "in a few days",
        "every Monday",
        "",
    ],
)
def test_what_names_no_moment_is_left_unread(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "at", "proposal"),
    [
        ("昨天下午三点", "2026-11-22 15:00", "2026-11-23 15:00"),
        ("上周五", "2026-11-20 09:00", "2026-11-24 09:00"),
        ("今天", "2026-11-23 09:00", "2026-11-24 09:00"),
        ("今早8点", "2026-11-23 08:00", "2026-11-24 08:00"),
        ("11月20日", "2026-11-20 09:00", "2026-11-24 09:00"),
        ("last Friday", "2026-11-20 09:00", "2026-11-24 09:00"),
    ],
)
def test_a_past_moment_is_refused_with_what_was_read(text: str, at: str, proposal: str) -> None:
    with pytest.raises(PastMomentError) as refused:
        read_moment(text, MORNING, CALENDAR)

    facts = refused.value.facts
    assert facts["at"] == datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)
    assert facts["proposal"] == datetime.fromisoformat(proposal).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "proposal"),
    [
        ("明天25点", datetime(2026, 11, 24, 9, tzinfo=SHANGHAI)),
        ("周六9点70分", datetime(2026, 11, 30, 9, tzinfo=SHANGHAI)),
        ("2月30日", datetime(2026, 11, 24, 9, tzinfo=SHANGHAI)),
        ("0号", datetime(2026, 11, 24, 9, tzinfo=SHANGHAI)),
        ("0001年元旦", datetime(2026, 11, 24, 9, tzinfo=SHANGHAI)),
        ("本月31号", datetime(2026, 11, 24, 9, tzinfo=SHANGHAI)),
        ("99999天后", datetime(2026, 11, 24, 9, tzinfo=SHANGHAI)),
        ("2099-01-01", datetime(2026, 11, 24, 9, tzinfo=SHANGHAI)),
    ],
)
def test_an_impossible_moment_is_refused_with_a_working_one(text: str, proposal: datetime) -> None:
    with pytest.raises(NoSuchMomentError) as refused:
        read_moment(text, MORNING, CALENDAR)

    assert refused.value.facts["proposal"] == proposal


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("麻烦下周一上午九点回访张总", "下周一上午九点"),
        ("请于１２月１５日１７：３０前答复", "１２月１５日１７：３０"),
        ("Remind me at 3pm tomorrow, please", "3pm tomorrow"),
        ("3个工作日后跟进", "3个工作日后"),
    ],
)
def test_the_span_is_what_was_read(text: str, span: str) -> None:
    found = read_moment(text, MORNING, CALENDAR)

    assert found is not None
    assert text[found.start : found.end] == span


def test_an_hour_outside_office_hours_comes_with_the_next_opening() -> None:
    evening = read_moment("周五晚上8点", MORNING, CALENDAR)
    close = read_moment("周五下班前", MORNING, CALENDAR)

    assert evening is not None
    assert evening.opens_at == datetime(2026, 11, 30, 9, tzinfo=SHANGHAI)
    assert close is not None
    assert close.opens_at is None


def test_an_assumed_hour_and_a_provisional_day_are_said() -> None:
    day, hour = (read_moment(text, MORNING, CALENDAR) for text in ("1月5日", "明天9点"))

    assert day is not None
    assert (day.assumed_hour, day.provisional) == (True, True)
    assert hour is not None
    assert (hour.assumed_hour, hour.provisional) == (False, False)
    assert hour.at.tzinfo is UTC


def test_working_days_in_a_phrase_follow_the_holidays() -> None:
    eve = datetime(2026, 9, 30, 10, tzinfo=SHANGHAI)
    back = datetime(2026, 10, 8, 10, tzinfo=SHANGHAI)

    assert read("1个工作日后", eve) == "2026-10-08 09:00"
    assert read("2个工作日后", back) == "2026-10-10 09:00"
    assert read("国庆节后", eve) == "2026-10-08 09:00"


SIGNS = (
    "今明后大天早晚上下午周月日号点半个工作日小时分钟内前元旦节年底一二三十百"
    "0123456789.:/- atinpmfrisu"
)


@given(st.text(SIGNS, max_size=24), st.sampled_from([MORNING, EVENING]))
def test_no_text_breaks_the_reader_and_what_it_reads_is_to_come(text: str, now: datetime) -> None:
    try:
        found = read_moment(text, now, CALENDAR)
    except (PastMomentError, NoSuchMomentError) as refused:
        proposal = refused.facts["proposal"]
        assert isinstance(proposal, datetime)
        assert proposal > now
    else:
        assert found is None or (found.at > now and 0 <= found.start < found.end <= len(text))


@pytest.mark.parametrize("piece", ["一", "1", "再过", "half a ", "1.", "下周"])
def test_a_long_text_is_read_fast(piece: str) -> None:
    text = piece * (4096 // len(piece))
    begun = stopwatch.perf_counter()

    with suppress(NoSuchMomentError):
        read_moment(text, MORNING, CALENDAR)

    assert stopwatch.perf_counter() - begun < 1


def choices(now: datetime) -> list[tuple[ChoiceCode, str, bool]]:
    offered = quick_choices(now, CALENDAR)
    return [(c.code, f"{c.at.astimezone(SHANGHAI):%m-%d %H:%M}", c.moved) for c in offered]


def test_four_choices_on_a_monday() -> None:
    assert choices(MORNING) == [
        (ChoiceCode.TOMORROW, "11-24 09:00", False),
        (ChoiceCode.DAY_AFTER_TOMORROW, "11-25 09:00", False),
        (ChoiceCode.NEXT_MONDAY, "11-30 09:00", False),
        (ChoiceCode.IN_3_WORKDAYS, "11-26 09:00", False),
    ]


def test_doubles_are_left_out_and_the_exact_name_stays() -> None:
    assert choices(datetime(2026, 11, 27, 10, tzinfo=SHANGHAI)) == [
        (ChoiceCode.NEXT_MONDAY, "11-30 09:00", False),
        (ChoiceCode.IN_3_WORKDAYS, "12-02 09:00", False),
    ]


def test_days_off_roll_to_the_next_opening() -> None:
    assert choices(datetime(2026, 9, 30, 10, tzinfo=SHANGHAI)) == [
        (ChoiceCode.TOMORROW, "10-08 09:00", True),
        (ChoiceCode.IN_3_WORKDAYS, "10-10 09:00", False),
    ]
