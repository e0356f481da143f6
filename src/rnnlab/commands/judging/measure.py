"""Compute every measure of the board for one row at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rnnlab.commands.judging.material import Entry, Material
from rnnlab.evaluation.perplexity import surprise
from rnnlab.evaluation.quality.coherence import Coherence
from rnnlab.evaluation.quality.copied import Corpus, Novelty, novelty
from rnnlab.evaluation.quality.diversity import distinct, loops, self_bleu, words
from rnnlab.evaluation.quality.language import likeness, profile, real_words
from rnnlab.evaluation.texts import bleu, rouge
from rnnlab.report.names import tested_prefix
from rnnlab.run.folder.open_run import OpenRun

SIZES = (8, 16, 32)
WINDOW = 256  # tokens of held-out text for the entropies, each from an empty state
MOST_WINDOWS = 32


class Judge:
    """Measures against the training text; made once per board."""

    def __init__(self, told: Material) -> None:
        self.told, self.corpus = told, Corpus(told.training)
        self.known = frozenset(words(told.training))
        self.own = profile([told.training])
        self.coherence = Coherence(told.training)

    def judge(self, entry: Entry) -> Novelty:
        """Fill in the measures that need only texts, copying from the training text included."""
        texts, copied = entry.texts, novelty(entry.texts, self.corpus, SIZES)
        like = likeness(texts, self.own)
        entry.measured |= {
            "longest copy": float(copied.longest),
            **{f"{size}-grams copied": copied.shares[size] for size in SIZES},
            "distinct-1": distinct(texts, 1),
            "distinct-2": distinct(texts, 2),
            "self-BLEU": self_bleu(texts),
            "real words": real_words(texts, self.known),
            "coherence": self.coherence.of(texts),
            "loops": loops(texts),
            "lines apart": like.lines,
            "speeches apart": like.speeches,
            "marks apart": like.marks,
            "headed speeches": like.headed,
            "closed brackets": like.balanced,
        }
        if entry.texts != self.told.continuations:
            entry.measured["BLEU"] = bleu(texts, self.told.continuations)
            entry.measured["ROUGE-L"] = rouge(texts, self.told.continuations)["rougeL"]
        return copied


def likelihood(run: OpenRun, told: Material) -> dict[str, float]:
    """Return nats per character of the held-out text in both protocols, as measured by the run's own test."""
    metrics, found = run.metrics, {}
    ids = run.tokenizer.encode(told.held_out)
    for name in ("windows", "stream"):
        nats = metrics.get(f"{tested_prefix(run.result)}nats_{name}")
        if nats is not None:
            total = nats * (len(ids) - 1)
            bits = surprise(total, len(ids) - 1, len(told.held_out) - 1).bits_per_character
            found[f"nats ({name})"] = float((bits or 0.0) * np.log(2))
    return found


def entropies(run: OpenRun, told: Material, temperatures: Sequence[float]) -> list[float]:
    """Return the mean entropy of the next token at each temperature, in nats, along the held-out text."""
    import torch

    network: Any = run.network
    ids = run.tokenizer.encode(told.held_out)[: WINDOW * MOST_WINDOWS]
    tokens = torch.tensor(ids[: len(ids) // WINDOW * WINDOW or len(ids)]).view(-1, min(WINDOW, len(ids)))
    with torch.inference_mode():
        logits = network(tokens).logits  # (B, T, V)
        found = []
        for temperature in temperatures:
            if temperature == 0:
                found.append(0.0)
                continue
            logs = (logits / temperature).log_softmax(-1)
            found.append(float(-(logs.exp() * logs).sum(-1).mean()))
    return found
