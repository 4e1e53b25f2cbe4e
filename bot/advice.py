"""What is missing in an office, for the operator: the finding and what to do."""

from services.health import Gap

ADVICE: dict[Gap, tuple[str, str]] = {
    Gap.NO_ADMINISTRATOR: (
        "there is no administrator",
        "set ADMIN_IDS; the bot's /help shows a person their id",
    ),
    Gap.ADMINISTRATOR_SILENT: (
        "no administrator has written to the bot yet",
        "an administrator sends /start to the bot",
    ),
    Gap.DUTY_DESK_EMPTY: (
        "the duty desk has nobody: tickets without a department reach administrators only",
        "an administrator sends /invite and passes the link on",
    ),
    Gap.NO_OFFICER: (
        "there is no officer",
        "an administrator sends /invite and passes the links on",
    ),
}
