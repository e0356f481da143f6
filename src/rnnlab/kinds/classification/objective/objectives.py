"""Training objective of classification: the loss of the labels, and further terms.

Shapes: B rows with labels, U rows without, T steps, C classes; an ensemble's K members come in front.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor

from rnnlab.data.batch import Batch
from rnnlab.kinds.classification.objective.adversarial import adversarial
from rnnlab.kinds.classification.objective.perturbation import deviation
from rnnlab.kinds.classification.objective.virtual_adversarial import divergence, entropy, virtual_adversarial
from rnnlab.kinds.classification.settings import checked
from rnnlab.training.task.rng_state import drawn_from, states


class Losses(NamedTuple):
    """Losses of a batch.

    total: the minimised sum; logits: (..., B, C) of the rows with labels, as they are; parts: the terms
    before they are weighted, in the order of `Objective.names`.
    """

    total: Tensor
    logits: Tensor
    parts: tuple[Tensor, ...]


class Text(NamedTuple):
    """Rows after their clean pass.

    Vectors are (..., B, T, E), and `seen` the same as the pass saw them; logits (..., B, C); scale (..., 1,
    1, E) or a number; `predict` drops the same units as the clean pass did.
    """

    vectors: Tensor
    seen: Tensor
    lengths: Tensor
    logits: Tensor
    scale: Tensor | float
    predict: Callable[[Tensor], Tensor]


class Objective:
    """The loss of the labels plus weighted terms; all weights 1 is the mix of Sachan et al. (2019).

    The terms without labels are means over all rows of a batch, with and without labels; the teacher's is of
    those without. A change acts on the word vectors after their dropouts, and the dropouts above them draw
    the same masks in all passes over a row: otherwise the divergence would not be least where nothing is
    changed, which the virtual adversarial direction depends on. (Miyato et al. drop word vectors alone, once;
    the code of Sachan et al. draws anew.)

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
        teacher: weight of the cross-entropy to the probabilities that a teacher gave the rows without labels
            (Hinton et al. 2015; of texts without labels, Bucila et al. 2006).

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
        teacher: float = 0.0,
    ) -> None:
        weights = {"adversarial": adversarial, "virtual_adversarial": virtual_adversarial}
        weights |= {"entropy": entropy, "teacher": teacher}
        lengths = {"perturbation_norm": perturbation_norm, "finite_difference": finite_difference}
        for name, value in {**weights, **lengths}.items():
            checked(name, value)
        checked("perturbation_scale", perturbation_scale)
        self.weights = {name: weight for name, weight in weights.items() if weight}
        self.norm, self.scale, self.step = perturbation_norm, perturbation_scale, finite_difference

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the active terms, the labels' first."""
        return ("labels", *self.weights) if self.weights else ()

    def check(self, network: Any) -> None:
        """Raise ValueError for a network that does not take word vectors."""
        if self.weights and "embedding" not in getattr(network, "mixable", ()):
            name, weight = next(iter(self.weights.items()))
            raise ValueError(f"{name}={weight} needs a network that can be given word vectors")

    def losses(self, network: Any, batch: Batch, label_loss: Callable[[Tensor, Tensor], Tensor]) -> Losses:
        """Return all terms of a batch, `label_loss` from logits and labels to a scalar."""
        texts = self._texts(network, batch)
        own = texts[0]
        parts = {"labels": label_loss(own.logits, batch.labels)}
        if "adversarial" in self.weights:
            weights = [weight for weight in network.parameters() if weight.requires_grad]
            found = adversarial(parts["labels"], own.seen, own.vectors, own.scale, self.norm, weights)
            parts["labels"] = found.loss
            parts["adversarial"] = label_loss(own.predict(own.vectors + found.change), batch.labels)
        if "virtual_adversarial" in self.weights:
            rows = torch.cat([self._divergence(text) for text in texts], dim=-1)  # (..., B + U)
            parts["virtual_adversarial"] = rows.mean()
        if "entropy" in self.weights:
            parts["entropy"] = torch.cat([entropy(text.logits) for text in texts], dim=-1).mean()
        if "teacher" in self.weights:
            parts["teacher"] = taught(texts[1].logits, batch.unlabelled_targets)
        total = parts["labels"]
        for name, weight in self.weights.items():
            total = total + weight * parts[name]
        return Losses(total, own.logits, tuple(parts[name] for name in self.names))

    def _texts(self, network: Any, batch: Batch) -> list[Text]:
        """Return the rows with labels and, where a term needs them and there are any, those without."""
        graded = not self.weights.keys().isdisjoint(
            ("entropy", "teacher")
        )  # otherwise the clean predictions without labels are only a target
        once = "adversarial" in self.weights and not graded
        texts = [self._read(network, batch.tokens, batch.lengths, once=once)]
        if self.weights.keys() <= {"adversarial"}:
            return texts
        if batch.unlabelled_tokens is not None and batch.unlabelled_lengths is not None:
            texts.append(self._read(network, batch.unlabelled_tokens, batch.unlabelled_lengths, graded))
        return texts

    def _read(
        self, network: Any, tokens: Tensor, lengths: Tensor, graded: bool = True, once: bool = False
    ) -> Text:
        """Run the clean pass, with a graph if `graded`.

        A pass that is backpropagated only `once` ends at a copy of the vectors.
        """
        vectors = network.embed(tokens, lengths)
        seen = vectors.detach() if once else vectors
        if not seen.requires_grad:  # vectors that are not trained, or their copy
            seen.requires_grad_()
        start, device = states(vectors.device), vectors.device

        def predict(changed: Tensor) -> Tensor:
            with drawn_from(start, device):
                logits: Tensor = network.from_vectors(changed, lengths)
            return logits

        with torch.set_grad_enabled(graded):
            logits = network.from_vectors(seen, lengths)
        scale = deviation(vectors, lengths) if self.scale == "deviation" else 1.0
        return Text(vectors, seen, lengths, logits, scale, predict)

    def _divergence(self, text: Text) -> Tensor:
        """Return, for each row (..., B), how far the change that moves its predictions most moves them."""
        settings = (text.scale, self.norm, self.step)
        change = virtual_adversarial(text.predict, text.vectors, text.lengths, text.logits, *settings)
        return divergence(text.logits.detach(), text.predict(text.vectors + change))


def taught(logits: Tensor, targets: Tensor | None) -> Tensor:
    """Return the mean cross-entropy of logits (..., U, C) to probabilities (U, C) over rows and members."""
    if targets is None:
        raise RuntimeError("there are no teacher's probabilities beside the texts without labels")
    return -(targets * logits.log_softmax(dim=-1)).sum(dim=-1).mean()
