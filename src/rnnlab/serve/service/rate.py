"""Rate limit: requests per second of each client."""

from __future__ import annotations

from collections import OrderedDict

MOST_CLIENTS = 10_000  # remembered at most; the least recently seen one is dropped first


class Rate:
    """Token bucket per client, which fills by `rate` per second up to 2 * `rate`; a request costs 1.

    Args:
        rate: requests per second; 0 for no limit.
    """

    def __init__(self, rate: float) -> None:
        self.rate, self.most = rate, max(2 * rate, 1.0)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        """Return the number of remembered clients."""
        return len(self._buckets)

    def wait(self, client: str, now: float) -> float:
        """Return the seconds until the client may send a request again; 0 if this one may pass.

        Args:
            now: seconds on a clock that never goes back.
        """
        if not self.rate:
            return 0.0
        content, before = self._buckets.pop(client, (self.most, now))
        content = min(content + (now - before) * self.rate, self.most)
        passes = content >= 1
        self._buckets[client] = (content - 1 if passes else content, now)
        if len(self._buckets) > MOST_CLIENTS:
            self._buckets.popitem(last=False)
        return 0.0 if passes else (1 - content) / self.rate
