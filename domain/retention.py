"""How long what is kept stays. The one place that says so: the consent text and the jobs read it,
and docs/privacy.md is held to it by a test.
"""

from datetime import timedelta

#: Anything written by somebody who has not agreed; longer would be keeping without asking.
WAITING_FOR_CONSENT = timedelta(days=1)

#: 只看不存: what somebody only looks at. A day lets them come back to the list the same evening.
LOOKED_AT = timedelta(days=1)

#: An unconfirmed draft or an open form. The reminder comes after a day of silence, and who is away
#: for a week of work still finds it.
UNCONFIRMED = timedelta(days=7)

#: Updates as they arrived, messages as they were sent, and chat that belongs to no request: needed
#: to repeat what was lost and to find out what went wrong, which is known within the month.
RAW_RECORDS = timedelta(days=30)

#: The words of a search that somebody wants to hear of (有了告诉我), while nothing answers: what a
#: district does not publish within half a year is asked for anew.
WISHES = timedelta(days=180)

#: An invitation nobody used, after its last day: until then its opener is told that it has expired.
UNUSED_INVITATIONS = timedelta(days=30)

#: The particulars of a reminder that was said or dropped: half a year answers 为什么没有提醒我.
NOTICE_DETAILS = timedelta(days=180)

#: Whom an officer met at a company and what was promised: two years show whether it was kept.
VISIT_NOTES = timedelta(days=730)

#: Nightly copies of the database, one a day: what is erased is gone from them after this long.
BACKUPS = timedelta(days=14)
