"""Words as a tagger reads them: ids of their pieces, and of their letters. No torch.

Shapes: B rows, T words, P pieces, W letters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnnlab.data.padded_batches import rectangle
from rnnlab.data.word_marks import MARKS, mark_of

if TYPE_CHECKING:
    from rnnlab.text.cleaner import Cleaner
    from rnnlab.tokenizer import Tokenizer

MAX_LETTERS = 24  # of a word; of a longer one its middle is left out
MOST_KNOWN, LONGEST_KNOWN = 2**18, 40  # words whose ids are remembered, and their letters
RARE = 2  # letters that occur fewer times in train have one id
FIRST_LETTER = 2  # after padding and the unknown letter


class EncodedWords(NamedTuple):
    """A sentence of T >= 1 words.

    Attributes:
        ids: (P,) int64, ids of the words' pieces one after the other.
        sizes: (T,) int64, pieces of each word, at least 1.
        letters: (T, W) int64, right-padded with 0; W = 0 where no letters are read.
    """

    ids: np.ndarray
    sizes: np.ndarray
    letters: np.ndarray


class PaddedWords(NamedTuple):
    """B sentences.

    Attributes:
        tokens: (B, T) int64, or (B, P) where words have several pieces.
        lengths: (B,) int64, words of each.
        letters: (B, T, W) int64, None where no letters are read.
        pieces: (B, T) int64, pieces of each word, 0 for padding; None where each word is one token.
    """

    tokens: np.ndarray
    lengths: np.ndarray
    letters: np.ndarray | None
    pieces: np.ndarray | None


class WordEncoder:
    """Turns the words of sentences into ids.

    The cleaner changes each word by itself, and a word that it leaves empty stays as it was; letters are
    those of the word as written.

    Args:
        cleaner, tokenizer: of the run, trained.
        alphabet: the letters that have ids, see `alphabet_of`; None reads no letters. Where it begins with
            `MARKS`, the first letter of each word is its mark of how common it is.
        subwords: words may have several pieces; False: a word that is not one token is the unknown one.
    """

    def __init__(
        self, cleaner: Cleaner, tokenizer: Tokenizer, alphabet: str | None = None, subwords: bool = False
    ) -> None:
        self.cleaner, self.tokenizer = cleaner, tokenizer
        self.alphabet, self.subwords = alphabet, subwords
        self._letter_ids = {letter: place for place, letter in enumerate(alphabet or "", FIRST_LETTER)}
        self.marked = bool(alphabet) and str(alphabet).startswith(MARKS)
        self._known: dict[str, tuple[list[int], list[int]]] = {}  # words come again and again

    def __call__(self, words: Sequence[str]) -> EncodedWords:
        """Encode a sentence; one without words is one unknown word without letters."""
        found = [self._word(word) for word in words] or [([self.tokenizer.unknown_id], [])]
        ids = np.array([piece for pieces, _ in found for piece in pieces], dtype=np.int64)
        sizes = np.array([len(pieces) for pieces, _ in found], dtype=np.int64)
        width = 0 if self.alphabet is None else max(1, *(len(letters) for _, letters in found))
        table = np.zeros((len(found), width), dtype=np.int64)
        for line, (_, letters) in zip(table, found, strict=True):
            line[: len(letters)] = letters
        return EncodedWords(ids, sizes, table)

    def _word(self, word: str) -> tuple[list[int], list[int]]:
        found = self._known.get(word)
        if found is None:
            found = self.pieces(word), self.letters(word)
            if len(self._known) < MOST_KNOWN and len(word) <= LONGEST_KNOWN:
                self._known[word] = found
        return found

    def pieces(self, word: str) -> list[int]:
        """Return the ids of a word's pieces, at least one."""
        ids = self.tokenizer.encode(self.clean(word)) or [self.tokenizer.unknown_id]
        return ids if self.subwords or len(ids) == 1 else [self.tokenizer.unknown_id]

    def letters(self, word: str) -> list[int]:
        """Return the ids of a word's letters, of a long word those of its start and its end."""
        if self.alphabet is None:
            return []
        half = MAX_LETTERS // 2
        kept = word if len(word) <= MAX_LETTERS else word[:half] + word[half - MAX_LETTERS :]
        kept = mark_of(word) + kept if self.marked else kept
        return [self._letter_ids.get(letter, FIRST_LETTER - 1) for letter in kept]

    def clean(self, word: str) -> str:
        """Clean a word as the tokenizer reads it."""
        return self.cleaner(word).strip() or word

    def padded(self, rows: Sequence[EncodedWords]) -> PaddedWords:
        """Pad encoded sentences to one batch."""
        lengths = np.array([len(row.sizes) for row in rows], dtype=np.int64)
        tokens = rectangle([row.ids for row in rows], "post")
        pieces = rectangle([row.sizes for row in rows], "post") if self.subwords else None
        return PaddedWords(tokens, lengths, self._padded_letters(rows, lengths), pieces)

    def _padded_letters(self, rows: Sequence[EncodedWords], lengths: np.ndarray) -> np.ndarray | None:
        if self.alphabet is None:
            return None
        width = max(row.letters.shape[1] for row in rows)
        table = np.zeros((len(rows), lengths.max(), width), dtype=np.int64)
        for line, row in zip(table, rows, strict=True):
            line[: len(row.letters), : row.letters.shape[1]] = row.letters
        return table


def alphabet_of(sentences: Iterable[Sequence[str]], marked: bool = False) -> str:
    """Return the letters of words that come at least `RARE` times, the most frequent first.

    Args:
        marked: put the marks of `rnnlab.data.word_marks` before them.
    """
    counts: Counter[str] = Counter()
    for words in sentences:
        counts.update("".join(words))
    ranked = sorted((-count, letter) for letter, count in counts.items() if count >= RARE)
    return (MARKS if marked else "") + "".join(letter for _, letter in ranked if letter not in MARKS)


def num_letters(alphabet: str) -> int:
    """Return the number of ids of letters: those of the alphabet, the unknown letter and padding."""
    return len(alphabet) + FIRST_LETTER
