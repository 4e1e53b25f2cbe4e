"""Reading the catalogue from its directory, and saying exactly what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from domain.catalogue import Catalogue, DepartmentInfo
from domain.catalogue_checks import complaints, dictionary_complaints, shared_names
from domain.citations import Source
from domain.facts import FactDictionary, FactSpec
from domain.industries import IndustryBook
from domain.measures import Measure
from domain.needs import Need, NeedBook
from domain.triage import TriageBook
from domain.words import Words

Parsed = TypeVar("Parsed")
REPORT = "report-2023.txt"
MEASURES = "measures"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one file; lines count from 1."""

    file: str
    line: int
    text: Words

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text.zh} / {self.text.en}"


class CatalogueError(ValueError):
    """The catalogue cannot be used; `faults` says where and why."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class _Book(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Facts(_Book):
    facts: tuple[FactSpec, ...]


class _Sources(_Book):
    home_regions: tuple[str, ...]
    sources: dict[str, Source]


class _Departments(_Book):
    departments: tuple[DepartmentInfo, ...]


class _Needs(_Book):
    needs: tuple[Need, ...]


@dataclass
class _Reader:
    """Reads files of one directory, collecting faults instead of stopping at the first."""

    directory: Path
    faults: list[Fault] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The text of a file, remembered for line numbers."""
        try:
            content = (self.directory / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self.faults.append(_fault(name, 1, f"读不了：{error}", f"cannot be read: {error}"))
            content = ""
        self.texts[name] = content
        return content

    def book(self, name: str, form: type[Parsed]) -> Parsed | None:
        """A file in the form of a model, None (and faults) when it is not."""
        text = self.text(name)
        if not text:
            return None
        parsed, faults = parse(text, name, form)
        self.faults.extend(faults)
        return parsed

    def complain(self, name: str, path: Sequence[str | int], text: Words) -> None:
        """Keep a fault of a file that is well formed."""
        self.faults.append(Fault(name, _line_of(self.texts[name], path), text))


def load(directory: Path) -> Catalogue:
    """The catalogue of a directory. Raises CatalogueError when a file is missing or malformed."""
    reader = _Reader(directory)
    catalogue = _read(reader)
    if reader.faults or catalogue is None:
        raise CatalogueError(reader.faults)
    return catalogue


def check(directory: Path) -> list[Fault]:
    """Everything that is wrong in the catalogue of a directory; nothing when it is in order."""
    reader = _Reader(directory)
    catalogue = _read(reader)
    if catalogue is None:
        return reader.faults
    for complaint in dictionary_complaints(catalogue.facts):
        reader.complain("facts.yaml", complaint.path, complaint.text)
    for measure in catalogue.measures:
        for complaint in complaints(measure, catalogue):
            reader.complain(_file_of(measure), complaint.path, complaint.text)
    for measure, complaint in shared_names(catalogue.measures):
        reader.complain(_file_of(measure), complaint.path, complaint.text)
    _check_triage(reader, catalogue)
    return sorted(reader.faults, key=lambda fault: (fault.file, fault.line))


def parse(text: str, name: str, form: type[Parsed]) -> tuple[Parsed | None, list[Fault]]:
    """A YAML text in the form of a model, or the faults with their lines."""
    try:
        document = yaml.load(text, Loader=yaml.CSafeLoader)
        return TypeAdapter(form).validate_python(document), []
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return None, [_fault(name, line, f"不是有效的 YAML：{error.problem}", f"{error.problem}")]
    except ValidationError as error:
        return None, [_form_fault(text, name, detail) for detail in error.errors()]


def parse_measure(text: str, name: str, catalogue: Catalogue) -> tuple[Measure | None, list[Fault]]:
    """One measure file before it is published: its form, and what the catalogue says to it."""
    measure, faults = parse(text, name, Measure)
    if measure is None:
        return None, faults
    after = catalogue.with_measures([measure])
    found = [Fault(name, _line_of(text, c.path), c.text) for c in complaints(measure, after)]
    return measure, found


def _read(reader: _Reader) -> Catalogue | None:
    facts = reader.book("facts.yaml", _Facts)
    sources = reader.book("sources.yaml", _Sources)
    departments = reader.book("departments.yaml", _Departments)
    needs = reader.book("needs.yaml", _Needs)
    industries = reader.book("industries.yaml", IndustryBook)
    triage = reader.book("categories.yaml", TriageBook)
    report = reader.text(REPORT)
    measures = _measures(reader)
    if not (facts and sources and departments and needs and industries and triage):
        return None
    return Catalogue(
        facts=FactDictionary(facts.facts),
        measures=(),
        sources=sources.sources,
        departments=departments.departments,
        needs=NeedBook(needs.needs),
        industries=industries,
        triage=triage,
        home_regions=sources.home_regions,
        report=report,
    ).with_measures(measures)


def _measures(reader: _Reader) -> tuple[Measure, ...]:
    names = sorted(path.name for path in (reader.directory / MEASURES).glob("*.yaml"))
    read = [(name, reader.book(f"{MEASURES}/{name}", Measure)) for name in names]
    for name, measure in read:
        if measure is not None and name != f"{measure.id}.yaml":
            text = Words(zh="文件名要与编号相同", en="the file is named after the id")
            reader.complain(f"{MEASURES}/{name}", ("id",), text)
    return tuple(measure for _, measure in read if measure is not None)


def _check_triage(reader: _Reader, catalogue: Catalogue) -> None:
    for index, category in enumerate(catalogue.triage.categories if catalogue.triage else ()):
        keys = [category.department, *(rule.department for rule in category.departments)]
        for key in keys:
            if catalogue.department(key) is None:
                text = Words(zh=f"没有部门“{key}”", en=f"no department {key!r}")
                reader.complain("categories.yaml", ("categories", index), text)


def _file_of(measure: Measure) -> str:
    return f"{MEASURES}/{measure.id}.yaml"


def _fault(name: str, line: int, zh: str, en: str) -> Fault:
    return Fault(name, line, Words(zh=zh, en=en))


def _form_fault(text: str, name: str, detail: ErrorDetails) -> Fault:
    path = detail["loc"]
    where = ".".join(str(part) for part in path)
    wrong = _FORM_FAULTS.get(detail["type"], detail["msg"])
    return _fault(name, _line_of(text, path), f"{where}：{wrong}", f"{where}: {detail['msg']}")


_FORM_FAULTS = {
    "missing": "没有填",
    "extra_forbidden": "不认识这一项",
    "enum": "不是可选的词",
    "literal_error": "不是可选的词",
    "union_tag_invalid": "没有这种条件",
    "string_too_short": "不能空着",
}


def _line_of(text: str, path: Sequence[str | int]) -> int:
    """The line (from 1) of the deepest part of a path that the file has."""
    node: yaml.Node | None = yaml.compose(text, Loader=yaml.CSafeLoader)
    line = 0
    for part in path:
        found = _child(node, part)
        if found is None:
            continue
        line, node = found
    return line + 1


def _child(node: yaml.Node | None, part: str | int) -> tuple[int, yaml.Node] | None:
    match node:
        case yaml.MappingNode():
            for key, value in node.value:
                if key.value == str(part):
                    return key.start_mark.line, value
        case yaml.SequenceNode() if isinstance(part, int) and part < len(node.value):
            item = node.value[part]
            return item.start_mark.line, item
    return None
