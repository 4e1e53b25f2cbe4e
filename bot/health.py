"""What the outside may see: figures for Prometheus, and whether we are alive and ready."""

from prometheus_client import CollectorRegistry, Counter, Gauge

from services.health import Load


class Figures:
    """Counters of one process, and what the whole house carries."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.updates = Counter(
            "qihang_updates", "Updates that took effect", ["result"], registry=self.registry
        )
        self.sent = Counter(
            "qihang_sent",
            "Calls to Telegram by kind and answer",
            ["kind", "answer"],
            registry=self.registry,
        )
        self.possible_repeats = Counter(
            "qihang_possible_repeats",
            "Messages in flight at a crash, sent again",
            registry=self.registry,
        )
        self.ticks = Counter("qihang_ticks", "Runs of a job", ["job"], registry=self.registry)
        self.last_tick = Gauge(
            "qihang_last_tick_timestamp_seconds",
            "When the due notices were last looked at",
            registry=self.registry,
        )
        self.leads = self._gauge("leads", "1 in the process that is courier and timekeeper")
        self._owed = self._gauge("outbox_owed", "Messages owed and not yet sent")
        self._oldest = self._gauge("outbox_oldest_seconds", "Age of the oldest message owed")
        self._due = self._gauge("notices_due", "Notices due and not yet said")
        self._late = self._gauge("notices_late", "Notices due for more than five minutes")
        self._parked = self._gauge("updates_parked", "Updates that failed three times")
        self._tickets = self._gauge("tickets", "Tickets by status", "status")

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(f"qihang_{name}", meaning, labels, registry=self.registry)

    def show(self, load: Load) -> None:
        """Take over what was just counted in the database."""
        self._owed.set(load.owed)
        self._oldest.set(load.oldest_owed.total_seconds())
        self._due.set(load.notices_due)
        self._late.set(load.notices_late)
        self._parked.set(load.parked)
        for status, count in load.tickets.items():
            self._tickets.labels(status=status).set(count)
