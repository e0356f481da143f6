"""One thing that a sweep searches."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import optuna

KINDS = ("choice", "float", "int")


@dataclass(frozen=True)
class Dimension:
    """A setting and the values that it may have.

    Attributes:
        key: as it is typed: `model`, `optimizer.lr`, `+trainer.x`.
        kind: choice, float or int.
        values: of a choice, as they are typed.
        low, high: both included; step: between two values; log: whether ratios count, and not differences.
        when: a condition on other dimensions' values (see Expression), under which alone it is there.
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
        """What is wrong with it, as a phrase that follows `must`; None if nothing is."""
        if self.kind == "choice":
            return None if self.values else "have at least one value"
        if self.low is None or self.high is None:
            return "have a low and a high end"
        if not self.low < self.high:
            return f"have a low end below the high one, not {self.low:g} and {self.high:g}"
        if self.log and self.low <= 0:
            return f"start above 0 to be searched by ratios (log), not at {self.low:g}"
        if self.step is not None and (self.log or self.step <= 0):
            return "have a step above 0, and none at all with log"
        return None

    def holds(self, value: Any) -> bool:
        """Whether it may have a value."""
        if self.kind == "choice":
            return str(value) in self.values
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        assert self.low is not None
        assert self.high is not None
        return self.low <= value <= self.high and (self.kind == "float" or value == int(value))

    def suggest(self, trial: optuna.trial.Trial) -> Any:
        """A value from Optuna's sampler."""
        if self.kind == "choice":
            return trial.suggest_categorical(self.key, self.values)
        assert self.low is not None
        assert self.high is not None
        if self.kind == "int":
            step = 1 if self.step is None else int(self.step)
            return trial.suggest_int(self.key, int(self.low), int(self.high), step=step, log=self.log)
        return trial.suggest_float(self.key, self.low, self.high, step=self.step, log=self.log)

    def ends(self) -> tuple[Any, ...]:
        """The values at which a config is tried before a sweep: all of a choice, both ends of an interval."""
        if self.kind == "choice":
            return self.values
        assert self.low is not None
        assert self.high is not None
        return (int(self.low), int(self.high)) if self.kind == "int" else (self.low, self.high)

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "values": list(self.values)}

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Dimension:
        return cls(**{**plain, "values": tuple(plain["values"])})
