"""Hydra's composition errors in our words: the setting, the rule, the value and the nearest right name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from hydra.errors import MissingConfigException, OverrideParseException
from omegaconf import DictConfig, OmegaConf

from rnnlab.errors import SettingError, suggest


def explain(error: Exception, overrides: list[str]) -> SettingError:
    """Return the error to show the user for the exception of `compose` on these overrides."""
    if isinstance(error, MissingConfigException) and error.missing_cfg_file:
        return unknown_choice(error)
    if isinstance(error, OverrideParseException):
        key, _, value = error.override.partition("=")
        return SettingError(
            key, value, "cannot be read; write KEY=VALUE, in quotes where the shell needs them"
        )
    several = re.search(r"(?:Ambiguous value for argument|Sweep parameters) '([^']+?)=(.*)'", str(error))
    if several:
        return SettingError(several.group(1), several.group(2), "several values make a sweep: add -m")
    absent = re.search(r"Could not override '([^']+)'. No match in the defaults list", str(error))
    if absent:
        return absent_group(absent.group(1).split("@")[0], overrides)
    named = re.search(r"(?:Could not override|In '[^']*': Could not override) '([^']+)'", str(error))
    if named:
        return unknown_key(named.group(1).split("@")[0], error, overrides)
    merged = re.search(r"Error merging override '?([^=']+)=(.*)", str(error))
    if merged:
        rule = "does not fit that setting, which is a value or a list: write KEY=VALUE or KEY=[A,B]"
        return SettingError(merged.group(1).lstrip("+"), merged.group(2).rstrip("'"), rule)
    first_line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return SettingError("config", " ".join(overrides) or "train", first_line)


def unknown_choice(error: MissingConfigException) -> SettingError:
    """Explain `model=bilstn`: a group has no such choice."""
    group, _, choice = str(error.missing_cfg_file).rpartition("/")
    names = [name for name in error.options or [] if not name.startswith("_")]
    return SettingError(group or "config", choice, f"is no choice of the group {group}", names)


def absent_group(group: str, overrides: list[str]) -> SettingError:
    """Explain `task=shakespeare ngrams=naive_bayes`: the task's kind of problem has no such group."""
    given = dict(override.partition("=")[::2] for override in overrides)
    task = f"task={given['task']}" if "task" in given else "this task"
    rule = f"{task} has no {group}: what a kind of problem has is listed in conf/kind"
    return SettingError(group, given.get(group, ""), rule)


def unknown_key(key: str, error: Exception, overrides: list[str]) -> SettingError:
    """Explain `model.hiden_size=3`: there is no such setting; suggest the nearest one."""
    given = next((o for o in overrides if o.split("=", 1)[0].lstrip("+~") == key), f"{key}=")
    parent = getattr(error.__cause__, "parent_node", None)
    known = [] if parent is None else list(names(parent._get_root()))
    depth = key.count(".")
    siblings = [n for n in known if n.count(".") == depth and n.split(".")[0] == key.split(".")[0]]
    candidates = siblings or [n for n in known if "." not in n]
    return UnknownKey(key, given.partition("=")[2], candidates, known)


class UnknownKey(SettingError):
    """A key that no config has; the suggestion names keys, not values."""

    def __init__(self, key: str, value: str, candidates: list[str], known: list[str]) -> None:
        super().__init__(key, value, "there is no such setting")
        elsewhere = [n for n in known if n.rsplit(".", 1)[-1] == key.rsplit(".", 1)[-1]]
        hint = f"did you mean {elsewhere[0]}?" if elsewhere else suggest(key, candidates)
        self.args = (f"{self.args[0]}\n{hint}",)


def names(cfg: DictConfig, prefix: str = "") -> Iterator[str]:
    """Yield every dotted key of the config, groups included."""
    every: list[Any] = list(cfg)
    for name in every:
        if not prefix and name == "hydra":
            continue
        key = f"{prefix}{name!s}"
        yield key
        if key == "sweep.space":  # its keys are names of others
            continue
        unread = OmegaConf.is_interpolation(cfg, name) or OmegaConf.is_missing(cfg, name)
        if not unread and isinstance(cfg[name], DictConfig):
            yield from names(cfg[name], f"{key}.")
