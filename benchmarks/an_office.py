"""The office of the benchmarks that need no room: the published catalogue, calendar and limits."""

from pathlib import Path
from zoneinfo import ZoneInfo

from domain.words import Words
from services.catalogue import load
from services.office import Office
from services.work_calendar import build_calendar, load_limits

CATALOGUE = Path(__file__).parents[1] / "catalogue"


def an_office() -> Office:
    """An office in Hangzhou without administrators."""
    zone = ZoneInfo("Asia/Shanghai")
    return Office(
        name=Words(zh="企业服务专班", en="service desk"),
        bot_id=1,
        bot_username="bench",
        default_locale="zh",
        administrators=frozenset(),
        zone=zone,
        catalogue=load(CATALOGUE),
        calendar=build_calendar(CATALOGUE, zone),
        limits=load_limits(CATALOGUE),
    )
