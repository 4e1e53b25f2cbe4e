"""Measures in files that somebody hands in: read with care, refused whole at the first fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import yaml

from domain.catalogue import Catalogue
from domain.catalogue_checks import complaints, shared_names
from domain.measures import Measure
from domain.words import Words
from services.yaml_files import MOST_FAULTS, Fault, Part, parts_of, repeated_keys, trap_in

#: The largest of our measures has 20 KB; a whole catalogue is no single change.
MOST_BYTES = 256 * 1024


def body_of(measure: Measure) -> dict[str, Any]:
    """A measure as it is kept and written: plain values, nothing that is left out."""
    return measure.model_dump(mode="json", by_alias=True, exclude_none=True)


def write_measure(measure: Measure) -> str:
    """The file of a measure, as one would write it; `read_measures` gives the same back."""
    text: str = yaml.dump(
        body_of(measure), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH
    )
    return text


_WIDTH = 110
#: What a reader of a criterion or a window wants first; everything else follows as it comes.
_FIRST = ("id", "kind", "name", "source", "from", "to", "opens", "closes", "fact", "of", "by")
#: And what comes last: words and sources, then the criteria inside.
_LAST = ("text", "question", "hint", "cite", "note", "window")
#: What holds when nothing is said.
_SELF_EVIDENT = (("recalled", False), ("over", "last"))


class _Dumper(yaml.SafeDumper):
    """Says in full what stands twice, as readers refuse references; small things in one line."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the library's own name
        """Always."""
        return True


def _write_mapping(dumper: yaml.SafeDumper, data: dict[str, Any]) -> yaml.Node:
    is_measure = "quotes" in data
    said = [pair for pair in data.items() if pair not in _SELF_EVIDENT]
    pairs = dict(said if is_measure else sorted(said, key=_place))
    return dumper.represent_mapping(_MAP, pairs, flow_style=_fits_a_line(pairs.values(), pairs))


def _write_list(dumper: yaml.SafeDumper, data: list[Any]) -> yaml.Node:
    return dumper.represent_sequence(_SEQ, data, flow_style=_fits_a_line(data, ()))


_MAP, _SEQ = "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"
_Dumper.add_representer(dict, _write_mapping)
_Dumper.add_representer(list, _write_list)


def _place(pair: tuple[str, Any]) -> int:
    key, value = pair
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return 300
    if key in _FIRST:
        return _FIRST.index(key)
    return 200 + _LAST.index(key) if key in _LAST else 100


def _fits_a_line(values: Iterable[Any], keys: Iterable[str]) -> bool:
    plain = list(values)
    length = sum(len(str(one)) + 4 for one in (*plain, *keys))
    return length < _WIDTH - 30 and not any(isinstance(one, dict | list) for one in plain)


File = tuple[str, bytes]
"""A name, and what stands in it."""


def read_measures(
    files: Iterable[File], catalogue: Catalogue
) -> tuple[tuple[Measure, ...], list[Fault]]:
    """The measures of files (each one, a list, or several documents), or all that is wrong.

    They are checked beside the rest of the catalogue, as it would be with all of them in force.
    """
    faults: list[Fault] = []
    found: list[tuple[Part, Measure]] = []
    for name, content in files:
        parts, wrong = _parts(content, name)
        faults.extend(wrong)
        for part in parts:
            if len(faults) >= MOST_FAULTS:
                break
            measure, wrong = part.read(Measure)
            faults.extend(wrong)
            if measure is not None:
                found.append((part, measure))
    if not faults:
        faults.extend(_disagreements(found, catalogue))
    measures = () if faults else tuple(measure for _, measure in found)
    return measures, faults[:MOST_FAULTS]


def _parts(content: bytes, file: str) -> tuple[list[Part], list[Fault]]:
    text = _text(content)
    if isinstance(text, Words):
        return [], [Fault(file, 1, text)]
    trap = trap_in(text, file)
    if trap is not None:
        return [], [trap]
    documents, faults = parts_of(text, file)
    parts = [part for document in documents for part in document.items()]
    if not parts and not faults:
        faults = [Fault(file, 1, Words(zh="文件里没有措施", en="there is no measure in the file"))]
    return parts, [*faults, *(fault for part in parts for fault in repeated_keys(part))]


def _text(content: bytes) -> str | Words:
    if len(content) > MOST_BYTES:
        size = MOST_BYTES // 1024
        return Words(zh=f"文件超过 {size} KB", en=f"the file is larger than {size} KB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Words(zh="不是 UTF-8 编码的文本，请另存为 UTF-8", en="not a text in UTF-8")


def _disagreements(found: Sequence[tuple[Part, Measure]], catalogue: Catalogue) -> Iterator[Fault]:
    times = Counter(measure.id for _, measure in found)
    for part, measure in found:
        if times[measure.id] > 1:
            yield part.fault(
                ("id",), Words(zh=f"“{measure.id}”出现了两次", en="the id stands twice")
            )
    after = catalogue.with_measures(measure for _, measure in found)
    parts = {measure.id: part for part, measure in found}
    for part, measure in found:
        for complaint in complaints(measure, after):
            yield part.fault(complaint.path, complaint.text)
    for measure, complaint in shared_names(after.measures):
        if measure.id in parts:
            yield parts[measure.id].fault(complaint.path, complaint.text)
