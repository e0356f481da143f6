"""The n-gram classifier of a run: its training texts, and the features that it reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from torch import Tensor

from rnnlab.kinds.classification.labels import class_weights
from rnnlab.kinds.work import Work

if TYPE_CHECKING:
    from rnnlab.kinds.classification.ngrams.naive_bayes import Labelled, NaiveBayesNgrams
    from rnnlab.kinds.classification.ngrams.table import Texts

KEPT = "ngrams"  # name in what a run keeps
DEFAULT = {"_target_": "rnnlab.kinds.classification.ngrams.naive_bayes.NaiveBayesNgrams"}


def fit_ngrams(
    work: Work, held: Labelled, more: Labelled | None = None, characters: bool = True
) -> NaiveBayesNgrams:
    """Fit it on all train rows, as conf/ngrams has it or by default; the held out texts choose its strength.

    A teacher's n-grams are those of the blend where both are fitted alike: they are fitted once in a run.

    Args:
        more: texts to fit on in addition to the train rows.
        characters: whether n-grams of characters may be among them.
    """
    from rnnlab.kinds.classification.ngrams.naive_bayes import Labelled

    data, settings = work.data, work.lab.plain("ngrams") or DEFAULT
    settings = settings if characters else {**settings, "characters": 0}
    if more is None and (fitted := kept(work, settings, held)) is not None:
        return fitted
    ngrams: NaiveBayesNgrams = work.lab.make(settings, {})
    train = Labelled(texts_of(data, "train", characters=held.texts.characters is not None), _labels(data))
    if more is not None:
        train = Labelled(joined(train.texts, more.texts), np.concatenate([train.labels, more.labels]))
    ngrams.fit(train, held, data.tokenizer.vocab_size, weights_of(work))
    if more is None:
        work.kept[KEPT] = (settings, held, ngrams)
    return ngrams


def kept(work: Work, settings: Mapping[str, Any], held: Labelled) -> NaiveBayesNgrams | None:
    """Return the n-grams that this run has fitted before with these settings and held out texts."""
    before, texts, ngrams = work.kept.get(KEPT, ({}, None, None))
    if before != settings or not np.array_equal(texts.labels, held.labels):
        return None
    same: NaiveBayesNgrams | None = ngrams if np.array_equal(texts.texts.ids, held.texts.ids) else None
    return same


def joined(first: Texts, second: Texts) -> Texts:
    """Concatenate the tokens of both."""
    from rnnlab.kinds.classification.ngrams.table import Texts

    offsets = np.concatenate([first.offsets, second.offsets[1:] + first.offsets[-1]])
    return Texts(np.concatenate([first.ids, second.ids]), offsets)


def weights_of(work: Work) -> list[float]:
    """Return the weight of a row of each class, the same as in the training of the network."""
    task, counts = work.settings.task, work.data.class_counts
    balance = "balanced" if task.sampling == "balanced" else task.class_weights
    return class_weights(balance, counts) or [1.0] * len(counts)


def texts_of(data: Any, split: str, rows: Tensor | None = None, characters: bool = False) -> Texts:
    """Return some or all rows of a split as untruncated ids, and as characters where asked for."""
    from rnnlab.kinds.classification.ngrams.table import Texts, spelled

    whole = data.encoded(split)
    numbers = range(len(whole.offsets) - 1) if rows is None else rows.tolist()
    spelt = spelled(cleaned(data, split, numbers)) if characters else None
    if rows is None:
        return Texts(whole.ids, whole.offsets, spelt)
    texts = [whole.ids[whole.offsets[row] : whole.offsets[row + 1]] for row in numbers]
    return Texts(np.concatenate(texts), np.cumsum([0, *map(len, texts)]), spelt)


def cleaned(data: Any, split: str, rows: Any) -> list[str]:
    """Return the texts of some rows as the tokenizer reads them."""
    from rnnlab.data.encode import clean_texts

    raw = data.split_texts(split)
    return clean_texts([raw[row] for row in rows], data.cleaner, data.workers)


def _labels(data: Any) -> np.ndarray:
    labels: np.ndarray = data.encoded("train").labels
    return labels
