"""What people see when nothing else fits: a dead button, an unknown command, a sticker."""

from collections.abc import Sequence

from domain.screens import Button, Html, Screen
from views.people import back_row, go_button
from views.translations import Translator


def command(t: Translator, name: str, likeliest: Sequence[str]) -> Screen:
    """No such command; the likeliest ones as buttons."""
    return Screen(
        text=Html.lines(t("messages.unknown.command", name=name), t("messages.unknown.hint")),
        keyboard=(tuple(go_button(t, each) for each in likeliest), back_row(t)),
    )


def words_please(t: Translator) -> Screen:
    """A sticker, a dice, a poll: nothing an office could read."""
    return Screen(text=t("messages.unknown.words_please"), keyboard=(back_row(t),))


def not_read(t: Translator, likeliest: Sequence[str]) -> Screen:
    """We could not read it: our fault, with the likeliest ways on."""
    return Screen(
        text=Html.lines(t("messages.unknown.not_read"), t("messages.unknown.hint")),
        keyboard=(tuple(go_button(t, each) for each in likeliest), back_row(t)),
    )


def in_group(t: Translator, bot_username: str) -> Screen:
    """One line in a group, with the way to the private chat; no data."""
    link = f"https://t.me/{bot_username}?start=menu"
    return Screen(
        text=t("messages.group.private_only"),
        keyboard=((Button(t.plain("messages.group.open"), url=link),),),
    )


def added_to_group(t: Translator) -> Screen:
    """The bot came into a group."""
    return Screen(text=Html.lines(t("messages.group.added"), t("messages.group.rights")))


def group_help(t: Translator) -> Screen:
    """What can be done in a group."""
    return Screen(
        text=Html.lines(
            t("messages.group.help"),
            *(f"/{name} {t.plain(f'commands.{name}')}" for name in ("desk", "queue", "r")),
        )
    )


def anonymous(t: Translator) -> Screen:
    """An anonymous administrator wrote: nobody can answer for it."""
    return Screen(text=Html.lines(t("messages.anonymous.title"), t("messages.anonymous.how")))
