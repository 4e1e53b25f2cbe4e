"""Commands, declared once: menu, help and routing read them here. Descriptions are wording."""

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
