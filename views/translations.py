"""Wording: keys in code, sentences in locales/<language>/LC_MESSAGES/<noun>.po.

The part of a key before its first dot names the file. The translator is the one place where text
from people is escaped.
"""

import gettext
import io
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from domain.screens import Html
from domain.visible import apart

LOCALES = Path(__file__).parent / "locales"
LANGUAGES = ("zh", "en")


class Translator:
    """Gives a key its words in one language."""

    def __init__(self, locale: str) -> None:
        self.locale = locale if locale in LANGUAGES else LANGUAGES[0]

    def __call__(self, key: str, **values: object) -> Html:
        """Safe HTML; every value is escaped unless it is `Html` already."""
        safe = {
            name: Html.safe(value) if isinstance(value, str) else value
            for name, value in values.items()
        }
        return Html(self._words(key).format(**safe))

    def plain(self, key: str, **values: object) -> str:
        """For buttons and toasts, which know no markup."""
        given = {
            name: apart(value) if type(value) is str else value for name, value in values.items()
        }
        return self._words(key).format(**given)

    def plural(self, key: str, count: int, **values: object) -> Html:
        """Like a call, with the form that fits `count`; `{count}` is among the values."""
        catalogue = _wording(self.locale, key.partition(".")[0])
        words = catalogue.ngettext(key, key, count)
        safe = {
            name: Html.safe(value) if isinstance(value, str) else value
            for name, value in values.items()
        }
        return Html(words.format(count=count, **safe))

    def has(self, key: str) -> bool:
        return self._words(key) != key

    def _words(self, key: str) -> str:
        return _wording(self.locale, key.partition(".")[0]).gettext(key)


@cache
def translator(locale: str) -> Translator:
    """The translator of a language; an unknown one falls back to Chinese."""
    return Translator(locale)


@cache
def _wording(locale: str, noun: str) -> gettext.NullTranslations:
    """Read straight from the .po file, so that no compiled copy can go stale."""
    path = LOCALES / locale / "LC_MESSAGES" / f"{noun}.po"
    if not path.exists():
        return gettext.NullTranslations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=locale)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
