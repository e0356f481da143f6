"""The parts of a finished run that turn text into ids, read from its folder without torch."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from rnnlab.errors import SettingError, UserError
from rnnlab.run.folder import RunFolder
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer.base import Tokenizer

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster, where libyaml is there


@cache
def config_of(path: Path) -> dict[str, Any]:
    """The run's config.yaml.

    Raises:
        SettingError: it is not readable as the config of a run.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except (ValueError, yaml.YAMLError) as error:
        raise SettingError("RUN", path.parent, f"its config.yaml cannot be read: {_line(error)}") from error
    if not isinstance(content, dict):
        raise SettingError("RUN", path.parent, "its config.yaml is not that of a run")
    return content


def cleaner_of(folder: RunFolder) -> Cleaner:
    """The cleaner with the run's steps."""
    node = config_of(folder.config).get("text")
    if not isinstance(node, dict) or "_target_" not in node:
        raise SettingError("RUN", folder.path, "its config.yaml has no text: an older rnnlab made it")
    module, _, name = str(node["_target_"]).rpartition(".")
    settings = {key: value for key, value in node.items() if not key.startswith("_")}
    cleaner: Cleaner = getattr(import_module(module), name)(**settings)
    return cleaner


def tokenizer_of(folder: RunFolder) -> Tokenizer:
    """The tokenizer with the run's vocabulary."""
    if not folder.tokenizer.is_file():
        raise SettingError("RUN", folder.path, "has no tokenizer.json: it ended before its data were ready")
    from rnnlab.tokenizer.file import load

    try:
        return load(folder.tokenizer)
    except ValueError as error:
        raise UserError(str(error)) from error


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
