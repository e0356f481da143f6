"""Tags and entities of texts, by a run's network or by an exported graph. Nothing heavy is imported here.

N texts, B of them in a batch, T words, K tags.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rnnlab.data.tagged_words import EncodedWords, PaddedWords, WordEncoder
from rnnlab.evaluation.entities import Span
from rnnlab.evaluation.entity_scores import read_spans
from rnnlab.kinds.tagging.chain import Chain, best_paths, entity_probability, joins, marginals, summed
from rnnlab.kinds.tagging.paint import painted
from rnnlab.kinds.tagging.prediction import TaggedText, prediction_of
from rnnlab.kinds.tagging.words import Word, joined, words_of
from rnnlab.kinds.use import Answerer
from rnnlab.tokenizer.unread import EMPTY, UNKNOWN

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun

MOST_WORDS = 8_192  # of a padded batch; a longer text is a batch by itself
Network = Callable[[PaddedWords], np.ndarray]  # to emissions (B, T, K)
FIELDS = {"spans": list[dict[str, Any]], "words": list[str], "tags": list[str], "probabilities": list[float]}


class Tagged(NamedTuple):
    """The tags of a text.

    Attributes:
        spans: its entities as words; each word by itself where tags mark no entities.
        sure: the probability of each span with exactly these ends.
        tags: of each word; probabilities: of each of these tags, by itself.
    """

    spans: list[Span]
    sure: list[float]
    tags: list[str]
    probabilities: list[float]


class Sentence(NamedTuple):
    """A text's words with their places in it, and what the network reads of them."""

    text: str
    words: list[Word]
    encoded: EncodedWords


class TagAnswers(Answerer):
    """The best allowed tags of each text, and its entities with their probabilities.

    A row is a text or a list of its words; places are in the text, or in the words joined by blanks.

    Args:
        network: computes emissions; chain: scores of transitions between tags.
        tags: K names; scheme: see `rnnlab.evaluation.entities`, None where tags mark no entities.
        encoder: turns words into ids.
    """

    example = "Justin Bieber is playing Madison Square Garden in New York tonight"
    columns = ("spans", "tags", "words", "note")
    fields = FIELDS | {"note": str}
    route = "tag"

    def __init__(
        self, network: Network, chain: Chain, tags: Sequence[str], scheme: str | None, encoder: WordEncoder
    ) -> None:
        self.network, self.chain, self.tags, self.scheme = network, chain, list(tags), scheme
        self.encoder, self._joined = encoder, joins(self.tags)

    @classmethod
    def of_run(cls, run: FinishedRun) -> TagAnswers:
        """Answer with a run's network."""
        from rnnlab.kinds.tagging.network import chain_of, network_of

        facts = run.facts
        encoder = WordEncoder(run.cleaner, run.tokenizer, facts["alphabet"], facts["subwords"])
        return cls(network_of(run), chain_of(run.network), facts["tags"], facts["scheme"], encoder)

    def encode(self, rows: Sequence[Any]) -> list[Sentence]:
        return [self._sentence(row) for row in rows]

    def _sentence(self, row: str | Sequence[str]) -> Sentence:
        text, words = (row, words_of(row)) if isinstance(row, str) else joined(row)
        return Sentence(text, words, self.encoder([word.text for word in words]))

    def compute(self, encoded: Sequence[Sentence]) -> list[Tagged]:
        found: list[Any] = [Tagged([], [], [], [])] * len(encoded)
        rows = [row for row, sentence in enumerate(encoded) if sentence.words]
        for batch in batches([len(encoded[row].words) for row in rows]):
            own = [rows[place] for place in batch]
            padded = self.encoder.padded([encoded[row].encoded for row in own])
            for row, one in zip(own, self.tagged(self.network(padded), padded.lengths), strict=True):
                found[row] = one
        return found

    def tagged(self, emissions: np.ndarray, lengths: np.ndarray) -> list[Tagged]:
        """Return the tags of texts from their emissions (B, T, K) and numbers of words (B,)."""
        paths, sums = best_paths(emissions, lengths, self.chain), summed(emissions, lengths, self.chain)
        each = np.take_along_axis(marginals(emissions, sums), paths[..., None], 2)[..., 0]  # (B, T)
        found = []
        for row, size in enumerate(lengths.tolist()):
            path, own = paths[row, :size], each[row, :size].tolist()
            tags = [self.tags[tag] for tag in path]
            spans = read_spans(tags, self.scheme)
            parts = (path, emissions[row], self.chain, sums.row(row), self._joined)
            sure = [entity_probability(span, *parts) for span in spans] if self.scheme else own
            found.append(Tagged(spans, sure, tags, own))
        return found

    def answers(
        self, rows: Sequence[Any], encoded: Sequence[Sentence], outputs: Sequence[Tagged]
    ) -> list[dict[str, Any]]:
        return [self._answer(*pair) for pair in zip(encoded, outputs, strict=True)]

    def _answer(self, sentence: Sentence, found: Tagged) -> dict[str, Any]:
        spans = []
        for span, probability in zip(found.spans, found.sure, strict=True):
            start, end = sentence.words[span.start].start, sentence.words[span.end - 1].end
            place = {"text": sentence.text[start:end], "start": start, "end": end}
            spans.append({"type": span.type, **place, "probability": probability})
        return {
            "spans": spans,
            "words": [word.text for word in sentence.words],
            "tags": found.tags,
            "probabilities": found.probabilities,
            "note": self._note(sentence),
        }

    def _note(self, sentence: Sentence) -> str:
        """Return why a text holds nothing that the network can read, else ""."""
        if not sentence.words:
            return EMPTY
        known = self.encoder.alphabet is not None or (
            sentence.encoded.ids.max() > self.encoder.tokenizer.unknown_id
        )
        return "" if known else UNKNOWN

    def predict(self, rows: Sequence[Any]) -> list[TaggedText]:
        return [prediction_of(answer) for answer in self(rows)]

    def cells(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        import json

        spans = json.dumps(answer["spans"], ensure_ascii=False)
        tags, words = (" ".join(answer[name]) for name in ("tags", "words"))
        return {"spans": spans, "tags": tags, "words": words, "note": answer["note"]}

    def printed(self, typed: Sequence[str], answers: Sequence[Mapping[str, Any]], colours: bool) -> str:
        return painted(typed, answers, colours)


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield the numbers of rows of similar length, the shortest first, at most MOST_WORDS with padding."""
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    start = 0
    while start < len(order):
        end = start + 1
        while end < len(order) and (end + 1 - start) * lengths[order[end]] <= MOST_WORDS:
            end += 1
        yield order[start:end]
        start = end
