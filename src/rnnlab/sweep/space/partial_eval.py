"""Evaluate a space partially when some of its settings have a single value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rnnlab.errors import SettingError
from rnnlab.sweep.space.expression import Expression
from rnnlab.sweep.space.search_space import Space


def bind(space: Space, given: Mapping[str, Any]) -> Space:
    """Return the space with conditions and constraints on searched settings alone.

    A dimension whose condition can no longer hold is left out, and a constraint about it is ignored.

    Raises:
        SettingError: a constraint that the given values break by themselves.
        ValueError: a word that is compared with a number.
    """
    kept, gone = [], set[str]()
    keys = {d.key for d in space.dimensions}
    for d in space.dimensions:
        if d.when is not None:
            left = _given(d.when, given).settled(keys - gone, gone)
            if left is False:
                gone.add(d.key)
                continue
            d = replace(d, when=None if isinstance(left, bool) else left)
        kept.append(d)
    return Space(tuple(kept), space.zips, _constraints(space, given, gone))


def _constraints(space: Space, given: Mapping[str, Any], gone: set[str]) -> tuple[str, ...]:
    kept, keys = [], {d.key for d in space.dimensions}
    for text in space.constraints:
        rule = _given(text, given)
        if rule.names() & gone:
            continue
        left = rule.settled(keys)
        if left is False:
            raise SettingError("sweep.constraints", text, "is broken by the values that were typed")
        if isinstance(left, str):
            kept.append(left)
    return tuple(kept)


def _given(text: str, given: Mapping[str, Any]) -> Expression:
    expression = Expression(text)
    return Expression(expression.given(given)) if expression.names() & given.keys() else expression
