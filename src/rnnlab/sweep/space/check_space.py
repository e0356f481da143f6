"""Checks that a search space does not contradict itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rnnlab.errors import SettingError
from rnnlab.sweep.space.dimension import Dimension
from rnnlab.sweep.space.expression import Expression
from rnnlab.sweep.space.search_space import Space


def check_space(space: Space, given: Collection[str] = ()) -> None:
    """Refuse dimensions, zips, conditions and constraints that make no sense.

    Args:
        given: settings with a single value, which conditions and constraints may name, too.

    Raises:
        SettingError: the first one that makes no sense.
    """
    keys = [d.key for d in space.dimensions]
    for place, dimension in enumerate(space.dimensions):
        wrong = dimension.wrong()
        if wrong is not None:
            raise SettingError(dimension.key, dimension.told(), f"must {wrong}")
        if dimension.key in keys[:place]:
            raise SettingError(dimension.key, dimension.told(), "is searched twice")
        if dimension.when is not None:
            rule = "must name a setting that is searched and stands before it, or is typed with one value"
            _check_expression(
                f"sweep.space.{dimension.key}.when", dimension.when, [*keys[:place], *given], rule
            )
    _check_zips(space)
    for text in space.constraints:
        rule = "must name a setting that is searched, or is typed with one value"
        _check_expression("sweep.constraints", text, [*keys, *given], rule)


def _check_zips(space: Space) -> None:
    found = {d.key: d for d in space.dimensions}
    zipped = [key for keys in space.zips for key in keys]
    for key in zipped:
        if key not in found:
            raise SettingError("sweep.zip", key, "must name settings that are searched", found)
        if found[key].kind != "choice":
            raise SettingError("sweep.zip", key, "must name lists of values, and this is an interval")
        if zipped.count(key) > 1:
            raise SettingError("sweep.zip", key, "must name a setting once")
        if found[key].when is not None:
            raise SettingError("sweep.zip", key, "cannot have a condition (when) where values go together")
    for keys in space.zips:
        _check_lengths([found[key] for key in keys])


def _check_lengths(zipped: Sequence[Dimension]) -> None:
    if len({len(d.values) for d in zipped}) > 1:
        told = ", ".join(f"{d.key} has {len(d.values)}" for d in zipped)
        keys = ",".join(d.key for d in zipped)
        raise SettingError("sweep.zip", f"[{keys}]", f"must have as many values of each: {told}")


def _check_expression(setting: str, text: str, known: Sequence[str], rule: str) -> None:
    """Check that every comparison names a known setting, and that every dotted name is one."""
    try:
        expression = Expression(text)
    except ValueError as error:
        raise SettingError(setting, text, str(error)) from error
    for names in expression.comparisons():
        wrong = sorted(name for name in names if "." in name and name not in known)
        if wrong or not names & set(known):
            raise SettingError(setting, (wrong or sorted(names) or [text])[0], rule, known)
