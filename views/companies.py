"""What is understood and known of a company: the fact check, the profile, name and code."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from domain.contradictions import Contradiction
from domain.derived import Readings
from domain.facts import FactSpec, FactValue, Profile
from domain.matches import Match, Place
from domain.screens import Button, Html, Row, Screen
from domain.words import Words
from views import facts, formats, matching
from views.people import Go, back_row, company_name, consent_terms, go_button, menu_button
from views.presses import Press
from views.translations import Translator

FIXES = 5
"""Facts with a button of their own on the fact check."""

PROFILE_PAGE = 6
PREVIEWED = 2


@dataclass(frozen=True)
class Keep(Press):
    """正确，看结果: keep the draft (and agree, where that was not done yet)."""

    prefix: ClassVar[str] = "ck"


@dataclass(frozen=True)
class LookOnly(Press):
    """只看不存."""

    prefix: ClassVar[str] = "cl"


@dataclass(frozen=True)
class SayAnew(Press):
    """重新说."""

    prefix: ClassVar[str] = "cr"


@dataclass(frozen=True)
class FixNeeds(Press):
    """改需求."""

    prefix: ClassVar[str] = "cn"


@dataclass(frozen=True)
class ShowPage(Press):
    """A page of the profile."""

    prefix: ClassVar[str] = "cp"
    page: int


@dataclass(frozen=True)
class ShowFact(Press):
    """One fact: change, forget, who said it."""

    prefix: ClassVar[str] = "cd"
    fact: str


@dataclass(frozen=True)
class ForgetFact(Press):
    """删除一项."""

    prefix: ClassVar[str] = "cx"
    fact: str


@dataclass(frozen=True)
class RestoreFact(Press):
    """还原: the other person's value counts again."""

    prefix: ClassVar[str] = "cb"
    fact: str


@dataclass(frozen=True)
class AskName(Press):
    """The company's name is to be typed."""

    prefix: ClassVar[str] = "cw"


@dataclass(frozen=True)
class AskCode(Press):
    """The company's code is to be typed."""

    prefix: ClassVar[str] = "cu"


@dataclass(frozen=True)
class RequestJoin(Press):
    """请求加入: the members of the company of this code decide."""

    prefix: ClassVar[str] = "cj"
    code: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What was understood: `changed` keys are new or other than what is kept.

    `left_out` says that something was said of others or of the future. `office` is named where
    agreement is still needed.
    """

    said: Profile = field(default_factory=Profile)
    changed: frozenset[str] = frozenset()
    needs_changed: bool = False
    clashes: tuple[Contradiction, ...] = ()
    left_out: bool = False
    office: Words | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A fact of the profile with who said it, and a colleague's other value."""

    spec: FactSpec
    value: FactValue
    by: str | None
    at: datetime
    source: str
    rival: FactValue | None = None
    rival_by: str | None = None
    rival_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """C16 as a whole."""

    name: str
    code: str | None
    code_checked: bool
    lines: Sequence[Line] = field(default_factory=tuple)
    needs: tuple[str, ...] = ()


def check(t: Translator, match: Match, draft: Draft) -> Screen:
    """C2: each line one fact; results show at once, keeping waits for the tap."""
    return Screen(
        text=Html.lines(*_check_lines(t, match, draft)),
        keyboard=tuple(_check_keys(t, match, draft)),
    )


def _check_lines(t: Translator, match: Match, draft: Draft) -> Iterator[Html]:
    if match.for_client:
        yield t("companies.check.title_client", name=company_name(t, match.company))
    else:
        yield t("companies.check.title")
    for spec in _specs(match, draft.said):
        value = draft.said.values[spec.key]
        words = facts.value(t, spec, value, match.catalogue.industries)
        key = "changed" if spec.key in draft.changed else "line"
        yield t(f"companies.check.{key}", label=facts.label(t, spec), value=words)
    if match.needs:
        key = "changed" if draft.needs_changed else "line"
        label = t.plain("companies.label.needs")
        yield t(f"companies.check.{key}", label=label, value=needs_words(t, match))
    for clash in draft.clashes:
        yield t("companies.check.clash", told=facts.clash(t, match.catalogue, clash))
    yield from _follows(t, match)
    if draft.left_out:
        yield t("companies.check.left_out")
    yield preview(t, match)
    if draft.office is not None:
        yield consent_terms(t, draft.office)


