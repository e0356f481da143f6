"""Find the kind of a task from its class's dotted name."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any

from rnnlab.errors import SettingError
from rnnlab.kinds.base import Kind

NAME = "KIND"
SETTING = "task._target_"
MISSING = (
    "belongs to no kind of problem: give the class kind='package.module:KIND' or its package a KIND, "
    "an instance of a subclass of rnnlab.kinds.base.Kind (docs/adding.md)"
)


def kind_of(settings: Any) -> Kind:
    """Return the kind of a config's task; `settings` is the config, or its plain values.

    Raises:
        SettingError: the config names no task class, or one that belongs to no kind.
    """
    task = settings.get("task") if isinstance(settings, Mapping) else None
    target = task.get("_target_") if isinstance(task, Mapping) else None
    if not isinstance(target, str) or not all(map(str.isidentifier, target.split("."))) or "." not in target:
        raise SettingError(SETTING, target, "must be the class of a task, such as package.module.Name")
    return kind_of_class(target)


@cache
def kind_of_class(target: str) -> Kind:
    """Return the kind of a task class, by its dotted name.

    The packages around the class are looked at from the innermost outward, and the first one that has a
    `KIND` decides. Only where none has is the class imported, with torch: its attribute `kind`, which a
    subclass inherits, names the kind as `package.module:KIND`.

    Raises:
        SettingError: none of this leads to a kind, or it leads to an object that is not a `Kind`.
    """
    for package in packages(target):
        try:
            found = getattr(import_module(package), NAME, None)
        except ImportError as error:
            rule = f"its package {package} cannot be imported; {error}"
            raise SettingError(SETTING, target, rule) from error
        if found is not None:
            return checked(found, target)
    module, _, name = target.rpartition(".")
    try:
        named = getattr(getattr(import_module(module), name), "kind", None)
        if isinstance(named, str) and named:
            place, _, attribute = named.partition(":")
            named = getattr(import_module(place), attribute or NAME)
    except (ImportError, AttributeError) as error:
        raise SettingError(SETTING, target, f"must be a class that can be imported; {error}") from error
    if not named:
        raise SettingError(SETTING, target, MISSING)
    return checked(named, target)


def kind_of_name(name: str) -> Kind | None:
    """Return the kind of rnnlab with this name; None for that of another package."""
    package = f"{__package__}.{name}"
    if not name.isidentifier() or find_spec(package) is None:
        return None
    found = getattr(import_module(package), NAME, None)
    return found if isinstance(found, Kind) and found.name == name else None


def known_kinds() -> list[Kind]:
    """Return the kinds of rnnlab, by their names."""
    from rnnlab import kinds

    names = sorted(module.name for module in iter_modules(kinds.__path__) if module.ispkg)
    return [kind for name in names if (kind := kind_of_name(name)) is not None]


def packages(target: str) -> Iterator[str]:
    """Yield the packages around a class, the innermost first; a module that is no package is left out."""
    parts = target.split(".")[:-1]
    for size in range(len(parts), 0, -1):
        name = ".".join(parts[:size])
        try:
            module = sys.modules.get(name)
            spec = find_spec(name) if module is None else module.__spec__
        except (ImportError, ValueError):  # a parent that does not exist, or is no package
            continue
        if spec is not None and spec.submodule_search_locations is not None:
            yield name


def checked(found: object, target: str) -> Kind:
    """Refuse an object that is not a kind."""
    if not isinstance(found, Kind):
        rule = f"its KIND is a {type(found).__name__}, and must be an instance of rnnlab.kinds.base.Kind"
        raise SettingError(SETTING, target, rule)
    return found
