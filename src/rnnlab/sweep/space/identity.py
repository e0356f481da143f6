"""Identity of a job: a hash of all its resolved choices."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from omegaconf import DictConfig

from rnnlab.run.config.check import leaves
from rnnlab.sweep.composer import Composer


class Identities:
    """Computes a job's identity: 16 hex digits that are equal for equal resolved choices, however typed.

    Paths and threads do not count.

    Args:
        conf: Hydra is initialised with it.
        added: the folder of --config-dir.
    """

    def __init__(self, conf: Path, added: Path | None = None) -> None:
        GlobalHydra.instance().clear()
        initialize_config_dir(str(conf), version_base="1.3")
        self._composer = Composer([conf] if added is None else [conf, added])

    def of(self, overrides: Sequence[str]) -> str:
        """Return the identity. Raises SettingError for overrides that cannot be composed."""
        return digest(self.config(overrides))

    def config(self, overrides: Sequence[str]) -> DictConfig:
        """Return the job's config. Raises as `of` does."""
        return self._composer.config(overrides)


def digest(cfg: DictConfig) -> str:
    choices = sorted((key, value) for key, value in leaves(cfg) if key != "threads")
    return hashlib.sha256(json.dumps(choices, default=str).encode()).hexdigest()[:16]
