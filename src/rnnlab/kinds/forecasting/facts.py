"""Facts of series, as far as a config shows them, and the network's arguments from them."""

from __future__ import annotations

from typing import Any

from rnnlab.kinds.work import Facts, Settings

NETWORK = ("horizon", "input_length", "targets", "past", "known", "static", "num_series", "season")
"""Facts that are arguments of every forecaster."""


def network_settings(facts: Facts) -> dict[str, Any]:
    """Return the arguments of the network that come from the data."""
    return {name: facts[name] for name in NETWORK}


def expected_facts(settings: Settings) -> Facts:
    """Return facts as a config shows them, to count weights before the data are read: without calendar and
    with one series.
    """
    data = settings.data
    counts = {name: count_of(data.get(name)) for name in ("past", "known", "static")}
    return {
        "horizon": data.get("horizon") or 1,
        "input_length": data.get("input_length") or 1,
        "targets": max(count_of(data.get("target")), 1),
        **counts,
        "num_series": 1,
        "season": data.get("season") or 1,
        "irregular": False,
        "prices": bool(data.get("prices")),
    }


def count_of(columns: Any) -> int:
    """Return how many columns a setting names: null none, a name one, a list its length."""
    if columns is None:
        return 0
    return 1 if isinstance(columns, str) else len(columns)
