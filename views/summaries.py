"""生成一页纸: a company's results as plain text to forward, with reasons, dates and sources."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from domain.facts import FactValue
from domain.matches import Entry, Match, Place
from domain.paragraphs import TEXT_LIMIT, visible_length
from domain.screens import Html, Screen
from domain.verdicts import Verdict
from domain.words import Words
from domain.work_calendar import WorkCalendar
from views import facts, formats, matching, reasons
from views.companies import Line
from views.people import back_row
from views.translations import Translator

MISSING_NAMED = 4
"""Facts a measure waits for that are named; more are counted."""

SENSITIVE = "sensitive"
"""Facts of conduct, which a page that is passed on does not list."""

SECTIONS = (
    Place.ELIGIBLE,
    Place.UNDETERMINED,
    Place.AFTER_FOUNDING,
    Place.INELIGIBLE,
    Place.CLOSED,
    Place.HELD,
    Place.IRRELEVANT,
)


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on the page besides the results: who it is of, who says so, whom to ask.

    `told` are the kept facts with the moment they were said; empty for a draft.
    """

    told: Sequence[Line]
    office: Words
    bot_username: str
    zone: ZoneInfo


def summary(t: Translator, match: Match, paper: Paper, *, calendar: WorkCalendar) -> Screen:
    """One message without buttons, so that it can be passed on as it is."""
    results = [*_head(t, match), *_sections(t, match, calendar), *_for_officer(t, match)]
    head = [*results, *_facts(t, match, paper)]
    foot = [*_foot(t, paper)]
    room = TEXT_LIMIT - visible_length("\n".join([*head, *foot]))
    return Screen(text=Html("\n".join([*head, *_within(_sources(t, match), room), *foot])))


def _within(lines: Iterator[Html], room: int) -> Iterator[Html]:
    """The lines there is room for."""
    for line in lines:
        room -= visible_length(line) + 1
        if room < 0:
            return
        yield line


def can_forward(t: Translator) -> Screen:
    """Below the page: what it is good for, and the way back."""
    return Screen(
        text=t("matching.summary.can_forward"),
        keyboard=(back_row(t, matching.back_to_list(t)),),
    )


def _head(t: Translator, match: Match) -> Iterator[Html]:
    today = match.as_of
    yield t("matching.summary.title", day=formats.day(t, today), year=today.year)
    yield matching.whose_line(t, match) or t(
        "matching.list.company", name=t.plain("people.unnamed_company")
    )
    if match.is_plan:
        yield t("matching.list.planned")
    yield matching.counts_line(t, match)


def _facts(t: Translator, match: Match, paper: Paper) -> Iterator[Html]:
    """What it rests on, with dates; nothing that harms a company when the page is passed on."""
    told = {line.spec.key: line for line in paper.told}
    specs = {key: match.catalogue.facts[key] for key in match.profile.values}
    shown = [key for key, spec in specs.items() if spec.sensitivity != SENSITIVE]
    yield Html("")
    yield t("matching.summary.facts")
    for key in sorted(shown, key=match.catalogue.facts.order):
        yield _fact_line(t, match, key, match.profile.values[key], told.get(key), paper)
    if match.needs:
        names = [matching.need_name(t, match.catalogue.needs, need) for need in match.needs]
        words = t.plain("companies.value.joint").join(names)
        yield t("matching.summary.needs", needs=words)
    if len(shown) < len(specs):
        yield t("matching.summary.withheld")


def _fact_line(
    t: Translator, match: Match, key: str, value: FactValue, told: Line | None, paper: Paper
) -> Html:
    spec = match.catalogue.facts[key]
    words = facts.value(t, spec, value, match.catalogue.industries)
    label = facts.label(t, spec)
    if told is None or told.value != value:
        return t("matching.summary.fact", label=label, value=words)
    day = formats.day(t, told.at.astimezone(paper.zone).date(), today=match.as_of)
    return t("matching.summary.fact_said", label=label, value=words, day=day)


