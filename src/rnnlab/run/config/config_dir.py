"""The folder that a run was given by --config-dir, used again where the run is resumed or reproduced.

Its YAML may name any class, so a run's folder is trusted only where it names a folder that this user has
trained with before; see `rnnlab.run.config.trust`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rnnlab.errors import SettingError
from rnnlab.run.config.trust import add, trusted

FIELD = "config_dir"  # of result.json
FLAG = "--config-dir"


def remember_config_dir(folder: str) -> None:
    """Remember that this user has trained with the folder."""
    add([f"config:{folder}"])


def saved_config_dir(result: Mapping[str, Any], setting: str) -> Path | None:
    """Return the folder that a run's result.json names; None where it names none.

    Args:
        setting: what names the run, for the error.

    Raises:
        SettingError: the folder is gone, or this user has trained nothing with it.
    """
    named = result.get(FIELD)
    if not isinstance(named, str):
        return None
    rule = f"has its choices in {FLAG} {named}"
    if f"config:{named}" not in trusted():
        raise SettingError(setting, named, f"{rule}, with which you trained nothing: type it to allow it")
    if not Path(named).is_dir():
        raise SettingError(setting, named, f"{rule}, which is gone: type its new place")
    return Path(named)


def flags(folder: Path | None) -> list[str]:
    """Return the arguments of train.py that name the folder."""
    return [] if folder is None else [FLAG, str(folder)]
