"""What makes a job the job that it is: all its resolved choices."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from omegaconf import DictConfig

from rnnlab.run.check import leaves
from rnnlab.run.command import CONFIG_NAME


def identity(overrides: Sequence[str], code: Path) -> str:
    """16 hex digits, the same for the same resolved choices, however they were typed; places do not count.

    Args:
        code: where conf/ lies.
    """
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(code / "conf"), version_base="1.3"):
        cfg = compose(CONFIG_NAME, overrides=list(overrides))
    return digest(cfg)


def digest(cfg: DictConfig) -> str:
    choices = sorted((key, value) for key, value in leaves(cfg) if key != "threads")
    return hashlib.sha256(json.dumps(choices, default=str).encode()).hexdigest()[:16]
