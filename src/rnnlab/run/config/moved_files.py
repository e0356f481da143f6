"""Resolve relative paths in a run's settings after the working folder has changed."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from rnnlab.data.file_parts import is_there
from rnnlab.errors import SettingError

DATA_DIR = "RNNLAB_DATA_DIR"
PATHS = ("data.paths", "embedding.path", "tokenizer.path")


def found_again(config: Mapping[str, Any], then: str | None, typed: Collection[str] = ()) -> dict[str, Any]:
    """Return absolute paths for the files that the run read relative to its working folder, by setting.

    Args:
        config: the run's resolved settings.
        then: the run's working folder; None where the run does not record it.
        typed: settings that are given anew, which are left alone.

    Raises:
        SettingError: a file is in neither folder; the error names both.
    """
    if then is None or Path(then) == Path.cwd():
        return {}
    found: dict[str, Any] = {}
    data_dir = data_dir_of(config, then)
    if data_dir is not None and data_dir != (config.get("paths") or {}).get("data_dir"):
        found["paths.data_dir"] = data_dir
    for key, value in settings(config):
        if key in typed:
            continue
        whole = [_whole(key, str(one), Path(then), data_dir, config) for one in listed(value)]
        if whole != listed(value):
            found[key] = whole if isinstance(value, list) else whole[0]
    return {key: value for key, value in found.items() if key not in typed}


def settings(config: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the settings that name files: dotted key and value."""
    data = config.get("data") or {}
    yield from ((f"data.files.{name}", path) for name, path in (data.get("files") or {}).items() if path)
    for key in PATHS:
        group, name = key.split(".")
        value = (config.get(group) or {}).get(name)
        if value:
            yield key, value


def rooted(key: str, value: Any, then: str | None) -> Any:
    """Return a setting's value with relative file paths joined to the folder `then`, for comparison."""
    if then is None or not value or not (key.startswith("data.files.") or key in PATHS):
        return value
    whole = [str(Path(then) / Path(one).expanduser()) for one in listed(value)]
    return whole if isinstance(value, list) else whole[0]


def listed(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def data_dir_of(config: Mapping[str, Any], then: str) -> str | None:
    """Return the data folder: of the environment, else the run's, resolved in the run's working folder."""
    saved = os.environ.get(DATA_DIR) or (config.get("paths") or {}).get("data_dir")
    if not saved or os.environ.get(DATA_DIR) or not (Path(then) / saved).is_dir():
        return saved or None
    return str(Path(then) / saved)


def _whole(key: str, value: str, then: Path, data_dir: str | None, config: Mapping[str, Any]) -> str:
    path = Path(value).expanduser()
    if path.is_absolute() or (data_dir is not None and is_there(Path(data_dir) / path)):
        return value
    if is_there(then / path):
        return str(then / path)
    data = config.get("data") or {}
    elsewhere = key.startswith("data.") and (data.get("package") or data.get("hub"))
    if is_there(path) or elsewhere or key.endswith(".unlabelled"):
        return value
    rule = f"is neither in {Path.cwd()} nor in {then}, where the run was trained; name it: {key}=FILE"
    raise SettingError(key, value, rule)
