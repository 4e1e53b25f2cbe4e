"""Tasks that fail together raise groups within groups; people want to read the one reason."""


def innermost(error: BaseException) -> BaseException:
    """The first error that is no group."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
