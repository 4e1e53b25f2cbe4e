"""What administrators are told when something is wrong with the house, and when it is over."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.alarms import AlarmKind
from domain.screens import Html, Screen
from models import Alarm
from views import formats
from views.people import back_row, go_button
from views.translations import Translator


def alarm(t: Translator, ringing: Alarm, zone: ZoneInfo) -> Screen:
    """What it is, since when, what it means and what to do."""
    return Screen(
        text=Html.lines(
            t("alarms.rings", name=title(t, ringing.kind)),
            t("alarms.since", at=formats.moment(t, ringing.since, zone)),
            *_particulars(t, ringing),
            t(f"alarms.{ringing.kind}.means"),
            t(f"alarms.{ringing.kind}.do"),
            t("alarms.once"),
        ),
        keyboard=((go_button(t, "health"),), back_row(t)),
    )


def over(t: Translator, past: Alarm, until: datetime, zone: ZoneInfo) -> Screen:
    """That it is over, and from when to when it lasted."""
    return Screen(
        text=Html.lines(
            t("alarms.over", name=title(t, past.kind)),
            t(
                "alarms.lasted",
                since=formats.moment(t, past.since, zone),
                until=formats.moment(t, until, zone),
            ),
            t(f"alarms.{past.kind}.over"),
        ),
        keyboard=(back_row(t),),
    )


def unsure(t: Translator, count: int) -> Screen:
    """Broadcast messages whose fate is not known, and that they were not repeated."""
    lines = Html.lines(t("alarms.unsure", count=count), t("alarms.unsure_do"))
    return Screen(text=lines, keyboard=(back_row(t),))


def line(t: Translator, ringing: Alarm, zone: ZoneInfo) -> Html:
    """One line of /health: the same name, and since when."""
    since = formats.moment(t, ringing.since, zone)
    return t("alarms.line", name=title(t, ringing.kind), since=since)


def title(t: Translator, kind: AlarmKind) -> str:
    return t.plain(f"alarms.{kind}.title")


def _particulars(t: Translator, ringing: Alarm) -> list[Html]:
    """Its numbers: how many minutes, which year, the error. What is not there says nothing."""
    details = dict(ringing.details)
    if details.get("last"):
        details["last"] = formats.day(t, date.fromisoformat(details["last"]))
    return [
        t(f"alarms.detail.{name}", **{name: details[name]})
        for name in ("minutes", "count", "year", "nights", "last", "free", "error")
        if details.get(name)
    ]
