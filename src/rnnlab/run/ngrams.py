"""The n-gram classifier of a run: what it is fitted on, and what it reads of a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from omegaconf import DictConfig
from torch import Tensor

from rnnlab.run.build import class_weights
from rnnlab.run.make import make

if TYPE_CHECKING:
    from rnnlab.ngrams.table import Texts


def fit_ngrams(cfg: DictConfig, settings: Mapping[str, Any], data: Any, held: Texts, labels: Tensor) -> Any:
    """Fitted on all train rows; the held out texts and their labels (N,) choose its strength.

    Args:
        settings: its `_target_` and arguments, as conf/ngrams has them.
    """
    from rnnlab.ngrams.naive_bayes import Labelled

    train = Labelled(texts_of(data, "train", characters=held.characters is not None), _labels(data))
    ngrams = make(settings)
    ngrams.fit(train, Labelled(held, labels.numpy()), data.tokenizer.vocab_size, weights_of(cfg, data))
    return ngrams


def weights_of(cfg: DictConfig, data: Any) -> list[float]:
    """What a row of each class counts: as much as in the training of the network."""
    balance = "balanced" if cfg.task.sampling == "balanced" else cfg.task.class_weights
    return class_weights(balance, data.class_counts) or [1.0] * data.num_classes


def texts_of(data: Any, split: str, rows: Tensor | None = None, characters: bool = False) -> Texts:
    """Some rows of a split, or all, as ids that nothing was cut from, and as characters where asked for."""
    from rnnlab.ngrams.table import Texts, spelled

    whole = data.encoded(split)
    numbers = range(len(whole.offsets) - 1) if rows is None else rows.tolist()
    spelt = spelled(cleaned(data, split, numbers)) if characters else None
    if rows is None:
        return Texts(whole.ids, whole.offsets, spelt)
    texts = [whole.ids[whole.offsets[row] : whole.offsets[row + 1]] for row in numbers]
    return Texts(np.concatenate(texts), np.cumsum([0, *map(len, texts)]), spelt)


def cleaned(data: Any, split: str, rows: Any) -> list[str]:
    """The texts of some rows as the tokenizer reads them."""
    from rnnlab.data.encode import clean_texts

    raw = data.split_texts(split)
    return clean_texts([raw[row] for row in rows], data.cleaner, data.workers)


def _labels(data: Any) -> np.ndarray:
    labels: np.ndarray = data.encoded("train").labels
    return labels
