"""YAML as people write it: read in the form of a model, every fault with its file and line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from domain.visible import shortened
from domain.words import Words

Parsed = TypeVar("Parsed")
Path = Sequence[str | int]
#: More faults than these help nobody.
MOST_FAULTS = 20
#: A measure is seven levels deep; a file made to exhaust the reader is thousands.
DEEPEST = 40
#: Signs of one fault; it may quote what stands in the file.
LONGEST = 300
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one file; lines count from 1."""

    file: str
    line: int
    text: Words

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text.zh} / {self.text.en}"


class _Loader(yaml.CSafeLoader):
    """Days stay text until a model reads them: the loader's own error would name no line."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in known if not tag.endswith(":timestamp")]
    for first, known in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a file: what it says, and where each bit of it stands."""

    file: str
    node: yaml.Node
    value: Any

    def read(self, form: type[Parsed]) -> tuple[Parsed | None, list[Fault]]:
        """In the form of a model, or the faults."""
        try:
            return TypeAdapter(form).validate_python(self.value), []
        except ValidationError as error:
            return None, [self._form_fault(detail) for detail in error.errors()[:MOST_FAULTS]]

    def fault(self, path: Path, text: Words) -> Fault:
        """Something wrong at a path, which may lead further than the file does."""
        return Fault(self.file, self.line(path), text)

    def line(self, path: Path) -> int:
        """The line (from 1) of the deepest part of a path that there is."""
        node: yaml.Node = self.node
        line = node.start_mark.line
        for step in path:
            found = _child(node, step)
            if found is not None:
                line, node = found
        return line + 1

    def items(self) -> Iterator[Part]:
        """The parts of a list; of anything else the part itself."""
        if not isinstance(self.node, yaml.SequenceNode):
            yield self
            return
        for node, value in zip(self.node.value, self.value, strict=True):
            yield Part(self.file, node, value)

    def _form_fault(self, detail: ErrorDetails) -> Fault:
        where = ".".join(str(step) for step in detail["loc"])
        said = str(detail["msg"]).removeprefix("Value error, ")
        wrong = _FORM_FAULTS.get(detail["type"]) or _RULES.get(said.rpartition(": ")[2], said)
        zh, en = (f"{where}：{wrong}", f"{where}: {said}") if where else (wrong, said)
        return _fault(self.file, self.line(detail["loc"]), zh, en)


_FORM_FAULTS = {
    "missing": "没有填",
    "extra_forbidden": "不认识这一项",
    "enum": "不是可选的词",
    "literal_error": "不是可选的词",
    "union_tag_invalid": "没有这种条件",
    "union_tag_not_found": "没有写 kind",
    "string_too_short": "不能空着",
    "string_too_long": "太长",
    "string_type": "要写成文字",
    "string_pattern_mismatch": "写法不对",
    "tuple_type": "要写成列表",
    "too_short": "不能空着",
    "model_type": "要写成“项: 值”",
    "model_attributes_type": "要写成“项: 值”",
    "date_from_datetime_parsing": "不是日期",
    "date_parsing": "不是日期",
    "finite_number": "不是数字",
    "float_parsing": "不是数字",
    "float_type": "不是数字",
    "bool_parsing": "要写 true 或 false",
    "bool_type": "要写 true 或 false",
    "time_parsing": "不是时刻",
    "greater_than": "太小",
    "greater_than_equal": "太小",
    "less_than_equal": "太大",
}
#: What the models' own rules say (domain/measures.py, criteria.py, windows.py,
#: bundles.py, ladder.py).
_RULES = {
    "criteria_status none means no criteria, and only then": (
        "criteria_status 写 none 时没有条件，有条件就不能写 none"
    ),
    "routes may stand once": "routes 只能出现一次",
    "give either value or parameter": "value 和 parameter 只写一个",
    "tiers rise, and only the last one is open": "各档要从小到大，只有最后一档不写上限",
    "give either any or all": "any 和 all 只写一个",
    "the window closes before it opens": "截止早于开始",
    "notes and documents need a source": "写了说明或材料，就要写依据（source）",
    "write a clock time in quotes": '时刻要加引号，例如 "21:00"',
    "give either hours or days": "hours 和 days 只写一个",
    "give one of months, weeks, days or workdays": "months、weeks、days、workdays 只写一个",
    "give one of opens, yearly, before or after": "opens、yearly、before、after 只写一个",
    "of a title only its end is known": "资质只有到期日，只能用 before",
    "give either before or after": "before 和 after 只写一个",
    "nobody handles a ticket before it is accepted": "受理之前还没有经办人，请写 claimers 或 head",
    "the hours of digests rise": "汇总的时刻要从早到晚，不重复",
    "the reminder comes before the ticket closes": "先提醒，后办结：remind 不能大于 close",
    "the pause is in hours": "pause 要写小时，例如 {hours: 2}",
}


def parts_of(text: str, file: str) -> tuple[list[Part], list[Fault]]:
    """The documents of a YAML text; nothing but the fault where it is not YAML."""
    loader = _Loader(text)
    parts: list[Part] = []
    try:
        while loader.check_node() and (node := loader.get_node()) is not None:
            parts.append(Part(file, node, loader.construct_document(node)))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return [], [_fault(file, line, f"不是有效的 YAML：{error.problem}", f"{error.problem}")]
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, OverflowError) as error:
        return [], [_fault(file, 1, f"不是有效的 YAML：{error}", f"{error}")]
    finally:
        loader.dispose()
    return parts, []


def trap_in(text: str, file: str) -> Fault | None:
    """What makes a text from outside unsafe to read: repetition, depth, signs nobody can see.

    Tags ask for other kinds of values than ours, a few lines of aliases unfold into gigabytes, and
    deep nesting ends the whole process. Only the events are looked at here, one after the other;
    what is no YAML at all is left to others.
    """
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                return _fault(file, line, "不能用 & 和 * 引用", "& and * references are refused")
            if getattr(event, "tag", None):
                return _fault(file, line, "不能写 ! 标记", "tags with ! are refused")
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            if isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > DEEPEST:
                return _fault(file, line, "嵌套太深", "nested too deeply")
            if isinstance(event, yaml.ScalarEvent) and _UNPRINTABLE.search(event.value):
                return _fault(file, line, "含有看不见的控制字符", "holds a control character")
    except yaml.YAMLError:
        return None
    return None


def repeated_keys(part: Part) -> Iterator[Fault]:
    """Keys that stand twice: the first would be lost without a word."""
    waiting = [part.node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)
        if not isinstance(node, yaml.MappingNode):
            continue
        seen: set[str] = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                line, name = key.start_mark.line + 1, key.value
                yield _fault(part.file, line, f"“{name}”写了两次", f"{name!r} stands twice")
            seen.add(str(key.value))
            waiting.append(value)


def _fault(file: str, line: int, zh: str, en: str) -> Fault:
    return Fault(file, line, Words(zh=shortened(zh, LONGEST, "…"), en=shortened(en, LONGEST, "…")))


def _child(node: yaml.Node, step: str | int) -> tuple[int, yaml.Node] | None:
    match node:
        case yaml.MappingNode():
            for key, value in node.value:
                if key.value == str(step):
                    return key.start_mark.line, value
        case yaml.SequenceNode() if isinstance(step, int) and step < len(node.value):
            item = node.value[step]
            return item.start_mark.line, item
    return None
