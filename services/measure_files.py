"""Measures in files that somebody hands in: read with care, refused whole at the first fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from domain.catalogue import Catalogue
from domain.catalogue_checks import complaints, shared_names
from domain.measures import Measure
from domain.words import Words
from services.yaml_files import Fault, Part, parts_of, repeated_keys, trap_in

#: The largest of our measures has 20 KB; a whole catalogue is no single change.
MOST_BYTES = 256 * 1024
#: More faults than these help nobody.
MOST_FAULTS = 20


def body_of(measure: Measure) -> dict[str, Any]:
    """A measure as it is kept and written: plain values, nothing that is left out."""
    return measure.model_dump(mode="json", by_alias=True, exclude_none=True)


def write_measure(measure: Measure) -> str:
    """The file of a measure; `read_measures` gives the same measure back."""
    text: str = yaml.dump(
        body_of(measure), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100
    )
    return text


class _Dumper(yaml.SafeDumper):
    """Says in full what stands twice, as readers refuse references."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the library's own name
        """Always."""
        return True


def read_measures(
    content: bytes, file: str, catalogue: Catalogue
) -> tuple[tuple[Measure, ...], list[Fault]]:
    """The measures of a file (one, a list, or several documents), or everything wrong with it.

    They are checked beside the rest of the catalogue, as it would be with all of them in force.
    """
    parts, faults = _parts(content, file)
    found: list[tuple[Part, Measure]] = []
    for part in parts:
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
