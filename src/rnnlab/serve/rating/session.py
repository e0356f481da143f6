"""A rater's session: all comparisons in the rater's own order."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.serve.rating.plan import Comparison, Plan

LONGEST_NAME = 40
LEFT, RIGHT, NEITHER = "left", "right", "neither"
FIRST, SECOND = "first", "second"


class Shown(NamedTuple):
    """A comparison as a rater sees it: which text is on which side is random."""

    comparison: Comparison
    swapped: bool

    @property
    def left(self) -> str:
        return (self.comparison.second if self.swapped else self.comparison.first).text

    @property
    def right(self) -> str:
        return (self.comparison.first if self.swapped else self.comparison.second).text

    def meant(self, side: str) -> str:
        """Convert `left`, `right` or `neither` to `first`, `second` or `neither` of the comparison."""
        if side == NEITHER:
            return NEITHER
        return FIRST if (side == LEFT) != self.swapped else SECOND


def rater_of(name: str, setting: str = "--rater") -> str:
    """Strip the rater's name. Raises SettingError if it is not valid."""
    kept = name.strip()
    if not 1 <= len(kept) <= LONGEST_NAME:
        raise SettingError(setting, kept, f"must have between 1 and {LONGEST_NAME} characters")
    if not kept.isprintable():
        raise SettingError(setting, repr(kept), "must be of printable characters")
    return kept


def session(plan: Plan, rater: str) -> list[Shown]:
    """Return all comparisons in this rater's own order, the same on every call."""
    name = int.from_bytes(hashlib.sha256(rater.encode()).digest()[:8])
    generator = np.random.default_rng([plan.settings.seed, name])
    order = generator.permutation(len(plan.comparisons))
    swapped = generator.permutation(len(order)) % 2 == 1  # as often on one side as on the other
    return [Shown(plan.comparisons[place], bool(swap)) for place, swap in zip(order, swapped, strict=True)]


def following(shown: list[Shown], answered: Collection[str]) -> Shown | None:
    """Return the first comparison whose id is not in `answered`."""
    return next((one for one in shown if one.comparison.id not in answered), None)
