"""Reading the catalogue from its directory, and saying exactly what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from domain.bundle_checks import bundle_complaints
from domain.bundles import BundleBook
from domain.catalogue import Catalogue, DepartmentInfo
from domain.catalogue_checks import complaints, dictionary_complaints, shared_names
from domain.citations import Source
from domain.facts import FactDictionary, FactSpec
from domain.industries import IndustryBook
from domain.ladder import NoticeBook
from domain.measures import Measure
from domain.needs import Need, NeedBook
from domain.replies import ReplyBook
from domain.reply_checks import reply_complaints
from domain.sayings import SayingBook
from domain.search_words import SearchBook
from domain.seasons import SeasonBook
from domain.triage import TriageBook
from domain.visits import VisitRules
from domain.words import Words
from services.work_calendar import CalendarFileError, build_calendar, load_limits
from services.yaml_files import Fault, Part, parts_of

Parsed = TypeVar("Parsed")
REPORT = "report-2023.txt"
MEASURES = "measures"
BUNDLES = "bundles.yaml"
REPLIES = "replies.yaml"
VISITS = "visits.yaml"


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
    harmless: tuple[str, ...] = ()


@dataclass
class _Reader:
    """Reads files of one directory, collecting faults instead of stopping at the first."""

    directory: Path
    faults: list[Fault] = field(default_factory=list)
    parts: dict[str, Part] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The text of a file; empty, and a fault, when it cannot be read."""
        try:
            return (self.directory / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self.faults.append(
                Fault(name, 1, Words(zh=f"读不了：{error}", en=f"cannot be read: {error}"))
            )
            return ""

    def book(self, name: str, form: type[Parsed]) -> Parsed | None:
        """A file in the form of a model, None (and faults) when it is not."""
        parts, faults = parts_of(self.text(name), name)
        parsed = None
        for part in parts[:1]:
            self.parts[name] = part
            parsed, faults = part.read(form)
        self.faults.extend(faults)
        return parsed

    def complain(self, name: str, path: Sequence[str | int], text: Words) -> None:
        """Keep a fault of a file that is well formed."""
        self.faults.append(self.parts[name].fault(path, text))


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
    _check_search_words(reader, catalogue)
    _check_calendar(reader, directory)
    _check_sayings(reader, catalogue)
    _check_visits(reader, catalogue)
    for complaint in bundle_complaints(catalogue):
        reader.complain(BUNDLES, complaint.path, complaint.text)
    _check_notices(reader, catalogue)
    for complaint in reply_complaints(catalogue):
        reader.complain(REPLIES, complaint.path, complaint.text)
    return sorted(reader.faults, key=lambda fault: (fault.file, fault.line))


def _read(reader: _Reader) -> Catalogue | None:
    facts = reader.book("facts.yaml", _Facts)
    sources = reader.book("sources.yaml", _Sources)
    departments = reader.book("departments.yaml", _Departments)
    needs = reader.book("needs.yaml", _Needs)
    industries = reader.book("industries.yaml", IndustryBook)
    sayings = reader.book("sayings.yaml", SayingBook)
    triage = reader.book("categories.yaml", TriageBook)
    search_words = reader.book("search_words.yaml", SearchBook)
    bundles = reader.book(BUNDLES, BundleBook)
    notices = reader.book("notices.yaml", NoticeBook)
    seasons = reader.book("seasons.yaml", SeasonBook)
    visits = reader.book(VISITS, VisitRules)
    replies = reader.book(REPLIES, ReplyBook)
    report = reader.text(REPORT)
    measures = _measures(reader)
    if not (facts and sources and departments and needs and industries and triage):
        return None
    if search_words is None or sayings is None:
        return None
    if bundles is None or notices is None or visits is None or replies is None:
        return None
    if seasons is None:
        return None
    return Catalogue(
        facts=FactDictionary(facts.facts),
        measures=(),
        sources=sources.sources,
        departments=departments.departments,
        needs=NeedBook(needs.needs, needs.harmless),
        industries=industries,
        sayings=sayings,
        triage=triage,
        search_words=search_words,
        bundles=bundles,
        notices=notices,
        seasons=seasons,
        visits=visits,
        replies=replies,
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


def _check_calendar(reader: _Reader, directory: Path) -> None:
    """Without working time in it, or without limits, the office could promise nothing."""
    try:
        build_calendar(directory, UTC)
        load_limits(directory)
    except CalendarFileError as error:
        name, problem = (str(one) for one in error.args)
        reader.faults.append(Fault(name, 1, Words(zh=problem, en=problem)))


def _check_triage(reader: _Reader, catalogue: Catalogue) -> None:
    for index, category in enumerate(catalogue.triage.categories if catalogue.triage else ()):
        keys = [category.department, *(rule.department for rule in category.departments)]
        for key in keys:
            if catalogue.department(key) is None:
                text = Words(zh=f"没有部门“{key}”", en=f"no department {key!r}")
                reader.complain("categories.yaml", ("categories", index), text)


def _check_visits(reader: _Reader, catalogue: Catalogue) -> None:
    measure = catalogue.visits.measure
    if measure is not None and catalogue.measure(measure) is None:
        text = Words(zh=f"没有措施“{measure}”", en=f"no measure {measure!r}")
        reader.complain(VISITS, ("measure",), text)
    source = catalogue.visits.source
    if source is not None and source not in catalogue.sources:
        text = Words(zh=f"没有依据“{source}”", en=f"no source {source!r}")
        reader.complain(VISITS, ("source",), text)


def _check_search_words(reader: _Reader, catalogue: Catalogue) -> None:
    for index, measure_id in enumerate(catalogue.search_words.general):
        if catalogue.measure(measure_id) is None:
            text = Words(zh=f"没有措施“{measure_id}”", en=f"no measure {measure_id!r}")
            reader.complain("search_words.yaml", ("general", index), text)


def _check_sayings(reader: _Reader, catalogue: Catalogue) -> None:
    """Words of companies for facts, values and titles that the dictionary does not have."""
    for place, key, value in catalogue.sayings.referred():
        spec = catalogue.fact(key)
        if spec is None:
            text = Words(zh=f"没有“{key}”这项资料", en=f"no fact {key!r}")
            reader.complain("sayings.yaml", place, text)
        elif value is not None and value not in spec.values:
            text = Words(zh=f"“{key}”没有“{value}”", en=f"{key!r} has no {value!r}")
            reader.complain("sayings.yaml", place, text)


def _check_notices(reader: _Reader, catalogue: Catalogue) -> None:
    for place in catalogue.notices.repeated():
        text = Words(zh="与前面的一级重复", en="repeats an earlier rung")
        reader.complain("notices.yaml", ("ladder", place), text)


def _file_of(measure: Measure) -> str:
    return f"{MEASURES}/{measure.id}.yaml"
