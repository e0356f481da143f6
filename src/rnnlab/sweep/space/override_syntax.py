"""Convert values to Hydra's command line syntax."""

from __future__ import annotations

from functools import cache
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, OverrideType, Quote, QuotedString, ValueType


def shown(value: Any) -> str:
    """Return the override text of a value from Hydra's parser; a string is returned unchanged."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, str):
        return value
    return Override(OverrideType.CHANGE, "key", ValueType.ELEMENT, value).get_value_element_as_str()


def quoted(value: Any) -> str:
    """Return the override text of a YAML value; strings that Hydra would read as another type are quoted.

    Raises:
        ValueError: text with a line break, which Hydra cannot read in any form.
    """
    if isinstance(value, list):
        return f"[{','.join(quoted(item) for item in value)}]"
    if isinstance(value, dict):
        text = ",".join(f"{shown(key)}:{quoted(item)}" for key, item in value.items())
        if _read(f"{{{text}}}") != value:
            raise ValueError(f"{value!r} cannot be typed")
        return f"{{{text}}}"
    if not isinstance(value, str):
        return shown(value)
    for text in (value, QuotedString(value, Quote.single).with_quotes()):
        if all(_read(form % text) == wanted for form, wanted in _places(value)):
            return text
    raise ValueError(f"{value!r} cannot be typed")


def _places(value: str) -> tuple[tuple[str, object], ...]:
    """Return the positions that a text can have, and the value that must then be read."""
    return ("%s", value), ("[%s]", [value]), ("{k:%s}", {"k": value})


@cache
def _parser() -> OverridesParser:
    return OverridesParser.create()


def _read(text: str) -> Any:
    """Return the value that Hydra reads; None if it cannot, or for a sweep."""
    try:
        override = _parser().parse_override(f"key={text}")
    except Exception:
        return None
    return None if override.is_sweep_override() else override.value()
