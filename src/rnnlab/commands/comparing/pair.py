"""Two runs side by side: settings, metrics, and on the same rows who is right where."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnnlab.commands.comparing.configs import Change, changes
from rnnlab.evaluation.significance import Difference, McNemar, mcnemar, paired_bootstrap
from rnnlab.report.page.paired import same_rows
from rnnlab.report.page.predictions import Predictions, read_predictions
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
        """Every metric of either run, by its name."""
        names = dict.fromkeys([*self.first.metrics, *self.second.metrics])
        return {name: (self.first.metrics.get(name), self.second.metrics.get(name)) for name in names}

    @cached_property
    def predictions(self) -> tuple[Predictions, Predictions] | None:
        """Of both on the same test rows; None where they did not predict the same."""
        found = [read_predictions(run.folder.predictions) for run in (self.first, self.second)]
        if found[0] is None or found[1] is None or not same_rows(found[0], found[1]):
            return None
        return found[0], found[1]

    def significance(self, resamples: int) -> tuple[dict[str, Difference], McNemar]:
        """How much better the second is, and McNemar's test. Needs `predictions`."""
        assert self.predictions is not None
        one, other = self.predictions
        values = (one.labels, one.predicted, other.predicted)
        return paired_bootstrap(*values, len(one.classes), resamples), mcnemar(*values)

    def only_right(self, second: bool, most: int) -> list[int]:
        """Rows that only the second, or only the first, has right: where the other was surest first."""
        assert self.predictions is not None
        one, other = self.predictions
        winner, loser = (other, one) if second else (one, other)
        rows = np.flatnonzero(winner.right & ~loser.right)
        surest = loser.probabilities[rows].max(1)
        return rows[np.argsort(-surest, kind="stable")][:most].tolist()
