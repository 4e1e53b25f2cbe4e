"""Updates nobody sent: drawn from the Bot API's own types, then spoilt in many ways."""

from collections.abc import Hashable, Iterator, Mapping
from datetime import datetime
from enum import Enum
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

from aiogram.types import Update
from hypothesis import strategies as st
from pydantic import BaseModel

from sandbox.seats import DESK_CHAT_ID, PLAIN_GROUP_ID, SEATS

Json = Any
Draw = st.DrawFn
_DEEPEST = 3
_MOST_FIELDS = 4
_KINDS = tuple(sorted(set(Update.model_fields) - {"update_id"}))
_USUAL = ("message", "callback_query", "edited_message", "my_chat_member")

RLO, ZERO_WIDTH, FAMILY, ZALGO = (
    "\u202e",
    "\u200b",
    "👨\u200d👩\u200d👧\u200d👦",
    "e" + "\u0301" * 300,
)
HOSTILE_WORDS = (
    "",
    " \n\t ",
    "\0",
    "\ud83d",
    "a\udfffb",
    "<b>粗</i><a href='tg://user?id=1'>x</a>&amp;&#x202e;",
    "{0} {name} %s %(x)s",
    '=HYPERLINK("http://x","y")',
    f"{RLO}司公限有司公术技杭州{RLO}",
    f"杭州{ZERO_WIDTH}某{ZERO_WIDTH}公司\u2067\u2066",
    ZALGO,
    FAMILY * 60,
    "\U0010ffff\ufffe\uffff",
    "9" * 400,
    "-1e309 NaN Infinity",
    "0000-00-00 99:99",
    "二〇九九年十三月四十五日",
    "员工" + "一" * 300 + "亿人",
)
WORDS = (
    "/start",
    "/start 0",
    "/start i_" + "A" * 60,
    "/help",
    "/policies",
    "/ask",
    "/tickets",
    "/privacy",
    "/find \ud800",
    "/queue",
    "/r",
    "/stats",
    "/export",
    "/calendar",
    "取消",
    "提交",
    "1",
    "我们做芯片封装，80来人，去年营收3000万，想贷款换设备",
    "园区停电三天了没人管，机器全停了",
    "QT-20261123-0001",
    "91330100MA2XXXXX0X",
    "13800001001",
    "明天上午十点",
)


#: Stands before a word that is to fill a whole message: drawing thousands of signs takes long.
LONG = "×5000 "


def unfolded(value: Json) -> Json:
    """The same with long words as long as they are meant to be."""
    if isinstance(value, str) and value.startswith(LONG):
        word = value.removeprefix(LONG) or "x"
        return (word * 5000)[:5000]
    if isinstance(value, list):
        return [unfolded(one) for one in value]
    if isinstance(value, dict):
        return {name: unfolded(one) for name, one in value.items()}
    return value


def _texts() -> st.SearchStrategy[Json]:
    return st.one_of(
        st.sampled_from(WORDS),
        st.sampled_from(HOSTILE_WORDS),
        st.text(st.characters(), max_size=6),
        st.sampled_from(HOSTILE_WORDS).map(lambda word: LONG + word),
    )


_NUMBERS = st.one_of(
    st.integers(0, 10_000),
    st.sampled_from([0, -1, 2**31, 2**53, 2**63 - 1, -(2**63), 2**63, 2**70, 10**40]),
)
_MOMENTS = st.sampled_from(
    [1_795_000_000, 0, 1, -1, -62_135_596_800, 253_402_300_799, 253_402_300_800, 2**31, 10**18]
)
_JUNK = st.one_of(
    st.none(),
    st.booleans(),
    _NUMBERS,
    st.sampled_from([float("nan"), float("inf"), -0.0, 1e308]),
    _texts(),
    st.sampled_from([[], {}, [[]], [{}], {"": None}, {"text": {"text": "x"}}]),
)


