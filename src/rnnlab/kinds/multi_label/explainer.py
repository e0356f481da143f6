"""Attribution of one label's logit to the tokens of a text."""

from __future__ import annotations

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.explain.explanation import Explanation, Reading
from rnnlab.explain.outcome import row_of
from rnnlab.finished import FinishedRun
from rnnlab.kinds.row_explainer import NumberExplainer


class LabelExplainer(NumberExplainer):
    """Integrated gradients and occlusion of the log-odds of one label: the most probable or the named one."""

    by_class = NumberExplainer.methods

    def __init__(self, run: FinishedRun) -> None:
        super().__init__(run, "the log-odds")

    def class_probabilities(self, reading: Reading) -> list[tuple[str, float]]:
        shares = self.run.problem.thresholds(self.run).probabilities(self._logits(reading))
        return list(zip(self.run.classes, shares.tolist(), strict=True))

    def _logits(self, reading: Reading) -> np.ndarray:
        """Return the logit of each label (C,)."""
        import torch

        with torch.no_grad():
            logits = self.run.network(*row_of(self.run.network, reading.ids))[0]
        return np.asarray(logits.cpu())

    def explain(self, reading: Reading, method: str, target: str | None, steps: int) -> Explanation:
        names = list(self.run.classes)
        if target is not None and target not in names:
            raise SettingError("--class", target, "must be a label of the run, or all", names=names)
        place = int(self._logits(reading).argmax()) if target is None else names.index(target)
        own = NumberExplainer(self.run, f"the log-odds of {names[place]}", place)
        return own.explain(reading, method, None, steps)
