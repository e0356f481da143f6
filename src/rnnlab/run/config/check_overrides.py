"""Check single overrides of a command line: choices of groups, keys that are added or deleted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf

from rnnlab.errors import SettingError, suggest
from rnnlab.kinds.lookup import kind_of
from rnnlab.kinds.work import OF_THE_LAB
from rnnlab.rule import shown
from rnnlab.run.config.moved_names import current
from rnnlab.run.config.rules_data import SPLITS
from rnnlab.run.config.signature import Absent, parameters

SEVERAL = ("callback", "logger", "experiment", "debug")  # groups of which several choices can be merged
OPTIONAL = ("experiment", "debug")
PARTS = ("callback", "logger")  # groups of named parts, each of which names its class
OPEN = ("text.steps", "sweep", "launcher", "hydra")  # checked by others, or with keys of the user's own
RUN_DIR = "paths.run_dir"  # where a run's parts write; the run itself writes to hydra.run.dir
SPECIAL = ("_target_", "_partial_", "_recursive_", "_convert_", "_args_")


def check_words(overrides: Sequence[str], folders: Sequence[Path]) -> None:
    """Raise SettingError for the first override that is wrong with any config.

    Args:
        overrides: as typed; those that Hydra cannot parse are left to `compose_error`.
        folders: the folders that hold the groups, conf/ first.
    """
    for override in parsed(overrides):
        key = override.key_or_group
        if not key:
            typed = (override.input_line or "").partition("=")[2]
            raise SettingError("", typed, "the setting's name is missing: write KEY=VALUE")
        if override.is_sweep_override():
            continue
        if key == RUN_DIR:
            rule = "follows hydra.run.dir: set hydra.run.dir=FOLDER, or paths.output_dir for all runs"
            raise SettingError(key, shown(override.value()), rule)
        choices = choices_of(key, folders)
        if override.is_delete():
            check_removal(key, override, bool(choices))
        elif choices:
            check_choice(key, override.value(), choices)


def parsed(overrides: Sequence[str]) -> list[Override]:
    """Parse overrides with Hydra's parser; returns none if one of them cannot be parsed."""
    try:
        return OverridesParser.create().parse_overrides(list(overrides))
    except (HydraException, RecursionError):
        return []


def choices_of(key: str, folders: Iterable[Path]) -> list[str]:
    """Return the choices of a group; none if `key` is not a group."""
    if not re.fullmatch(r"\w+", key):  # hydra/launcher is Hydra's own
        return []
    return [path.stem for folder in folders for path in (folder / key).glob("*.yaml")]


def check_choice(group: str, value: Any, choices: list[str]) -> None:
    names = choices if group not in OPTIONAL else [*choices, "null"]
    if isinstance(value, list) and group not in SEVERAL:
        listed = ",".join(map(str, value))
        rule = f"takes one choice and no list; several make a sweep: -m {group}={listed or 'A,B'}"
        raise SettingError(group, f"[{listed}]", rule)
    chosen = value if isinstance(value, list) and value else [value]
    for one in chosen:
        if isinstance(one, Mapping):
            rule = f"must be a choice of the group {group}; its settings are typed as {group}.KEY=VALUE"
            raise SettingError(group, one, rule, names)
        missing = one is None and group in OPTIONAL and value is None
        if not missing and not isinstance(one, str):
            raise SettingError(group, shown(one), f"is no choice of the group {group}", names)


def check_removal(key: str, override: Override, group: bool) -> None:
    if key in OPTIONAL or re.fullmatch(rf"({'|'.join(PARTS)})\.\w+", key):
        return
    what = "choose another of the group" if group else "give it a value"
    rule = f"cannot be taken out: {what}"
    raise SettingError(f"~{key}", "" if override.value() is None else override.value(), rule)


def adding(overrides: Sequence[str], folders: Sequence[Path]) -> list[str]:
    """Return the overrides that add a setting (`+`, `++`); those that add a group's choice do not count."""
    added = [o for o in parsed(overrides) if o.is_add() or o.is_force_add()]
    return [
        o.input_line
        for o in added
        if o.input_line and "/" not in o.key_or_group and not choices_of(o.key_or_group, folders)
    ]


def check_added(cfg: DictConfig, overrides: Sequence[str], known: DictConfig | None) -> None:
    """Raise SettingError for an added key that nothing reads.

    Args:
        cfg: composed with all overrides.
        overrides: those that add a key.
        known: composed without them; None where that fails.
    """
    for override in parsed(overrides):
        value = None if override.is_sweep_override() else override.value()
        for path, leaf in _paths(override.key_or_group, value):
            check_path(cfg, path, leaf, known)


def check_classes(overrides: Sequence[str]) -> None:
    """Raise SettingError for an overridden `_target_` that does not exist."""
    for override in parsed(overrides):
        if not override.is_delete() and not override.is_sweep_override():
            for path, leaf in _paths(override.key_or_group, override.value()):
                if path.endswith("._target_") and isinstance(leaf, str) and "." in leaf:
                    check_class(path, current(leaf))


def _paths(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield every dotted key that an override sets, with its value."""
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _paths(f"{key}.{name}", inner)
    else:
        yield key, value


def check_class(key: str, target: Any) -> None:
    try:
        parameters(str(target))
    except Absent as error:
        raise SettingError(key, target, f"must be a class that can be imported; {error}") from error


def check_path(cfg: DictConfig, path: str, value: Any, known: DictConfig | None) -> None:
    """Refuse a new key that the class or mapping it is added to does not take."""
    node: Any = cfg
    parts = path.split(".")
    for place, name in enumerate(parts):
        above = ".".join(parts[:place])
        if not isinstance(node, DictConfig) or any(above == o or above.startswith(f"{o}.") for o in OPEN):
            return
        allowed = takes(above, node, known)
        if allowed is not None and name not in allowed and not is_read(cfg, ".".join(parts[: place + 1])):
            taker = str(node["_target_"]).rpartition(".")[2] if "_target_" in node else above or "the config"
            rule = f"there is no such setting: {taker} takes no {name}"
            hint = suggest(name, allowed)
            raise SettingError(path, shown(value), rule + (f"\n{hint}" if hint else ""))
        node = node.get(name) if name in node else None


def takes(key: str, node: DictConfig, known: DictConfig | None) -> set[str] | None:
    """Return the keys that a mapping of the config may have; None where any key is fine."""
    if key in PARTS:
        return None
    if key in ("data.files", "data.hub.splits"):
        return set(SPLITS)
    if "_target_" in node:
        try:
            named = parameters(str(node["_target_"]))
        except Absent as error:
            raise SettingError(f"{key}._target_", node["_target_"], f"cannot be imported; {error}") from error
        return (
            None
            if named is None
            else named | set(SPECIAL) | (_read_of_task(node) if key == "task" else set())
        )
    if known is None:
        return None
    before = OmegaConf.select(known, key) if key else known
    return {str(name) for name in before} if isinstance(before, DictConfig) else None


def _read_of_task(task: DictConfig) -> set[str]:
    """Return the keys of a task that its kind or the lab reads, and that its class does not take."""
    return set(OF_THE_LAB | kind_of({"task": task}).own_settings)


def is_read(cfg: DictConfig, path: str) -> bool:
    """Return whether another setting interpolates this one: `${model.size}`."""
    return re.search(rf"\$\{{[^}}]*\b{re.escape(path)}\b", OmegaConf.to_yaml(cfg, resolve=False)) is not None
