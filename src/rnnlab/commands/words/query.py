"""The vector of a queried word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import get_close_matches

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.tokenizer.base import Tokenizer
from rnnlab.tokenizer.token_names import name_of

NEAR = 5  # words of the vocabulary that an error names
LIKELY = 200_000  # of a larger vocabulary this many first tokens are compared in spelling

FROM_NGRAMS = (
    "not in the vocabulary; made of its character n-grams as FastText learned them before the training"
)

OutsideVectors = Callable[[str], np.ndarray | None]


@dataclass(frozen=True)
class Query:
    """A word and the source of its vector.

    Attributes:
        word: as typed.
        ids: its tokens; empty if the vector was made from character n-grams.
        vector: (E,), the mean of its tokens' vectors.
        note: an explanation for people, such as the pieces; empty if it is one token.
    """

    word: str
    vector: np.ndarray
    ids: list[int] = field(default_factory=list)
    note: str = ""


def query(
    word: str, clean: Callable[[str], str], tokenizer: Tokenizer, matrix: np.ndarray, outside: OutsideVectors
) -> Query:
    """Return the vector of `word` under the run's cleaning and tokenizer.

    Args:
        matrix: (V, E), one row per token.
        outside: returns the vector (E,) of an out-of-vocabulary token, or None if there is none.

    Raises:
        SettingError: the word is not in the vocabulary, and nothing else gives it a vector.
    """
    cleaned = clean(word)
    ids = _ids(cleaned, tokenizer)
    known = [i for i in ids if i not in no_words(tokenizer)]
    if len(ids) != 1 or not known:
        exact = _exact(word, tokenizer)
        if exact is not None:
            return Query(word, matrix[exact], [exact])
    if not known:
        vectors = [v for v in map(outside, tokenizer.split(cleaned)) if v is not None]
        if vectors:
            return Query(word, np.mean(vectors, axis=0), note=FROM_NGRAMS)
        raise unknown_word(word, cleaned, tokenizer)
    if len(ids) == 1:
        return Query(word, matrix[ids[0]], ids)
    pieces = " ".join(name_of(tokenizer, i).replace(" ", "␣") for i in known)
    note = f"the mean of its {len(known)} tokens {pieces}" if len(known) > 1 else f"its token {pieces}"
    lost = sum(i == tokenizer.unknown_id for i in ids)
    note += f"; {lost} more {'is' if lost == 1 else 'are'} unknown" if lost else ""
    return Query(word, matrix[known].mean(0), known, note)


def unknown_word(word: str, cleaned: str, tokenizer: Tokenizer) -> SettingError:
    """Return the error that suggests words of the vocabulary with a similar spelling."""
    if not cleaned.strip():
        return SettingError("WORD", word, "the run's cleaning leaves nothing of it")
    near = get_close_matches(cleaned, tokenizer.vocabulary[2:LIKELY], n=NEAR, cutoff=0.6)
    return SettingError("WORD", word, "is not in the run's vocabulary", near)


def _ids(cleaned: str, tokenizer: Tokenizer) -> list[int]:
    """Return the word's tokens without sentence ends, encoded after a blank unless that gives more tokens."""
    closed = getattr(tokenizer, "sentence_id", None)
    ways = ([i for i in tokenizer.encode(text) if i != closed] for text in (f" {cleaned}", cleaned))
    return min(ways, key=len)


def no_words(tokenizer: Tokenizer) -> set[int | None]:
    """Return the ids of special tokens, which are not words."""
    return {tokenizer.pad_id, tokenizer.unknown_id, getattr(tokenizer, "sentence_id", None)}


def _exact(word: str, tokenizer: Tokenizer) -> int | None:
    """Return the id of a token with exactly this name, such as `##ing`, which no text encodes to."""
    try:
        place = tokenizer.vocabulary.index(word)
    except ValueError:
        return None
    return None if place in no_words(tokenizer) else place
