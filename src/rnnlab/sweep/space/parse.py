"""Parse the command line and the config of a sweep into a space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import IntervalSweep, Override

from rnnlab.errors import SettingError
from rnnlab.sweep.composer import own_key
from rnnlab.sweep.space.check_space import check_space
from rnnlab.sweep.space.dimension import Dimension
from rnnlab.sweep.space.override_syntax import quoted
from rnnlab.sweep.space.partial_eval import bind
from rnnlab.sweep.space.search_space import Space

FIELDS = ("values", "low", "high", "step", "log", "int", "when")
NUMBERS = ("low", "high", "step")
FLAGS = ("log", "int")


def parse_space(arguments: Sequence[str], sweep: Any) -> tuple[Space, list[str]]:
    """Return the space, and the overrides that are not searched.

    Args:
        arguments: as typed, `model=gru,lstm`, `optimizer.lr=tag(log,interval(1e-4,1e-2))`; for a glob over a
            group's choices, `model=glob(*lstm*)`, Hydra must be initialised.
        sweep: the config's `sweep`, a mapping; a key that is typed replaces that of `sweep.space`.

    Raises:
        SettingError: a space that makes no sense.
    """
    hydra = GlobalHydra.instance()
    parser = OverridesParser.create(hydra.config_loader() if hydra.is_initialized() else None)
    overrides = parser.parse_overrides(list(arguments))
    typed = [from_override(override) for override in overrides if override.is_sweep_override()]
    single = [override for override in overrides if not override.is_sweep_override()]
    given = {o.get_key_element().lstrip("+~"): o.value() for o in single}
    settings = {str(key): value for key, value in (sweep.get("space") or {}).items()}
    taken = given.keys() | {d.key.lstrip("+") for d in typed}
    of_config = [from_config(key, value) for key, value in settings.items() if key.lstrip("+") not in taken]
    space = Space(
        tuple(
            sorted(of_config + typed, key=lambda d: d.when is not None)
        ),  # conditions know what stands before
        tuple(_zipped(keys) for keys in _listed("sweep.zip", sweep.get("zip"))),
        tuple(str(text) for text in _listed("sweep.constraints", sweep.get("constraints"))),
    )
    scalars = {key: value for key, value in given.items() if not own_key(key) and _is_scalar(value)}
    check_space(space, scalars)
    return bind(space, scalars), [o.input_line or "" for o in single]


def from_override(override: Override) -> Dimension:
    """Convert a swept override: choices, a range, a glob over a group's choices, or an interval."""
    key, typed = override.get_key_element(), (override.input_line or "").partition("=")[2]
    if own_key(key):
        raise SettingError(
            key, typed, "must be a single value: it is the sweep's own, and cannot be searched"
        )
    if override.is_interval_sweep():
        sweep: IntervalSweep = OverridesParser.create().parse_rule(typed, "value")
        low, high = float(sweep.start or 0.0), float(sweep.end or 0.0)
        kind = "int" if "int" in sweep.tags or isinstance(sweep.start, int) else "float"
        return Dimension(key, kind, low=low, high=high, log="log" in sweep.tags)
    return Dimension(key, values=tuple(override.sweep_string_iterator()))


def from_config(key: str, setting: Any) -> Dimension:
    """Convert an entry of `sweep.space`: a list of values, or a mapping with values or with low and high."""
    name = f"sweep.space.{key}"
    if isinstance(setting, list | tuple):
        setting = {"values": setting}
    if not isinstance(setting, Mapping):
        raise SettingError(name, setting, "must be a list of values, or {low: ..., high: ...}")
    for field in setting:
        if field not in FIELDS:
            raise SettingError(name, field, "is no part of a dimension", FIELDS)
    _check_fields(name, setting)
    when = None if setting.get("when") is None else str(setting["when"])
    if setting.get("values") is not None:
        return Dimension(key, values=_values(name, setting["values"]), when=when)
    kind = "int" if setting.get("int") else "float"
    ends: dict[str, Any] = {end: setting.get(end) for end in NUMBERS}
    return Dimension(key, kind, log=bool(setting.get("log")), when=when, **ends)


def _check_fields(name: str, setting: Mapping[str, Any]) -> None:
    for field in NUMBERS:
        value = setting.get(field)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise SettingError(f"{name}.{field}", value, "must be a number")
    for field in FLAGS:
        if not isinstance(setting.get(field, False), bool):
            raise SettingError(f"{name}.{field}", setting[field], "must be true or false")
    both = [field for field in (*NUMBERS, *FLAGS) if setting.get(field) is not None]
    if setting.get("values") is not None and both:
        raise SettingError(f"{name}.{both[0]}", setting[both[0]], "cannot stand beside values")


def _values(name: str, values: Any) -> tuple[str, ...]:
    if not isinstance(values, list | tuple):
        raise SettingError(f"{name}.values", values, "must be a list")
    try:
        return tuple(quoted(value) for value in values)
    except ValueError as error:
        raise SettingError(f"{name}.values", values, str(error)) from error


def _zipped(keys: Any) -> tuple[str, ...]:
    if not isinstance(keys, list | tuple):
        raise SettingError("sweep.zip", keys, "must stand in a list of lists of keys: [[A,B]]")
    return tuple(str(key) for key in keys)


def _listed(name: str, value: Any) -> Sequence[Any]:
    if value is not None and not isinstance(value, list | tuple):
        raise SettingError(name, value, "must be a list")
    return value or ()


def _is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool)
