"""Who may press and ask for what, as a page of the docs, read off the code that asks it."""

import importlib
import pkgutil
from collections.abc import Iterator

import views
from domain.actors import Actor, Grant, Role
from domain.permissions import Circle, admits
from views.commands import EVERY_COMMAND, IN_GROUPS, circle_of
from views.presses import Press
from views.translations import Translator

_DEPARTMENT = "finance"
_OF_A_DEPARTMENT = frozenset({Role.OFFICER, Role.HEAD})
#: Agents and members stand on the same side of this door.
_ROLES = (Role.MEMBER, Role.OFFICER, Role.HEAD, Role.DUTY, Role.EDITOR, Role.ADMIN)


def page(t: Translator) -> str:
    """Markdown: the circles and who is in them, then what each is for."""
    return "\n".join(
        (
            t.plain("permissions.title"),
            "",
            t.plain("permissions.about"),
            "",
            *_grid(t),
            "",
            t.plain("permissions.then"),
            "",
            *_kinds(t),
            "",
        )
    )


def _grid(t: Translator) -> Iterator[str]:
    heads = [t.plain("permissions.circle"), *(t.plain(f"permissions.role.{one}") for one in _ROLES)]
    yield "| " + " | ".join(heads) + " |"
    yield "|---" * len(heads) + "|"
    for circle in Circle:
        marks = ("✓" if admits(circle, _somebody(role)) else "" for role in _ROLES)
        yield "| " + " | ".join((t.plain(f"permissions.of.{circle}"), *marks)) + " |"


def _somebody(role: Role) -> Actor:
    department = _DEPARTMENT if role in _OF_A_DEPARTMENT else None
    grants = frozenset() if role is Role.MEMBER else frozenset({Grant(role, department)})
    return Actor(person_id=0, name="", locale="", grants=grants)


def _kinds(t: Translator) -> Iterator[str]:
    heads = [t.plain(f"permissions.{one}") for one in ("circle", "commands", "buttons")]
    yield "| " + " | ".join(heads) + " |"
    yield "|---" * len(heads) + "|"
    for circle in Circle:
        commands = (f"`/{name}`" + _groups(name in IN_GROUPS) for name in _commands_of(circle))
        kinds = (kind for kind in presses() if kind.circle is circle)
        buttons = (kind.__name__ + _groups(kind.in_groups) for kind in kinds)
        cells = (t.plain(f"permissions.of.{circle}"), " ".join(commands), " ".join(buttons))
        yield "| " + " | ".join(cells) + " |"


def _groups(is_there: bool) -> str:
    return "\\*" if is_there else ""


def _commands_of(circle: Circle) -> Iterator[str]:
    return (name for name in EVERY_COMMAND if circle_of(name) is circle)


def presses() -> list[type[Press]]:
    """Every kind of button that our screens have, by its prefix."""
    for module in pkgutil.iter_modules(views.__path__):
        importlib.import_module(f"views.{module.name}")
    ours = (kind for kind in _heirs(Press) if kind.__module__.startswith(f"{views.__name__}."))
    return sorted(ours, key=lambda kind: kind.prefix)


def _heirs(kind: type[Press]) -> Iterator[type[Press]]:
    for heir in kind.__subclasses__():
        if "prefix" in heir.__dict__:
            yield heir
        yield from _heirs(heir)
