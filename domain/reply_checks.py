"""What stock replies must agree with: places that can be filled in, departments, short names."""

from collections import Counter
from collections.abc import Iterator

from domain.catalogue import Catalogue
from domain.catalogue_checks import SHORT_WIDTH, Complaint, Path, button_width, said
from domain.replies import Place, StockReply, Use, faults_in, places_in

#: Longer words are no longer read before they are sent.
LONGEST = 600


def reply_complaints(catalogue: Catalogue) -> Iterator[Complaint]:
    """Everything in replies.yaml that an officer or a company would stumble over."""
    replies = catalogue.replies.replies
    for key, times in Counter(reply.key for reply in replies).items():
        if times > 1:
            yield said(("replies",), f"编号“{key}”重复", f"key {key!r} stands twice")
    for index, reply in enumerate(replies):
        yield from _texts(("replies", index), reply)
        yield from _surroundings(("replies", index), reply, catalogue)


def _texts(path: Path, reply: StockReply) -> Iterator[Complaint]:
    faults = {locale: list(faults_in(reply.text.of(locale))) for locale in ("zh", "en")}
    for locale, names in faults.items():
        for name in names:
            can = "、".join(Place)
            yield said(
                (*path, "text", locale),
                f"“{name}”填不了，能填的是：{can}",
                f"{name!r} cannot be filled in; what can: {', '.join(Place)}",
            )
        if len(reply.text.of(locale)) > LONGEST:
            yield said((*path, "text", locale), f"超过 {LONGEST} 字", f"over {LONGEST} characters")
    if not any(faults.values()) and places_in(reply.text.zh) != places_in(reply.text.en):
        yield said((*path, "text"), "中英文要填的不一样", "the languages fill in different places")


def _surroundings(path: Path, reply: StockReply, catalogue: Catalogue) -> Iterator[Complaint]:
    for index, key in enumerate(reply.departments):
        if catalogue.department(key) is None:
            where = (*path, "departments", index)
            yield said(where, f"没有部门“{key}”", f"no department {key!r}")
    if max(button_width(reply.name.zh), button_width(reply.name.en)) > SHORT_WIDTH:
        yield said((*path, "name"), "名称太长，按钮放不下", "the name is too long for a button")
    if reply.outcomes and reply.use is not Use.ANSWER:
        yield said(
            (*path, "outcomes"), "只有答复（answer）才写 outcomes", "outcomes belong to an answer"
        )
