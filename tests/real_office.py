"""The real office as a process builds it: the catalogue, calendar and limits of the repository."""

from zoneinfo import ZoneInfo

from bot.settings import ROOT, SANDBOX_ADMIN, SANDBOX_TOKEN
from domain.words import Words
from sandbox.seats import BOT_USERNAME
from services.catalogue import load
from services.office import Office
from services.work_calendar import build_calendar, load_limits

CATALOGUE = ROOT / "catalogue"
BOT_ID = int(SANDBOX_TOKEN.partition(":")[0])


def the_office() -> Office:
    """Reading it takes a second."""
    zone = ZoneInfo("Asia/Shanghai")
    return Office(
        name=Words(zh="钱塘区企业服务专班", en="Qiantang District enterprise service desk"),
        bot_id=BOT_ID,
        bot_username=BOT_USERNAME,
        default_locale="zh",
        administrators=frozenset({SANDBOX_ADMIN}),
        zone=zone,
        catalogue=load(CATALOGUE),
        calendar=build_calendar(CATALOGUE, zone),
        limits=load_limits(CATALOGUE),
    )