def _specs(match: Match, said: Profile) -> list[FactSpec]:
    found = [match.catalogue.fact(key) for key in said.values]
    known = [spec for spec in found if spec is not None]
    return sorted(known, key=lambda spec: match.catalogue.facts.order(spec.key))


def needs_words(t: Translator, match: Match) -> str:
    """The company's needs in words."""
    names = [matching.need_name(t, match.catalogue.needs, need) for need in match.needs]
    return t.plain("companies.value.joint").join(names)


def _follows(t: Translator, match: Match) -> Iterator[Html]:
    possible = Readings(match.profile, match.as_of).possible("size_class").value
    spec = match.catalogue.fact("size_class")
    if not possible or spec is None or len(possible) > 2:
        return
    words = [option.of(t.locale) for option in spec.options if option.value in possible]
    yield t("companies.check.follows", size=t.plain("companies.value.or").join(words))


def preview(t: Translator, match: Match) -> Html:
    """「按此理解：贷款贴息初步符合，另有 5 项还差答案」"""
    fits = [entry for entry in match.entries if entry.place is Place.ELIGIBLE]
    names = t.plain("companies.value.joint").join(
        entry.measure.short.of(t.locale) for entry in fits[:PREVIEWED]
    )
    open_ = match.counts[Place.UNDETERMINED]
    if not fits:
        return t(
            "companies.check.preview_open", open=open_, officer=match.counts[Place.OFFICER_CHECK]
        )
    key = "preview_more" if len(fits) > PREVIEWED else "preview"
    return t(f"companies.check.{key}", names=names, count=len(fits), open=open_)


def _check_keys(t: Translator, match: Match, draft: Draft) -> Iterator[Row]:
    keep = "keep" if draft.office is None else "agree_and_keep"
    yield (_button(t, keep, Keep()),)
    fixes = [_fix_button(t, spec) for spec in _specs(match, draft.said)[:FIXES]]
    fixes.append(_button(t, "fix_needs", FixNeeds()))
    width = 3 if all(len(button.text) <= 6 for button in fixes) else 2
    for start in range(0, len(fixes[: width * 2]), width):
        yield tuple(fixes[start : start + width])
    yield (_button(t, "look_only", LookOnly()), _button(t, "say_anew", SayAnew()))
    yield (menu_button(t),)


def _fix_button(t: Translator, spec: FactSpec) -> Button:
    words = t.plain("companies.button.fix", label=facts.label(t, spec))
    return Button(words, data=matching.AskFact(spec.key).pack())


def _button(t: Translator, key: str, press: Press) -> Button:
    return Button(t.plain(f"companies.button.{key}"), data=press.pack())


def say_anew(t: Translator) -> Screen:
    """An invitation to describe the company in one sentence."""
    return Screen(
        text=Html.lines(t("companies.say.title"), t("companies.say.example")),
        keyboard=(
            (Button(t.plain("matching.button.guide"), data=matching.Guide().pack()),),
            back_row(t),
        ),
    )


