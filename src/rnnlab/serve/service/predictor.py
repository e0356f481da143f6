"""What turns texts into class probabilities behind the service. N texts, C classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from rnnlab.run.folder.open_run import OpenRun
from rnnlab.serve.runtime import Classifier

MOST_TOKENS = 16_384  # of one padded batch


class Predictor(Protocol):
    """Texts to probabilities in two steps, which may run at the same time on different texts."""

    classes: tuple[str, ...]

    def encode(self, texts: Sequence[str]) -> list[np.ndarray]:
        """Each text as the network reads it (T,); called in several threads."""
        ...

    def notes(self, texts: Sequence[str], ids: Sequence[np.ndarray]) -> list[str]:
        """Return a note for each text without a known token, else "" (`rnnlab.tokenizer.unread`)."""
        ...

    def probabilities(self, ids: Sequence[np.ndarray]) -> np.ndarray:
        """Encoded texts to (N, C), calibrated, in their order; called in one thread."""
        ...


class TorchPredictor:
    """The run's own network."""

    def __init__(self, run: OpenRun) -> None:
        self.run, self.classes = run, run.classes

    def encode(self, texts: Sequence[str]) -> list[np.ndarray]:
        return self.run.encode(texts)

    def notes(self, texts: Sequence[str], ids: Sequence[np.ndarray]) -> list[str]:
        return self.run.notes(texts, ids)

    def probabilities(self, ids: Sequence[np.ndarray]) -> np.ndarray:
        import torch

        from rnnlab.data.padded_batches import batches
        from rnnlab.run.folder.classify import adjusted

        run, found = self.run, np.zeros((len(ids), len(self.classes)))
        with torch.inference_mode():
            for rows, tokens, lengths in batches(ids, run.shape.padding, MOST_TOKENS):
                logits = run.network(tokens.to(run.device), lengths.to(run.device)).cpu()
                found[rows] = adjusted(logits, run.prior_shift, run.temperature).exp().numpy()
        return found


class OnnxPredictor:
    """The exported graph: one call without Python's lock, while texts are encoded."""

    def __init__(self, model: Classifier) -> None:
        self.model, self.classes = model, model.classes

    def encode(self, texts: Sequence[str]) -> list[np.ndarray]:
        return [self.model.encode(text) for text in texts]

    def notes(self, texts: Sequence[str], ids: Sequence[np.ndarray]) -> list[str]:
        return self.model.notes(texts, ids)

    def probabilities(self, ids: Sequence[np.ndarray]) -> np.ndarray:
        return self.model.probabilities_of(ids)
