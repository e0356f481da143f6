"""A tokenizer trained by another run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rnnlab.errors import SettingError
from rnnlab.tokenizer.base import Tokenizer
from rnnlab.tokenizer.digest import digest
from rnnlab.tokenizer.file import load

FILE = "tokenizer.json"


class SavedTokenizer:
    """A tokenizer read from a file; `train` only checks that it was trained on the same texts.

    Until then it counts as untrained, so that the data preparation passes it the texts. It saves the
    tokenizer that it has read: there are no files of this class.

    Args:
        path: a tokenizer file, or the folder of a run.
        other_data: accept a tokenizer that was trained on other texts.

    Raises:
        SettingError: there is no such file, or it is not a trained tokenizer's.
    """

    def __init__(self, path: str | Path, other_data: bool = False) -> None:
        self.path, self.other_data = path, other_data
        self.inner = read_saved(path)
        self.pad_id, self.unknown_id = self.inner.pad_id, self.inner.unknown_id
        self.vocabulary, self.trained_on = self.inner.vocabulary, self.inner.trained_on
        self.trained = False

    @property
    def vocab_size(self) -> int:
        return self.inner.vocab_size

    def train(self, texts: Sequence[str], workers: int | None = 1) -> None:
        """Check the training texts; learn nothing.

        Raises:
            SettingError: the file is of other texts, and `other_data` is false.
        """
        if not self.other_data and self.trained_on != digest(texts):
            told = "does not say on which text it was trained"
            if self.trained_on is not None:
                told = "was trained on other text (another data set, split or cleaning)"
            rule = f"{told}; set tokenizer.other_data=true to use it all the same"
            raise SettingError("tokenizer.path", self.path, rule)
        self.trained = True

    def split(self, text: str) -> list[str]:
        return self.inner.split(text)

    def encode(self, text: str) -> list[int]:
        return self.inner.encode(text)

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        return self.inner.encode_batch(texts)

    def offsets(self, text: str) -> list[tuple[int, int]]:
        return self.inner.offsets(text)

    def decode(self, ids: Iterable[int]) -> str:
        return self.inner.decode(ids)

    def settings(self) -> dict[str, Any]:
        """Return the settings of the tokenizer that was read and what it has learned, whatever its file."""
        learned = digest([json.dumps(self.inner.to_json(), sort_keys=True)])
        return {**self.inner.settings(), "saved": learned, "other_data": self.other_data}

    def to_json(self) -> dict[str, Any]:
        return self.inner.to_json()

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Tokenizer:
        raise ValueError("a saved tokenizer has no JSON of its own: read the file with rnnlab.tokenizer.load")


def read_saved(path: str | Path) -> Tokenizer:
    """Read the trained tokenizer of a file or a run folder; raises SettingError if there is none."""
    place = Path(path).expanduser()
    if place.is_dir():
        place = place / FILE
    try:
        tokenizer = load(place)
    except OSError as error:
        rule = f"must be a run's folder or a tokenizer file: {place} cannot be read ({error.strerror})"
        raise SettingError("tokenizer.path", path, rule) from error
    except ValueError as error:
        raise SettingError("tokenizer.path", path, str(error)) from error
    if not tokenizer.trained:
        raise SettingError("tokenizer.path", path, "holds a tokenizer that was never trained")
    return tokenizer
