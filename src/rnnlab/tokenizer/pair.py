"""A tokenizer for pairs of texts: one for each side, or one that both sides share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rnnlab.errors import SettingError
from rnnlab.tokenizer.base import PAD_ID, UNKNOWN_ID, Tokenizer
from rnnlab.tokenizer.joined import joined

END, BEGIN = "<end>", "<begin>"


class PairTokenizer:
    """The tokenizers of source and target texts.

    As a tokenizer it is that of the source side. The ids of the target side are those of `target`, then two
    marks, the end and the beginning of a text. The vocabulary of the source side is lengthened by the same
    two entries, which no source has, so that shared vocabularies can share their vectors.

    Attributes:
        source, target: the tokenizers; the same object where the vocabulary is shared.
        vocabulary: the entries of the source side and the two marks.
        end_id, begin_id: the marks of the target side; target_size: its ids, marks included.

    Args:
        target: None shares the source's.

    Raises:
        SettingError: a tokenizer of sentences, whose ids no decoder writes.
    """

    pad_id, unknown_id = PAD_ID, UNKNOWN_ID

    def __init__(self, source: Tokenizer, target: Tokenizer | None = None) -> None:
        self.source, self.target = source, source if target is None else target
        for setting, side in (("tokenizer", self.source), ("target_tokenizer", self.target)):
            if getattr(side, "sentence_id", None) is not None:
                rule = "marks sentences, which text to text does not read: choose tokenizer=word"
                raise SettingError(setting, "sentence", rule)
        self._note()

    def _note(self) -> None:
        self.vocabulary = [*self.source.vocabulary, END, BEGIN]
        self.trained_on = self.source.trained_on

    @property
    def shared(self) -> bool:
        return self.target is self.source

    @property
    def end_id(self) -> int:
        return self.target.vocab_size

    @property
    def begin_id(self) -> int:
        return self.target.vocab_size + 1

    @property
    def target_size(self) -> int:
        return self.target.vocab_size + 2

    @property
    def vocab_size(self) -> int:
        return self.source.vocab_size + 2

    @property
    def trained(self) -> bool:
        return self.source.trained and self.target.trained

    def train(self, texts: Sequence[str], workers: int | None = 1, targets: Sequence[str] = ()) -> None:
        """Learn the vocabulary of the source texts and that of the target texts, or one of both.

        A side that is trained already keeps its vocabulary.
        """
        if not self.source.trained:
            self.source.train([*texts, *targets] if self.shared else texts, workers)
        if not self.target.trained:
            try:
                self.target.train(targets, workers)
            except SettingError as error:
                raise self._of_target(error) from error
        self._note()

    def _of_target(self, error: SettingError) -> SettingError:
        """Return an error of the target's training that names the settings which made that tokenizer."""
        setting, rule = error.setting, f"on the target side, {error.rule}"
        if self.target.settings() != self.source.settings():
            setting, rule = (part.replace("tokenizer.", "target_tokenizer.") for part in (setting, rule))
        return SettingError(setting, error.value, rule)

    def split(self, text: str) -> list[str]:
        return self.source.split(text)

    def encode(self, text: str) -> list[int]:
        return self.source.encode(text)

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        return self.source.encode_batch(texts)

    def offsets(self, text: str) -> list[tuple[int, int]]:
        return self.source.offsets(text)

    def decode(self, ids: Iterable[int]) -> str:
        return self.source.decode(ids)

    def encode_target(self, text: str) -> list[int]:
        """Return the ids of a target text, without marks."""
        return self.target.encode(text)

    def decode_target(self, ids: Iterable[int], words: Sequence[str] = ()) -> str:
        """Return the text of target ids up to the first end mark; pad and begin marks are dropped.

        Args:
            words: the row's own words, of which `target_size + i` names the i-th.

        Raises:
            IndexError: an id beyond the vocabulary and the row's own words.
        """
        return joined(self.target, self._written(ids), self.target_size, words)

    def _written(self, ids: Iterable[int]) -> list[int]:
        written: list[int] = []
        for number in ids:
            if number == self.end_id:
                break
            if number not in (self.pad_id, self.begin_id):
                written.append(int(number))
        return written

    def settings(self) -> dict[str, Any]:
        target = None if self.shared else self.target.settings()
        return {"type": "pair", "source": self.source.settings(), "target": target}

    def to_json(self) -> dict[str, Any]:
        target = None if self.shared else self.target.to_json()
        return {"type": "pair", "source": self.source.to_json(), "target": target}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Tokenizer:
        raise ValueError("a pair of tokenizers is read with rnnlab.tokenizer.load")
