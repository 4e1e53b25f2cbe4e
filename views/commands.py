"""Commands, declared once: menu, help and routing read them here. Descriptions are wording."""

from domain.permissions import Circle

COMPANY_COMMANDS = (
    "start",
    "policies",
    "ask",
    "tickets",
    "visit",
    "profile",
    "colleagues",
    "notices",
    "language",
    "privacy",
    "help",
    "cancel",
)
OFFICE_COMMANDS = ("queue", "mine", "find", "visits", "register", "stats", "export", "leave")
EDITOR_COMMANDS = ("catalogue", "checks", "gaps")
ADMIN_COMMANDS = ("invite", "departments", "calendar", "health")
GROUP_COMMANDS = ("desk", "queue", "find", "r", "help")
#: Not offered in a menu; reached from a screen.
UNLISTED_COMMANDS = ("settings", "clients", "watches")

#: Whom a command is for, where that is not everybody.
CIRCLES = {
    "desk": Circle.DESKS,
    "r": Circle.CASEWORK,
    **dict.fromkeys(("queue", "mine", "find", "calendar"), Circle.OFFICE),
    **dict.fromkeys(("visits", "register", "leave"), Circle.CASEWORK),
    **dict.fromkeys(("stats", "export"), Circle.STAFF),
    **dict.fromkeys(EDITOR_COMMANDS, Circle.EDITORS),
    **dict.fromkeys(("invite", "departments", "health"), Circle.ADMINS),
}
#: In a group everybody reads along: only these are answered there.
IN_GROUPS = frozenset({*GROUP_COMMANDS, "mine"})
EVERY_COMMAND = (
    *COMPANY_COMMANDS,
    *OFFICE_COMMANDS,
    *EDITOR_COMMANDS,
    *ADMIN_COMMANDS,
    *UNLISTED_COMMANDS,
    "desk",
    "r",
)


def circle_of(name: str) -> Circle:
    """Whom a command is for."""
    return CIRCLES.get(name, Circle.EVERYBODY)
