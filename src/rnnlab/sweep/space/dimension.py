"""One dimension of a search space."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from rnnlab.sweep.space.expression import plain

if TYPE_CHECKING:
    import optuna

NEAR = 1e-6  # tolerance of a number's distance from a step, as a fraction of the step


@dataclass(frozen=True)
class Dimension:
    """A setting and its possible values.

    Attributes:
        key: as typed: `model`, `optimizer.lr`, `+trainer.x`.
        kind: choice, float or int.
        values: of a choice, as typed.
        low, high: both included; step: between two values; log: whether the scale is logarithmic.
        when: a condition on other dimensions' values (see Expression); it is absent unless that holds.
    """

    key: str
    kind: str = "choice"
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    step: float | None = None
    log: bool = False
    when: str | None = None

    def wrong(self) -> str | None:
        """Return what is invalid as a phrase that follows `must`; None if nothing is."""
        if self.kind == "choice":
            return None if self.values else "have at least one value"
        if self.low is None or self.high is None:
            return "have a low and a high end"
        if not (isfinite(self.low) and isfinite(self.high)):
            return "have ends that are numbers"
        if not self.low < self.high:
            return f"have a low end below the high one, not {self.low:g} and {self.high:g}"
        if self.log and self.low <= 0:
            return f"start above 0 to be searched by ratios (log), not at {self.low:g}"
        if self.step is not None and (self.log or not 0 < self.step <= self.high - self.low):
            return "have a step above 0 that fits between its ends, and none at all with log"
        if self.kind == "int" and not all(x == int(x) for x in (self.low, self.high, self.step or 1)):
            return "have whole ends and a whole step"
        return None

    def as_searched(self, value: Any) -> Any:
        """Return a value in the sampler's form, a choice as its typed text; None if it is not allowed."""
        if self.kind == "choice":
            same = (typed for typed in self.values if same_value(typed, value))
            return next(same, None)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        low, high = self._ends()
        if not low <= value <= high or (self.kind == "int" and value != int(value)):
            return None
        steps = 0.0 if self.step is None else (value - low) / self.step
        if abs(steps - round(steps)) > NEAR:
            return None
        return int(value) if self.kind == "int" else float(value)

    def holds(self, value: Any) -> bool:
        """Return whether the value is allowed."""
        return self.as_searched(value) is not None

    def suggest(self, trial: optuna.trial.Trial) -> Any:
        """Draw a value from Optuna's sampler."""
        if self.kind == "choice":
            return trial.suggest_categorical(self.key, tuple(dict.fromkeys(self.values)))
        low, high = self._ends()
        if self.kind == "int":
            step = 1 if self.step is None else int(self.step)
            return trial.suggest_int(self.key, int(low), int(high), step=step, log=self.log)
        return trial.suggest_float(self.key, low, high, step=self.step, log=self.log)

    def ends(self) -> tuple[Any, ...]:
        """Return the values to try before a sweep: all of a choice, both ends of an interval."""
        if self.kind == "choice":
            return self.values
        return tuple(int(end) if self.kind == "int" else float(end) for end in self._ends())

    def told(self) -> str:
        """Describe the values in a few words."""
        if self.kind == "choice":
            return ", ".join(self.values)
        low, high = self.low or 0.0, self.high or 0.0
        steps = f" in steps of {self.step:g}" if self.step else ""
        return f"{low:g} to {high:g}{steps}" + " (log)" * self.log

    def _ends(self) -> tuple[float, float]:
        assert self.low is not None
        assert self.high is not None
        return self.low, self.high

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "values": list(self.values)}

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Dimension:
        return cls(**{**plain, "values": tuple(plain["values"])})


def same_value(typed: str, value: Any) -> bool:
    """Return whether a typed value equals this one: `3e-3` and 0.003, `true` and True."""
    left, right = plain(typed), plain(value)
    return typed == value or (left == right and isinstance(left, bool) == isinstance(right, bool))
