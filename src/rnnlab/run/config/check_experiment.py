"""Check what an experiment sets of a group of which the command line chooses another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from omegaconf import DictConfig

from rnnlab.errors import SettingError
from rnnlab.rule import shown
from rnnlab.run.config.check_overrides import choices_of, is_read, parsed, takes

EXPERIMENT = "experiment"


def check_experiment(cfg: DictConfig, overrides: Sequence[str], folders: Sequence[Path]) -> None:
    """Refuse a setting of an experiment that the choice of the command line does not take.

    `experiment=imdb_taught embedding=trainable`: the experiment sets epochs of its own embedding.

    Args:
        cfg: composed with all overrides. folders: the folders that hold the groups.

    Raises:
        SettingError: names the setting, its value, what does not take it, and what to do.
    """
    given = {o.key_or_group: o.value() for o in parsed(overrides) if not o.is_sweep_override()}
    if not given.get(EXPERIMENT):
        return
    for group in given:
        node = cfg.get(group)
        if not isinstance(node, DictConfig) or "_target_" not in node or not choices_of(group, folders):
            continue
        allowed = takes(group, node, None)
        for name in map(str, node):
            if allowed is not None and name not in allowed and not is_read(cfg, f"{group}.{name}"):
                taker = str(node["_target_"]).rpartition(".")[2]
                experiment = f"{EXPERIMENT}={shown(given[EXPERIMENT])}"
                rule = f"{experiment} sets it, and {group}={given[group]} does not take it ({taker})"
                hint = f"leave {group} as the experiment has it, or copy the experiment without {name}"
                raise SettingError(f"{group}.{name}", shown(node.get(name)), f"{rule}\n{hint}")
