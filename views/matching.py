"""The list of policies, the next best question, and the three taps that lead to a first list."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from domain.answer_choices import Choice
from domain.facts import FOUNDED, FactSpec, Kind
from domain.matches import Entry, Match, NeedGroup, Place
from domain.measures import CriteriaStatus
from domain.needs import NeedBook
from domain.screens import Button, Html, Keyboard, Row, Screen
from domain.work_calendar import WorkCalendar
from views import facts, measures, reasons
from views.people import Go, back_row, company_name, menu_button
from views.presses import Press
from views.translations import Translator

PAGE = 4
"""Named measures on a page of the whole list: two rows of two."""

LINES = 8
"""Lines of a page above the fold."""

ROWS = 3
"""Rows of buttons for what a page names; the question and the way on have three more."""

FILTER_PAGE = 6
NEEDS_PAGE = 8
FIRST_QUESTIONS = 3
TYPED = frozenset({Kind.NUMBER, Kind.RATIO, Kind.DATE, Kind.CODE})
"""Kinds that are easily typed: their example is shown."""

UNCLEAR, SKIP = -1, -2
"""Answers that are not on the list of choices."""


@dataclass(frozen=True)
class ShowList(Press):
    """C4, perhaps only one need or one place, from a page on."""

    prefix: ClassVar[str] = "ml"
    page: int = 0
    need: str | None = None
    place: Place | None = None


@dataclass(frozen=True)
class ShowSummary(Press):
    """生成一页纸: the results as a message to forward."""

    prefix: ClassVar[str] = "my"


@dataclass(frozen=True)
class ShowFilter(Press):
    """筛选: by outcome, or by need from a page on."""

    prefix: ClassVar[str] = "mf"
    needs_page: int | None = None


@dataclass(frozen=True)
class AskNext(Press):
    """答 1 题: the next best question."""

    prefix: ClassVar[str] = "mq"


@dataclass(frozen=True)
class AskFact(Press):
    """One named fact: to fix it, or to go back to it."""

    prefix: ClassVar[str] = "mc"
    fact: str
    year: int | None = None


@dataclass(frozen=True)
class Answer(Press):
    """An answer: the number of a choice, or UNCLEAR, or SKIP."""

    prefix: ClassVar[str] = "ma"
    fact: str
    year: int | None
    choice: int


@dataclass(frozen=True)
class ToggleItem(Press):
    """An item of a list is held, or not."""

    prefix: ClassVar[str] = "mt"
    fact: str
    item: int


@dataclass(frozen=True)
class ListDone(Press):
    """The chosen items are all there is."""

    prefix: ClassVar[str] = "md"
    fact: str


@dataclass(frozen=True)
class GoBack(Press):
    """上一题."""

    prefix: ClassVar[str] = "mb"


@dataclass(frozen=True)
class Guide(Press):
    """一步步选: three questions to a first list; with `consents` the agreement is given by it."""

    prefix: ClassVar[str] = "mg"
    consents: bool = False


@dataclass(frozen=True)
class ChooseNeed(Press):
    """What the company needs; None: go on without."""

    prefix: ClassVar[str] = "mn"
    need: str | None = None


@dataclass(frozen=True)
class AskAll(Press):
    """一次问清: one ticket for all measures of a need that an officer must confirm."""

    prefix: ClassVar[str] = "mo"
    need: str


@dataclass(frozen=True)
class GoOn(Press):
    """继续: an interrupted question is taken up again."""

    prefix: ClassVar[str] = "mr"


@dataclass(frozen=True)
class LetGo(Press):
    """不用了: the open question is dropped."""

    prefix: ClassVar[str] = "mx"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on the screen. `settles` is 0 when it only brings measures nearer.

    `step` counts the first three. `chosen` are the items ticked so far of a list; `missed` says
    that the last typed answer was not read: once, or again. `clash` are facts that contradict
    each other, this one among them.
    """

    spec: FactSpec
    year: int | None
    choices: Sequence[Choice] = ()
    settles: int = 0
    step: int | None = None
    chosen: frozenset[str] = frozenset()
    known: str = ""
    missed: int = 0
    has_previous: bool = False
    is_fix: bool = False
    is_plan: bool = False
    clash: str = ""


@dataclass(frozen=True, slots=True)
class _Item:
    """A line of the list: a measure with its number, or what is for an officer in a need."""

    group: NeedGroup
    entry: Entry | None = None
    number: int = 0

    @property
    def is_asked_at_once(self) -> bool:
        """Whether it has a button of its own: 一次问清."""
        return self.entry is None and len(self.group.for_officer) > 1


