"""What is counted for operators: how many, how long, with which code. Never who, never what."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from gateway.store.reading import Reader

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class _Tally(Collector):
    """Signals, messages and matches by state, counted when asked."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Count now."""
        for name, counts in self._reader.tally().items():
            family = GaugeMetricFamily(f"verwijsindex_{name}", f"{name} in the store, by state", labels=["state"])
            for state, number in counts.items():
                family.add_metric([state], number)
            yield family

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Nothing is known before the store is asked."""
        return ()


class Meters:
    """The counters of one process."""

    def __init__(self, reader: Reader) -> None:
        self._registry = CollectorRegistry()
        self._answers = Counter(
            "verwijsindex_answers", "answers by format and kind", ["format", "kind"], registry=self._registry
        )
        self._findings = Counter(
            "verwijsindex_findings", "findings in refusals, by code", ["code"], registry=self._registry
        )
        self._seconds = Histogram("verwijsindex_answer_seconds", "time to answer", ["format"], registry=self._registry)
        self._registry.register(_Tally(reader))

    def answered(self, formaat: str, kind: str, seconds: float, codes: Iterable[str] = ()) -> None:
        """Count an answer."""
        self._answers.labels(formaat, kind).inc()
        self._seconds.labels(formaat).observe(seconds)
        for code in codes:
            self._findings.labels(code).inc()

    def exposition(self) -> bytes:
        """The counts in Prometheus' text format."""
        return generate_latest(self._registry)