def profile(t: Translator, match: Match, sheet: Sheet, page: int) -> Screen:
    """C16: what is kept, six facts a page."""
    pages = max(1, -(-len(sheet.lines) // PROFILE_PAGE))
    page = min(max(page, 0), pages - 1)
    part = sheet.lines[page * PROFILE_PAGE : (page + 1) * PROFILE_PAGE]
    lines = [
        t(
            f"companies.profile.{'title_client' if match.for_client else 'title'}",
            name=company_name(t, sheet.name),
        ),
        _code_line(t, sheet),
        *(_profile_line(t, match, line) for line in part),
    ]
    if not sheet.lines:
        lines.append(t("companies.profile.empty"))
    if match.needs:
        lines.append(
            t(
                "companies.check.line",
                label=t.plain("companies.label.needs"),
                value=needs_words(t, match),
            )
        )
    return Screen(
        text=Html.lines(*lines), keyboard=tuple(_profile_keys(t, match, sheet, part, page))
    )


def _code_line(t: Translator, sheet: Sheet) -> Html | None:
    if sheet.code is None:
        return None
    key = "code" if sheet.code_checked else "code_unchecked"
    return t(f"companies.profile.{key}", code=sheet.code)


def _profile_line(t: Translator, match: Match, line: Line) -> Html:
    words = facts.value(t, line.spec, line.value, match.catalogue.industries)
    if line.rival is None or line.spec.key in match.judged:
        return t("companies.check.line", label=facts.label(t, line.spec), value=words)
    other = facts.value(t, line.spec, line.rival, match.catalogue.industries)
    return t(
        "companies.profile.line_rival",
        label=facts.label(t, line.spec),
        value=words,
        other=other,
        by=line.rival_by or "",
    )


def _profile_keys(
    t: Translator, match: Match, sheet: Sheet, part: Sequence[Line], page: int
) -> Iterator[Row]:
    pages = max(1, -(-len(sheet.lines) // PROFILE_PAGE))
    buttons = [
        Button(facts.label(t, line.spec), data=ShowFact(line.spec.key).pack()) for line in part
    ]
    for start in range(0, len(buttons), 3):
        yield tuple(buttons[start : start + 3])
    turn = [
        _button(t, key, ShowPage(to))
        for key, to in (("previous", page - 1), ("more", page + 1))
        if 0 <= to < pages
    ]
    yield (_button(t, "fix_needs", FixNeeds()), *turn)
    yield (
        _button(t, "rename" if sheet.name else "name", AskName()),
        _button(t, "recode" if sheet.code else "code", AskCode()),
    )
    if match.for_client:
        yield (_button(t, "hand_over", Go("colleagues")), go_button(t, "clients"))
    yield (*(() if match.for_client else (go_button(t, "colleagues"),)), go_button(t, "policies"))
    yield back_row(t)


def fact(t: Translator, match: Match, line: Line, zone: ZoneInfo) -> Screen:
    """One fact: its value, who said it when, and a colleague's other value.

    What an officer judged is not the company's to change.
    """
    words = facts.value(t, line.spec, line.value, match.catalogue.industries)
    judged = line.spec.key in match.judged
    rows: list[Row] = [
        (
            Button(t.plain("companies.button.change"), data=matching.AskFact(line.spec.key).pack()),
            _button(t, "forget", ForgetFact(line.spec.key)),
        )
    ]
    if judged:
        rows = []
    text = [
        t("companies.fact.title", label=facts.label(t, line.spec), value=words),
        _who(t, line, zone, judged=judged),
    ]
    if line.rival is not None and line.rival_at is not None and not judged:
        other = facts.value(t, line.spec, line.rival, match.catalogue.industries)
        text.append(
            t(
                "companies.fact.rival",
                value=other,
                by=line.rival_by or "",
                at=formats.moment(t, line.rival_at, zone),
            )
        )
        rows.append((_button(t, "restore", RestoreFact(line.spec.key)),))
    if line.spec.help is not None:
        text.append(t("matching.question.help", text=line.spec.help.of(t.locale)))
    return Screen(
        text=Html.lines(*text), keyboard=(*rows, back_row(t, _button(t, "back", ShowPage(0))))
    )


def _who(t: Translator, line: Line, zone: ZoneInfo, *, judged: bool) -> Html:
    at = formats.moment(t, line.at, zone)
    if judged:
        return t("companies.source.judged", by=line.by or "", at=at)
    if line.by is None:
        return t(f"companies.source.{line.source}", at=at)
    return t("companies.source.by", by=line.by, at=at)


def ask_name(t: Translator) -> Screen:
    """The name is typed."""
    return Screen(
        text=t("companies.name.question"), keyboard=(back_row(t, _button(t, "back", ShowPage(0))),)
    )


def ask_code(t: Translator, *, wrong: bool = False) -> Screen:
    """The 统一社会信用代码 is typed."""
    return Screen(
        text=Html.lines(t("companies.code.wrong") if wrong else None, t("companies.code.question")),
        keyboard=(back_row(t, _button(t, "back", ShowPage(0))),),
    )


def code_known(t: Translator, code: str, office: Words | None) -> Screen:
    """A code that is already here opens nothing: its members decide.

    `office` is named where agreement is still needed.
    """
    return Screen(
        text=Html.lines(
            t("companies.code.known"),
            t("companies.code.members_decide"),
            consent_terms(t, office) if office else None,
        ),
        keyboard=(
            (_button(t, "agree_and_join" if office else "join", RequestJoin(code)),),
            back_row(t),
        ),
    )


def code_unknown(t: Translator, code: str) -> Screen:
    """A code typed by somebody who has no company here yet."""
    return Screen(
        text=t("companies.code.describe_first", code=code),
        keyboard=(
            (Button(t.plain("matching.button.guide"), data=matching.Guide().pack()),),
            back_row(t),
        ),
    )


def join_requested(t: Translator) -> Screen:
    """The members were asked; none is named."""
    return Screen(text=t("companies.code.requested"), keyboard=(back_row(t),))
