"""The network mixed with n-grams: p = w p_network + (1 - w) p_ngrams for each token (Jelinek & Mercer 1980).

A network of a few minutes and counts of the same text err in different places. Shapes: N tokens, V ids.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import torch

from rnnlab.data.batch import Window
from rnnlab.data.running import SHARED
from rnnlab.kinds.baselines import MOST_TOKENS
from rnnlab.kinds.language_modeling.baselines import evaluated, reading_order, rows_of
from rnnlab.kinds.language_modeling.kneser_ney import KneserNey
from rnnlab.kinds.language_modeling.ngram_levels import Rows
from rnnlab.kinds.language_modeling.token_loss import measures
from rnnlab.kinds.work import Outputs, Settings

log = logging.getLogger("rnnlab")
STEPS = 100  # weights that are tried, evenly apart


class Chances(NamedTuple):
    """The probability of each target of a text (N,), from the network and from the n-grams."""

    network: np.ndarray
    ngrams: np.ndarray

    def nats(self, weight: float, tokens: int | None = None) -> float:
        """Return the mean loss of the first tokens under a mixture, all of them for None."""
        mixed = weight * self.network[:tokens] + (1 - weight) * self.ngrams[:tokens]
        return float(-np.log(mixed).mean())


def ngram_mixture(settings: Settings, task: Any, data: Any) -> Outputs:
    """Test the network mixed with Kneser-Ney n-grams of the train text; both protocols.

    The validation text chooses the n-grams' length, and its first `validation_tokens` the weight.

    A train text that is too long for counts, as for the baseline, is told and left out.

    Args:
        settings: `task.ngram_mixture`.
        task: the trained LanguageModeling, on its device.
        data: a LanguageData that is prepared.
    """
    train = data.encoded("train")
    if len(train.ids) > MOST_TOKENS:
        log.warning("n-gram mixture left out: %d train tokens are more than %d", len(train.ids), MOST_TOKENS)
        return Outputs()
    model = KneserNey(data.tokenizer.vocab_size)
    model.fit(reading_order(train, data.reversed), evaluated(data, "validation", 1))
    held = chances(task, model, data.splits()["validation"])
    weight = best_weight(held, settings.validation_tokens)
    log.info("n-gram mixture: %d-grams, weight of the network %.2f", model.order, weight)
    if SHARED in data.provenance["notes"]:
        log.info("n-gram mixture: chosen on the start of the text that it reports on; %s", SHARED)
    tested = {"mixed_windows": chances(task, model, data.splits()["test"])}
    if data.running:
        tested["mixed_stream"] = chances(task, model, data.stream_dataloader("test"))
    metrics = {
        f"test/{name}": value
        for key, found in tested.items()
        for name, value in measures(found.nats(weight), key).items()
    }
    used = len(held.network[: settings.validation_tokens])
    facts = {"network_weight": weight, "order": model.order, "validation_tokens": used}
    return Outputs(metrics, {"ngram_mixture": facts})


def best_weight(held: Chances, tokens: int) -> float:
    """Return the network's weight in [0, 1] with the least loss on the first tokens."""
    weights = np.linspace(0, 1, STEPS + 1)
    return float(min(weights, key=lambda weight: held.nats(weight, tokens)))


def chances(task: Any, model: KneserNey, loader: Iterable[Window]) -> Chances:
    """Return both probabilities of each target that a loader gives, in its order."""
    batches = list(loader)
    rows: Rows = rows_of(batches)
    return Chances(network_chances(task, batches), model.chances(rows))


@torch.no_grad()
def network_chances(task: Any, batches: Iterable[Window]) -> np.ndarray:
    """Return the network's probability of each target (N,), the state carried within a row."""
    was_training, state, found = task.network.training, None, list[np.ndarray]()
    task.network.eval()
    for batch in batches:
        batch = task.transfer_batch_to_device(batch, task.device, 0)
        logits, state = task.logits_of(batch, None if batch.fresh else state)
        chances = logits.float().softmax(-1).gather(-1, batch.targets.unsqueeze(-1)).squeeze(-1)  # (B, T)
        lengths = batch.lengths.tolist()
        found += [row[:length] for row, length in zip(chances.cpu().numpy(), lengths, strict=True)]
    task.network.train(was_training)
    return np.concatenate(found).astype(np.float64)
