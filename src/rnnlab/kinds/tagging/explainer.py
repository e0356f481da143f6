"""Contribution of each word to a predicted entity, by leaving words out. T words, P pieces."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from rnnlab.data.tagged_words import EncodedWords
from rnnlab.errors import SettingError
from rnnlab.evaluation.entities import Span
from rnnlab.explain.corpus import Piece
from rnnlab.explain.explainer import Explainer
from rnnlab.explain.explanation import Explanation, Reading, explanation_of
from rnnlab.finished import FinishedRun
from rnnlab.kinds.tagging.answer import MOST_WORDS, Sentence, TagAnswers, Tagged
from rnnlab.kinds.tagging.chain import entity_probability, joins, summed
from rnnlab.kinds.tagging.words import words_of

MOST = 256  # words that are explained: each is left out once
HIDDEN = "each word replaced by an unknown one without letters"
SURE = 1 - 1e-12  # log-odds stay finite


class TagExplainer(Explainer):
    """Occlusion of the log-odds that an entity stands in a text with exactly these ends.

    The entity is the most probable one, or the most probable of a type.
    """

    methods = ("occlusion",)
    inside = False

    def __init__(self, run: FinishedRun) -> None:
        super().__init__(run)
        self.answers = TagAnswers.of_run(run)

    def reading(self, text: str) -> Reading:
        sentence, left = self._sentence(text)
        words = sentence.words
        places = [(word.start, word.end) for word in words] or [(0, 0)]
        starts = np.cumsum(sentence.encoded.sizes) - sentence.encoded.sizes
        ids = sentence.encoded.ids[starts].tolist()
        return Reading(text, ids, [word.text for word in words] or [""], places, left)

    def _sentence(self, text: str) -> tuple[Sentence, int]:
        """Return the first words of a text, and the number of those left out."""
        words = words_of(text)
        read = words[:MOST]
        return Sentence(text, read, self.answers.encoder([w.text for w in read])), len(words) - len(read)

    def explain(self, reading: Reading, method: str, target: str | None, steps: int) -> Explanation:
        sentence, _ = self._sentence(reading.text)
        unknown = self.run.tokenizer.unknown_id
        hidden = [left_out(sentence.encoded, word, unknown) for word in range(len(reading.tokens))]
        emissions, lengths = self._emissions([sentence.encoded, *hidden])
        (found,) = self.answers.tagged(emissions[:1], lengths[:1])
        span = self._chosen(sentence, found, target)
        path = np.array([self.answers.tags.index(tag) for tag in found.tags])
        sums = summed(emissions, lengths, self.answers.chain)
        joined = joins(self.answers.tags)
        probabilities = [
            entity_probability(span, path, own, self.answers.chain, sums.row(row), joined)
            for row, own in enumerate(emissions)
        ]
        whole, *others = map(log_odds, probabilities)
        named = sentence.text[reading.spans[span.start][0] : reading.spans[span.end - 1][1]]
        label = f"{named} = {span.type}"
        scores = [whole - other for other in others]
        explained = explanation_of(reading, scores, method, (label, probabilities[0]), HIDDEN)
        return explained._replace(outcome=whole)

    def _emissions(self, rows: list[EncodedWords]) -> tuple[np.ndarray, np.ndarray]:
        """Return emissions (B, T, K) and lengths (B,) of sentences of one length, a few at a time."""
        size = max(1, MOST_WORDS // len(rows[0].sizes))
        parts = [self.answers.encoder.padded(rows[at : at + size]) for at in range(0, len(rows), size)]
        found = [self.answers.network(part) for part in parts]
        return np.concatenate(found), np.concatenate([part.lengths for part in parts])

    def _chosen(self, sentence: Sentence, found: Tagged, target: str | None) -> Span:
        """Return the entity to explain.

        Raises:
            SettingError: there is none in the text, or none of the type.
        """
        ranked = sorted(zip(found.sure, found.spans, strict=True), key=lambda pair: -pair[0])
        spans = [span for _, span in ranked if sentence.words]
        if not spans:
            raise SettingError("TEXT", sentence.text[:60], "has no entity that this run finds")
        own = [span for span in spans if target in (None, span.type)]
        if not own:
            kinds = sorted({span.type for span in spans})
            raise SettingError("--class", target, "must be a type that is found in the text", names=kinds)
        return own[0]

    def pieces(self, file: Path | None) -> list[Piece]:
        """Return nothing: a tagger's units are not looked for."""
        return []


def left_out(encoded: EncodedWords, word: int, unknown: int) -> EncodedWords:
    """Return a sentence with a word replaced by an unknown one of as many pieces and of no letters."""
    ids, letters = encoded.ids.copy(), encoded.letters.copy()
    end = int(encoded.sizes[: word + 1].sum())
    ids[end - encoded.sizes[word] : end] = unknown
    letters[word] = 0
    return EncodedWords(ids, encoded.sizes, letters)


def log_odds(probability: float) -> float:
    inner = min(max(probability, 1 - SURE), SURE)
    return math.log(inner / (1 - inner))
