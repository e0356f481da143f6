"""Names of data files: two parallel files of a split, patterns, and parts of a name that are settings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rnnlab.errors import SettingError

PARTS = ("language", "source_language", "target_language", "test_set")  # settings that file names may hold
TARGET = ".target"  # ends the name of the second of two parallel files
BOTH = 2


def flat_files(files: Mapping[str, str | Sequence[str] | None]) -> dict[str, str | None]:
    """Return the files with a name each: the second of two parallel files of a split is `SPLIT.target`.

    Raises:
        SettingError: a list of other than two files.
    """
    flat: dict[str, str | None] = {}
    for split, named in files.items():
        if named is None or isinstance(named, str):
            flat[split] = named
            continue
        if len(named) != BOTH:
            rule = "must be a file, or two parallel ones: [SOURCE_FILE,TARGET_FILE]"
            raise SettingError(f"data.files.{split}", f"[{','.join(map(str, named))}]", rule)
        flat[split], flat[split + TARGET] = str(named[0]), str(named[1])
    return flat


def setting_of(split: str) -> str:
    """Return the setting that names a file of `flat_files`."""
    return f"data.files.{split.removesuffix(TARGET)}"


def files_of(files: Mapping[str, Path], split: str) -> tuple[Path, ...]:
    """Return the file of a split, or its two parallel files."""
    return tuple(files[name] for name in (split, split + TARGET) if name in files)


def matching(place: Path) -> list[Path]:
    """Return the paths that a pattern such as `g2p/*/ady_train.tsv` matches; without `*` the path itself."""
    if "*" not in str(place):
        return [place]
    parts = place.parts
    first = next(number for number, part in enumerate(parts) if "*" in part)
    folder = Path(*parts[:first]) if first else Path()
    return sorted(folder.glob(str(Path(*parts[first:]))))


def is_there(place: Path) -> bool:
    """Return whether a path, or one that a pattern matches, exists."""
    return any(found.exists() for found in matching(place))


def unknown_part(path: Path, places: Iterable[Path], named: Mapping[str, str]) -> SettingError | None:
    """Return an error for a missing file whose name holds a setting that other values would find.

    Args:
        path: the file as the config names it. places: where it was looked for.
        named: values by the settings of `PARTS`.
    """
    for setting, value in named.items():
        for place in places:
            there = _values(place, value)
            if there:
                rule = f"the data have no {setting.replace('_', ' ')} of this name: there is no {path.name}"
                return SettingError(f"data.{setting}", value, rule, there)
    return None


def _values(place: Path, value: str) -> set[str]:
    """Return the values with which a file would be there, found by the names in its folder."""
    before, found, after = place.name.partition(value)
    if not found:
        return set()
    name = re.compile(f"{re.escape(before)}([A-Za-z0-9_]+){re.escape(after)}")
    others = matching(place.with_name("*" if "*" in str(place) else place.name.replace(value, "*", 1)))
    matches = (name.fullmatch(other.name) for other in others)
    return {match[1] for match in matches if match}
