"""Scores of generated texts against references: exact match, edit distance, BLEU, chrF, ROUGE.

Computed by sacrebleu, rouge-score and rapidfuzz. N texts, with one reference each.
"""

from __future__ import annotations

from collections.abc import Sequence

from rnnlab.errors import UserError

ROUGES = ("rouge1", "rouge2", "rougeL")


def exact_match(texts: Sequence[str], references: Sequence[str]) -> float:
    """Return the fraction of texts that equal their reference, character by character."""
    pairs = _pairs(texts, references)
    return sum(text == reference for text, reference in pairs) / len(pairs)


def edit_distances(texts: Sequence[str], references: Sequence[str]) -> list[int]:
    """Return the Levenshtein distance of each text to its reference, in characters."""
    from rapidfuzz.distance import Levenshtein

    return [Levenshtein.distance(text, reference) for text, reference in _pairs(texts, references)]


def character_error_rate(texts: Sequence[str], references: Sequence[str]) -> float:
    """Return all edits divided by all characters of the references; above 1 if texts are far too long."""
    characters = sum(map(len, references))
    edits = sum(edit_distances(texts, references))
    return edits / characters if characters else float(edits > 0)


def bleu(texts: Sequence[str], references: Sequence[str], lowercase: bool = False) -> float:
    """Return corpus BLEU in [0, 100] as in sacrebleu: 13a tokens, exponential smoothing (Post 2018)."""
    from sacrebleu import corpus_bleu

    _pairs(texts, references)
    return float(corpus_bleu(list(texts), [list(references)], lowercase=lowercase).score)


def chrf(texts: Sequence[str], references: Sequence[str], word_order: int = 0) -> float:
    """Return corpus chrF2 in [0, 100] over characters (Popović 2015); word_order=2 is chrF++."""
    from sacrebleu import corpus_chrf

    _pairs(texts, references)
    return float(corpus_chrf(list(texts), [list(references)], word_order=word_order).score)


def rouge(texts: Sequence[str], references: Sequence[str], stemming: bool = False) -> dict[str, float]:
    """Return the mean F1 in [0, 1] of `rouge1`, `rouge2` and `rougeL` over the texts (Lin 2004)."""
    from rouge_score.rouge_scorer import RougeScorer
    from rouge_score.tokenizers import DefaultTokenizer

    scorer = RougeScorer(list(ROUGES), tokenizer=DefaultTokenizer(stemming))  # without one it logs a line
    found = [scorer.score(reference, text) for text, reference in _pairs(texts, references)]
    return {name: sum(one[name].fmeasure for one in found) / len(found) for name in ROUGES}


def text_scores(texts: Sequence[str], references: Sequence[str]) -> dict[str, float]:
    """Return all of the above by name; `edit_distance` is the mean over texts."""
    distances = edit_distances(texts, references)
    return {
        "exact_match": exact_match(texts, references),
        "edit_distance": sum(distances) / len(distances),
        "character_error_rate": character_error_rate(texts, references),
        "bleu": bleu(texts, references),
        "chrf": chrf(texts, references),
        **rouge(texts, references),
    }


def _pairs(texts: Sequence[str], references: Sequence[str]) -> list[tuple[str, str]]:
    """Pair texts with references. Raises UserError if there are none, or not equally many of both."""
    if not texts or len(texts) != len(references):
        counts = f"{len(texts)} texts and {len(references)} references"
        raise UserError(f"{counts}: there must be as many of one as of the other, and at least one")
    return list(zip(texts, references, strict=True))
