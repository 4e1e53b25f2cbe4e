"""Screens of days that are over: they say whose facts and whose conditions they are."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from domain.past import Past
from domain.screens import Screen
from services.office import Office
from tests.companies import TODAY
from tests.views.firms import FIRMS, above_fold, faults, firm, measure_of
from views import past
from views.translations import translator

DAYS = [TODAY - timedelta(days=number) for number in range(6)]
LOAN = "loan-interest-subsidy"


def then_of(office: Office, name: str, measure_id: str, day: date = TODAY) -> Past:
    verdict = firm(name).verdict(measure_id)
    assert verdict is not None
    return Past(
        day=day,
        catalogue=office.catalogue,
        measure=measure_of(office, measure_id),
        verdict=verdict,
        facts=7,
        said_on=day,
        published_on=day,
        is_changed=False,
    )


def shown(office: Office, then: Past, locale: str = "zh") -> Screen:
    return past.past(translator(locale), then, then.verdict, DAYS, office.calendar)


@pytest.mark.parametrize(("name", "locale"), [*product(FIRMS, ("zh", "en"))])
def test_every_past_fits_a_phone(office: Office, name: str, locale: str) -> None:
    for measure in office.catalogue.active:
        if measure.criteria:
            then = replace(then_of(office, name, measure.id), is_changed=True)
            screen = shown(office, then, locale)
            assert faults(screen, locale) == [], (measure.id, screen.text)


def test_it_names_the_day_and_what_holds_now(office: Office) -> None:
    lines = above_fold(shown(office, then_of(office, "chip packager", LOAN)))

    assert lines[0] == "<b>贷款贴息：按 2026-11-23 的资料，初步符合</b> 预判"
    assert lines[1] == "现在：初步符合"
    assert lines[2] == "用了 7 项资料，最后一次是 2026-11-23 说的。"


def test_it_says_whose_conditions_they_are(office: Office) -> None:
    then = then_of(office, "chip packager", LOAN)

    younger = replace(then, published_on=TODAY + timedelta(days=1))
    changed = replace(then, is_changed=True)

    assert "条件按 2026-11-24 收录的看" in shown(office, younger).text
    assert "这里用当时的条件" in shown(office, changed).text
    assert "条件" not in "".join(above_fold(shown(office, then))[:4])
