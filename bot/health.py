"""What the outside may see: figures for Prometheus. Labels have few values, and name nobody.

Counters and histograms say what this process did. What the house carries (docs/operators.md lists
both) is counted in the database, and every process says the same.
"""

import tomllib
from collections.abc import Collection, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from bot.settings import ROOT
from domain.alarms import AlarmKind
from models.messages import InboxState
from services.health import Load
from services.inbox import Arrived
from services.turns import Owed

_KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
_SHORT = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_LONG = (0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200)


class Figures:
    """Counters of one process, and what the whole house carries."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._updates = self._counter("updates", "Updates by what became of them", "kind", "result")
        self._effect = self._histogram("update_seconds", "From arrival to effect", _SHORT, "kind")
        self.calls = self._counter("telegram_calls", "Calls by what came back", "method", "result")
        self.call_seconds = self._histogram("telegram_call_seconds", "How long they took", _SHORT)
        self.sent = self._counter("sent", "Deliveries by what their answer means", "kind", "answer")
        self._delivery = self._histogram(
            "delivery_seconds", "From owed to delivered", _LONG, "traffic"
        )
        self.possible_repeats = self._counter(
            "possible_repeats", "Messages in flight at a crash, sent again"
        )
        self._runs = self._counter("job_runs", "Runs of a job", "job_name", "result")
        self._run_seconds = self._histogram("job_seconds", "How long they took", _SHORT, "job_name")
        self._last_run = self._gauge(
            "job_last_run_timestamp_seconds", "When it last ended well", "job_name"
        )
        self._build = self._gauge(
            "build_info", "Always 1: what runs", "version", "schema", "catalogue"
        )
        self.leads = self._gauge("leads", "1 in the process that is courier and timekeeper")
        self._database_up = self._gauge("database_up", "1 while the figures below can be counted")
        self._house = _House(self.registry)

    def took(self, row: Arrived, state: InboxState, now: datetime) -> None:
        """This update was committed, with an effect or with a failed try."""
        kind = next((one for one in _KINDS if one in row.payload), "other")
        is_open = state is InboxState.OPEN
        self._updates.labels(kind=kind, result="failed" if is_open else state).inc()
        if not is_open:
            self._effect.labels(kind=kind).observe((now - row.received_at).total_seconds())

    def deliveries(self) -> float:
        """How many calls of the courier were answered, one way or the other."""
        samples = (sample for metric in self.sent.collect() for sample in metric.samples)
        return sum(sample.value for sample in samples if sample.name.endswith("_total"))

    def delivered(self, row: Owed, now: datetime) -> None:
        """Telegram took it."""
        traffic = "broadcast" if row.broadcast else "notice" if row.notice_id else "reply"
        self._delivery.labels(traffic=traffic).observe((now - row.created_at).total_seconds())

    def ran(self, job: str, seconds: float, *, well: bool) -> None:
        """A job came to the end of what was due, or failed."""
        self._runs.labels(job_name=job, result="done" if well else "failed").inc()
        self._run_seconds.labels(job_name=job).observe(seconds)
        if well:
            self._last_run.labels(job_name=job).set_to_current_time()

    def show(self, load: Load, *, alarms: Collection[AlarmKind], backup_age: float | None) -> None:
        """Take over what was just counted in the database."""
        self._database_up.set(1)
        self._house.show(load, alarms, backup_age)

    def show_build(self, schema: str, catalogue: int) -> None:
        """What runs: it may change while it runs, but for the program itself."""
        self._build.clear()
        self._build.labels(version=_version(), schema=schema, catalogue=catalogue).set(1)

    def show_no_database(self) -> None:
        """Nothing can be counted: old numbers must not look like new ones."""
        self._database_up.set(0)
        self._house.forget()

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"qihang_{name}", meaning, labels, registry=self.registry)

    def _histogram(
        self, name: str, meaning: str, buckets: Sequence[float], *labels: str
    ) -> Histogram:
        return Histogram(f"qihang_{name}", meaning, labels, buckets=buckets, registry=self.registry)

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(f"qihang_{name}", meaning, labels, registry=self.registry)


class _House:
    """Gauges that every process fills from the same rows."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._gauges: dict[str, Gauge] = {}
        for name, meaning, *labels in (
            ("inbox_open", "Updates that are still to take effect"),
            ("inbox_oldest_seconds", "Age of the oldest of them"),
            ("inbox_parked", "Updates that failed three times"),
            ("outbox_owed", "Messages owed and not yet answered", "state", "traffic"),
            ("outbox_oldest_seconds", "Age of the oldest of them", "traffic"),
            ("notices_due", "Notices due and not yet said"),
            ("notices_late", "Notices due for more than five minutes"),
            ("notices_oldest_seconds", "How long the oldest has been due"),
            ("tickets", "Tickets by status", "status"),
            ("promises_overdue", "Open shares of tickets whose answer is overdue"),
            ("people_unreachable", "People who blocked the bot or left Telegram"),
            ("backup_age_seconds", "Age of the newest copy of the database"),
            ("alarm", "1 while it rings", "alarm"),
        ):
            self._gauges[name] = Gauge(f"qihang_{name}", meaning, labels, registry=registry)

    def show(self, load: Load, alarms: Collection[AlarmKind], backup_age: float | None) -> None:
        self.forget()
        for name, value in (
            ("inbox_open", load.waiting),
            ("inbox_oldest_seconds", load.oldest_waiting.total_seconds()),
            ("inbox_parked", load.parked),
            ("notices_due", load.notices_due),
            ("notices_late", load.notices_late),
            ("notices_oldest_seconds", load.oldest_due.total_seconds()),
            ("promises_overdue", load.overdue),
            ("people_unreachable", load.unreachable),
        ):
            self._gauges[name].set(value)
        for (state, traffic), count in load.outbox.items():
            self._gauges["outbox_owed"].labels(state=state, traffic=traffic).set(count)
        for traffic, age in load.oldest_owed.items():
            self._gauges["outbox_oldest_seconds"].labels(traffic=traffic).set(age.total_seconds())
        for status, count in load.tickets.items():
            self._gauges["tickets"].labels(status=status).set(count)
        for kind in AlarmKind:
            self._gauges["alarm"].labels(alarm=kind).set(kind in alarms)
        if backup_age is not None:
            self._gauges["backup_age_seconds"].set(backup_age)

    def forget(self) -> None:
        """Numbers without a label are not taken out by clear(): they become no number."""
        for gauge in self._gauges.values():
            gauge.clear()
            if not gauge._labelnames:  # noqa: SLF001 - the client has no other word for it
                gauge.set(float("nan"))


def _version() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])
