"""Baselines of text to text: the copied source, the nearest train source's target, the source's first words.

N test rows, M train rows, F features of a source.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from rnnlab.evaluation.sequence.measures import MEASURES, corpus_scores
from rnnlab.kinds.baselines import Baseline, LeftOut, Measured
from rnnlab.kinds.work import Work

MOST_CHARACTERS = 5_000_000  # of the train sources by whose characters a nearest one is found; else by words
MOST_TRAIN = 50_000_000  # characters of the train sources
MOST_LEAD = 40  # words
CHOSEN_ON = 1000  # validation rows, evenly drawn
SUMMARY = 2  # sources of so many times the words of their targets are summarised
AT_ONCE = 256  # test rows whose similarities (256, M) are in memory
_WORD = re.compile(r"\S+")


class Pairs(NamedTuple):
    """Sources and references of the tested rows, and the names of the measures."""

    sources: list[str]
    references: list[str]
    measures: list[str]

    def measured(self, outputs: Sequence[str]) -> dict[str, float]:
        return corpus_scores(self.measures, self.sources, self.references, outputs)


class TrainedPairs(NamedTuple):
    """The tested rows, and M train sources with their targets."""

    test: Pairs
    sources: list[str]
    targets: list[str]


class ChosenPairs(NamedTuple):
    """The tested rows, validation rows, and the measure that decides on these."""

    test: Pairs
    validation: Pairs
    decides: str


def tested(work: Work) -> Pairs:
    """Return the rows that the network wrote in its test; similarity needs vectors and is left to it."""
    rows, data = sorted(work.task.outputs), work.data
    sources, references = data.inputs("test"), data.targets("test")
    names = [name for name in work.task.test_measures if not name.startswith("similarity")]
    return Pairs([sources[row] for row in rows], [references[row] for row in rows], names)


class CopiedSource:
    """Writes the source itself."""

    name = "copied source"
    version = 1

    def read(self, work: Work) -> Pairs:
        return tested(work)

    def measure(self, inputs: Pairs) -> Measured:
        return Measured(inputs.measured(inputs.sources), {})


class NearestSource:
    """Writes the target of the train source with the largest cosine of TF-IDF vectors: a translation memory.

    Features are n-grams of characters within words, or of words for more than `MOST_CHARACTERS`.
    """

    name = "nearest train source"
    version = 1

    def read(self, work: Work) -> TrainedPairs:
        sources, targets = list(work.data.inputs("train")), list(work.data.targets("train"))
        if (size := sum(map(len, sources))) > MOST_TRAIN:
            raise LeftOut(f"{size:,} characters of train sources are more than {MOST_TRAIN:,}")
        return TrainedPairs(tested(work), sources, targets)

    def measure(self, inputs: TrainedPairs) -> Measured:
        few = sum(map(len, inputs.sources)) <= MOST_CHARACTERS
        found = nearest(inputs.test.sources, inputs.sources, few)
        outputs = [inputs.targets[row] for row in found]
        return Measured(inputs.test.measured(outputs), {"features": "characters" if few else "words"})


def nearest(sources: Sequence[str], known: Sequence[str], by_characters: bool) -> list[int]:
    """Return for each of N sources the number of the nearest of M known ones, the first of equal ones."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    settings: dict[str, Any] = {"sublinear_tf": True, "dtype": np.float32}
    if by_characters:
        settings |= {"analyzer": "char_wb", "ngram_range": (2, 4)}
    else:
        settings |= {"token_pattern": r"\w+", "ngram_range": (1, 2)}
    vectorizer = TfidfVectorizer(**settings)
    try:
        table = vectorizer.fit_transform(known).T.tocsr()  # (F, M)
    except ValueError as error:
        raise LeftOut("the train sources have nothing in common") from error
    rows, found = vectorizer.transform(sources), []  # (N, F)
    for start in range(0, len(sources), AT_ONCE):
        found += (rows[start : start + AT_ONCE] @ table).toarray().argmax(1).tolist()
    return found


class Lead:
    """Writes the first n words of the source, n chosen on validation: the baseline of summaries (lead-n)."""

    name = "first words"
    version = 1

    def read(self, work: Work) -> ChosenPairs:
        test, data = tested(work), work.data
        sources, references = data.inputs("validation"), data.targets("validation")
        lengths = [np.mean([len(text.split()) for text in texts]) for texts in (sources, references)]
        if lengths[0] < SUMMARY * lengths[1]:
            raise LeftOut(f"sources are not {SUMMARY} times as long as their targets")
        rows = np.unique(np.linspace(0, len(sources) - 1, CHOSEN_ON).astype(int)).tolist()
        decides = work.task.monitor.rpartition("/")[2]
        decides = decides if decides in test.measures else test.measures[0]
        chosen = Pairs([sources[row] for row in rows], [references[row] for row in rows], [decides])
        return ChosenPairs(test, chosen, decides)

    def measure(self, inputs: ChosenPairs) -> Measured:
        sign = -1 if MEASURES[inputs.decides].lower_is_better else 1
        figures = {}
        for count in range(1, MOST_LEAD + 1):
            outputs = [lead(source, count) for source in inputs.validation.sources]
            figures[count] = sign * inputs.validation.measured(outputs)[inputs.decides]
        best = max(figures, key=lambda count: figures[count])
        written = [lead(source, best) for source in inputs.test.sources]
        return Measured(inputs.test.measured(written), {"words": best})


def lead(source: str, count: int) -> str:
    """Return the first `count` words of a text, as they stand in it."""
    ends = [found.end() for found, _ in zip(_WORD.finditer(source), range(count), strict=False)]
    return source[: ends[-1]].strip() if ends else ""


BASELINES: tuple[Baseline, ...] = (CopiedSource(), NearestSource(), Lead())
