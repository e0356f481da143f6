"""Compose many configs of one sweep with as few Hydra calls as possible."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path

from hydra import compose
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from omegaconf import DictConfig, OmegaConf

from rnnlab.run.config.arguments import CONFIG_NAME, searched
from rnnlab.run.train.command import composed, without_hydra

OWN = ("sweep", "launcher")


class Composer:
    """Composes once for each combination of config groups, and sets single values on a copy of the result.

    Hydra itself also sets single values after composing.

    Args:
        folders: conf/, with which Hydra must be initialised, and the folder of --config-dir if there is one.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders, self._search = list(folders), searched(folders[1:])
        self._composed: dict[tuple[str, ...], DictConfig] = {}

    def config(self, overrides: Sequence[str]) -> DictConfig:
        """Return the config of a run.

        Raises:
            SettingError: overrides that cannot be composed.
        """
        return without_hydra(self.whole(overrides))

    def whole(self, overrides: Sequence[str]) -> DictConfig:
        """Return a run's config with the sweep's and the launcher's settings. Raises as `config` does."""
        try:
            return self._whole(list(overrides))
        except Exception:
            composed([*overrides, *self._search])  # which then reports the error in Hydra's words
            raise

    def _whole(self, overrides: list[str]) -> DictConfig:
        parsed = OverridesParser.create().parse_overrides(overrides)
        early = tuple(o.input_line for o in parsed if not self._is_value(o) and o.input_line)
        if early not in self._composed:
            self._composed[early] = compose(CONFIG_NAME, overrides=[*early, *self._search])
        cfg = copy.deepcopy(self._composed[early])
        for override in parsed:
            if self._is_value(override):
                OmegaConf.update(cfg, override.get_key_element(), override.value(), merge=True)
        return cfg

    def _is_value(self, override: Override) -> bool:
        """Return whether it sets an existing value, and does not choose from a group, add or remove."""
        key = override.key_or_group
        group = any((folder / key.partition("@")[0]).is_dir() for folder in self.folders)
        plain = not (override.is_add() or override.is_delete() or override.is_force_add())
        return plain and not group and not override.is_hydra_override()


def own_key(override: str) -> bool:
    """Return whether an override sets the sweep or the launcher rather than the trainings."""
    return override.lstrip("+~").partition("=")[0].partition(".")[0].partition("@")[0] in OWN
