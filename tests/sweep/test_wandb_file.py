"""A sweep as W&B takes it, and the command that its agent makes of a setting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from wandb.sdk.launch.sweeps.utils import create_sweep_command_args

from rnnlab.errors import SettingError
from rnnlab.run.train.command import read_line
from rnnlab.sweep.space.parse import parse_space
from rnnlab.sweep.wandb_file import left_out, wandb_sweep

CONFIG_DIR = Path(__file__).parents[2] / "conf"
SWEEP: dict[str, Any] = {
    "sampler": "tpe",
    "trials": 9,
    "seeds": 1,
    "metric": "val/macro_recall",
    "direction": "max",
    "pruner": "none",
    **dict.fromkeys(("name", "timeout", "storage")),
    **{key: {} for key in ("sampler_options", "pruner_options", "space")},
    **{key: [] for key in ("first", "zip", "constraints")},
}
TYPED = [
    "model=gru,lstm",
    "optimizer.lr=tag(log,interval(1e-4,1e-2))",
    "model.dropout=interval(0.1,0.5)",
    "model.hidden_size=int(interval(16,64))",
    "model.embedding_size=tag(log,int(interval(16,64)))",
    "task.class_weights=null,balanced,[1,2,3]",
    "model.bidirectional=true,false",
]


def file_of(typed: list[str], **changes: Any) -> dict[str, Any]:
    sweep = {**SWEEP, **changes}
    space, fixed = parse_space(typed, sweep)
    return wandb_sweep(sweep, space, fixed, "rnnlab", seed=1)


def test_each_kind_of_dimension_has_its_distribution() -> None:
    found = file_of([*TYPED, "task=tweets", "sweep=tpe"], name="mine")
    assert found["parameters"] == {
        "model": {"values": ["gru", "lstm"]},
        "optimizer.lr": {"distribution": "log_uniform_values", "min": 1e-4, "max": 1e-2},
        "model.dropout": {"distribution": "uniform", "min": 0.1, "max": 0.5},
        "model.hidden_size": {"min": 16, "max": 64},
        "model.embedding_size": {"distribution": "q_log_uniform_values", "q": 1, "min": 16, "max": 64},
        "task.class_weights": {"values": ["null", "balanced", "[1,2,3]"]},
        "model.bidirectional": {"values": ["True", "False"]},
    }
    assert found["command"] == [
        *("${env}", "${interpreter}", "${program}"),
        *("logger=wandb", "task=tweets", "${args_no_hyphens}"),
    ]
    assert (found["program"], found["method"], found["run_cap"], found["name"]) == (
        "train.py",
        "bayes",
        9,
        "mine",
    )
    assert found["metric"] == {"name": "val/macro_recall", "goal": "maximize"}
    assert yaml.safe_load(yaml.safe_dump(found)) == found


def test_what_the_agent_starts_is_a_run_that_composes() -> None:
    found = file_of([*TYPED, "task=tweets"])
    drawn: dict[str, Any] = {
        key: {"value": entry["values"][-1] if "values" in entry else entry["min"]}
        for key, entry in found["parameters"].items()
    }
    typed = create_sweep_command_args({"args": drawn})["args_no_hyphens"]
    command = [*found["command"][len(("env", "interpreter", "program")) : -1], *typed]
    assert read_line(command, CONFIG_DIR).arguments == command
    assert "model.bidirectional=False" in command


def test_methods_early_ends_and_seeds() -> None:
    typed = ["model=gru,lstm"]
    grid = file_of(typed, sampler="grid", seeds=3, trials=None)
    assert grid["method"] == "grid"
    assert grid["parameters"]["seed"] == {"values": [1, 2, 3]}
    assert "run_cap" not in grid
    assert file_of(typed, sampler="qmc")["method"] == "random"
    pruned = file_of(typed, pruner="hyperband", pruner_options={"min_resource": 2})
    assert pruned["early_terminate"] == {"type": "hyperband", "min_iter": 2, "eta": 3}
    stepped = file_of([], space={"x.n": {"low": 8, "high": 24, "step": 8, "int": True}})
    assert stepped["parameters"]["x.n"] == {"values": [8, 16, 24]}


@pytest.mark.parametrize(
    ("typed", "changes", "setting"),
    [
        (["a.b=1,2"], {"sampler": "nsga2"}, "sweep.sampler"),
        (["a.b=1,2"], {"metric": "parameters", "direction": "min"}, "sweep.metric"),
        (["a.b=1,2"], {"pruner": "median"}, "sweep.pruner"),
        (["a.b=1,2"], {"seeds": 2}, "sweep.seeds"),
        (["a.b=1,2"], {"constraints": ["a.b < 2"]}, "sweep.constraints"),
        (["a.b=1,2", "c.d=1,2"], {"zip": [["a.b", "c.d"]]}, "sweep.zip"),
        (["a.b=1,2"], {"space": {"c.d": {"values": [1], "when": "a.b == 1"}}}, "sweep.space.c.d.when"),
        (["+a.b=1,2"], {}, "+a.b"),
    ],
)
def test_what_wandb_does_not_know_is_refused(typed: list[str], changes: dict[str, Any], setting: str) -> None:
    with pytest.raises(SettingError, match=r"W&B|while a training runs") as caught:
        file_of(typed, **changes)
    assert caught.value.setting == setting


def test_what_is_left_out_is_said() -> None:
    assert left_out(SWEEP) == []
    assert left_out({**SWEEP, "timeout": "2h", "first": [{"a": 1}]}) == [
        "sweep.timeout=2h",
        "sweep.first=[{'a': 1}]",
    ]
