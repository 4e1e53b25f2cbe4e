"""Print the figures of every evaluation set: python -m tests.evaluation [--wrong].

What went wrong is shown of the part to tune on only; the other part is measured, never read.
"""

from __future__ import annotations

import sys

from tests.evaluation import problems, searches, sentences
from tests.evaluation.books import index, triage_book, word_books
from tests.evaluation.figures import HELD, TUNE, Figure


def main(*, show_wrong: bool) -> None:
    """Write a line per figure to stdout, with the examples that went wrong when asked for."""
    books, book, measures = word_books(), triage_book(), index()
    for split in (TUNE, HELD):
        for figure in (
            *searches.figures(measures, split),
            *sentences.figures(books, split),
            *problems.figures(book, split),
        ):
            sys.stdout.write(_line(split, figure))
            if show_wrong and split == TUNE:
                sys.stdout.writelines(f"    {line}\n" for line in figure.wrong)


def _line(split: str, figure: Figure) -> str:
    return f"{split:5} {figure.name:22} {figure.share:6.1%} of {figure.cases}\n"


if __name__ == "__main__":
    main(show_wrong="--wrong" in sys.argv[1:])
