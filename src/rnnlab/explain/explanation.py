"""Explanations of the tokens of one text, and the text as the network reads it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rnnlab.data.truncation import cut
from rnnlab.tokenizer.token_names import name_of

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun


class Reading(NamedTuple):
    """A text as the network reads it.

    Attributes:
        text: after the run's cleaning.
        ids: at least one; only those that the network reads. Of rows of values, a list for each step.
        tokens: each id's text, or its name if it has no characters.
        spans: [start, end) of each in `text`.
        left_out: number of truncated tokens.
    """

    text: str
    ids: list[int]
    tokens: list[str]
    spans: list[tuple[int, int]]
    left_out: int


class Sentence(NamedTuple):
    """A sentence of a document: [start, end) in the text, and its weight in the document."""

    start: int
    end: int
    score: float


class Explanation(NamedTuple):
    """A score for each token of a text.

    Attributes:
        text: the cleaned text; `spans` are [start, end) in it. tokens: as in `Reading`.
        scores: one a token. Gradients and occlusion: its contribution to the log-odds of `label` (positive is
            evidence for it). Attention: its weight; all weights sum to 1. Surprisal: -log p in nats of the
            token given those before it; 0 for the first token, which has none. Memory: the norm of the last
            output's gradient by it.
        method: gradients, occlusion, attention, surprisal or memory.
        label: the class that is explained; None for a language model.
        probability: calibrated, of `label`; for a language model, the geometric mean over the tokens.
        baseline: description of the baseline that the scores compare the text with.
        outcome, baseline_outcome: for gradients, the log-odds of the text and of the baseline: the scores sum
            to their difference, up to the error of the integral. For occlusion, only the first.
        words: hierarchical attention, the weight of each token in its sentence; else empty.
        sentences: hierarchical attention, the weight of each sentence that has words; else empty.
        left_out: number of tokens that are not read, see `Reading`.
        quantity: name of the explained value of gradients and occlusion; empty for the log-odds of `label`.
        outputs: the tokens that were written for the text, of a kind that writes; else empty.
        weights: of each of these, a score for each token of the text; `scores` sum them up.
    """

    text: str
    tokens: list[str]
    spans: list[tuple[int, int]]
    scores: list[float]
    method: str
    label: str | None
    probability: float | None
    baseline: str
    outcome: float | None = None
    baseline_outcome: float | None = None
    words: Sequence[float] = ()
    sentences: Sequence[Sentence] = ()
    left_out: int = 0
    quantity: str = ""
    outputs: Sequence[str] = ()
    weights: Sequence[Sequence[float]] = ()

    @property
    def signed(self) -> bool:
        """Return whether a score below 0 means that the token is evidence against the label."""
        return self.method in ("gradients", "occlusion")

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        whole = self._asdict()
        whole["spans"] = [list(span) for span in self.spans]
        whole["words"], whole["outputs"] = list(self.words), list(self.outputs)
        whole["weights"] = [list(row) for row in self.weights]
        whole["sentences"] = [sentence._asdict() for sentence in self.sentences]
        return whole


def explanation_of(
    reading: Reading, scores: list[float], method: str, named: tuple[str | None, float | None], baseline: str
) -> Explanation:
    """Return the explanation of a text that was read; `named` is the label and its probability."""
    label, probability = named
    lines = (reading.text, reading.tokens, reading.spans)
    return Explanation(*lines, scores, method, label, probability, baseline, left_out=reading.left_out)


def keep_of(run: FinishedRun, text: str) -> Callable[[np.ndarray], np.ndarray]:
    """Return the truncation of a text's positions, as the run truncates its ids."""
    shape = run.shape
    if shape.separator is None:
        return partial(cut, shape=shape)
    ids = np.array(run.tokenizer.encode(run.cleaner(text)))
    return partial(cut, shape=shape, place=int((ids == shape.separator).argmax()))


def read(run: FinishedRun, text: str, keep: Callable[[np.ndarray], np.ndarray]) -> Reading:
    """Return `text` as a network reads it.

    Args:
        keep: maps the positions of all tokens (N,) to those of the tokens that the network reads.
    """
    tokenizer, cleaned = run.tokenizer, run.cleaner(text)
    whole, spans = tokenizer.encode(cleaned), tokenizer.offsets(cleaned)
    if not whole:
        whole, spans = [tokenizer.unknown_id], [(0, 0)]
    kept = keep(np.arange(len(whole))).tolist()
    tokens = [cleaned[slice(*spans[i])] or name_of(tokenizer, whole[i]) for i in kept]
    return Reading(
        cleaned, [whole[i] for i in kept], tokens, [spans[i] for i in kept], len(whole) - len(kept)
    )
