"""Which criteria explain that an outcome became another one."""

from datetime import date

from domain.measures import Measure
from domain.verdict_news import Reasons, has_other_days, other_benefits, reasons_between
from domain.verdicts import Verdict, judge
from tests.companies import Data, company, leaf, small_catalogue, trial

OLD_ENOUGH = leaf("compare", fact="age", op=">=", value=1)
STAFF = leaf("compare", fact="employees", op=">=", value=20)
MORE_STAFF = leaf("compare", fact="employees", op=">=", value=100)
TRADE = leaf("industry", prefixes=["39"])
FIRM = {"established_on": "2025-12-01", "employees": 50, "industry": "39"}


def on(day: str, *criteria: Data, **facts: object) -> Verdict:
    measure = trial(*criteria)
    profile = company(**{**FIRM, **facts})
    return judge(measure, profile, date.fromisoformat(day), small_catalogue(measure))


def found(reasons: Reasons) -> list[str]:
    return [finding.criterion for finding in reasons.found]


def test_the_year_that_was_completed_is_the_reason() -> None:
    earlier = on("2026-11-30", OLD_ENOUGH, STAFF)
    now = on("2026-12-01", OLD_ENOUGH, STAFF)

    assert found(reasons_between(earlier, now)) == [OLD_ENOUGH["id"]]


def test_a_condition_that_came_and_fails_is_the_reason() -> None:
    earlier = on("2026-12-01", OLD_ENOUGH, STAFF)
    now = on("2026-12-01", OLD_ENOUGH, STAFF, leaf("industry", prefixes=["65"]))

    assert found(reasons_between(earlier, now)) == ["industry"]
    assert now.way.failed


def test_a_condition_that_went_is_named_as_gone() -> None:
    earlier = on("2026-12-01", STAFF, leaf("industry", prefixes=["65"]))
    now = on("2026-12-01", STAFF)

    reasons = reasons_between(earlier, now)

    assert (found(reasons), [one.criterion for one in reasons.gone]) == ([], ["industry"])


def test_a_new_question_is_the_reason_for_may_fit() -> None:
    asked = leaf("flag", fact="has_rnd_org", **{"is": True})
    earlier, now = on("2026-12-01", STAFF), on("2026-12-01", STAFF, asked)

    assert found(reasons_between(earlier, now)) == [asked["id"]]


def test_what_no_longer_fails_is_the_reason_where_something_stays_open() -> None:
    asked = leaf("flag", fact="has_rnd_org", **{"is": True})
    earlier = on("2026-11-30", OLD_ENOUGH, asked)
    now = on("2026-12-01", OLD_ENOUGH, asked)

    assert found(reasons_between(earlier, now)) == [OLD_ENOUGH["id"]]


def test_without_an_earlier_verdict_all_that_speaks_for_it_is_told() -> None:
    now = on("2026-12-01", OLD_ENOUGH, TRADE)

    assert found(reasons_between(None, now)) == [OLD_ENOUGH["id"], TRADE["id"]]


def _with(**parts: object) -> Measure:
    return trial(**parts)


def test_an_amount_is_another_only_when_its_words_are() -> None:
    def benefit(zh: str, source: str = "S-LAW") -> Data:
        return {"text": {"zh": zh, "en": zh}, "cite": {"source": source}}

    before = _with(benefits=[benefit("最高 500 万元")])

    assert other_benefits(before, _with(benefits=[benefit("最高 500 万元", "S-DOUBT")])) is None
    assert other_benefits(before, _with(benefits=[benefit("最高 300 万元")])) == before.benefits


def test_days_are_others_only_when_the_days_are() -> None:
    def dated(to: str, source: str = "S-LAW") -> Data:
        return {"kind": "dated", "from": "2026-01-01", "to": to, "cite": {"source": source}}

    before = _with(window=dated("2026-12-31"))

    assert not has_other_days(before, _with(window=dated("2026-12-31", "S-DOUBT")))
    assert has_other_days(before, _with(window=dated("2027-06-30")))
    assert has_other_days(before, _with(window={"kind": "unknown"}))
