"""Two runs compared: settings, metrics, and the tests of their kind."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from rnnlab.commands.comparing.configs import Change, changes
from rnnlab.kinds.use import NO_TEST, OTHER_ROWS, Comparison
from rnnlab.run.config.saved import config_of
from rnnlab.run.folder.open_run import OpenRun


@dataclass(frozen=True)
class Pair:
    """Two opened runs."""

    first: OpenRun
    second: OpenRun

    @cached_property
    def changes(self) -> list[Change]:
        return changes(config_of(self.first.folder.config), config_of(self.second.folder.config))

    @property
    def metrics(self) -> dict[str, tuple[float | None, float | None]]:
        """Return every metric of either run, by its name."""
        names = dict.fromkeys([*self.first.metrics, *self.second.metrics])
        return {name: (self.first.metrics.get(name), self.second.metrics.get(name)) for name in names}

    def compared(self, resamples: int, examples: int) -> Comparison:
        """Return the comparison by their kind; runs of two kinds have no rows in common."""
        kind = self.first.problem
        if kind is not self.second.problem:
            return Comparison({"significance": None}, [f"{NO_TEST}{OTHER_ROWS}"])
        return kind.compare(self.first, self.second, resamples, examples)
