"""The baseline of a language model: an n-gram model of the same tokens. Shapes: B rows, T steps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from rnnlab.data.batch import Window
from rnnlab.data.language_data import LanguageData
from rnnlab.data.ranks import DistributedRank
from rnnlab.kinds.baselines import MOST_TOKENS, Baseline, LeftOut, Measured
from rnnlab.kinds.language_modeling.kneser_ney import KneserNey
from rnnlab.kinds.language_modeling.ngram_levels import Rows
from rnnlab.kinds.language_modeling.token_loss import measures
from rnnlab.kinds.work import Work


class Texts(NamedTuple):
    """Rows that are read from an empty state, by protocol (`windows`, and `stream` where there is one)."""

    train: Rows
    validation: Rows
    test: dict[str, Rows]
    vocab_size: int


class Ngrams:
    """An n-gram model with modified Kneser-Ney smoothing; the validation text chooses its order."""

    name = "Kneser-Ney n-grams"
    version = 1

    def read(self, work: Work) -> Texts:
        data, processes = work.data, work.trainer.world_size
        if not isinstance(data, LanguageData):
            raise LeftOut(f"data of the class {type(data).__name__} are no encoded text")
        train = data.encoded("train")
        if len(train.ids) > MOST_TOKENS:
            raise LeftOut(f"{len(train.ids):,} train tokens are more than {MOST_TOKENS:,}")
        test = {"windows": evaluated(data, "test", processes)}
        if data.running:
            test["stream"] = rows_of(work.data.stream_dataloader("test"))
        validation = evaluated(data, "validation", processes)
        return Texts(reading_order(train, data.reversed), validation, test, data.tokenizer.vocab_size)

    def measure(self, inputs: Texts) -> Measured:
        model = KneserNey(inputs.vocab_size)
        model.fit(inputs.train, inputs.validation)
        metrics: dict[str, float] = {}
        for protocol, rows in inputs.test.items():
            metrics |= measures(model.nats(rows), protocol)
        return Measured(metrics, {"order": model.order})


BASELINES: tuple[Baseline, ...] = (Ngrams(),)


def reading_order(split: Any, reversed: bool) -> Rows:
    """Return the rows of an encoded split, each from its end to its start if `reversed`."""
    lengths = np.diff(split.offsets)
    places = np.arange(len(split.ids)) - np.repeat(split.offsets[:-1], lengths)
    ids = split.ids.astype(np.int64)
    if reversed:
        last = np.repeat(split.offsets[1:] - 1, lengths)
        ids = ids[last - places]
    return Rows(ids, places)


def evaluated(data: Any, split: str, world_size: int) -> Rows:
    """Return all that the network reads of a split in evaluation, over all its processes."""
    places = [DistributedRank(rank, world_size) for rank in range(world_size)]
    return rows_of(batch for place in places for batch in data.evaluation_loader(split, place))


def rows_of(batches: Iterable[Window]) -> Rows:
    """Return rows of windows; one that is not fresh continues where the one before stopped."""
    texts: list[np.ndarray] = []
    places: list[np.ndarray] = []
    for batch in batches:
        for tokens, targets, length in zip(batch.tokens, batch.targets, batch.lengths.tolist(), strict=True):
            known = 0 if batch.fresh else int(places[-1][-1])
            if batch.fresh:
                texts.append(tokens[:1].numpy())
                places.append(np.zeros(1, np.int64))
            texts.append(targets[:length].numpy())
            places.append(np.arange(known + 1, known + 1 + length))
    return Rows(np.concatenate(texts), np.concatenate(places))
