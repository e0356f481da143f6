"""Config and data checks of anomaly detection."""

from __future__ import annotations

from typing import Any

from rnnlab.errors import SettingError
from rnnlab.kinds.work import Settings, Work

WINDOWS = "window"  # setting of conf/scoring where windows are read


def check_anomaly(settings: Settings) -> None:
    """Raise SettingError for the first setting that clashes with another."""
    scoring = settings.scoring
    if settings.model.get("bidirectional") and WINDOWS not in scoring:
        rule = "a forecast may not see what it forecasts: choose false, or scoring=reconstruction"
        raise SettingError("model.bidirectional", "true", rule)
    if settings.model.encoder.get("attention") is not None:
        rule = "attention over all states of an endless series has no end: choose null"
        raise SettingError("model.encoder.attention", settings.model.encoder.attention._target_, rule)
    check_chunk(settings)


def check_chunk(settings: Settings) -> None:
    """Refuse training rows that are too short to forecast anything."""
    ahead = settings.scoring.get("ahead")
    chunk = settings.task.chunk
    if ahead and chunk <= max(ahead):
        rule = f"must be above {max(ahead)}, the farthest of scoring.ahead: a row shows no such forecast"
        raise SettingError("task.chunk", chunk, rule)


def row_sizes(settings: Settings) -> tuple[int, int]:
    """Return the times of a training row, and the fewest that one needs."""
    scoring = settings.scoring
    if WINDOWS in scoring:
        return int(scoring.window), int(scoring.window)
    return int(settings.task.chunk), 1 + int(min(scoring.ahead))


def check_data(work: Work) -> None:
    """Raise SettingError for data that the network cannot read or that cannot be scored."""
    facts: Any = work.facts
    if facts["static"]:
        named = list(facts.get("columns", {}).get("static", ()))
        rule = "anomaly detection reads no features of whole series: choose []"
        raise SettingError("data.static", named, rule)
