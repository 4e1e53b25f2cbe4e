"""Every kind of notice: how it is judged again and rendered when it comes due."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.quiet_hours import Audience
from domain.screens import Screen
from models import Notice
from models.matching import WatchReason
from scheduler import (
    absence_notices,
    alarm_notices,
    calendar_notices,
    desk_notices,
    editor_notices,
    matching_notices,
    news_notices,
    people_notices,
    publications,
    reminders,
    season_notices,
    statistics_notices,
    ticket_notices,
    visit_notices,
)
from scheduler.outcomes import Elsewhere, Postponed
from services import (
    alarms,
    bundles,
    digests,
    ladder,
    outbox,
    seasons,
    statistics,
    visits,
    watches,
    weekly_reports,
)
from services.office import Office
from services.reminders import PERSONAL

Rendered = Screen | Postponed | Elsewhere | None
#: None: it makes no sense any more, or (for a kind that acts) the work is done.
Render = Callable[[AsyncSession, Notice, Office, datetime], Awaitable[Rendered]]


@dataclass(frozen=True, slots=True)
class Kind:
    """`acts`: the renderer owes everything itself (desk cards). `hushed`: a reminder for this
    audience, held in its quiet hours unless the notice is urgent; `never_first`: even then, because
    something was said before. `good_for`: how long an unsent message stays true before it is judged
    again. `to_company`: about a ticket, to its company's people, whoever they are by then.
    `studied`: takes long to render, and is rendered in a session that cannot write.
    """

    render: Render
    to_company: bool = False
    acts: bool = False
    hushed: Audience | None = None
    never_first: bool = False
    good_for: timedelta | None = None
    broadcast: bool = False
    studied: bool = False


# Words that a person has just sent, and moments that a person has named, are kept as promised; only
# reminders of our own making wait for the morning.
_PERSONAL = Kind(reminders.remind, hushed=Audience.OFFICER, never_first=True)
_WATCHED = Kind(matching_notices.watched, hushed=Audience.COMPANY, broadcast=True)


def _season(render: Render) -> Kind:
    """A reminder of a day to come: what lay unsent for half a day is judged again."""
    return Kind(render, hushed=Audience.COMPANY, good_for=timedelta(hours=12), broadcast=True)


KINDS: dict[str, Kind] = {
    "desk_card": Kind(desk_notices.desk_card, acts=True),
    "relay_to_desk": Kind(desk_notices.desk_card, acts=True),
    **{kind: Kind(reminders.on_ladder, hushed=Audience.OFFICER) for kind in ladder.KINDS},
    digests.ROUND: Kind(reminders.digest_round, acts=True, hushed=Audience.OFFICER),
    **dict.fromkeys(PERSONAL, _PERSONAL),
    "task_assigned": Kind(desk_notices.told),
    "task_nudged": Kind(desk_notices.told, hushed=Audience.OFFICER),
    "ticket_urged": Kind(desk_notices.told, hushed=Audience.OFFICER),
    "ticket_needs_time": Kind(desk_notices.told, hushed=Audience.OFFICER),
    "ticket_unsolved": Kind(desk_notices.told, hushed=Audience.OFFICER),
    "task_bounced": Kind(desk_notices.bounced, hushed=Audience.OFFICER),
    "task_extension_asked": Kind(desk_notices.extension_asked, hushed=Audience.OFFICER),
    "task_extension_granted": Kind(desk_notices.extension_decided, hushed=Audience.OFFICER),
    "task_extension_refused": Kind(desk_notices.extension_decided, hushed=Audience.OFFICER),
    "ticket_unowned": Kind(desk_notices.ticket_unowned),
    "undelivered": Kind(desk_notices.undelivered, hushed=Audience.OFFICER),
    "person_unreachable": Kind(desk_notices.person_unreachable, hushed=Audience.OFFICER),
    "topic_made_twice": Kind(desk_notices.topic_made_twice, acts=True),
    "desk_lacks_rights": Kind(desk_notices.desk_lacks_rights),
    "join_requested": Kind(people_notices.join_requested, hushed=Audience.COMPANY),
    "join_decided": Kind(people_notices.join_decided, hushed=Audience.COMPANY),
    "member_joined": Kind(people_notices.member_joined, hushed=Audience.COMPANY),
    "member_removed": Kind(people_notices.member_removed, hushed=Audience.COMPANY),
    "draft_waiting": Kind(ticket_notices.draft_waiting, hushed=Audience.COMPANY),
    "ticket_taken": Kind(ticket_notices.taken, to_company=True),
    "reply_to_company": Kind(ticket_notices.replied, to_company=True),
    "reply_edited": Kind(ticket_notices.edited, to_company=True),
    "ticket_asked_back": Kind(ticket_notices.asked_back, to_company=True),
    "ticket_answered": Kind(ticket_notices.answered, to_company=True),
    "ticket_extended": Kind(ticket_notices.extended, to_company=True),
    "ticket_rescheduled": Kind(
        calendar_notices.rescheduled, to_company=True, hushed=Audience.COMPANY
    ),
    "absence_turn": Kind(absence_notices.turn, acts=True),
    "stand_in_named": Kind(absence_notices.stand_in_named, hushed=Audience.OFFICER),
    "stand_in_begins": Kind(absence_notices.stand_in_begins, hushed=Audience.OFFICER),
    "stand_in_wanted": Kind(absence_notices.stand_in_wanted, hushed=Audience.OFFICER),
    "stand_in_declined": Kind(absence_notices.stand_in_declined, hushed=Audience.OFFICER),
    "absence_over": Kind(absence_notices.absence_over, hushed=Audience.OFFICER),
    "ticket_handed_over": Kind(
        absence_notices.handed_over, to_company=True, hushed=Audience.COMPANY
    ),
    "tasks_handed_over": Kind(absence_notices.tasks_handed_over, hushed=Audience.OFFICER),
    "tasks_returned": Kind(absence_notices.tasks_returned, hushed=Audience.OFFICER),
    "calendar_file": Kind(calendar_notices.calendar_file),
    "ticket_merged": Kind(ticket_notices.merged, to_company=True),
    "ticket_joined": Kind(ticket_notices.joined, to_company=True),
    "ticket_split": Kind(ticket_notices.split, to_company=True),
    "rating_reminder": Kind(
        ticket_notices.rating_reminder, to_company=True, hushed=Audience.COMPANY
    ),
    "close_unanswered": Kind(ticket_notices.close_unanswered, acts=True, hushed=Audience.COMPANY),
    bundles.PROGRESS: Kind(ticket_notices.bundle_progress, acts=True),
    "ticket_registered": Kind(ticket_notices.registered, to_company=True, hushed=Audience.COMPANY),
    visits.DUE: Kind(visit_notices.visits_due, hushed=Audience.OFFICER),
    visits.PROMISED: Kind(visit_notices.visit_promise),
    visits.ASKED: Kind(visit_notices.visit_asked, hushed=Audience.OFFICER),
    "wish": Kind(matching_notices.wished, hushed=Audience.COMPANY),
    **{f"watch_{reason}": _WATCHED for reason in WatchReason},
    watches.AGAIN: Kind(matching_notices.looked_at_again, hushed=Audience.COMPANY, broadcast=True),
    seasons.DUTY: _season(season_notices.duty_due),
    seasons.TITLE: _season(season_notices.title_ends),
    **dict.fromkeys(seasons.WINDOWS.values(), _season(season_notices.window)),
    "measures_to_check": Kind(editor_notices.measures_to_check, hushed=Audience.OFFICER),
    weekly_reports.KIND: Kind(
        statistics_notices.weekly_report, hushed=Audience.OFFICER, broadcast=True, studied=True
    ),
    statistics.ASKED: Kind(statistics_notices.figures_asked, studied=True),
    "gaps_report": Kind(editor_notices.gaps_report, hushed=Audience.OFFICER, broadcast=True),
    "policy_news": Kind(news_notices.policy_news, hushed=Audience.COMPANY, broadcast=True),
    "profile_unfinished": Kind(matching_notices.profile_unfinished, hushed=Audience.COMPANY),
    "publication_card": Kind(publications.redraw_cards, acts=True),
    "publication_waiting": Kind(publications.ask_second, acts=True),
    "publication_decided": Kind(publications.decided),
    outbox.UNSURE: Kind(alarm_notices.unsure_broadcasts, hushed=Audience.OFFICER),
    alarms.RANG: Kind(alarm_notices.rings, hushed=Audience.OFFICER, good_for=timedelta(minutes=30)),
    alarms.OVER: Kind(alarm_notices.is_over, hushed=Audience.OFFICER),
}
