"""The command line. Each command's module is imported when it is called: most need neither Telegram
nor the database nor workbooks, and importing those takes longer than their work."""

from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_group

from bot.garbage import imports_that_stay

#: Where each command lives, in the order of the help.
_MODULES: Final = {
    "match": "matching",
    "search": "matching",
    "understand": "sentences",
    "triage": "sentences",
    "deadline": "deadlines",
    "calendar": "calendar",
    "doctor": "doctor",
    "gaps": "gaps",
    "run": "running",
    "ticket": "records",
    "outbox": "records",
    "notice": "records",
    "catalogue": "catalogue",
    "import": "workbooks",
    "export": "workbooks",
    "db": "database",
    "wording": "wording",
    "docs": "pages",
    "secrets": "secret_scan",
}


class _OnDemand(TyperGroup):
    """Commands that are hung on when somebody asks for them."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - Typer's form
        return list(_MODULES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command; for a name there is not, all are fetched, so that one can be suggested."""
        names = [cmd_name] if cmd_name in _MODULES else list(_MODULES)
        for module in {_MODULES[name] for name in names if name not in self.commands}:
            late = typer.Typer(callback=office)
            with imports_that_stay():
                import_module(f"bot.cli.{module}").add_to(late)
            self.commands.update(get_group(late).commands)
        return super().get_command(ctx, cmd_name)


app = typer.Typer(
    cls=_OnDemand, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


@app.callback()
def office() -> None:
    """Qihang 企航: the desk between companies and their district government."""
