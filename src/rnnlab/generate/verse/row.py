"""A line of verse while it is written, character by character."""

from __future__ import annotations

from collections.abc import Callable

from rnnlab.generate.verse.alphabet import MARKS, Place
from rnnlab.generate.verse.familiar import familiar, letters_after
from rnnlab.generate.verse.pronounce import syllables

LONGEST = 72  # characters of a line
_LONGEST_WORD = 15


class Row:
    """A partial line and its running counts.

    Attributes:
        text: what is written so far; tokens: its ids.
        told: number of syllables of complete words.
        word: the letters since the last word boundary.
        log_probability: nats, of `tokens` under the model itself.
    """

    __slots__ = ("log_probability", "text", "tokens", "told", "word")

    def __init__(self, text: str = "") -> None:
        self.text, self.word = "", ""
        self.told, self.log_probability = 0, 0.0
        self.tokens: list[int] = []
        for character in text:
            self.write(character)

    def write(self, character: str) -> None:
        if character.isalpha() or character == "'":
            self.word += character
        elif self.word:
            self.told += syllables(self.word)
            self.word = ""
        self.text += character

    def copy(self) -> Row:
        """Return a copy of the line in its current state."""
        other = Row()
        other.text, other.word, other.told = self.text, self.word, self.told
        other.log_probability, other.tokens = self.log_probability, list(self.tokens)
        return other

    @property
    def score(self) -> float:
        """Return the log probability per drawn character, in nats."""
        return self.log_probability / max(len(self.tokens), 1)

    def place(self, wanted: int, may_end: Callable[[str], bool]) -> Place | None:
        """Return the current place; None if the line can no longer end at `wanted` syllables.

        Args:
            may_end: whether the line may end in this word.
        """
        if self.word:
            return self._in_word(wanted, may_end)
        if not self.text:
            return Place.START
        if self.told >= wanted:
            return Place.DONE if self.told == wanted and self.text[-1] in MARKS else None
        return Place.SPACE if self.text[-1] == " " else Place.HYPHEN if self.text[-1] == "-" else Place.MARK

    def _in_word(self, wanted: int, may_end: Callable[[str], bool]) -> Place | None:
        if len(self.word) > _LONGEST_WORD or len(self.text) > LONGEST:
            return None
        if not familiar(self.word):
            return self._goes_on()
        total = self.told + syllables(self.word)
        if total > wanted:
            return None
        if total < wanted:
            return Place.OPEN
        return Place.FULL if may_end(self.word) else self._goes_on()

    def _goes_on(self) -> Place | None:
        """Return the place if the word may become another one; no list covers what follows an apostrophe."""
        return Place.WORD if "'" in self.word or letters_after(self.word.lower()) else None
