"""Requests a second of each client."""

from __future__ import annotations

from collections import OrderedDict

MOST_CLIENTS = 10_000  # that are remembered; the one that was seen longest ago is forgotten first


class Rate:
    """A bucket a client, which fills by `rate` a second up to 2 * `rate` and pays 1 a request.

    Args:
        rate: requests a second; 0 lets everything pass.
    """

    def __init__(self, rate: float) -> None:
        self.rate, self.most = rate, max(2 * rate, 1.0)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        """Clients that are remembered."""
        return len(self._buckets)

    def wait(self, client: str, now: float) -> float:
        """Seconds after which the client may ask again; 0 where this request may pass.

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
