"""The command line and the config of a sweep as a space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import IntervalSweep, Override

from rnnlab.errors import SettingError
from rnnlab.sweep.dimension import Dimension
from rnnlab.sweep.expression import Expression
from rnnlab.sweep.space import Space, shown

FIELDS = ("values", "low", "high", "step", "log", "int", "when")


def parse_space(arguments: Sequence[str], sweep: Any) -> tuple[Space, list[str]]:
    """What is searched, and the overrides that are not.

    Args:
        arguments: as typed, `model=gru,lstm`, `optimizer.lr=tag(log,interval(1e-4,1e-2))`.
        sweep: the config's `sweep`, a mapping; a key that is typed replaces that of `sweep.space`.

    Raises:
        SettingError: a space that makes no sense.
    """
    typed, fixed = [], list[str]()
    for override, text in zip(
        OverridesParser.create().parse_overrides(list(arguments)), arguments, strict=True
    ):
        if override.is_sweep_override():
            typed.append(from_override(override))
        else:
            fixed.append(text)
    keys = {d.key for d in typed} | {text.partition("=")[0] for text in fixed}
    settings = dict(sweep.get("space") or {})
    of_config = [from_config(str(key), value) for key, value in settings.items() if key not in keys]
    space = Space(
        tuple(
            sorted(of_config + typed, key=lambda d: d.when is not None)
        ),  # conditions know what stands before
        tuple(tuple(str(key) for key in zipped) for zipped in sweep.get("zip") or ()),
        tuple(str(text) for text in sweep.get("constraints") or ()),
    )
    check_space(space)
    return space, fixed


def from_override(override: Override) -> Dimension:
    """A swept override: choices, a range, a glob over a group's choices, or an interval."""
    key, sweep = override.get_key_element(), override._value
    if isinstance(sweep, IntervalSweep):
        low, high = float(sweep.start or 0.0), float(sweep.end or 0.0)
        kind = "int" if "int" in sweep.tags or isinstance(sweep.start, int) else "float"
        return Dimension(key, kind, low=low, high=high, log="log" in sweep.tags)
    return Dimension(key, values=tuple(override.sweep_string_iterator()))


def from_config(key: str, setting: Any) -> Dimension:
    """An entry of `sweep.space`: a list of values, or a mapping with values or with low and high."""
    name = f"sweep.space.{key}"
    if isinstance(setting, list | tuple):
        setting = {"values": setting}
    if not isinstance(setting, Mapping):
        raise SettingError(name, setting, "must be a list of values, or {low: ..., high: ...}")
    for field in setting:
        if field not in FIELDS:
            raise SettingError(name, field, "is no part of a dimension", FIELDS)
    when = setting.get("when")
    if setting.get("values") is not None:
        return Dimension(key, values=tuple(shown(value) for value in setting["values"]), when=when)
    kind = "int" if setting.get("int") else "float"
    ends: dict[str, Any] = {end: setting.get(end) for end in ("low", "high", "step")}
    for end, value in ends.items():
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise SettingError(f"{name}.{end}", value, "must be a number")
    return Dimension(key, kind, log=bool(setting.get("log")), when=when, **ends)


def check_space(space: Space) -> None:
    """Refuse dimensions, zips, conditions and constraints that contradict themselves."""
    keys = [d.key for d in space.dimensions]
    for dimension in space.dimensions:
        wrong = dimension.wrong()
        if wrong is not None:
            raise SettingError(dimension.key, _told(dimension), f"must {wrong}")
        if dimension.when is not None:
            _check_expression(f"sweep.space.{dimension.key}.when", dimension.when, keys, before=dimension.key)
    for zipped in space.zips:
        _check_zip(space, zipped)
    for text in space.constraints:
        _check_expression("sweep.constraints", text, keys)


def _told(dimension: Dimension) -> str:
    if dimension.kind == "choice":
        return ",".join(dimension.values)
    return f"{dimension.low} to {dimension.high}"


def _check_zip(space: Space, zipped: tuple[str, ...]) -> None:
    found = {d.key: d for d in space.dimensions if d.key in zipped}
    for key in zipped:
        if key not in found:
            raise SettingError(
                "sweep.zip", key, "must name settings that are searched", (d.key for d in space.dimensions)
            )
        if found[key].kind != "choice":
            raise SettingError("sweep.zip", key, "must name lists of values, and this is an interval")
    lengths = {len(found[key].values) for key in zipped}
    if len(lengths) > 1:
        told = ", ".join(f"{key} has {len(found[key].values)}" for key in zipped)
        raise SettingError("sweep.zip", f"[{','.join(zipped)}]", f"must have as many values of each: {told}")


def _check_expression(setting: str, text: str, keys: Sequence[str], before: str | None = None) -> None:
    """A dotted name must be searched; a condition may ask for what stands before it."""
    try:
        names = Expression(text).names()
    except ValueError as error:
        raise SettingError(setting, text, str(error)) from error
    known = list(keys if before is None else keys[: keys.index(before)])
    wrong = [name for name in names if "." in name and name not in known]
    if wrong or not names & set(known):
        rule = "must name a setting that is searched" + (" and stands before it" if before else "")
        raise SettingError(setting, wrong[0] if wrong else text, rule, known)
