"""Styles of a language model by name, and mixtures of them. S styles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from rnnlab.errors import SettingError

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun

OPTION = "--mix"


def styles_of(run: FinishedRun) -> tuple[str, ...]:
    """Return the names of the styles that a run's network can read and write in; none for a plain model."""
    return tuple(run.facts["styles"]) if run.config.model.get("style_size", 0) else ()


def parse_mix(mix: str, names: Sequence[str], option: str = OPTION) -> np.ndarray:
    """Parse weights (S,) of a mixture such as `hamlet:0.7,sonnets:0.3`; they are scaled to a sum of 1.

    A name without a weight counts 1, so that one name alone is that style, and `hamlet,sonnets` half of each.

    Args:
        names: of the styles that the run has.
        option: what an error names.

    Raises:
        SettingError: the run has no styles or not this one, a style comes twice, a weight is no number >= 0
            or all are 0.
    """
    if not names:
        raise SettingError(option, mix, "this run has learned no styles: train with model.style_size=16")
    weights = np.zeros(len(names))
    seen: set[str] = set()
    for part in mix.split(","):
        name, colon, given = (text.strip() for text in part.partition(":"))
        if name not in names:
            raise SettingError(option, name, "is no style of this run", names)
        if name in seen:
            raise SettingError(option, mix, f"names {name} twice")
        seen.add(name)
        weights[list(names).index(name)] = _weight(given, part, option) if colon else 1.0
    if not weights.sum() > 0:
        raise SettingError(option, mix, "must have a weight above 0")
    return weights / weights.sum()


def _weight(given: str, part: str, option: str) -> float:
    try:
        weight = float(given)
    except ValueError:
        weight = -1.0
    if not 0 <= weight < float("inf"):
        rule = "the weight must be a number >= 0, as in hamlet:0.7,sonnets:0.3"
        raise SettingError(option, part.strip(), rule)
    return weight
