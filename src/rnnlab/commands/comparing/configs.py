"""Differences between two runs' settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

ABSENT = "absent"
PLACES = ("paths", "callback", "logger", "resume")  # settings about a run's location and outputs only


class Change(NamedTuple):
    """A setting's dotted key and its value in each of two runs."""

    key: str
    first: Any
    second: Any


def changes(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Change]:
    """Return the settings of config.yaml that differ; folders and loggers' settings are left out.

    Settings that follow from another one (`model.encoder.hidden_size` from `model.hidden_size`) come after
    it.
    """
    one, other = dict(leaves(first)), dict(leaves(second))
    keys = [*one, *(key for key in other if key not in one)]
    found = [Change(key, one.get(key, ABSENT), other.get(key, ABSENT)) for key in keys]
    found = [change for change in found if change.first != change.second and not is_place(change.key)]
    return sorted(found, key=lambda change: change.key.count("."))


def leaves(settings: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the dotted key and value of every setting; a list counts as one value."""
    for name, value in settings.items():
        key = f"{above}{name}"
        if isinstance(value, Mapping) and value:
            yield from leaves(value, f"{key}.")
        else:
            yield key, value


def is_place(key: str) -> bool:
    return key.partition(".")[0] in PLACES or key.endswith((".data_dir", ".cache_dir"))
