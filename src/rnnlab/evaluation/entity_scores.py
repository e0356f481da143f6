"""Precision, recall and F1 of entities, from counts of each sentence, so that resamples add up counts.

An entity is correct where its type and both of its ends are. Tags of no scheme, such as parts of speech, are
scored as entities of one word each, whose F1 over all is the accuracy. Shapes: N sentences, T types, R
resamples, ... any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnlab.evaluation.bootstrap import RESAMPLES, Interval, draws, intervals
from rnnlab.evaluation.entities import Span, spans_of
from rnnlab.evaluation.scores import Totals, scores_of
from rnnlab.evaluation.significance import Difference, difference
from rnnlab.evaluation.surface import Forms, forms_of, surface_counts

Tags = Sequence[Sequence[str]]  # of N sentences
WHOLE = ("f1", "precision", "recall", "macro_f1", "macro_precision", "macro_recall", "accuracy")
SURFACE = ("surface_f1", "surface_precision", "surface_recall")


class EntityCounts(NamedTuple):
    """Counts of each sentence.

    Attributes:
        types: T names.
        entities: (N, T, 3) of each type: correct, true and predicted ones.
        words: (N, 2) words with the correct tag, and all.
        forms: of the entities' words; None where the words are not known.
    """

    types: list[str]
    entities: np.ndarray
    words: np.ndarray
    forms: Forms | None = None


def read_spans(tags: Sequence[str], scheme: str | None) -> list[Span]:
    """Return the entities of a sentence; without a scheme each word is one."""
    if scheme is not None:
        return spans_of(tags, scheme)
    return [Span(tag, place, place + 1) for place, tag in enumerate(tags)]


def entity_counts(
    labels: Tags,
    predicted: Tags,
    scheme: str | None,
    words: Tags | None = None,
    types: Sequence[str] | None = None,
) -> EntityCounts:
    """Count the entities of N sentences.

    Args:
        labels, predicted: tags of each word.
        scheme: of these tags; None for tags that are no entities.
        words: the words, for the scores of surface forms.
        types: names in their order; None takes those of labels and predictions, sorted.

    Raises:
        ValueError: a tag that the scheme does not have; a sentence has other numbers of tags.
    """
    true = [read_spans(tags, scheme) for tags in labels]
    said = [read_spans(tags, scheme) for tags in predicted]
    if types is None:
        types = sorted({span.type for spans in (*true, *said) for span in spans})
    number = {name: place for place, name in enumerate(types)}
    entities = np.zeros((len(true), len(number), 3), dtype=np.int64)
    tokens = np.zeros((len(true), 2), dtype=np.int64)
    for row, (own, other) in enumerate(zip(true, said, strict=True)):
        for place, spans in enumerate((set(own) & set(other), own, other)):
            for span in spans:
                entities[row, number[span.type], place] += 1
        pairs = list(zip(labels[row], predicted[row], strict=True))
        tokens[row] = sum(label == guess for label, guess in pairs), len(pairs)
    forms = None if words is None or scheme is None else forms_of(words, true, said)
    return EntityCounts(list(types), entities, tokens, forms)


def entity_scores(counts: EntityCounts) -> dict[str, float]:
    """Return every score by name: over all entities (`f1`), means over types (`macro_f1`), each type's
    (`f1_person`), `accuracy` of tags, and those of surface forms (`surface_f1`) where words are known.
    """
    once = np.ones((1, len(counts.words)))
    return {name: float(values[0]) for name, values in _resampled(counts, once).items()}


def entity_intervals(counts: EntityCounts, resamples: int = RESAMPLES, seed: int = 0) -> dict[str, Interval]:
    """Return every score with its 95 % interval over resamples of the sentences."""
    generator, parts = np.random.default_rng(seed), []
    for weights in draws(len(counts.words), resamples, generator):
        parts.append(_resampled(counts, weights))
    drawn = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return intervals(entity_scores(counts), drawn)


def entity_differences(
    first: EntityCounts, second: EntityCounts, resamples: int = RESAMPLES, seed: int = 0
) -> dict[str, Difference]:
    """Return the second's scores over all types minus the first's, on resamples of the same sentences."""
    own, other = entity_scores(first), entity_scores(second)
    names = [name for name in own if name in other and name in (*WHOLE, *SURFACE)]
    parts: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for weights in draws(len(first.words), resamples, np.random.default_rng(seed)):
        before, after = _resampled(first, weights), _resampled(second, weights)
        for name in names:
            parts[name].append(after[name] - before[name])
    return {name: difference(other[name] - own[name], np.concatenate(parts[name])) for name in names}


def _resampled(counts: EntityCounts, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Return every score (R,) of resamples that take sentences as often as weights (R, N) say."""
    entities = weights @ counts.entities.reshape(len(counts.entities), -1)  # (R, T * 3)
    right, true, said = np.moveaxis(entities.reshape(len(weights), -1, 3), 2, 0)  # (R, T) each
    found = micro(*(one.sum(-1) for one in (right, true, said)))
    found |= scores_of(Totals(right, true, said), counts.types)
    correct, words = (weights @ counts.words).T  # (R,) each
    found["accuracy"] = correct / np.maximum(words, 1)
    if counts.forms is not None:
        surface = micro(*surface_counts(counts.forms, weights))
        found |= {f"surface_{name}": values for name, values in surface.items()}
    return found


def micro(right: np.ndarray, true: np.ndarray, said: np.ndarray) -> dict[str, np.ndarray]:
    """Return precision, recall and F1 (...) of counts (...): 0 where there is nothing to divide by."""
    parts = {"f1": (2 * right, true + said), "precision": (right, said), "recall": (right, true)}
    return {name: top / np.maximum(bottom, 1) for name, (top, bottom) in parts.items()}
