"""The plan of a rating: a fixed set of pairs of passages, which is the header of a results file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from rnnlab.errors import SettingError

REAL = "real text"
FORMAT = "rnnlab rating 1"
MOST_COUNT, SHORTEST, LONGEST = 1000, 40, 4000


@dataclass(frozen=True)
class Settings:
    """Settings of a set of comparisons.

    Attributes:
        count: comparisons; length: characters of a passage, at most.
    """

    count: int = 30
    length: int = 400
    temperature: float = 0.8
    seed: int = 1

    def check(self) -> None:
        """Raise SettingError for an invalid setting."""
        if not 1 <= self.count <= MOST_COUNT:
            raise SettingError("--count", self.count, f"must be between 1 and {MOST_COUNT}")
        if not SHORTEST <= self.length <= LONGEST:
            raise SettingError(
                "--length", self.length, f"must be between {SHORTEST} and {LONGEST} characters"
            )
        if not 0 <= self.temperature < float("inf"):
            raise SettingError("--temperature", self.temperature, "must be a number >= 0")
        if self.seed < 0:
            raise SettingError("--seed", self.seed, "must be at least 0")


class Passage(NamedTuple):
    """A text and its source."""

    source: str
    text: str


class Comparison(NamedTuple):
    """Two passages of two sources. The `id` does not reveal them."""

    id: str
    first: Passage
    second: Passage


class Model(NamedTuple):
    """A run: its name here, and a digest of its weights."""

    name: str
    digest: str


@dataclass(frozen=True)
class Plan:
    """A set of comparisons and its origin."""

    models: tuple[Model, ...]
    settings: Settings
    question: str
    comparisons: tuple[Comparison, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        return (*(model.name for model in self.models), REAL)

    def to_json(self) -> dict[str, Any]:
        return {"format": FORMAT, **asdict(self)}

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Plan:
        """Rebuild a plan from `to_json`. Raises KeyError, TypeError or ValueError for other input."""
        if given["format"] != FORMAT:
            raise ValueError(given["format"])
        pairs = [(one[0], Passage(*one[1]), Passage(*one[2])) for one in given["comparisons"]]
        models = tuple(Model(*model) for model in given["models"])
        return cls(models, Settings(**given["settings"]), given["question"], tuple(map(_comparison, pairs)))

    def describe(self) -> str:
        return describe(self.models, self.settings)


def describe(models: Sequence[Model], settings: Settings) -> str:
    """Return runs and settings on one line, for a message."""
    names = ", ".join(f"{model.name} ({model.digest[:8]})" for model in models)
    return names + "; " + ", ".join(f"{name} {value:g}" for name, value in asdict(settings).items())


def pairs_of(sources: Sequence[str], count: int, seed: int) -> list[tuple[str, str]]:
    """Return the two sources of each comparison: every pair equally often, in random order."""
    pairs = list(combinations(sources, 2))
    listed = [pairs[number % len(pairs)] for number in range(count)]
    return [listed[place] for place in np.random.default_rng([seed, 0]).permutation(count)]


def compare(texts: Mapping[str, Sequence[str]], settings: Settings) -> tuple[Comparison, ...]:
    """Return comparisons of passages, each passage used once.

    Args:
        texts: as many of each source as `needed` returns.
    """
    left = {source: iter(listed) for source, listed in texts.items()}
    found = []
    for number, (a, b) in enumerate(pairs_of(list(texts), settings.count, settings.seed)):
        first, second = Passage(a, next(left[a])), Passage(b, next(left[b]))
        key = json.dumps([number, settings.seed, first, second])
        found.append(Comparison(hashlib.sha256(key.encode()).hexdigest()[:16], first, second))
    return tuple(found)


def needed(sources: Sequence[str], settings: Settings) -> dict[str, int]:
    """Return how many passages of each source the comparisons show."""
    pairs = pairs_of(sources, settings.count, settings.seed)
    return {source: sum(source in pair for pair in pairs) for source in sources}


def _comparison(parts: tuple[str, Passage, Passage]) -> Comparison:
    return Comparison(*parts)