def policies(t: Translator, match: Match, page: int, *, calendar: WorkCalendar) -> Screen:
    """C4: grouped by need, most useful first; the folded counts add up to the whole catalogue."""
    head = list(_head(t, match))
    pages = _pages(match, LINES - len(head))
    page = min(max(page, 0), len(pages) - 1)
    lines = [*head, *_body(t, match, pages[page], calendar), _fold(t, match)]
    keyboard = _list_keys(t, match, pages[page], page, len(pages))
    return Screen(text=Html("\n".join(lines)), keyboard=keyboard)


def _head(t: Translator, match: Match) -> Iterator[Html]:
    yield _headline(t, match)
    whose = whose_line(t, match)
    if whose is not None:
        yield whose
    if not (match.saved or match.is_empty):
        yield t("matching.list.not_saved")
    if match.is_empty:
        yield t("matching.list.tell_first")
    if match.is_plan:
        yield t("matching.list.planned")
    for clash in match.clashes[:1]:
        yield t("measures.card.clash", told=facts.clash(t, match.catalogue, clash))


def whose_line(t: Translator, match: Match) -> Html | None:
    """Of which company it is, and whether an agent asks for it."""
    if match.for_client:
        return t("matching.list.client", name=company_name(t, match.company))
    return t("matching.list.company", name=match.company) if match.company else None


_COUNTED = (
    ("fits", Place.ELIGIBLE),
    ("open", Place.UNDETERMINED),
    ("after_founding", Place.AFTER_FOUNDING),
)
"""What the headline of the list counts."""


def _headline(t: Translator, match: Match) -> Html:
    if match.is_empty:
        return t("matching.list.title_empty", total=len(match.entries))
    counted = [
        t.plural(f"matching.list.{key}", match.counts[place])
        for key, place in _COUNTED
        if match.counts[place]
    ]
    if not counted:
        return t.plural("matching.list.title_officer", match.counts[Place.OFFICER_CHECK])
    return t("matching.list.title", results=Html(t("matching.count.joint").join(counted)))


def _items(match: Match) -> Iterator[_Item]:
    """What fits and may fit, then the officer's, then the rest, need by need."""
    number = 0
    for group in match.groups:
        officer = [None] if group.wanted and group.for_officer else []
        for entry in (*group.hopeful, *officer, *group.others):
            number += entry is not None
            yield _Item(group, entry, number)


def _pages(match: Match, room: int) -> list[list[_Item]]:
    """As many items as a page holds, in lines with their headings and in rows of buttons."""
    pages: list[list[_Item]] = [[]]
    for item in _items(match):
        if not _has_room(pages[-1], item, room):
            pages.append([])
        pages[-1].append(item)
    return pages


