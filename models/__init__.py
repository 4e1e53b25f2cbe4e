"""What is remembered: one class per table, grouped by noun."""

from models.alarms import Alarm
from models.companies import Company, Fact
from models.matching import MeasureMark, VerdictRecord, Watch
from models.measures import MeasureVersion
from models.messages import Conversation, Inbox, Message, Outbox, Topic
from models.notices import Notice, NoticeChoice
from models.offices import Absence, CalendarChange, DepartmentNote, Desk
from models.people import Consent, Invitation, JoinRequest, Membership, Person
from models.publications import Publication
from models.reviews import Review
from models.task_rounds import TaskRound
from models.tickets import Task, Ticket, TicketCounter, TicketEvent
from models.unmet import UnmetNeed
from models.visits import Liaison, Visit

__all__ = [
    "Absence",
    "Alarm",
    "CalendarChange",
    "Company",
    "Consent",
    "Conversation",
    "DepartmentNote",
    "Desk",
    "Fact",
    "Inbox",
    "Invitation",
    "JoinRequest",
    "Liaison",
    "MeasureMark",
    "MeasureVersion",
    "Membership",
    "Message",
    "Notice",
    "NoticeChoice",
    "Outbox",
    "Person",
    "Publication",
    "Review",
    "Task",
    "TaskRound",
    "Ticket",
    "TicketCounter",
    "TicketEvent",
    "Topic",
    "UnmetNeed",
    "VerdictRecord",
    "Visit",
    "Watch",
]
