"""Sweep in W&B's format: https://docs.wandb.ai/guides/sweeps/define-sweep-configuration."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rnnlab.errors import SettingError
from rnnlab.sweep.check_objectives import DIRECTIONS, listed
from rnnlab.sweep.composer import own_key
from rnnlab.sweep.space.dimension import Dimension
from rnnlab.sweep.space.expression import plain
from rnnlab.sweep.space.search_space import Space

METHODS = {
    "grid": "grid",
    **dict.fromkeys(("random", "qmc"), "random"),
    **dict.fromkeys(("tpe", "gp", "cmaes"), "bayes"),
}
GOALS = {"max": "maximize", "min": "minimize"}
HYPERBAND = ("hyperband", "successive_halving")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
PLACES = ["${env}", "${interpreter}", "${program}"]


def wandb_sweep(
    sweep: Mapping[str, Any], space: Space, fixed: Sequence[str], project: str, seed: int
) -> dict[str, Any]:
    """Return the content of a file for `wandb sweep`; `wandb agent` runs train.py with a setting's overrides.

    Args:
        sweep: the settings of conf/sweep.
        fixed: overrides that are not searched.
        project: name of the W&B project.
        seed: of the first training of a setting.

    Raises:
        SettingError: a setting that W&B does not support.
    """
    check_known(sweep, space)
    overrides = [override for override in fixed if not own_key(override)]
    logger = [] if any(o.startswith("logger=") for o in overrides) else ["logger=wandb"]
    found: dict[str, Any] = {"program": "train.py", "project": project}
    if sweep["name"] is not None:
        found["name"] = sweep["name"]
    found["method"] = METHODS[sweep["sampler"]]
    goal = GOALS[DIRECTIONS[listed(sweep["direction"])[0]]]
    found["metric"] = {"name": listed(sweep["metric"])[0], "goal": goal}
    found["parameters"] = {d.key: parameter(d) for d in space.dimensions}
    if sweep["seeds"] > 1:
        found["parameters"]["seed"] = {"values": list(range(seed, seed + sweep["seeds"]))}
    if sweep["trials"] is not None:
        found["run_cap"] = sweep["trials"] * sweep["seeds"]
    if sweep["pruner"] in HYPERBAND:
        found["early_terminate"] = early(sweep["pruner_options"])
    found["command"] = [*PLACES, *logger, *overrides, "${args_no_hyphens}"]
    return found


def check_known(sweep: Mapping[str, Any], space: Space) -> None:
    """Raise SettingError for the first setting that W&B does not support."""
    metrics = listed(sweep["metric"])
    if sweep["sampler"] not in METHODS or len(metrics) > 1:
        raise SettingError("sweep.sampler", sweep["sampler"], "W&B looks for a single metric")
    if not str(metrics[0]).startswith("val/"):
        raise SettingError("sweep.metric", metrics[0], "is not logged while a training runs")
    if sweep["pruner"] not in ("none", *HYPERBAND):
        raise SettingError("sweep.pruner", sweep["pruner"], f"W&B has {HYPERBAND[0]} alone")
    if sweep["seeds"] > 1 and sweep["sampler"] != "grid":
        raise SettingError(
            "sweep.seeds", sweep["seeds"], "W&B averages over no seeds; with a grid each is run"
        )
    for name, value in (("zip", space.zips), ("constraints", space.constraints)):
        if value:
            raise SettingError(f"sweep.{name}", [*value], "W&B has nothing like it: use launcher=... instead")
    for d in space.dimensions:
        if d.when is not None:
            raise SettingError(f"sweep.space.{d.key}.when", d.when, "W&B knows no conditions")
        if NAME.fullmatch(d.key) is None:
            raise SettingError(d.key, d.told(), "W&B's names have letters, digits and _ . - alone")


def left_out(sweep: Mapping[str, Any]) -> list[str]:
    """Return settings of this sweep that W&B's file cannot express."""
    ours: dict[str, Any] = {"timeout": None, "first": [], "sampler_options": {}, "storage": None}
    return [f"sweep.{key}={sweep[key]}" for key, default in ours.items() if sweep[key] not in (default, None)]


def parameter(d: Dimension) -> dict[str, Any]:
    """Return one entry of `parameters`.

    The agent writes KEY=VALUE with Python's text of a value, so values other than numbers stay as typed.
    """
    if d.kind == "choice":
        return {"values": [typed_value(text) for text in d.values]}
    assert d.low is not None
    assert d.high is not None
    if d.step is not None:
        steps = int((d.high - d.low) / d.step + 1e-9) + 1
        values = [d.low + place * d.step for place in range(steps)]
        return {"values": [int(value) if d.kind == "int" else round(value, 12) for value in values]}
    if d.kind == "int":
        ends: dict[str, Any] = {"min": int(d.low), "max": int(d.high)}
        return {"distribution": "q_log_uniform_values", "q": 1, **ends} if d.log else {**ends}
    kind = "log_uniform_values" if d.log else "uniform"
    return {"distribution": kind, "min": float(d.low), "max": float(d.high)}


def typed_value(text: str) -> Any:
    """Convert a number; other text stays as it is typed."""
    value = plain(text)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number else text


def early(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return `early_terminate`, from the options of Optuna's pruner."""
    least = options.get("min_resource", 1)
    first = least if isinstance(least, int) else 1
    return {"type": "hyperband", "min_iter": first, "eta": options.get("reduction_factor", 3)}
