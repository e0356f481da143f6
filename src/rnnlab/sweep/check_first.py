"""Check the first trials of a sweep, which the user sets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rnnlab.errors import SettingError
from rnnlab.sweep.space.search_space import Space, Values


def first_values(space: Space, first: Sequence[Any]) -> list[Values]:
    """Return the values of the first trials as they are typed.

    Raises:
        SettingError: a setting that is not searched, or a value outside of its searched ones.
    """
    return [_values(space, f"sweep.first[{number}]", given) for number, given in enumerate(first)]


def _values(space: Space, name: str, given: Any) -> Values:
    if not hasattr(given, "items"):
        raise SettingError(name, given, "must be a mapping such as {optimizer.lr: 3e-3}")
    dimensions = {d.key: d for d in space.dimensions}
    found: Values = {}
    for key, value in given.items():
        if key not in dimensions:
            raise SettingError(f"{name}.{key}", value, "must be a setting that is searched", dimensions)
        if not dimensions[key].holds(value):
            rule = f"must be among what is searched: {dimensions[key].told()}"
            raise SettingError(f"{name}.{key}", value, rule)
        found[key] = dimensions[key].as_searched(value)
    try:
        space.fixed(given)
    except ValueError as error:
        rule = f"must go together as in sweep.zip with the other values of {name}"
        raise SettingError(f"{name}.{error}", given[str(error)], rule) from error
    whole = found.keys() == dimensions.keys()
    if whole and not space.fulfils(space.present(found)):
        raise SettingError(name, dict(given), f"breaks one of sweep.constraints: {list(space.constraints)}")
    return found
