"""Values as they are typed on Hydra's command line."""

from __future__ import annotations

from functools import cache
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, OverrideType, Quote, QuotedString, ValueType


def shown(value: Any) -> str:
    """What is typed for a value that comes out of Hydra's parser again; text is taken to be typed already."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, str):
        return value
    return Override(OverrideType.CHANGE, "key", ValueType.ELEMENT, value).get_value_element_as_str()


def quoted(value: Any) -> str:
    """What is typed for a value of a YAML file: text that would be read as something else stands in quotes.

    Raises:
        ValueError: text that Hydra cannot read in any form: with a line's end.
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
    """Where a text may stand, and what is then to be read."""
    return ("%s", value), ("[%s]", [value]), ("{k:%s}", {"k": value})


@cache
def _parser() -> OverridesParser:
    return OverridesParser.create()


def _read(text: str) -> Any:
    """What Hydra reads; None for what it cannot, and for a sweep."""
    try:
        override = _parser().parse_override(f"key={text}")
    except Exception:
        return None
    return None if override.is_sweep_override() else override.value()
