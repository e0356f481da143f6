"""A model on a probe in the atlas: its tuning, its fresh seeds, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

SOLVED_AT = 0.99  # test accuracy of a seed that has solved a probe


@dataclass(frozen=True)
class Seed:
    """A training of the chosen setting with a fresh seed.

    Attributes:
        metrics: of its result.json. steps: of its training.
        steps_to_solve: step of the first validation that it solved; None for none.
    """

    seed: int
    metrics: dict[str, float]
    seconds: float = 0.0
    steps: int | None = None
    steps_to_solve: int | None = None

    def accuracy(self, length: int) -> float | None:
        """Return the test accuracy at a length, None where it was not tested."""
        return self.metrics.get(f"test/accuracy_{length}")


@dataclass(frozen=True)
class Try:
    """A training of the tuning: validation and test accuracy, None where it failed or was not run."""

    state: str
    validation: float | None = None
    test: float | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class Entry:
    """One model on one probe.

    Attributes:
        matched: what was set equal for all models: "parameters=20000", "state_size=512", or "".
        longest: the longest training rows, in the probe's unit; lengths: those tested, ascending.
        chance: accuracy of the best answer without the inputs, by length as text.
        chosen: the overrides of the chosen setting. size: parameters, state_size, operations_per_token.
        enough: whether tuning ended early because enough settings had solved it.
        tune: settings of the trainings of tuning alone, such as fewer steps.
        memory: mean curves over the seeds: steps_back, gradient, forgetting; empty without.
    """

    model: str
    probe: str
    budget: str
    matched: str
    longest: int
    lengths: tuple[int, ...]
    seeds: tuple[Seed, ...]
    tries: tuple[Try, ...]
    unit: str = ""
    chance: dict[str, float] = field(default_factory=dict)
    chosen: tuple[str, ...] = ()
    size: dict[str, float] = field(default_factory=dict)
    enough: bool = False
    tune: tuple[str, ...] = ()
    memory: dict[str, list[float]] = field(default_factory=dict)
    sweep: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.model, self.probe, self.budget, self.matched

    def accuracies(self, length: int) -> list[float]:
        """Return the test accuracy at a length of each seed that has one."""
        found = (seed.accuracy(length) for seed in self.seeds)
        return [value for value in found if value is not None]

    def quartiles(self, length: int) -> tuple[float, float, float] | None:
        """Return lower quartile, median and upper quartile over the seeds; None without any."""
        values = self.accuracies(length)
        if not values:
            return None
        low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
        return float(low), float(middle), float(high)

    def solved(self, length: int) -> float | None:
        """Return the fraction of seeds whose test accuracy at a length is at least SOLVED_AT."""
        values = self.accuracies(length)
        return sum(value >= SOLVED_AT for value in values) / len(values) if values else None

    def scaled(self, length: int) -> float | None:
        """Return the median accuracy, scaled so that chance is 0 and all right is 1."""
        found, chance = self.quartiles(length), self.chance.get(str(length), 0.0)
        if found is None:
            return None
        return max(found[1] - chance, 0.0) / (1 - chance) if 0 <= chance < 1 else found[1]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Entry:
        """Return the entry of a JSON object. Raises KeyError or TypeError if it is not one."""
        made = {
            **plain,
            "seeds": tuple(Seed(**one) for one in plain["seeds"]),
            "tries": tuple(Try(**one) for one in plain["tries"]),
            "lengths": tuple(plain["lengths"]),
            "chosen": tuple(plain["chosen"]),
            "tune": tuple(plain.get("tune", ())),
        }
        return cls(**made)
