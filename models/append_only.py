"""The history of tickets may only grow: the database itself refuses to change or delete a line."""

from collections.abc import Iterator

TABLE = "ticket_event"
_WORDS = "the history of tickets is append-only"


def protect(dialect: str) -> Iterator[str]:
    """Statements that set up the guard."""
    if dialect == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {TABLE}_no_{deed.lower()} BEFORE {deed} ON {TABLE} "
                f"BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END"
            )
        return
    yield (
        f"CREATE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_WORDS}'; END $$"
    )
    yield (
        f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
        f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()"
    )


def release(dialect: str) -> Iterator[str]:
    """Statements that take the guard away, before the table goes."""
    if dialect == "sqlite":
        yield f"DROP TRIGGER {TABLE}_no_update"
        yield f"DROP TRIGGER {TABLE}_no_delete"
        return
    yield f"DROP TRIGGER {TABLE}_append_only ON {TABLE}"
    yield f"DROP FUNCTION {TABLE}_refuse()"