@cache
def _of(hint: Hashable, depth: int) -> st.SearchStrategy[Json]:
    """JSON that fits a type of the Bot API."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _of(args[0], depth)
    if origin in {Union, UnionType}:
        kinds = [one for one in args if one is not type(None)]
        return st.one_of(*(_of(one, depth) for one in kinds))
    if origin is Literal:
        return st.sampled_from(args)
    if origin in {list, tuple}:
        return st.lists(_of(args[0], depth + 1), max_size=2)
    if origin is dict or not isinstance(hint, type):
        return _JUNK
    if issubclass(hint, BaseModel):
        return _model(hint, depth)
    if issubclass(hint, Enum):
        return st.sampled_from([one.value for one in hint])
    if hint is datetime:
        return _MOMENTS
    simple = {bool: st.booleans(), int: _NUMBERS, float: st.floats(), str: _texts()}
    return simple.get(hint, _JUNK)


@st.composite
def _model(draw: Draw, kind: type[BaseModel], depth: int) -> Json:
    """Every field that must be there, and some of the others."""
    wanted = [name for name, field in kind.model_fields.items() if field.is_required()]
    if depth < _DEEPEST:
        others = sorted(set(kind.model_fields) - set(wanted))
        if others:
            wanted += draw(st.lists(st.sampled_from(others), max_size=_MOST_FIELDS, unique=True))
    made = {}
    for name in wanted:
        field = kind.model_fields[name]
        if field.annotation is not None:
            made[field.alias or name] = draw(_of(cast("Hashable", field.annotation), depth + 1))
    return made


_PEOPLE = tuple(
    {"id": seat.user_id, "is_bot": False, "first_name": seat.name} for seat in SEATS[:6]
)


@st.composite
def _event(draw: Draw, kind: str) -> Json:
    """An event by somebody the office knows, where it has a place for one."""
    event = draw(_of(cast("Hashable", Update.model_fields[kind].annotation), 0))
    if not draw(st.integers(0, 9)):
        return event
    who = draw(st.sampled_from(_PEOPLE))
    if draw(st.integers(0, 3)) == 0:
        who = {**who, "first_name": draw(_texts()), "last_name": draw(_texts())}
    private = {"id": who["id"], "type": "private", "first_name": who["first_name"]}
    groups = (
        {"id": DESK_CHAT_ID, "type": "supergroup", "title": "desk", "is_forum": True},
        {"id": PLAIN_GROUP_ID, "type": "group", "title": "group"},
    )
    chat = draw(st.sampled_from((private, private, *groups)))
    if kind in {"message", "edited_message"} and draw(st.booleans()):
        event = {"message_id": event["message_id"], "date": event["date"], "text": draw(_texts())}
    event = {**event, "from": who}
    if "chat" in event or kind in {"message", "edited_message", "my_chat_member"}:
        event["chat"] = chat
    if kind == "callback_query":
        event["message"] = {
            "message_id": draw(st.integers(1, 60)),
            "date": draw(_MOMENTS),
            "chat": chat,
        }
    if kind in {"message", "edited_message"}:
        event["message_id"] = draw(st.integers(1, 60)) if draw(st.booleans()) else draw(_NUMBERS)
    return event


@st.composite
def _spoilt(draw: Draw, update: Json) -> Json:
    """One place of it is something else, gone, or beside something nobody knows."""
    places = list(_places(update))
    path = draw(st.sampled_from(places)) if places else ()
    how = draw(st.sampled_from(("junk", "gone", "new")))
    return _changed(update, path, how, draw(_JUNK))


def _places(value: Json, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner: Iterator[tuple[Any, Any]] = iter(())
    if isinstance(value, Mapping):
        inner = iter(value.items())
    elif isinstance(value, list):
        inner = iter(enumerate(value))
    for name, one in inner:
        yield (*path, name)
        yield from _places(one, (*path, name))


def _changed(value: Json, path: tuple[Any, ...], how: str, junk: Json) -> Json:
    if not path:
        return junk
    name, *rest = path
    copy = dict(value) if isinstance(value, Mapping) else list(value)
    if rest:
        copy[name] = _changed(copy[name], tuple(rest), how, junk)
    elif how == "gone":
        del copy[name]
    elif how == "new" and isinstance(copy, dict):
        copy["a_field_of_next_year"] = junk
    else:
        copy[name] = junk
    return copy


@st.composite
def updates(draw: Draw, data: st.SearchStrategy[str]) -> Json:
    """An update without its number: mostly of the kinds that people cause, one in three spoilt.

    `data` gives what buttons carry.
    """
    kind = draw(st.sampled_from(_USUAL) if draw(st.integers(0, 4)) else st.sampled_from(_KINDS))
    update = {kind: draw(_event(kind))}
    if kind == "callback_query" and draw(st.integers(0, 5)):
        update[kind]["data"] = draw(data)
    if draw(st.integers(0, 2)) == 0:
        update = draw(_spoilt(update))
    return update if isinstance(update, dict) else {"junk": update}
