"""What the crowd counts while it runs, in memory that does not grow with the number of requests."""

from collections import Counter

from boxoffice.crowd.timeline import Timekeeper

_SUB_BITS = 5
_SUB_BUCKETS = 1 << _SUB_BITS
_LARGEST_US = (1 << 32) - 1


class Latencies:
    """Durations of one call in logarithmic buckets, 32 to each doubling: quantiles are right to about 3 %.

    Source: the bucket layout of HdrHistogram. Covers 1 µs to 71 minutes in about 900 counters.
    """

    def __init__(self) -> None:
        self.count = 0
        self.longest_us = 0
        self._buckets = [0] * _bucket_of(_LARGEST_US + 1)

    def record(self, duration_s: float) -> None:
        """Count one duration."""
        duration_us = min(int(duration_s * 1_000_000), _LARGEST_US)
        self.count += 1
        if duration_us > self.longest_us:
            self.longest_us = duration_us
        self._buckets[_bucket_of(duration_us)] += 1

    def quantile_ms(self, share: float) -> float:
        """The duration, in ms, that `share` (0 to 1) of all did not exceed; 0.0 where nothing was recorded."""
        rank = max(1, -(-self.count * share // 1))
        seen = 0
        for bucket, count in enumerate(self._buckets):
            seen += count
            if count and seen >= rank:
                return min(_middle_us(bucket), self.longest_us) / 1000
        return 0.0


def _bucket_of(duration_us: int) -> int:
    shift = duration_us.bit_length() - _SUB_BITS - 1
    if shift <= 0:
        return duration_us
    return (shift << _SUB_BITS) + (duration_us >> shift)


def _middle_us(bucket: int) -> float:
    if bucket < 2 * _SUB_BUCKETS:
        return float(bucket)
    shift = (bucket >> _SUB_BITS) - 1
    low = ((bucket & (_SUB_BUCKETS - 1)) + _SUB_BUCKETS) << shift
    return low + ((1 << shift) - 1) / 2


class Figures:
    """The crowd's counters: calls and their durations, faults, refusals, and where each fan stands."""

    def __init__(self) -> None:
        self.calls: dict[str, Latencies] = {}
        self.waits = Latencies()
        self.requests = 0
        self.faults: Counter[str] = Counter()
        self.refusals: Counter[tuple[str, str]] = Counter()
        self.endings: Counter[str] = Counter()
        self.arrived = 0
        self.waiting = 0
        self.inside = 0
        self.admitted = 0
        self.sold = 0
        self.tickets = 0
        self.findings: list[str] = []
        self.timekeeper = Timekeeper()

    def answered(self, call: str, took_s: float, waited_s: float) -> None:
        """One request of `call` was answered."""
        self.requests += 1
        latencies = self.calls.get(call)
        if latencies is None:
            latencies = self.calls[call] = Latencies()
        latencies.record(took_s)
        if waited_s:
            self.waits.record(waited_s)

    def found(self, sentence: str) -> None:
        """Something that must never happen, happened. At most 1,000 are kept."""
        if len(self.findings) < 1000:
            self.findings.append(sentence)
