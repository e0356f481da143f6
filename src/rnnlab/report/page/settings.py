"""Settings: groups of runs that differ only in their seed, sorted by result."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rnnlab.evaluation.spread import Spread, spread
from rnnlab.report.names import lower_is_better
from rnnlab.report.page.files import RunFiles

# Keys on where and how a run was made, not what it is; only the split's seed changes the data.
NOT_A_CHOICE = re.compile(
    r"(paths|logger|callback|threads|resume|debug|report|baselines)(\.|$)|(.*\.)?seed$"
    r"|.*\.(data_dir|cache_dir|workers|num_workers)$|trainer\.(enable_progress_bar|profiler|log_every_n_steps)$|_target_$"
)
MOST_KEYS = 8
DEFAULT = "default"  # of a choice that was not typed and that no config names
QUALITIES = ("test/macro_recall", "test/accuracy", "test/nats_stream", "test/nats_windows", "test/loss")


@dataclass(frozen=True)
class Setting:
    """One combination of choices: `values` are those in which the settings differ."""

    values: dict[str, str]
    runs: tuple[RunFiles, ...]

    @property
    def name(self) -> str:
        return ", ".join(f"{key}={brief(value)}" for key, value in self.values.items()) or self.first.model

    @property
    def first(self) -> RunFiles:
        """Return the run of the smallest seed, which represents the setting: not the luckiest."""
        return self.runs[0]

    def lower_is_better(self, name: str) -> bool:
        """Return the direction of a metric."""
        facts = self.runs[0].result.get("metric_facts") if self.runs else None
        return lower_is_better(name, facts or ())

    @cached_property
    def metrics(self) -> dict[str, Spread]:
        """Return the metrics over the runs that have them; `parameters` and `seconds` too."""
        found: dict[str, list[float]] = {}
        for run in self.runs:
            more = {"parameters": run.part("model").get("parameters"), "seconds": run.result.get("seconds")}
            for name, value in {**run.metrics, **more}.items():
                if isinstance(value, int | float):
                    found.setdefault(name, []).append(float(value))
        return {name: spread(values) for name, values in found.items()}


def brief(value: str) -> str:
    """Format a number with four significant digits; other values stay unchanged."""
    try:
        return f"{float(value):.4g}" if len(value) > 6 else value
    except ValueError:
        return value


def settings_of(runs: Sequence[RunFiles]) -> list[Setting]:
    """Return the settings of finished runs, best first by the validation that chose their checkpoints.

    Without a common validation metric they keep the order of the runs: no test metric chooses.
    """
    flat = [flatten(run) for run in runs]
    keys = [
        key
        for key in dict.fromkeys(k for one in flat for k in one)
        if len({one.get(key) for one in flat}) > 1
    ]
    groups: dict[tuple[str | None, ...], list[int]] = {}
    for index, one in enumerate(flat):
        groups.setdefault(tuple(one.get(key) for key in keys), []).append(index)
    shown = _shown([runs[places[0]] for places in groups.values()], list(groups), keys)
    found = []
    for places, values in zip(groups.values(), shown, strict=True):
        members = sorted((runs[place] for place in places), key=_seed)
        found.append(Setting(values, tuple(members)))
    chosen = chosen_by(found)
    if chosen is None:
        return found
    sign = 1 if found[0].first.monitor[1] else -1
    return sorted(found, key=lambda setting: sign * setting.metrics[chosen].mean)


def chosen_by(settings: Sequence[Setting]) -> str | None:
    """Return the validation metric that chose all settings' checkpoints; None if they differ."""
    names = {setting.first.monitor[0] for setting in settings}
    name = next(iter(names), "")
    return name if len(names) == 1 and all(name in setting.metrics for setting in settings) else None


def quality_of(settings: Sequence[Setting]) -> str | None:
    """Return the test metric to show: the one that chose the checkpoints, if all settings have it."""
    if not settings:
        return None
    chosen = settings[0].first.monitor[0].replace("val/", "test/", 1)
    names = (chosen, *QUALITIES, settings[0].first.monitor[0])
    return next((name for name in names if all(name in setting.metrics for setting in settings)), None)


def flatten(run: RunFiles) -> dict[str, str]:
    """Return KEY to value, as text, of all choices that define a run, and its model's name."""
    found = {"task": run.task, "model": run.model}

    def walk(part: Any, key: str) -> None:
        if isinstance(part, Mapping):
            for name, value in part.items():
                walk(value, f"{key}.{name}" if key else str(name))
        elif not NOT_A_CHOICE.match(key):
            found[key] = str(part)

    walk(run.config, "")
    return found


def _shown(
    firsts: Sequence[RunFiles], groups: Sequence[tuple[str | None, ...]], keys: Sequence[str]
) -> list[dict[str, str]]:
    """Return the labels of each setting: what was typed if that distinguishes all, else what differs.

    A choice that was typed for some settings alone has the value of their configs for the others.
    """
    flat, typed = (
        [flatten(run) for run in firsts],
        [dict(_pair(one) for one in run.overrides) for run in firsts],
    )
    found = {
        name: [
            one.get(name, own.get(name.lstrip("+~"), DEFAULT)) for one, own in zip(typed, flat, strict=True)
        ]
        for name in dict.fromkeys(k for one in typed for k in one)
        if not NOT_A_CHOICE.match(name.lstrip("+~"))
    }
    differing = {name: values for name, values in found.items() if len(set(values)) > 1}
    cells = list(zip(*differing.values(), strict=True)) or [()] * len(groups)
    if len(set(cells)) == len(groups):
        return [_named(list(differing), row) for row in cells]
    columns: dict[tuple[int, ...], int] = {}
    for index in range(len(keys)):  # keys that distinguish the same settings are one choice
        column = [row[index] for row in groups]
        columns.setdefault(tuple(column.index(value) for value in column), index)
    chosen = list(columns.values())
    return [_named([keys[i] for i in chosen], [row[i] for i in chosen]) for row in groups]


def _named(names: Sequence[str], row: Sequence[str | None]) -> dict[str, str]:
    return {
        name: DEFAULT if value in (None, "") else value
        for name, value in list(zip(names, row, strict=True))[:MOST_KEYS]
    }


def _pair(override: str) -> tuple[str, str]:
    key, _, value = override.partition("=")
    return key, value


def _seed(run: RunFiles) -> tuple[float, str]:
    seed = run.result.get("seed")
    return (float(seed) if isinstance(seed, int | float) else 0.0), run.path.name