def _has_room(page: Sequence[_Item], item: _Item, room: int) -> bool:
    if not page:
        return True
    together = [*page, item]
    headings = len({one.group.need for one in together})
    named = sum(one.entry is not None for one in together)
    rows = -(-named // 2) + sum(one.is_asked_at_once for one in together)
    return len(together) + headings <= room and named <= PAGE and rows <= ROWS


def _body(
    t: Translator, match: Match, page: Sequence[_Item], calendar: WorkCalendar
) -> Iterator[Html]:
    need = None
    for item in page:
        if item.group.need != need:
            need = item.group.need
            yield _need_heading(t, match, item.group)
        if item.entry is None:
            yield _for_officer(t, item.group)
        else:
            yield _line(t, match, item.entry, item.number, calendar)


def _need_heading(t: Translator, match: Match, group: NeedGroup) -> Html:
    name = need_name(t, match.catalogue.needs, group.need)
    return t("matching.list.your_need" if group.wanted else "matching.list.need", name=name)


def need_name(t: Translator, needs: NeedBook, key: str) -> str:
    """The name of a need, its key when the catalogue has no such need."""
    return next((need.name.of(t.locale) for need in needs.needs if need.key == key), key)


def _line(t: Translator, match: Match, entry: Entry, number: int, calendar: WorkCalendar) -> Html:
    """「1 贷款贴息：初步符合 · 12月31日（周四）止，剩 28 个工作日」"""
    name = t("matching.list.name", number=number, name=entry.measure.name.of(t.locale))
    told = list(_told_of(t, match, entry, calendar))
    if match.is_empty:
        return Html(t("matching.list.part_joint").join([name, *told]))
    words = t("matching.list.line", name=name, headline=entry_headline(t, entry))
    return Html(t("matching.list.part_joint").join([words, *told]))


def entry_headline(t: Translator, entry: Entry) -> Html:
    """The headline of a line: the list says 预判 once, above all."""
    return reasons.bare_headline(t, entry.verdict, duty=entry.measure.is_duty)


def _told_of(t: Translator, match: Match, entry: Entry, calendar: WorkCalendar) -> Iterator[Html]:
    """How far off, until when, and what cannot be had with it."""
    miss = entry.verdict.near_miss
    if entry.place is Place.INELIGIBLE:
        if miss is not None and miss.is_near:
            yield reasons.near_words(t, miss, match.as_of)
        return
    window = reasons.window_words(t, entry.verdict.window, match.as_of, calendar)
    if window is not None:
        yield window
    if entry.place is Place.ELIGIBLE:
        for other in match.excluded_by(entry.measure)[:1]:
            yield t("matching.list.excludes", name=other.short.of(t.locale))


def _for_officer(t: Translator, group: NeedGroup) -> Html:
    first = group.for_officer[0].measure.short.of(t.locale)
    count = len(group.for_officer)
    if count == 1:
        return t("matching.list.for_officer_one", name=first)
    return t("matching.list.for_officer", name=first, count=count)


def _fold(t: Translator, match: Match) -> Html:
    return t("matching.list.fold", counts=counts_line(t, match))


def counts_line(t: Translator, match: Match) -> Html:
    """「75 项：初步符合 1，还差答案 5，…」, adding up to the whole catalogue."""
    parts = [
        t.plural(f"matching.{'known' if match.is_empty else 'count'}.{name}", count)
        for name, count in (_known(match) if match.is_empty else _counted(match))
        if count
    ]
    joined = Html(t("matching.count.joint").join(parts))
    return t("matching.list.counts", total=len(match.entries), parts=joined)


def _counted(match: Match) -> list[tuple[str, int]]:
    return [(place.value, match.counts[place]) for place in Place]


def _known(match: Match) -> list[tuple[str, int]]:
    """How much of the conditions is published, where nothing is judged yet."""
    counts = Counter(measure.criteria_status for measure in match.catalogue.active)
    return [(status.value, counts[status]) for status in CriteriaStatus]


def _list_keys(
    t: Translator, match: Match, shown: Sequence[_Item], page: int, pages: int
) -> Keyboard:
    rows: list[Row] = []
    asked = () if match.question is None else (next_question_button(t, match),)
    founded = (_button(t, "founded", AskFact(FOUNDED)),) if match.is_plan else ()
    if (asked or founded) and not match.is_empty:
        rows.append((*asked, *founded))
    rows += _pairs(
        [
            measures.show_button(t, item.entry.measure, item.number)
            for item in shown
            if item.entry is not None
        ]
    )
    rows += [(_ask_all_button(t, match, item.group),) for item in shown if item.is_asked_at_once]
    summary = () if match.is_empty else (_button(t, "summary", ShowSummary()),)
    rows.append((_button(t, "filter", ShowFilter()), *summary, _profile_button(t, match)))
    rows.append((*_turns(t, page, pages), menu_button(t)))
    return tuple(rows)


def _ask_all_button(t: Translator, match: Match, group: NeedGroup) -> Button:
    need = need_name(t, match.catalogue.needs, group.need)
    words = t.plain("matching.button.ask_all", need=need, count=len(group.for_officer))
    return Button(words, data=AskAll(group.need).pack())


def _turns(t: Translator, page: int, pages: int) -> Row:
    return tuple(
        _button(t, key, ShowList(to))
        for key, to in (("previous", page - 1), ("more", page + 1))
        if 0 <= to < pages
    )


def next_question_button(t: Translator, match: Match) -> Button:
    """「答 1 题：担保金额」"""
    spec = match.catalogue.facts[match.question.fact] if match.question else None
    label = facts.label(t, spec) if spec else ""
    return Button(t.plain("matching.button.answer", label=label), data=AskNext().pack())


def _profile_button(t: Translator, match: Match) -> Button:
    if match.is_empty:
        return _button(t, "guide", Guide())
    return _button(t, "profile", Go("profile"))


def _button(t: Translator, key: str, press: Press) -> Button:
    return Button(t.plain(f"matching.button.{key}"), data=press.pack())


def filtered(t: Translator, match: Match, chosen: ShowList, *, calendar: WorkCalendar) -> Screen:
    """C4 with a filter: every measure of one need, or of one place."""
    entries = match.found(need=chosen.need, place=chosen.place)
    pages = max(1, -(-len(entries) // FILTER_PAGE))
    page = min(max(chosen.page, 0), pages - 1)
    part = entries[page * FILTER_PAGE : (page + 1) * FILTER_PAGE]
    first = page * FILTER_PAGE
    lines = [
        _line(t, match, entry, first + number, calendar) for number, entry in enumerate(part, 1)
    ]
    title = t(
        "matching.filter.found",
        what=_filter_name(t, match, chosen),
        count=len(entries),
        page=page + 1,
        pages=pages,
    )
    buttons = [
        measures.show_button(t, entry.measure, first + number)
        for number, entry in enumerate(part, 1)
    ]
    rows = list(_pairs(buttons))
    turn = [
        _button(t, key, ShowList(to, chosen.need, chosen.place))
        for key, to in (("previous", page - 1), ("more", page + 1))
        if 0 <= to < pages
    ]
    rows += [tuple(turn)] if turn else []
    return Screen(
        text=Html.lines(title, *lines),
        keyboard=(*rows, back_row(t, _button(t, "back", _filter_of(match, chosen)))),
    )


def _filter_of(match: Match, chosen: ShowList) -> ShowFilter:
    """The page of the filter that names this choice."""
    if chosen.place is not None:
        return ShowFilter()
    keys = [need.key for need in match.catalogue.needs.needs]
    return ShowFilter(keys.index(chosen.need) // NEEDS_PAGE if chosen.need in keys else 0)


def _filter_name(t: Translator, match: Match, chosen: ShowList) -> str:
    if chosen.place is not None:
        return t.plain(f"matching.place.{chosen.place}")
    return need_name(t, match.catalogue.needs, chosen.need or "")


def filters(t: Translator, match: Match, needs_page: int | None = None) -> Screen:
    """筛选: by outcome, or by need, each with its count."""
    if needs_page is not None:
        return _need_filters(t, match, needs_page)
    places = [
        Button(
            f"{t.plain(f'matching.place.{place}')} {match.counts[place]}",
            data=ShowList(0, None, place).pack(),
        )
        for place in Place
        if match.counts[place] and not match.is_empty
    ]
    return Screen(
        text=t("matching.filter.title"),
        keyboard=(
            *_pairs(places),
            (_button(t, "by_need", ShowFilter(0)),),
            back_row(t, _button(t, "back_to_list", ShowList())),
        ),
    )


def _need_filters(t: Translator, match: Match, page: int) -> Screen:
    needs = match.catalogue.needs.needs
    last = (len(needs) - 1) // NEEDS_PAGE
    page = min(max(page, 0), last)
    buttons = [
        Button(
            f"{need.name.of(t.locale)} {len(match.found(need=need.key))}",
            data=ShowList(0, need.key, None).pack(),
        )
        for need in needs[page * NEEDS_PAGE : (page + 1) * NEEDS_PAGE]
    ]
    turn = [
        _button(t, key, ShowFilter(to))
        for key, to in (("previous", page - 1), ("more", page + 1))
        if 0 <= to <= last
    ]
    return Screen(
        text=t("matching.filter.by_need", page=page + 1, pages=last + 1),
        keyboard=(*_pairs(buttons), tuple(turn), back_row(t, _button(t, "back", ShowFilter()))),
    )


def _pairs(buttons: Sequence[Button]) -> Iterator[Row]:
    for start in range(0, len(buttons), 2):
        yield tuple(buttons[start : start + 2])


def back_to_list(t: Translator) -> Button:
    """返回, to the whole list."""
    return _button(t, "back_to_list", ShowList())


def see_all_button(t: Translator) -> Button:
    """看全部."""
    return _button(t, "see_all", ShowList())


def need_question(t: Translator, needs: NeedBook, step: int | None) -> Screen:
    """What is needed; the first of the three questions when it is a step."""
    buttons = [
        Button(need.name.of(t.locale), data=ChooseNeed(need.key).pack())
        for need in needs.needs
        if need.key != "general"
    ]
    rows = [tuple(buttons[start : start + 3]) for start in range(0, len(buttons), 3)]
    return Screen(
        text=Html.lines(
            t("matching.guide.step", step=step, total=FIRST_QUESTIONS) if step else None,
            t("matching.guide.need"),
            t("matching.guide.or_write"),
        ),
        keyboard=(*rows, (_button(t, "skip", ChooseNeed()), menu_button(t))),
    )


def question(t: Translator, asked: Asked) -> Screen:
    """C3: one question, answers to tap; a number may be typed instead."""
    return Screen(
        text=Html.lines(*_question_lines(t, asked)), keyboard=tuple(_question_keys(t, asked))
    )


def _question_lines(t: Translator, asked: Asked) -> Iterator[Html]:
    if asked.missed:
        yield _missed(t, asked)
    if asked.step is not None:
        yield t("matching.guide.step", step=asked.step, total=FIRST_QUESTIONS)
    elif asked.clash:
        yield t("measures.card.clash", told=asked.clash)
    elif asked.settles:
        yield t.plural("matching.question.settles", asked.settles)
    elif not asked.is_fix:
        yield t("matching.question.nearer")
    words = facts.question(t, asked.spec, asked.year, is_plan=asked.is_plan)
    yield t("matching.question.words", question=words)
    if asked.is_plan and asked.spec.key != FOUNDED:
        yield t("matching.question.planned")
    if asked.known:
        yield t("matching.question.known", value=asked.known)
    if asked.spec.kind in TYPED:
        example = asked.spec.example
        if example is not None and not (asked.missed or asked.is_plan):
            yield t("matching.question.type", example=example.of(t.locale))
    if asked.spec.help is not None:
        yield t("matching.question.help", text=asked.spec.help.of(t.locale))


def _missed(t: Translator, asked: Asked) -> Html:
    if asked.missed > 1:
        return t("matching.question.missed_again")
    if asked.spec.example is None or asked.spec.kind not in TYPED:
        return t("matching.question.missed_choice")
    return t("matching.question.missed", example=asked.spec.example.of(t.locale))


def _question_keys(t: Translator, asked: Asked) -> Iterator[Row]:
    key, year = asked.spec.key, asked.year
    buttons = [
        Button(
            choice.label.of(t.locale) if choice.label else "",
            data=Answer(key, year, number).pack(),
        )
        for number, choice in enumerate(asked.choices)
    ]
    if asked.spec.kind is Kind.CHOICES:
        buttons = _toggles(t, asked)
    yield from _in_rows(buttons)
    unclear = _button(t, "unclear", Answer(key, year, UNCLEAR))
    if asked.spec.kind is Kind.CHOICES:
        done = "items_done" if asked.chosen else "no_items"
        yield (_button(t, done, ListDone(key)), unclear)
    elif asked.is_fix:
        yield (unclear,)
    else:
        yield (unclear, _button(t, "skip", Answer(key, year, SKIP)))
    back = "previous_question" if asked.has_previous else "back"
    yield (_button(t, back, GoBack()), menu_button(t))


def _toggles(t: Translator, asked: Asked) -> list[Button]:
    return [
        Button(
            t.plain("matching.button.chosen", item=option.of(t.locale))
            if option.value in asked.chosen
            else option.of(t.locale),
            data=ToggleItem(asked.spec.key, number).pack(),
        )
        for number, option in enumerate(asked.spec.options)
    ]


def _in_rows(buttons: Sequence[Button]) -> Iterator[Row]:
    """Two in a row; three when there would be more than four rows."""
    width = 3 if len(buttons) > 8 else 2
    for start in range(0, len(buttons), width):
        yield tuple(buttons[start : start + width])


def nothing_to_ask(t: Translator, match: Match) -> Screen:
    """No answer can change anything any more."""
    return Screen(
        text=Html.lines(
            t("matching.question.all_done"),
            t.plural("matching.question.for_officer", match.counts[Place.OFFICER_CHECK]),
        ),
        keyboard=(back_row(t, back_to_list(t)),),
    )


def unfinished(t: Translator, label: str, settles: int) -> Screen:
    """A day of silence in a form: one notice, with both answers."""
    words = (
        t.plural("matching.unfinished.settles", settles)
        if settles
        else t("matching.unfinished.nearer")
    )
    return Screen(
        text=Html.lines(words, t("matching.unfinished.question", label=label)),
        keyboard=((_button(t, "go_on", GoOn()), _button(t, "let_go", LetGo())),),
    )


def let_go(t: Translator) -> Screen:
    """The open question is dropped; what was answered stays."""
    return Screen(text=t("matching.unfinished.let_go"), keyboard=(back_row(t, back_to_list(t)),))
