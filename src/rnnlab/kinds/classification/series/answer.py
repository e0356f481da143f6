"""Classes of series by a finished run's network or an exported graph. No torch.

N rows, T steps, F values of a step, C classes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnlab.kinds.classification.prediction import FIELDS, Prediction, predictions_of
from rnnlab.kinds.classification.saved import saved_shift
from rnnlab.kinds.row_answers import Network, SeriesAnswers, exported_network, network_of

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun
    from rnnlab.kinds.usable import Exported


class SeriesClasses(SeriesAnswers):
    """The most probable class of each series and all probabilities, at the run's prior and temperature.

    Args:
        network: gives logits (B, C). classes: their names. features: F.
        shift: added to each class's log probability, (C,); None adds nothing. temperature: divisor after it.
    """

    def __init__(
        self,
        network: Network,
        classes: Sequence[str],
        features: int,
        shift: Sequence[float] | None,
        temperature: float,
    ) -> None:
        self.classes = tuple(classes)
        self.adjust = partial(adjusted_shares, shift=shift, temperature=temperature)
        super().__init__(network, self.fields_of, FIELDS, features)
        self.columns = ("label", "probability", *(f"probability_{name}" for name in self.classes))

    @classmethod
    def of_run(cls, run: FinishedRun) -> SeriesClasses:
        shift = saved_shift(run.settings["task"], run.facts, run.folder.path)
        return cls(network_of(run), run.classes, run.facts["input_size"], shift, run.temperature)

    @classmethod
    def of_export(cls, exported: Exported) -> SeriesClasses:
        told = exported.settings
        own = (told["classes"], told["features"], told["shift"], told["temperature"])
        return cls(exported_network(exported), *own)

    def fields_of(self, logits: np.ndarray) -> dict[str, Any]:
        """Return the answer to a row from its logits (C,)."""
        return predictions_of(self.adjust(logits[None]), self.classes, [""])[0]._asdict()

    def predict(self, rows: Sequence[Any]) -> list[Prediction]:
        """Return the prediction of each series, in their order."""
        return [Prediction(**answer) for answer in self(rows)]

    def probabilities(self, rows: Sequence[Any]) -> np.ndarray:
        """Return class probabilities (N, C) float64."""
        return self.adjust(np.stack(self.compute(self.encode(rows))))

    def cells(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        shares = {f"probability_{name}": share for name, share in answer["probabilities"].items()}
        return {"label": answer["label"], "probability": answer["probability"], **shares}

    def shown(self, answer: Mapping[str, Any]) -> dict[str, str]:
        shares = {name: f"{share:.4f}" for name, share in answer["probabilities"].items()}
        return {"label": answer["label"], **shares}


def adjusted_shares(logits: np.ndarray, shift: Sequence[float] | None, temperature: float) -> np.ndarray:
    """Return probabilities (N, C) float64 from logits (N, C), as `rnnlab.evaluation.adjusted` has them."""
    logs = log_softmax(logits.astype(np.float64))
    if shift is not None:
        logs = log_softmax(logs + np.array(shift))
    return np.exp(log_softmax(logs / temperature))


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Return log probabilities (N, C)."""
    moved = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(moved - np.log(np.exp(moved).sum(axis=1, keepdims=True)))
