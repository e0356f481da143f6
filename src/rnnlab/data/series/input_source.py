"""How a file of series for a finished run is read: as that of its training was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from rnnlab.data.file_format import AUTO, Format
from rnnlab.data.series.source import SeriesSource
from rnnlab.data.series.table import Columns
from rnnlab.errors import SettingError

OF_TRAINING = ("path", "test_path", "hub", "package", "source", "data_dir", "cache_dir", "format", "max_file")


def input_source(
    settings: Mapping[str, Any], columns: Columns, path: Path, form: Format, cache_dir: Path
) -> SeriesSource:
    """Return how a file is read whose columns are those of a training.

    Args:
        settings: `data` of the run's config. columns: of the training, whose targets are read and no others.
        path: of the file, whose ending names its format. form: what else was typed about its format.
        cache_dir: keeps what was read.

    Raises:
        SettingError: there is no such file.
    """
    if not path.is_file():
        raise SettingError("--input", path, "is no file: a table of series is read as a whole")
    names = {one.name for one in fields(SeriesSource)}.difference(OF_TRAINING)
    given = {name: settings[name] for name in names if name in settings}
    if _targets(given) not in ((), columns.targets):
        own = (settings.get("package") or {}).get("settings") or {}  # the training read a package's columns
        given |= {name: own[name] for name in names if name in own}
    if given.get("layout", "long") == "long":
        given |= {"target": columns.targets, "label": None}
    typed = {"delimiter": form.delimiter, "encoding": form.encoding}
    given |= {name: value for name, value in typed.items() if value != AUTO}
    place = {"path": str(path.absolute()), "source": "files", "cache_dir": cache_dir}
    return SeriesSource(**(given | place | {"max_file": form.max_file}))


def _targets(given: Mapping[str, Any]) -> tuple[str, ...]:
    target = given.get("target") or ()
    return (target,) if isinstance(target, str) else tuple(target)
