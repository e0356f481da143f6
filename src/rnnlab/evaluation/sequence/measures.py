"""Measures of text to text by name: BLEU, chrF, TER, ROUGE, error rates, similarity in meaning.

Each is a function of statistics of single rows, summed over the rows: a corpus score is that of all rows,
a score by group that of the group's, a bootstrap resample that of the rows drawn. N rows, k statistics.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.evaluation.sequence import edits, lengths, overlap
from rnnlab.evaluation.sequence.pairs import Sums, Written, percent, ratio, with_count
from rnnlab.evaluation.similarity import Embed, similarity


class Measure(NamedTuple):
    """One measure.

    Attributes:
        statistics: rows to (N, k). score: sums (k,) to the corpus score.
        lower_is_better: its direction.
        signature: returns the exact settings, from the number of references, for the figure to be
            reproduced; None where the name says all.
    """

    statistics: Callable[[Written], np.ndarray]
    score: Callable[[Sums], float]
    lower_is_better: bool = False
    signature: Callable[[int], str] | None = None


def _similarity(name: str) -> Measure:
    def statistics(texts: Written) -> np.ndarray:
        embed, all_of_them = texts.embeds[name], (texts.references, *texts.others)
        return with_count(np.max([similarity(texts.outputs, each, embed) for each in all_of_them], axis=0))

    return Measure(statistics, ratio)


def _bleu(name: str) -> Measure:
    statistics = partial(overlap.bleu_statistics, lowercase=name == "bleu_lowercase")
    return Measure(statistics, overlap.bleu_score, signature=partial(overlap.sacrebleu_signature, name))


def _rouge(name: str) -> Measure:
    statistics = partial(overlap.rouge_statistics, name=name)
    return Measure(statistics, ratio, signature=overlap.rouge_signature)


TRAIN_VECTORS, SENTENCE_ENCODER = "similarity_train_vectors", "similarity_sentence_encoder"
MEASURES: Mapping[str, Measure] = {
    # in [0, 100], of the whole corpus; ROUGE is the mean over rows
    "bleu": _bleu("bleu"),
    "bleu_lowercase": _bleu("bleu_lowercase"),
    "chrf": Measure(
        overlap.chrf_statistics, overlap.chrf_score, False, partial(overlap.sacrebleu_signature, "chrf")
    ),
    "ter": Measure(edits.ter_statistics, percent, True, partial(overlap.sacrebleu_signature, "ter")),
    "rouge1": _rouge("rouge1"),
    "rouge2": _rouge("rouge2"),
    "rougeL": _rouge("rougeL"),
    # a fraction of the rows; characters a row; then rates in percent
    "exact_match": Measure(edits.exact_statistics, ratio),
    "edit_distance": Measure(edits.distance_statistics, ratio, True),
    "character_error_rate": Measure(edits.character_statistics, percent, True),
    "word_error_rate": Measure(edits.wrong_statistics, percent, True),  # of whole outputs, as in SIGMORPHON
    "token_error_rate": Measure(edits.token_statistics, percent, True),
    # a cosine in [-1, 1], and ratios
    TRAIN_VECTORS: _similarity(TRAIN_VECTORS),
    SENTENCE_ENCODER: _similarity(SENTENCE_ENCODER),
    "length_ratio": Measure(lengths.length_statistics, ratio),
    "repetition": Measure(lengths.repetition_statistics, ratio, True),
}


def statistics(names: Iterable[str], texts: Written) -> dict[str, np.ndarray]:
    """Return the statistics (N, k) of each measure by its name.

    Raises:
        SettingError: there is no such measure, or it needs an embedding that `texts` has not.
    """
    found = {}
    for name in names:
        if name not in MEASURES:
            raise SettingError("measure", name, "is none of the measures of text to text", names=MEASURES)
        if name in (TRAIN_VECTORS, SENTENCE_ENCODER) and name not in texts.embeds:
            raise SettingError("measure", name, "needs an embedding of texts, and there is none")
        found[name] = MEASURES[name].statistics(texts)
    return found


def score(name: str, sums: Sums) -> float:
    """Return the corpus score of a measure from its summed statistics (k,)."""
    return MEASURES[name].score(sums)


def scores(found: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Return the corpus scores of statistics (N, k) by name."""
    return {name: score(name, values.sum(0).tolist()) for name, values in found.items()}


def row_scores(name: str, values: np.ndarray) -> np.ndarray:
    """Return the score (N,) of each row by itself, from statistics (N, k)."""
    return np.array([score(name, row) for row in values.tolist()])


def corpus_scores(
    names: Iterable[str],
    sources: Sequence[str],
    references: Sequence[str],
    outputs: Sequence[str],
    tokens_of: Callable[[str], Sequence[str]] = str.split,
    embeds: Mapping[str, Embed] | None = None,
) -> dict[str, float]:
    """Return the scores of N outputs by name; see `Written` for the arguments and `MEASURES` for names."""
    return scores(statistics(names, Written(sources, references, outputs, tokens_of, embeds or {})))


def signatures(names: Iterable[str], references: int = 1) -> dict[str, str]:
    """Return the exact settings of the measures that have any, by name, for rows with so many references."""
    found = {name: MEASURES[name].signature for name in names}
    return {name: sign(references) for name, sign in found.items() if sign is not None}