def _sections(t: Translator, match: Match, calendar: WorkCalendar) -> Iterator[Html]:
    """By outcome, each measure with its reason, until when, and what is missing."""
    for place in SECTIONS:
        entries = match.found(place=place)
        if entries:
            yield Html("")
            yield t(
                "matching.summary.section",
                name=t(f"matching.place.{place}"),
                count=len(entries),
            )
        for entry in entries:
            yield _entry_line(t, match, entry, calendar)


def _entry_line(t: Translator, match: Match, entry: Entry, calendar: WorkCalendar) -> Html:
    name, told = entry.measure.name.of(t.locale), []
    if entry.verdict.way.name is not None and entry.place is Place.ELIGIBLE:
        told.append(entry.verdict.way.name.of(t.locale))
    told += [*_reason(t, match, entry)]
    window = reasons.window_words(t, entry.verdict.window, match.as_of, calendar)
    if window is not None and entry.place is not Place.INELIGIBLE:
        told.append(window)
    words = t.plain("measures.card.joint").join(told)
    if not words:
        return t("matching.summary.name", name=name)
    return t("matching.summary.line", name=name, text=words)


def _reason(t: Translator, match: Match, entry: Entry) -> Iterator[str]:
    verdict, way = entry.verdict, entry.verdict.way
    if entry.place in {Place.HELD, Place.IRRELEVANT}:
        return
    if entry.place is Place.UNDETERMINED:
        yield _missing(t, match, verdict)
    elif way.failed:
        texts = [reasons.text(t, finding) for finding in way.failed]
        yield t.plain("matching.summary.not_met", text=t.plain("measures.card.joint").join(texts))
        if verdict.near_miss is not None and verdict.near_miss.is_near:
            yield reasons.near_words(t, verdict.near_miss, match.as_of)
    elif way.met:
        texts = [reasons.text(t, finding) for finding in way.met]
        yield t.plain("matching.summary.met", text=t.plain("measures.card.joint").join(texts))


def _missing(t: Translator, match: Match, verdict: Verdict) -> str:
    keys = [gap.key for gap in verdict.way.missing]
    labels = [facts.label(t, match.catalogue.facts[key]) for key in keys]
    words = t.plain("companies.value.joint").join(labels[:MISSING_NAMED])
    if len(labels) > MISSING_NAMED:
        return t.plain("matching.summary.missing_more", facts=words, count=len(labels))
    return t.plain("matching.summary.missing", facts=words)


def _for_officer(t: Translator, match: Match) -> Iterator[Html]:
    """Counted; named where the company said that it needs them."""
    count = match.counts[Place.OFFICER_CHECK]
    if not count:
        return
    yield Html("")
    yield t("matching.summary.section", name=t("matching.place.officer_check"), count=count)
    for group in match.groups:
        if group.wanted and group.for_officer:
            name = matching.need_name(t, match.catalogue.needs, group.need)
            shorts = [entry.measure.short.of(t.locale) for entry in group.for_officer]
            words = t.plain("companies.value.joint").join(shorts)
            yield t("matching.summary.line", name=name, text=words)


def _sources(t: Translator, match: Match) -> Iterator[Html]:
    """The documents behind what was judged, each once."""
    named = [entry for group in match.groups for entry in group.named]
    lines = [
        line for entry in named for line in reasons.source_lines(t, entry.verdict, match.catalogue)
    ]
    if lines:
        yield Html("")
        yield t("matching.summary.sources")
    for line in dict.fromkeys(lines):
        yield t("matching.summary.name", name=line)


def _foot(t: Translator, paper: Paper) -> Iterator[Html]:
    yield Html("")
    yield t(
        "matching.summary.where",
        office=paper.office.of(t.locale),
        link=f"https://t.me/{paper.bot_username}",
    )
    yield t("matching.summary.caution")
