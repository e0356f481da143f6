"""Written targets as texts, next to their sources and references. N rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from rnnlab.evaluation.sequence.measures import TRAIN_VECTORS as SIMILARITY
from rnnlab.evaluation.sequence.measures import scores, statistics
from rnnlab.evaluation.sequence.pairs import Written, with_count
from rnnlab.evaluation.similarity import Embed, similarity
from rnnlab.generate.sequence.hypothesis import Hypothesis
from rnnlab.kinds.text_to_text.reader import Reader


class Texts(NamedTuple):
    """N rows of a split; `scores` are those of the outputs under the decoding that found them.

    `similarity` is that of each output to its reference, by vectors learned on the train targets; empty where
    it was not measured.
    """

    rows: list[int]
    sources: list[str]
    references: list[str]
    outputs: list[str]
    scores: list[float]
    similarity: Sequence[float] = ()


def written_texts(
    data: Any, split: str, hypotheses: Mapping[int, Sequence[Hypothesis]], replace_unknown: bool = False
) -> Texts:
    """Return the best output of each row of a split.

    Args:
        data: the data module, `rnnlab.data.pair_data.PairData`.
        hypotheses: of each row, best first.
        replace_unknown: see `Reader.write`.
    """
    rows, reader = sorted(hypotheses), reader_of(data)
    sources, references = data.inputs(split), data.targets(split)
    outputs = [reader.write(sources[row], hypotheses[row][:1], replace_unknown)[0] for row in rows]
    return Texts(
        rows,
        [sources[row] for row in rows],
        [references[row] for row in rows],
        outputs,
        [hypotheses[row][0].score for row in rows],
    )


def reader_of(data: Any) -> Reader:
    """Return the reader of prepared data, as validation and test read them."""
    return Reader(data.cleaner, data.tokenizer, data.evaluation_shape, data.facts["copies"])


def with_similarity(texts: Texts, names: Sequence[str], embed: Callable[[], Embed]) -> Texts:
    """Return the texts with the similarity of each output to its reference, if it is among the measures.

    Args:
        embed: makes the vectors of words, learned on the train targets.
    """
    if SIMILARITY not in names:
        return texts
    return texts._replace(similarity=similarity(texts.outputs, texts.references, embed()).tolist())


def statistics_of(names: Sequence[str], texts: Texts) -> dict[str, np.ndarray]:
    """Return the statistics (N, k) of each measure by name; the similarity where the texts have it."""
    plain = [name for name in names if name != SIMILARITY]
    found = statistics(plain, Written(texts.sources, texts.references, texts.outputs))
    if SIMILARITY in names and texts.similarity:
        found[SIMILARITY] = with_count(texts.similarity)
    return found


def measured(names: Sequence[str], texts: Texts) -> dict[str, float]:
    """Return the measures of these names."""
    return scores(statistics_of(names, texts))
