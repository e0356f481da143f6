"""Class probabilities of texts by a finished run's network. N texts, C classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnlab.evaluation.adjusted import adjusted
from rnnlab.kinds.classification.prediction import FIELDS, Prediction, predictions_of
from rnnlab.kinds.use import Answerer

if TYPE_CHECKING:
    from torch import Tensor

    from rnnlab.finished import FinishedRun

MOST_TOKENS = 16_384  # in a padded batch; a longer text is a batch of its own


class ClassAnswers(Answerer):
    """The most probable class of each text and all probabilities, at the run's prior and temperature.

    Args:
        ngrams: blend in the run's n-grams, as its test did.
    """

    fields = FIELDS

    def __init__(self, run: FinishedRun, ngrams: bool = False) -> None:
        self.run, self.ngrams, self.classes = run, ngrams, run.classes
        self.columns = ("label", "probability", *(f"probability_{name}" for name in self.classes), "note")
        if run.result.get("ngrams") and not ngrams:
            self.remarks = ("by the network alone; --ngrams adds what the run's n-grams say",)

    def encode(self, rows: Sequence[Any]) -> list[Any]:
        return list(self.run.encode(rows))

    def compute(self, encoded: Sequence[Any]) -> np.ndarray:
        """Return probabilities (N, C) float64 of ids, by the network alone."""
        logs = log_probabilities(self.run, encoded, self.run.temperature, False)
        return np.asarray(logs.exp().numpy())

    def answers(
        self, rows: Sequence[Any], encoded: Sequence[Any], outputs: Sequence[Any]
    ) -> list[dict[str, Any]]:
        found = predictions_of(np.stack(outputs), self.classes, self.run.notes(rows, encoded))
        return [prediction._asdict() for prediction in found]

    def __call__(self, rows: Sequence[Any]) -> list[dict[str, Any]]:
        return [prediction._asdict() for prediction in self.predict(rows)]

    def predict(self, rows: Sequence[Any]) -> list[Prediction]:
        """Return the prediction of each text, in their order."""
        encoded = self.run.encode(rows)
        shares = probabilities(self.run, rows, ngrams=self.ngrams, encoded=encoded)
        return predictions_of(shares, self.classes, self.run.notes(rows, encoded))

    def probabilities(self, texts: Sequence[str], progress: bool = False) -> np.ndarray:
        """Return class probabilities (N, C) float64 of N texts."""
        return probabilities(self.run, texts, progress, self.ngrams)

    def cells(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        shares = {f"probability_{name}": share for name, share in answer["probabilities"].items()}
        named = {name: answer[name] for name in ("label", "probability")}
        return {**named, **shares, "note": answer["note"]}

    def shown(self, answer: Mapping[str, Any]) -> dict[str, str]:
        shares = {name: f"{share:.4f}" for name, share in answer["probabilities"].items()}
        return {"label": answer["label"], **shares}


def probabilities(
    run: FinishedRun,
    texts: Sequence[str],
    progress: bool = False,
    ngrams: bool = False,
    encoded: Sequence[np.ndarray] | None = None,
) -> np.ndarray:
    """Predict class probabilities (N, C), float64, of N texts at the run's prior and temperature.

    Args:
        ngrams: blend in the run's n-grams, as its test did.
        encoded: the output of `run.encode` for the texts, if it exists already.

    Raises:
        SettingError: the run has no n-grams.
    """
    ids = run.encode(texts) if encoded is None else encoded
    if not ngrams:
        return np.asarray(log_probabilities(run, ids, run.temperature, progress).exp().numpy())
    import torch

    from rnnlab.evaluation.temperature import combined
    from rnnlab.kinds.classification.blend import said_by_ngrams, scales_of

    scales, alone = scales_of(run), said_by_ngrams(run, texts)
    own = log_probabilities(run, ids, 1.0, progress)
    return np.asarray(combined(torch.stack([own, alone]), scales).exp().numpy())


def log_probabilities(
    run: FinishedRun, encoded: Sequence[np.ndarray], temperature: float, progress: bool
) -> Tensor:
    """Return the network's log probabilities (N, C), float64, at the run's prior."""
    import torch

    from rnnlab.bar import Bar
    from rnnlab.data.padded_batches import batches

    network, shift = run.network, prior_shift(run)
    found = torch.zeros(len(encoded), len(run.classes), dtype=torch.float64)
    with torch.inference_mode(), Bar(total=len(encoded), unit=" texts") if progress else nullcontext() as bar:
        for rows, tokens, lengths in batches(encoded, run.shape.padding, MOST_TOKENS):
            logits = network(tokens.to(run.device), lengths.to(run.device))
            found[rows] = adjusted(logits.cpu(), shift, temperature)
            if bar is not None:
                bar.update(len(rows))
    return found


def prior_shift(run: FinishedRun) -> list[float] | None:
    """Return the log shift of each class (C,) for the prior; None without `task.prior`.

    Raises:
        SettingError: the run has a prior and does not record the number of train rows of each class.
    """
    from rnnlab.kinds.classification.saved import saved_shift

    return saved_shift(run.settings["task"], run.facts, run.folder.path)
