"""Base class of probes: rows of given lengths with their targets, and the accuracy of a constant answer.

Shapes: B rows, T steps, F features of a step.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

import torch
from torch import Tensor

from rnnlab.data.probe.settings import LONGEST, SIZES
from rnnlab.errors import SettingError

IGNORED = -100
"""The target of a step that asks nothing, as torch's cross entropy has it; of a number's probe, NaN."""


class ProbeRows(NamedTuple):
    """Rows of a probe, right-padded.

    inputs: (B, T) int64 ids, 0 for padding; or (B, T, F) float32. lengths: (B,) int64, steps of each row.
    targets: (B, T) int64 classes, `IGNORED` where nothing is asked; or (B, T) float32, NaN there.

    A target depends on the inputs up to its own step alone.
    """

    inputs: Tensor
    lengths: Tensor
    targets: Tensor


class ProbeSource(ABC):
    """A problem whose rows are drawn anew, at any length, and whose answers are known.

    Everything asked for follows from the inputs, so the ceiling is an accuracy of 1 (an error of 0); only
    a source of fixed rows, `fixed`, may have a lower one.

    Attributes:
        name: as the config calls it. source: the paper that the definition follows.
        unit: what a length counts: bits, operations, steps of delay; a row may have more steps than that.
        tokens: the text of each id, "" for padding; () where the inputs are values.
        input_size: F of values, None where the inputs are ids.
        classes: the text of each class; () where a number is asked for, scored by its squared error.
        tolerance: a number within this of its target is right.
        min_length, max_length: the range of lengths; None for no upper end.
        fixed: the rows are a data set's: `rows(split)` has them, and `sample` draws from its train part.
        sizes: of each budget: shortest and longest length in training, test_lengths, steps, batch_size, and
            the probe's own settings where they differ from budget to budget.

    Args:
        sizes: see above. Raises SettingError for a length that the probe does not have.
    """

    name: str
    source: ClassVar[str]
    unit: ClassVar[str] = "steps"
    tokens: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    input_size: int | None = None
    tolerance: ClassVar[float] = 0.0
    min_length: int = 1
    max_length: int | None = None
    fixed: ClassVar[bool] = False

    def __init__(self, sizes: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self.sizes = {budget: dict(own) for budget, own in (sizes or {}).items()}
        for budget, own in self.sizes.items():
            if any(getattr(self, key) != value for key, value in own.items() if key not in SIZES):
                continue  # another budget's probe, which has other lengths
            for key in ("shortest", "longest", "test_lengths"):
                value = own[key]
                for length in value if isinstance(value, Sequence) else (value,):
                    self.check_length(length, f"probe.sizes.{budget}.{key}")
            if own["longest"] < own["shortest"]:
                rule = f"must be {own['shortest']} or more, as probe.sizes.{budget}.shortest is"
                raise SettingError(f"probe.sizes.{budget}.longest", own["longest"], rule)

    @property
    def num_tokens(self) -> int | None:
        """Ids with the padding's; None where the inputs are values."""
        return len(self.tokens) or None

    @property
    def num_classes(self) -> int | None:
        """Classes; None where a number is asked for."""
        return len(self.classes) or None

    def check_length(self, length: int, setting: str) -> None:
        """Raise SettingError, which names the nearest length, unless the probe has rows of that length."""
        most = LONGEST if self.max_length is None else self.max_length
        if length < self.min_length:
            rule = f"is too short for {self.name}: its shortest row has {self.min_length} {self.unit}"
            raise SettingError(setting, length, rule)
        if length > most:
            raise SettingError(setting, length, f"is too long for {self.name}: at most {most} {self.unit}")

    def sample(self, rows: int, shortest: int, longest: int, generator: torch.Generator) -> ProbeRows:
        """Draw rows whose lengths are uniform from `shortest` to `longest`, both included.

        Raises:
            SettingError: a length that the probe does not have.
        """
        self.check_length(shortest, "shortest")
        self.check_length(longest, "longest")
        return self.draw(torch.randint(shortest, longest + 1, (rows,), generator=generator), generator)

    @abstractmethod
    def draw(self, lengths: Tensor, generator: torch.Generator) -> ProbeRows:
        """Draw a row of each of these lengths (B,), in the probe's unit."""

    @abstractmethod
    def chance(self, length: int) -> float:
        """Return the expected accuracy of the best constant answer over rows of that length.

        Where a number is asked for: its mean squared error, the variance of the targets.
        """

    def rows(self, split: str) -> ProbeRows:
        """Return the rows of `train`, `validation` or `test` of a source of fixed rows."""
        raise NotImplementedError(f"{self.name} draws its rows: it has no rows of {split}")


def padding(lengths: Tensor, steps: int) -> Tensor:
    """Return (B, T), True past the end of a row."""
    return torch.arange(steps) >= lengths[:, None]


def padded(inputs: Tensor, lengths: Tensor, targets: Tensor) -> ProbeRows:
    """Return rows whose steps past the end are padding without a target.

    Args:
        inputs: (B, T) ids. targets: (B, T) classes.
    """
    past = padding(lengths, inputs.shape[1])
    return ProbeRows(inputs.masked_fill(past, 0), lengths, targets.masked_fill(past, IGNORED))
