"""Baseline of a tagger: each word's most frequent tag in train."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from rnnlab.evaluation.entity_scores import SURFACE, WHOLE, entity_counts, entity_scores
from rnnlab.kinds.baselines import MOST_TOKENS, Baseline, LeftOut, Measured
from rnnlab.kinds.tagging.columns import names_of
from rnnlab.kinds.work import Work


class TaggedWords(NamedTuple):
    """Words and tags of each sentence of train and of the test."""

    train_words: list[list[str]]
    train_tags: list[list[str]]
    test_words: list[list[str]]
    test_tags: list[list[str]]
    scheme: str | None


class MostFrequentTag:
    """Gives each word the tag that it has most often in train, and a word that train lacks the most frequent
    tag of all; tags that break their scheme are read as conlleval does.
    """

    name = "most frequent tag"
    version = 1

    def read(self, work: Work) -> TaggedWords:
        data, columns = work.data, work.task.columns
        names, words = work.facts["tags"], data.inputs("train")
        count = sum(map(len, words))
        if count > MOST_TOKENS:
            raise LeftOut(f"{count:,} train words are more than {MOST_TOKENS:,}")
        tags = [[names[tag] for tag in row.tolist()] for row in data.targets("train")]
        test = data.inputs("test")
        read = [test[row] for row in columns["row"].tolist()]
        return TaggedWords(words, tags, read, names_of(columns["label"].numpy(), names), work.facts["scheme"])

    def measure(self, inputs: TaggedWords) -> Measured:
        counts: dict[str, Counter[str]] = {}
        everywhere: Counter[str] = Counter()
        for words, tags in zip(inputs.train_words, inputs.train_tags, strict=True):
            everywhere.update(tags)
            for word, tag in zip(words, tags, strict=True):
                counts.setdefault(word, Counter())[tag] += 1
        best = {word: most_frequent(found) for word, found in counts.items()}
        other = most_frequent(everywhere)
        predicted = [[best.get(word, other) for word in words] for words in inputs.test_words]
        found = entity_scores(entity_counts(inputs.test_tags, predicted, inputs.scheme, inputs.test_words))
        return Measured({name: found[name] for name in (*WHOLE, *SURFACE) if name in found}, {})


def most_frequent(counts: Counter[str]) -> str:
    """Return the most frequent tag, of equals the first in the alphabet."""
    return min(counts, key=lambda tag: (-counts[tag], tag))


BASELINES: tuple[Baseline, ...] = (MostFrequentTag(),)
