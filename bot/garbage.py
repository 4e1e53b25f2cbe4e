"""What is never garbage, and need not be looked through."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

#: So many new objects are waited for before cycles are looked for among them; Python's own 700 are
#: a fraction of what one update makes and lets go of by itself.
_MANY = 10_000


@contextmanager
def imports_that_stay() -> Iterator[None]:
    """What imports make stays for good: to look for garbage in it takes a fifth of a start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def furniture_stays() -> None:
    """So does the office as it was furnished: to look through it held up everybody for a quarter of
    a second each time."""
    gc.freeze()
    gc.set_threshold(_MANY)
