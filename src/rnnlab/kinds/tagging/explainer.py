"""What each word adds to an entity that a tagger finds, by leaving words out. T words, P pieces."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from rnnlab.data.tagged_words import EncodedWords
from rnnlab.errors import SettingError
from rnnlab.evaluation.entities import Span
from rnnlab.explain.corpus import Piece
from rnnlab.explain.explainer import Explainer
from rnnlab.explain.explanation import Explanation, Reading, explanation_of
from rnnlab.finished import FinishedRun
from rnnlab.kinds.tagging.answer import Sentence, TagAnswers
from rnnlab.kinds.tagging.chain import best_path, entity_probability, joins, summed

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
        (sentence,) = self.answers.encode([text])
        words = sentence.words
        places = [(word.start, word.end) for word in words] or [(0, 0)]
        starts = np.cumsum(sentence.encoded.sizes) - sentence.encoded.sizes
        ids = sentence.encoded.ids[starts].tolist()
        return Reading(text, ids, [word.text for word in words] or [""], places, 0)

    def explain(self, reading: Reading, method: str, target: str | None, steps: int) -> Explanation:
        (sentence,) = self.answers.encode([reading.text])
        emissions = self._emissions([sentence.encoded])[0]
        path = best_path(emissions, self.answers.chain)
        span = self._chosen(sentence, emissions, target)
        hidden = [
            left_out(sentence.encoded, word, self.run.tokenizer.unknown_id) for word in range(len(path))
        ]
        probabilities = [self._probability(one, span, path) for one in [emissions, *self._emissions(hidden)]]
        whole, *others = map(log_odds, probabilities)
        named = sentence.text[reading.spans[span.start][0] : reading.spans[span.end - 1][1]]
        label = f"{named} = {span.type}"
        scores = [whole - other for other in others]
        found = explanation_of(reading, scores, method, (label, probabilities[0]), HIDDEN)
        return found._replace(outcome=whole)

    def _emissions(self, rows: list[EncodedWords]) -> list[Any]:
        padded = self.answers.encoder.padded(rows)
        return [part[:size] for part, size in zip(self.answers.network(padded), padded.lengths, strict=True)]

    def _probability(self, emissions: np.ndarray, span: Span, path: np.ndarray) -> float:
        """Return the probability of the entity, tagged as in the path, under other emissions."""
        answers = self.answers
        sums = summed(emissions, answers.chain)
        return entity_probability(span, path, emissions, answers.chain, sums, joins(answers.tags))

    def _chosen(self, sentence: Sentence, emissions: np.ndarray, target: str | None) -> Span:
        """Return the entity to explain.

        Raises:
            SettingError: there is none in the text, or none of the type.
        """
        found = self.answers.tagged(emissions)
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
