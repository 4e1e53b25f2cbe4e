"""Errors carry facts; views/errors.py gives them words."""

from typing import ClassVar


class Refusal(Exception):
    """Something a person asked for cannot be done; nothing of it was kept.

    `facts` are values for the wording under `errors.<code>`. `alert` asks for a dialog instead of
    a passing line: only when somebody lost something.
    """

    code: ClassVar[str] = "refused"
    alert: ClassVar[bool] = False

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code, facts)
        self.facts = facts
        #: What was asked is no longer this person's to answer: the open question is put away.
        self.ends_question = False


class Failed(Refusal):
    """Our own fault: it was tried three times, and an administrator knows."""

    code = "failed"
    alert = True


class NotFound(Refusal):
    """No such thing, or not for this person: both read the same, so that nothing leaks."""

    code = "not_found"


class NotAllowed(Refusal):
    """The person's roles do not cover this step."""

    code = "not_allowed"


class PrivateOnly(Refusal):
    """In a group everybody would read along."""

    code = "private_only"


class ChangedMeanwhile(Refusal):
    """Somebody else changed it first; the card is drawn again."""

    code = "changed_meanwhile"
