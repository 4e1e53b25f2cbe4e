"""What an editor reads of a change: each edit of a real file, and what is said of it."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from domain.differences import Change, Kind, change_of, differences
from domain.measures import Measure
from tests.companies import real_catalogue

Body = dict[str, Any]
SRDI = "srdi-sme"
LOAN = "loan-interest-subsidy"


def _body(measure_id: str) -> Body:
    measure = real_catalogue().measure(measure_id)
    assert measure is not None
    return measure.model_dump(mode="json", by_alias=True)


def _criterion(body: Body, criterion_id: str) -> Body:
    """The criterion of that id, wherever it stands."""
    waiting: list[Body] = list(body["criteria"])
    while waiting:
        part = waiting.pop()
        if part.get("id") == criterion_id:
            return part
        inside = part.get("routes") or part.get("of")
        waiting.extend(inside if isinstance(inside, list) else [])
    raise AssertionError(criterion_id)


def _raise_threshold(body: Body) -> None:
    _criterion(body, "rnd-share")["value"] = 0.06


def _compare_more_years(body: Body) -> None:
    _criterion(body, "rnd-amount")["over"] = "each_of_3"


def _accept_another_title(body: Body) -> None:
    _criterion(body, "prior-title")["any"].append("高新技术企业")


def _other_kind(body: Body) -> None:
    one = _criterion(body, "score")
    cite, text = one["cite"], one["text"]
    one.clear()
    one.update(id="score", kind="officer", key="score_ok", cite=cite, text=text)


def _other_source(body: Body) -> None:
    _criterion(body, "debt")["cite"] = {"source": "S-SRDI22"}


def _drop_criterion(body: Body) -> None:
    body["criteria"] = [one for one in body["criteria"] if one.get("id") != "score"]


def _drop_alternative(body: Body) -> None:
    group = _criterion(body, "revenue-or-equity")
    group["of"] = group["of"][:1]


def _new_criterion(body: Body) -> None:
    fresh = deepcopy(_criterion(body, "no-incident"))
    body["criteria"].append({**fresh, "id": "no-evasion", "fact": "tax_evasion_3y"})


def _ask_for_both(body: Body) -> None:
    _criterion(body, "revenue-or-equity")["kind"] = "all"


def _make_optional(body: Body) -> None:
    one = _criterion(body, "debt")
    body["criteria"].remove(one)
    _criterion(body, "revenue-or-equity")["of"].append(one)


def _reword_criterion(body: Body) -> None:
    _criterion(body, "debt")["text"]["zh"] = "资产负债率 80% 以内"


def _add_hint(body: Body) -> None:
    _criterion(body, "debt")["hint"] = {"zh": "看审计报告", "en": "See the audit report"}


def _reword_group(body: Body) -> None:
    _criterion(body, "revenue-or-equity")["text"]["en"] = "Revenue or equity"


def _only_partial(body: Body) -> None:
    body["criteria_status"] = "partial"


def _open_a_window(body: Body) -> None:
    body["window"] = {"kind": "yearly", "opens": "03-01", "closes": "05-31"}


def _promise_money(body: Body) -> None:
    body["benefits"].append(
        {"text": {"zh": "奖励", "en": "An award"}, "cite": {"source": "S-SRDI26"}}
    )


def _rename(body: Body) -> None:
    body["name"]["zh"] = "专精特新中小企业认定"


def _another_department(body: Body) -> None:
    body["department"] = "finance"


def _more_words(body: Body) -> None:
    body["words"].append("专精特新补贴")


def _fewer_notes(body: Body) -> None:
    body["notes"].pop()


def _checked_again(body: Body) -> None:
    body["checked_on"] = "2026-12-01"


def _retire(body: Body) -> None:
    body["status"], body["retired_on"] = "retired", "2026-12-01"


def _shuffle(body: Body) -> None:
    body["criteria"].reverse()


def _insert_in_front(body: Body) -> None:
    """Groups behind it keep their words: nothing else is said."""
    fresh = deepcopy(_criterion(body, "no-incident"))
    body["criteria"].insert(0, {**fresh, "id": "no-evasion", "fact": "tax_evasion_3y"})


def _drop_route(body: Body) -> None:
    body["criteria"][-1]["routes"].pop(0)


def _rename_route(body: Body) -> None:
    body["criteria"][-1]["routes"][0]["name"]["zh"] = "新名字"


def _close_route(body: Body) -> None:
    body["criteria"][-1]["routes"][0]["window"] = {"kind": "dated", "to": "2026-12-31"}


def _dated_threshold(body: Body) -> None:
    cite = {"source": "S-SRDI26"}
    body["parameters"]["share"] = [{"from": "2027-01-01", "value": 0.04, "cite": cite}]


@pytest.mark.parametrize(
    ("measure_id", "edit", "said"),
    [
        (SRDI, _raise_threshold, [Kind.RULE]),
        (SRDI, _compare_more_years, [Kind.RULE]),
        (SRDI, _accept_another_title, [Kind.RULE]),
        (SRDI, _other_kind, [Kind.RULE, Kind.WORDING]),
        (SRDI, _other_source, [Kind.SOURCE]),
        (SRDI, _drop_criterion, [Kind.CRITERION_REMOVED]),
        (SRDI, _drop_alternative, [Kind.CRITERION_REMOVED]),
        (SRDI, _new_criterion, [Kind.CRITERION_ADDED]),
        (SRDI, _ask_for_both, [Kind.REGROUPED]),
        (SRDI, _make_optional, [Kind.REGROUPED]),
        (SRDI, _reword_criterion, [Kind.WORDING]),
        (SRDI, _add_hint, [Kind.WORDING]),
        (SRDI, _reword_group, [Kind.WORDING]),
        (SRDI, _only_partial, [Kind.SURENESS]),
        (SRDI, _open_a_window, [Kind.WINDOW]),
        (SRDI, _promise_money, [Kind.BENEFIT_ADDED]),
        (SRDI, _rename, [Kind.WORDING]),
        (SRDI, _another_department, [Kind.FIELD]),
        (SRDI, _more_words, [Kind.FIELD]),
        (SRDI, _fewer_notes, [Kind.FIELD]),
        (SRDI, _checked_again, [Kind.FIELD]),
        (SRDI, _retire, [Kind.RETIRED, Kind.FIELD]),
        (SRDI, _shuffle, [Kind.ORDER]),
        (SRDI, _insert_in_front, [Kind.CRITERION_ADDED]),
        (SRDI, _dated_threshold, [Kind.PARAMETER]),
        (LOAN, _rename_route, [Kind.WORDING]),
        (LOAN, _close_route, [Kind.WINDOW]),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_an_edit_is_named_for_what_it_is(
    measure_id: str, edit: Callable[[Body], None], said: list[Kind]
) -> None:
    before, body = Measure.model_validate(_body(measure_id)), _body(measure_id)
    edit(body)

    found = differences(before, Measure.model_validate(body))

    assert [one.kind for one in found] == said


def test_a_route_that_goes_takes_its_own_criteria_with_it() -> None:
    before, body = Measure.model_validate(_body(LOAN)), _body(LOAN)
    _drop_route(body)

    kinds = [one.kind for one in differences(before, Measure.model_validate(body))]

    assert Kind.ROUTE_REMOVED in kinds
    assert set(kinds) <= {Kind.ROUTE_REMOVED, Kind.CRITERION_REMOVED}


def test_the_threshold_before_and_after_can_be_read() -> None:
    before, body = Measure.model_validate(_body(SRDI)), _body(SRDI)
    _raise_threshold(body)

    (found,) = differences(before, Measure.model_validate(body))

    assert getattr(found.before, "value", None) == 0.03
    assert getattr(found.after, "value", None) == 0.06
    assert found.decides


def test_what_may_change_outcomes_comes_first() -> None:
    before, body = Measure.model_validate(_body(SRDI)), _body(SRDI)
    _rename(body)
    _raise_threshold(body)

    found = differences(before, Measure.model_validate(body))

    assert [one.decides for one in found] == [True, False]


def test_a_measure_does_not_differ_from_itself() -> None:
    for measure in real_catalogue().measures:
        again = Measure.model_validate(_body(measure.id))

        assert differences(measure, again) == ()
        assert change_of(measure, again) is Change.SAME


def test_added_and_removed_are_about_what_is_offered() -> None:
    offered, body = Measure.model_validate(_body(SRDI)), _body(SRDI)
    _retire(body)
    retired = Measure.model_validate(body)

    assert change_of(None, offered) is Change.ADDED
    assert change_of(offered, retired) is Change.REMOVED
    assert change_of(retired, offered) is Change.ADDED
    assert change_of(retired, retired) is Change.SAME
