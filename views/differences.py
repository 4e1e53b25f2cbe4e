"""Two versions of a measure beside each other, in the words of an editor."""

from datetime import date

from domain.catalogue import Catalogue
from domain.citations import Citation
from domain.criteria import Leaf
from domain.differences import Difference, Kind
from domain.measures import Parameter
from domain.screens import Html
from domain.windows import DatedWindow, UnknownWindow, YearlyWindow
from domain.words import Words
from views import formats
from views.rules import Rules
from views.translations import Translator

#: Characters of a line: English takes two letters where Chinese takes one.
LINE = {"zh": 30, "en": 60}


def line(t: Translator, one: Difference, catalogue: Catalogue) -> Html:
    """What differs, in one line."""
    return t(f"editors.difference.{_key(one)}", **_words(t, one, catalogue))


def plain_line(t: Translator, one: Difference, catalogue: Catalogue) -> str:
    """The same without markup, for a terminal."""
    return t.plain(f"editors.difference.{_key(one)}", **_words(t, one, catalogue))


def _words(t: Translator, one: Difference, catalogue: Catalogue) -> dict[str, str]:
    subject = clipped(t, one.subject.of(t.locale)) if one.subject is not None else ""
    match one.before, one.after:
        case (before, after) if isinstance(before, Leaf) and isinstance(after, Leaf):
            change = Rules(t, catalogue).change(before, after)
        case (tuple() as before, tuple() as after) if one.kind is Kind.FIELD:
            change = _items(t, before, after)
        case before, after:
            was = _value(t, one.name, before, catalogue)
            now = _value(t, one.name, after, catalogue)
            change = t.plain("editors.change", before=was, after=now)
    return {"subject": subject, "name": field_name(t, one.name), "change": change}


def _items(t: Translator, before: tuple[object, ...], after: tuple[object, ...]) -> str:
    """What came and went of a list of words; the same ones in another order are said to be so."""
    joint = t.plain("editors.joint")
    came = clipped(t, joint.join(str(one) for one in after if one not in before))
    went = clipped(t, joint.join(str(one) for one in before if one not in after))
    parts = [
        t.plain(f"editors.rule.{key}", items=items)
        for key, items in (("came", came), ("went", went))
        if items
    ]
    return t.plain("editors.joint_of_parts").join(parts) or t.plain("editors.difference.order")


def _key(one: Difference) -> str:
    match one.kind:
        case Kind.WORDING if one.subject is not None:
            return "worded"
        case Kind.WINDOW if one.subject is not None:
            return "route_window"
        case Kind.FIELD if not one.before and not one.after:
            return "part"
        case _:
            return one.kind.value


def field_name(t: Translator, name: str) -> str:
    """What a part of a measure is called."""
    key = f"editors.field.{name}"
    return t.plain(key) if name and t.has(key) else name


def _value(t: Translator, name: str, value: object, catalogue: Catalogue) -> str:
    match value:
        case None | "" | ():
            return t.plain("editors.nothing")
        case Words():
            return clipped(t, value.of(t.locale))
        case Citation():
            return _source(t, value, catalogue)
        case UnknownWindow() | YearlyWindow() | DatedWindow():
            return _window(t, value)
        case date():
            return value.isoformat()
        case tuple():
            return t.plain("editors.joint_of_parts").join(_parameter(t, one) for one in value)
        case str() if name == "department":
            known = catalogue.department(value)
            return known.name.of(t.locale) if known else value
        case str() if t.has(f"editors.value.{value}"):
            return t.plain(f"editors.value.{value}")
        case _:
            return clipped(t, str(value))


def _source(t: Translator, cite: Citation, catalogue: Catalogue) -> str:
    source = catalogue.sources.get(cite.source)
    name = cite.source
    if source is not None:
        name = source.en if t.locale == "en" else (source.number or source.name)
    sure = t.plain(f"editors.value.{catalogue.confidence(cite)}")
    return t.plain("editors.source", name=clipped(t, name), article=cite.article or "", sure=sure)


def _window(t: Translator, window: UnknownWindow | YearlyWindow | DatedWindow) -> str:
    match window:
        case YearlyWindow():
            return t.plain("editors.window.yearly", opens=window.opens, closes=window.closes)
        case DatedWindow():
            return _period(t, window.from_, window.to)
        case _:
            return t.plain("editors.window.unknown")


def _parameter(t: Translator, parameter: Parameter) -> str:
    period = _period(t, parameter.from_, parameter.to)
    return t.plain("editors.parameter", value=formats.number(parameter.value), period=period)


def _period(t: Translator, opens: date | None, closes: date | None) -> str:
    if opens is None and closes is None:
        return t.plain("editors.window.always")
    if closes is None:
        return t.plain("editors.window.since", opens=opens)
    if opens is None:
        return t.plain("editors.window.until", closes=closes)
    return t.plain("editors.window.dated", opens=opens, closes=closes)


def clipped(t: Translator, text: str, *, lines: int = 1) -> str:
    """A text cut to so many lines of a card; the file has it in full."""
    most = LINE[t.locale] * lines
    return text if len(text) <= most else f"{text[: most - 1]}…"
