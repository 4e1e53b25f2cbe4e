"""What the outside may see: figures for Prometheus, and whether we are alive and ready."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class Figures:
    """Counters of one process."""

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
