"""The rules that all configs keep: where a target stands, and that it can be called with its keys."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hydra import compose, initialize_config_dir
from omegaconf import DictConfig, OmegaConf

import rnnlab.run.train.command  # noqa: F401  (registers the resolvers that configs use)
from rnnlab.kinds.lookup import kind_of
from rnnlab.kinds.work import OF_THE_LAB

CONF = Path(__file__).parents[1] / "conf"
CHOICES = sorted(path for path in CONF.rglob("*.yaml") if path.parent != CONF)
TASKS = {
    "head": "tagging",
    "characters": "tagging",
    "decoder": "text_to_text",
    "scoring": "anomaly",
    "probe": "probe",
}  # of groups that only one kind of problem has


def targets(node: Any, outermost: bool = False) -> Iterator[dict[str, Any]]:
    """Every mapping with a `_target_`; with `outermost` those that stand in no other."""
    if isinstance(node, dict) and "_target_" in node:
        yield node
        if outermost:
            return
    inside = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for value in inside:
        yield from targets(value, outermost)


def misplaced(group: str, config: Any) -> list[str]:
    """Outermost targets of rnnlab of which no folder or module has the name of the conf folder."""
    names = [node["_target_"] for node in targets(config, outermost=True)]
    return [name for name in names if name.startswith("rnnlab.") and group not in name.split(".")[1:-1]]


def wrong_target(node: dict[str, Any]) -> str:
    """Why the target cannot be called with the keys beside it; empty if it can."""
    module, _, name = node["_target_"].rpartition(".")
    try:
        target = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        return f"{node['_target_']}: {error}"
    parameters = inspect.signature(target).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return ""
    keys = {key for key in node if not (key.startswith("_") and key.endswith("_"))}
    unknown = sorted(keys - set(parameters))
    return f"{node['_target_']} takes no {', '.join(unknown)}" if unknown else ""


def unresolved(config: DictConfig) -> Any:
    """Plain containers with interpolations as they are written, but for the target that a model chooses."""
    config.task.network._target_ = config.task.network._target_
    return OmegaConf.to_container(config, resolve=False)


@pytest.fixture(scope="module", autouse=True)
def config_dir():
    with initialize_config_dir(str(CONF), version_base="1.3"):
        yield


def name_of(path: Path) -> str:
    return path.relative_to(CONF).with_suffix("").as_posix()


@pytest.mark.parametrize("path", CHOICES, ids=name_of)
def test_a_target_stands_in_the_folder_of_its_room(path):
    assert misplaced(path.relative_to(CONF).parts[0], yaml.safe_load(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "path",
    [path for path in CHOICES if not path.name.startswith("_") and path.parent.name != "kind"],  # of a task
    ids=name_of,
)
def test_a_choice_composes_to_targets_that_take_their_keys(path):
    group, _, choice = name_of(path).rpartition("/")
    prefix = "+" if group == "hydra" else ""
    task = [f"task={TASKS[group]}"] if group in TASKS else []
    config = unresolved(compose("train", overrides=[*task, f"{prefix}{group}={choice}"]))
    read = (OF_THE_LAB | kind_of(config).own_settings) - {"network"}  # not by the task's class
    config["task"] = {key: value for key, value in config["task"].items() if key not in read}
    own = kind_of(config).own_data_settings
    config["data"] = {key: value for key, value in config["data"].items() if key not in own}
    assert [problem for node in targets(config) if (problem := wrong_target(node))] == []


def test_a_misplaced_target_is_found_and_a_nested_one_is_allowed():
    nested = {"task": {"_target_": "rnnlab.task.x.X", "network": {"_target_": "rnnlab.model.y.Y"}}}
    assert misplaced("task", nested) == []
    assert misplaced("data", [nested]) == ["rnnlab.task.x.X"]


@pytest.mark.parametrize(
    ("node", "message"),
    [
        ({"_target_": "rnnlab.nowhere.X"}, "rnnlab.nowhere.X: No module named 'rnnlab.nowhere'"),
        ({"_target_": "rnnlab.errors.Missing"}, "rnnlab.errors.Missing: module"),
        (
            {"_target_": "rnnlab.errors.SettingError", "rul": 1, "value": 2},
            "rnnlab.errors.SettingError takes no rul",
        ),
        ({"_target_": "rnnlab.errors.SettingError", "_partial_": True, "rule": 1}, ""),
    ],
)
def test_a_wrong_target_is_found(node, message):
    assert wrong_target(node).startswith(message)
