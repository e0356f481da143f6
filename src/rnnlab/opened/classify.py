"""Class probabilities of texts by a run's network. N texts, C classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from rnnlab.errors import SettingError

if TYPE_CHECKING:
    from torch import Tensor

    from rnnlab.opened.run import OpenRun


def probabilities(run: OpenRun, texts: Sequence[str], progress: bool = False) -> np.ndarray:
    """(N, C) float64 in the order of the texts, at the run's prior and temperature.

    Raises:
        SettingError: the run is a language model's.
    """
    import torch
    from tqdm import tqdm

    classes = run.classes
    if not classes:
        raise SettingError("RUN", run.folder.path, "is a language model's: it has no classes to predict")
    network, found = run.network, np.zeros((len(texts), len(classes)))
    with torch.inference_mode(), tqdm(total=len(texts), unit=" texts", disable=not progress) as bar:
        for rows, tokens, lengths in run.batches(texts):
            logits = network(tokens.to(run.device), lengths.to(run.device))
            found[rows] = adjusted(logits.cpu(), run.prior_shift, run.temperature).exp().numpy()
            bar.update(len(rows))
    return found


def adjusted(logits: Tensor, shift: Sequence[float] | None, temperature: float) -> Tensor:
    """Logits (N, C), or log probabilities, to log probabilities (N, C) float64, as the run's test had them:
    moved to its prior first, then divided by the temperature.
    """
    logs = logits.double().log_softmax(dim=1)
    if shift is not None:
        logs = (logs + logs.new_tensor(shift)).log_softmax(dim=1)
    return (logs / temperature).log_softmax(dim=1)
