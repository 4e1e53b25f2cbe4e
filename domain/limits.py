"""How much one person may ask of the office, far above what anybody needs, and what is said then.

docs/operators.md lists them with what a person reads.
"""

from datetime import timedelta

from domain.errors import Refusal

#: Messages a minute in private, by Telegram's own time: three a second is no person at a keyboard,
#: and fifteen albums forwarded at once stay below it.
MESSAGES_A_MINUTE = 180
MINUTE = timedelta(minutes=1)
#: What an officer can read as one problem: some fifteen pages, or five albums.
DRAFT_PARTS, DRAFT_SIGNS = 50, 20_000
#: Sentences are read anew with each answer, so they are counted in signs: three long messages.
PROFILE_SIGNS = 8_000
#: A company has one or two; an agent one for each of some fifty clients.
TICKETS_A_DAY = 50
#: A bookkeeping firm has some fifty clients.
COMPANIES = 100
#: Registered names have up to sixty characters.
LONGEST_NAME, LONGEST_CONTACT = 120, 40
#: Two for each of the catalogue's measures.
WATCHES = 150
#: Links that still wait for a colleague.
INVITATIONS = 20


class DraftFull(Refusal):
    """More words or files than one ticket takes. Facts: parts."""

    code = "draft_full"


class TooMuchAtOnce(Refusal):
    """So much about a company, with nothing of it confirmed. Facts: signs."""

    code = "too_much_at_once"


class TooManyTickets(Refusal):
    """So many since yesterday. Facts: limit."""

    code = "too_many_tickets"


class TooManyCompanies(Refusal):
    """Somebody speaks for so many already. Facts: limit."""

    code = "too_many_companies"


class TooManyWatches(Refusal):
    """So many watches are open. Facts: limit."""

    code = "too_many_watches"


class TooManyInvitations(Refusal):
    """So many links wait to be used. Facts: limit."""

    code = "too_many_invitations"
