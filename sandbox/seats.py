"""The people, the groups and the bot of the local Telegram: constants with fixed ids."""

from dataclasses import dataclass

DESK_CHAT_ID = -1002000000001
DESK_TITLE = "钱塘区企业服务工作台"
PLAIN_GROUP_ID = -4001
PLAIN_GROUP_TITLE = "企业服务专班联络群"
BOT_USERNAME = "qihang_sandbox_bot"
BOT_NAME = "企航"


@dataclass(frozen=True)
class Seat:
    """One person a visitor can be: the key used by the page, the Telegram user, the role."""

    key: str
    user_id: int
    name: str
    username: str
    phone: str
    role_zh: str
    role_en: str
    organisation: str
    group_status: str | None = None  #: status in both groups; None when not a member


SEATS = (
    Seat(
        "company", 1001, "王芳", "wangfang", "+8613800001001", "企业用户", "Company user", "企业甲"
    ),
    Seat("colleague", 1002, "陈立", "chenli", "+8613800001002", "同事", "Colleague", "企业甲"),
    Seat(
        "company2", 1003, "刘洋", "liuyang", "+8613800001003", "企业用户", "Company user", "企业乙"
    ),
    Seat(
        "officer",
        2001,
        "周明",
        "zhouming",
        "+8613800002001",
        "经办员",
        "Officer",
        "工作台",
        "member",
    ),
    Seat(
        "officer2",
        2002,
        "吴静",
        "wujing",
        "+8613800002002",
        "经办员",
        "Officer",
        "工作台",
        "member",
    ),
    Seat(
        "head",
        2101,
        "郑主任",
        "zhengzhuren",
        "+8613800002101",
        "部门负责人",
        "Department head",
        "工作台",
        "administrator",
    ),
    Seat(
        "editor",
        2201,
        "孙悦",
        "sunyue",
        "+8613800002201",
        "政策编辑",
        "Policy editor",
        "工作台",
    ),
    Seat(
        "admin",
        9001,
        "管理员",
        "guanliyuan",
        "+8613800009001",
        "系统管理员",
        "Administrator",
        "工作台",
        "creator",
    ),
)

SEAT_BY_KEY = {seat.key: seat for seat in SEATS}
SEAT_BY_USER = {seat.user_id: seat for seat in SEATS}


def bot_id(token: str) -> int:
    """The bot's user id: the digits before the colon of its token."""
    prefix = token.partition(":")[0]
    if not prefix.isdigit():
        raise ValueError("a bot token starts with digits and a colon")
    return int(prefix)
