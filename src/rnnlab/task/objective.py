"""What classification minimises beside the loss of its labels.

Shapes: B rows with labels, U rows without, T steps, C classes; an ensemble's K members come in front.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor

from rnnlab.data.batch import Batch
from rnnlab.task.adversarial import adversarial
from rnnlab.task.perturbation import deviation
from rnnlab.task.virtual_adversarial import divergence, entropy, virtual_adversarial

SCALES = ("deviation", "absolute")


class Losses(NamedTuple):
    """total: what is minimised; logits: (..., B, C) of the rows with labels, as they are; parts: the terms
    before they are weighted, in the order of `Objective.names`.
    """

    total: Tensor
    logits: Tensor
    parts: tuple[Tensor, ...]


class Objective:
    """The loss of the labels, plus weighted terms; all weights 1 is the mix of Sachan et al. (2019).

    The terms without labels are means over all rows of a batch, with and without labels. A change acts on the
    word vectors after their dropouts, so that the changed rows lack the same words and features as the clean
    ones; the dropouts above the vectors are drawn anew in each pass, as in the code of Miyato et al.

    Args:
        adversarial: weight of the labels' loss where the vectors are changed against it (Goodfellow et al.
            2015; Miyato et al. 2017).
        virtual_adversarial: weight of the divergence between predictions with and without the change that
            moves them most (Miyato et al. 2016, 2017).
        entropy: weight of the predictions' entropy (Grandvalet & Bengio 2004).
        perturbation_norm: > 0, length of a change over all words of a text.
        perturbation_scale: the unit of that length: `deviation`, for each feature its standard deviation over
            the words of the batch, which is as if vectors were normalised to mean 0 and variance 1 as in
            Miyato et al. and then brought back by a fixed linear map; `absolute` counts as it is.
        finite_difference: > 0, length of the random change from which `virtual_adversarial` finds its own.

    Raises:
        ValueError: a number outside its range, an unknown scale.
    """

    def __init__(
        self,
        adversarial: float = 0.0,
        virtual_adversarial: float = 0.0,
        entropy: float = 0.0,
        perturbation_norm: float = 5.0,
        perturbation_scale: str = "deviation",
        finite_difference: float = 0.1,
    ) -> None:
        weights = {"adversarial": adversarial, "virtual_adversarial": virtual_adversarial, "entropy": entropy}
        for name, weight in weights.items():
            if not 0 <= weight < float("inf"):
                raise ValueError(f"{name}={weight} must be a number of at least 0")
        for name, length in (("perturbation_norm", perturbation_norm), ("finite_difference", finite_difference)):
            if not 0 < length < float("inf"):
                raise ValueError(f"{name}={length} must be a number > 0")
        if perturbation_scale not in SCALES:
            raise ValueError(f"perturbation_scale={perturbation_scale} must be one of {', '.join(SCALES)}")
        self.weights = {name: weight for name, weight in weights.items() if weight}
        self.norm, self.scale, self.step = perturbation_norm, perturbation_scale, finite_difference

    @property
    def names(self) -> tuple[str, ...]:
        """Of the terms that there are, the labels' first."""
        return ("labels", *self.weights) if self.weights else ()

    def check(self, network: Any) -> None:
        """Raises ValueError for a network whose word vectors cannot be changed."""
        changes = [name for name in self.weights if name != "entropy"]
        if changes and "embedding" not in getattr(network, "mixable", ()):
            raise ValueError(f"{changes[0]}={self.weights[changes[0]]} needs a network that can be given word vectors")

    def losses(
        self, network: Any, batch: Batch, label_loss: Callable[[Tensor, Tensor], Tensor]
    ) -> Losses:
        """All terms of a batch, `label_loss` from logits and labels to a scalar."""
        tokens, lengths = all_rows(batch)
        count = len(batch.labels)
        vectors = network.embed(tokens, lengths)  # (..., B + U, T, E)
        if not vectors.requires_grad:
            vectors.requires_grad_()
        logits = network.from_vectors(vectors, lengths)  # (..., B + U, C)
        labelled = logits.narrow(-2, 0, count)
        loss = label_loss(labelled, batch.labels)
        scale = deviation(vectors, lengths) if self.scale == "deviation" else 1.0
        parts = {"labels": loss}
        if "adversarial" in self.weights:
            change = adversarial(loss, vectors, scale, self.norm).narrow(-3, 0, count)
            moved = vectors.narrow(-3, 0, count) + change
            parts["adversarial"] = label_loss(network.from_vectors(moved, batch.lengths), batch.labels)
        if "virtual_adversarial" in self.weights:
            predict = lambda moved: network.from_vectors(moved, lengths)
            change = virtual_adversarial(predict, vectors, lengths, logits, scale, self.norm, self.step)
            parts["virtual_adversarial"] = divergence(logits.detach(), predict(vectors + change)).mean()
        if "entropy" in self.weights:
            parts["entropy"] = entropy(logits).mean()
        total = loss + sum(weight * parts[name] for name, weight in self.weights.items())
        return Losses(total, labelled, tuple(parts[name] for name in self.names))


def all_rows(batch: Batch) -> tuple[Tensor, Tensor]:
    """Tokens (B + U, T) and lengths (B + U,) of the rows with labels and then of those without."""
    if batch.unlabelled_tokens is None or batch.unlabelled_lengths is None:
        return batch.tokens, batch.lengths
    tokens = torch.cat((batch.tokens, batch.unlabelled_tokens))
    return tokens, torch.cat((batch.lengths, batch.unlabelled_lengths))
