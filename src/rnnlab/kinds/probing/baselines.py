"""The baseline of a probe: the best answer that ignores the inputs."""

from __future__ import annotations

from typing import NamedTuple

from rnnlab.kinds.baselines import Baseline, Measured
from rnnlab.kinds.work import Work


class Levels(NamedTuple):
    """The figure of chance by length, its metric, and the length of the longest training rows."""

    chance: dict[str, float]
    metric: str
    longest: int


class Chance:
    """The best constant answer: its accuracy, or the mean squared error of the mean, known beforehand."""

    name = "chance"
    version = 1

    def read(self, work: Work) -> Levels:
        facts = work.facts
        return Levels(facts["chance"], "accuracy" if facts["answers"] else "loss", facts["longest"])

    def measure(self, inputs: Levels) -> Measured:
        metric, chance = inputs.metric, inputs.chance
        by_length = {f"{metric}_{length}": value for length, value in chance.items()}
        return Measured({metric: chance[str(inputs.longest)], **by_length}, {})


BASELINES: tuple[Baseline, ...] = (Chance(),)
