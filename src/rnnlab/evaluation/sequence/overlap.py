"""BLEU, chrF and ROUGE as statistics of each row that can be summed. N rows.

Tokens and scores are those of sacrebleu and rouge-score. Summed statistics give the same corpus score as
these libraries, so that a resample of the rows is scored without reading a text again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from rnnlab.evaluation.sequence.pairs import Sums, Written, with_count

if TYPE_CHECKING:
    from sacrebleu.metrics.bleu import BLEU

ORDERS = 4  # n-grams of BLEU
CHARACTERS = 6  # character n-grams of chrF
RECALL = 2  # how many times chrF2 weighs recall over precision


@lru_cache(maxsize=2)
def _bleu(lowercase: bool) -> BLEU:
    from sacrebleu.metrics.bleu import BLEU

    return BLEU(lowercase=lowercase, effective_order=True)  # of one row; the order changes no count


def bleu_statistics(texts: Written, lowercase: bool) -> np.ndarray:
    """Return (N, 10): the lengths of output and reference, n-grams that match, and all n-grams."""
    scorer, found = _bleu(lowercase), np.empty((len(texts), 2 + 2 * ORDERS))
    for row, (output, references) in enumerate(texts.cases):
        one = scorer.sentence_score(output, references)
        found[row] = [one.sys_len, one.ref_len, *one.counts, *one.totals]
    return found


def bleu_score(sums: Sums) -> float:
    """Return corpus BLEU in [0, 100] with sacrebleu's exponential smoothing."""
    from sacrebleu.metrics.bleu import BLEU

    own, other, *grams = map(int, sums)
    matched, all_of_them = grams[:ORDERS], grams[ORDERS:]
    return float(BLEU.compute_bleu(matched, all_of_them, own, other, smooth_method="exp").score)


def chrf_statistics(texts: Written) -> np.ndarray:
    """Return (N, 18): of each order, character n-grams of the output, of the reference, and of both.

    Of several references the one with the best score counts.
    """
    return np.array([_best_chrf_row(*case) for case in texts.cases], float)


def _best_chrf_row(output: str, references: Sequence[str]) -> list[int]:
    found = [_chrf_row(output, reference) for reference in references]
    return found[0] if len(found) == 1 else max(found, key=chrf_score)


def _chrf_row(output: str, reference: str) -> list[int]:
    own, other = "".join(output.split()), "".join(reference.split())
    found = []
    for size in range(1, CHARACTERS + 1):
        first, second = _grams(own, size), _grams(other, size)
        both = sum(min(count, second[gram]) for gram, count in first.items() if gram in second)
        found += [first.total() if second else 0, second.total(), both]
    return found


def _grams(text: str, size: int) -> Counter[str]:
    return Counter([text[i : i + size] for i in range(len(text) - size + 1)])


def chrf_score(sums: Sums) -> float:
    """Return corpus chrF2 in [0, 100] (Popović 2015): mean precision and recall over the orders there are."""
    triples = zip(sums[::3], sums[1::3], sums[2::3], strict=True)  # own, other, both
    counts = [one for one in triples if one[0] and one[1]]
    if not counts:
        return 0.0
    precision = sum(both / own for own, _, both in counts) / len(counts)
    recall = sum(both / other for _, other, both in counts) / len(counts)
    if not precision + recall:
        return 0.0
    weight = RECALL**2
    return float(100 * ((1 + weight) * precision * recall / (weight * precision + recall)))


def rouge_statistics(texts: Written, name: str) -> np.ndarray:
    """Return (N, 2): F1 in percent of each row, and 1. Of several references the best F1 counts.

    rouge-score lowercases, reads a-z and 0-9 alone, and is asked for no stemming.
    """
    from rouge_score.rouge_scorer import RougeScorer
    from rouge_score.tokenizers import DefaultTokenizer

    scorer = RougeScorer([name], tokenizer=DefaultTokenizer(use_stemmer=False))  # without one it logs a line
    best = [
        max(scorer.score(one, output)[name].fmeasure for one in several) for output, several in texts.cases
    ]
    return with_count([100 * fraction for fraction in best])


@lru_cache(maxsize=8)
def sacrebleu_signature(name: str, references: int = 1) -> str:
    """Return sacrebleu's signature of `bleu`, `bleu_lowercase`, `chrf` or `ter`, with so many references."""
    from sacrebleu.metrics import BLEU, CHRF, TER

    scorers = {"chrf": CHRF, "ter": TER}
    made = scorers[name]() if name in scorers else BLEU(lowercase=name == "bleu_lowercase")
    made.corpus_score(["a"], [["a"]] * references)  # the signature counts the references of a score
    return str(made.get_signature())


@lru_cache(maxsize=2)
def rouge_signature(references: int = 1) -> str:
    """Return the settings of rouge-score."""
    from importlib.metadata import version

    best = f", best of {references} references" if references > 1 else ""
    return f"rouge-score {version('rouge-score')}, F1, lowercased, a-z and 0-9, no stemming{best}"
