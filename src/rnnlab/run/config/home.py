"""Values that Hydra cannot read bare: quote `KEY=~/file` and `KEY=;`; report machines without a home."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rnnlab.errors import SettingError

if TYPE_CHECKING:
    from omegaconf import DictConfig

SIGNS = ";,#&^<>"
OURS = {"cache_dir": "RNNLAB_CACHE_DIR", "data_dir": "RNNLAB_DATA_DIR", "output_dir": None}


def home_quoted(override: str) -> str:
    """Quote each value of an override that begins with `~/`, or is a single sign such as `;`.

    A shell puts the home folder for `~` only at a word's start: `KEY=~/file` arrives as it is typed. Folders
    of `paths` are expanded, as much code reads them. And it takes the quotes off `data.label_separator=';'`.
    """
    key, equals, value = override.partition("=")
    if equals and len(value) == 1 and value in SIGNS:
        return f"{key}='{value}'"
    if not equals or "~/" not in value or any(sign in value for sign in "'\"[({"):
        return override
    ours = key.lstrip("+").startswith("paths.")

    def quoted(part: str) -> str:
        return f"'{os.path.expanduser(part) if ours else part}'" if part.startswith("~/") else part

    return f"{key}={','.join(map(quoted, value.split(',')))}"


def home() -> str:
    """Return the home folder from HOME or the system's user database; `~` where neither has one."""
    return os.path.expanduser("~")


def check_home(cfg: DictConfig) -> None:
    """Raise SettingError for a folder of `paths` with a `~` that is unexpanded or has no home folder."""
    for name, variable in OURS.items():
        place = str(cfg.paths.get(name))
        if place == "~" or place.startswith("~/"):
            more = f", set {variable}" if variable else ""
            rule = f"there is no home folder, HOME is not set: name a folder{more} or set HOME"
            whole = os.path.expanduser(place)
            if whole != place:
                rule = f"~ is not expanded in quotes and in environment variables: write {whole}"
            raise SettingError(f"paths.{name}", place, rule)
