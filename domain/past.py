"""A verdict of a day that is over."""

from dataclasses import dataclass
from datetime import date

from domain.catalogue import Catalogue
from domain.measures import Measure
from domain.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Past:
    """What a measure came to for a company on a day, with what that rests on.

    `facts` were told by then, the last of them on `said_on`; `published_on` is the day from which
    the conditions stood as they are read here, which may be later where nothing older is known;
    `is_changed` says whether they read otherwise now.
    """

    day: date
    catalogue: Catalogue
    measure: Measure
    verdict: Verdict
    facts: int
    said_on: date
    published_on: date
    is_changed: bool
