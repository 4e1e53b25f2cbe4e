"""What the templates of bundles.yaml must agree with: measures, departments, sources, facts."""

from collections import Counter
from collections.abc import Iterable, Iterator

from domain.bundles import MOST_QUESTIONS, TAPPED, Bundle, BundleItem
from domain.catalogue import Catalogue
from domain.catalogue_checks import SHORT_WIDTH, Complaint, Path, button_width, said
from domain.facts import NUMERIC


def bundle_complaints(catalogue: Catalogue) -> Iterator[Complaint]:
    """Everything in the templates that the rest of the catalogue does not bear out."""
    bundles = catalogue.bundles.bundles
    yield from _twice(("bundles",), (bundle.key for bundle in bundles), "编号", "key")
    yield from _twice(("bundles",), (bundle.measure for bundle in bundles), "措施", "measure")
    for index, bundle in enumerate(bundles):
        yield from _bundle(("bundles", index), bundle, catalogue)


def _bundle(path: Path, bundle: Bundle, catalogue: Catalogue) -> Iterator[Complaint]:
    if catalogue.measure(bundle.measure) is None:
        name = bundle.measure
        yield said((*path, "measure"), f"没有措施“{name}”", f"no measure {name!r}")
    questions = [question.key for question in bundle.questions]
    yield from _twice((*path, "questions"), questions, "问题", "question")
    yield from _twice((*path, "items"), (item.key for item in bundle.items), "事项", "item")
    for index, item in enumerate(bundle.items):
        yield from _item((*path, "items", index), item, bundle, catalogue)
    asked = {key for item in bundle.items for key in item.questions}
    if len(asked) > MOST_QUESTIONS:
        most = MOST_QUESTIONS
        yield said((*path, "items"), f"问题超过 {most} 个", f"more than {most} questions")
    for index, question in enumerate(bundle.questions):
        if question.key not in asked:
            where = (*path, "questions", index)
            yield said(where, f"没有事项用到“{question.key}”", f"no item asks {question.key!r}")


def _item(
    path: Path, item: BundleItem, bundle: Bundle, catalogue: Catalogue
) -> Iterator[Complaint]:
    if catalogue.department(item.department) is None:
        name = item.department
        yield said((*path, "department"), f"没有部门“{name}”", f"no department {name!r}")
    if item.source is not None and item.source not in catalogue.sources:
        yield said((*path, "source"), f"没有依据“{item.source}”", f"no source {item.source!r}")
    if max(button_width(item.name.zh), button_width(item.name.en)) > SHORT_WIDTH:
        yield said((*path, "name"), "名称太长，按钮放不下", "the name is too long for a button")
    for index, key in enumerate(item.questions):
        if bundle.own(key) is None and not _can_be_tapped(key, catalogue):
            where = (*path, "questions", index)
            yield said(where, f"“{key}”不是能点选的资料", f"{key!r} is no fact that buttons answer")


def _can_be_tapped(key: str, catalogue: Catalogue) -> bool:
    spec = catalogue.fact(key)
    if spec is None or not spec.asked or spec.per_year or spec.kind not in TAPPED:
        return False
    return spec.kind not in NUMERIC or bool(spec.bands)


def _twice(path: Path, names: Iterable[str], zh: str, en: str) -> Iterator[Complaint]:
    for name, times in Counter(names).items():
        if times > 1:
            yield said(path, f"{zh}“{name}”重复", f"{en} {name!r} stands twice")
