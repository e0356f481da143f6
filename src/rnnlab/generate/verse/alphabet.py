"""Characters that a model may write at each place of a line of verse, as masks over its V ids."""

from __future__ import annotations

from enum import IntEnum
from string import ascii_letters, ascii_lowercase, ascii_uppercase

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.generate.decoding.settings import Decoding
from rnnlab.tokenizer.base import Tokenizer

MARKS, LAST_MARKS = ",.;:!?", ".!?"
_RARE = 6  # letters that a small text may lack, such as q and z


class Place(IntEnum):
    """A place in a line; each has its mask."""

    START = 0  # nothing is written yet
    WORD = 1  # in a word that may not end here
    OPEN = 2  # in a word that may end, with syllables left after it
    FULL = 3  # in a word that may end the line
    SPACE = 4
    MARK = 5  # after a mark, with syllables left
    HYPHEN = 6
    DONE = 7  # after the mark that ends the line


class Alphabet:
    """The ids of the characters used in verse.

    Attributes:
        characters: each id's character, or None if verse does not use it.
        newline: its id.
    """

    def __init__(self, tokenizer: Tokenizer, form: str, decoding: Decoding) -> None:
        """Find the ids of the characters of verse.

        Raises:
            SettingError: the vocabulary cannot write the form, or the settings leave too little of it.
        """
        tokens = {token: number for number, token in enumerate(tokenizer.vocabulary) if number > 1}
        if any(len(token) > 1 for token in tokens):
            raise SettingError("--form", form, "needs a model of single characters (tokenizer=char)")
        lacking = [c for c in ("\n", " ", *ascii_lowercase) if c not in tokens]
        if len(lacking) > _RARE or set(lacking) & set("\n aeiou"):
            rule = f"the run's vocabulary cannot write it: it lacks {', '.join(map(repr, lacking))}"
            raise SettingError("--form", form, rule)
        self.newline = tokens["\n"]
        self.ids = {c: tokens[c] for c in (*ascii_letters, *MARKS, *" '-\n") if c in tokens}
        self._spelled: dict[str, np.ndarray] = {}
        self._leave_out(decoding)
        self.characters: list[str | None] = [None] * tokenizer.vocab_size
        for character, number in self.ids.items():
            self.characters[number] = character

    def _leave_out(self, decoding: Decoding) -> None:
        """Remove what the settings ban; a space, a line end and some letter have to remain."""
        kept = [c for c in self.ids if c not in decoding.banned and (not decoding.only or c in decoding.only)]
        if not ({" ", "\n"} <= set(kept) and set(kept) & set(ascii_lowercase)):
            name, value = ("--only", decoding.only) if decoding.only else ("--ban", decoding.banned)
            raise SettingError(name, "".join(value), "must leave a space, a line's end and letters to a form")
        self.ids = {c: self.ids[c] for c in kept}

    def mask(self, characters: str) -> np.ndarray:
        """Return a mask (V,) bool that is True at these characters."""
        found = np.zeros(len(self.characters), bool)
        found[[self.ids[c] for c in characters if c in self.ids]] = True
        return found

    def spelling(self, letters: str) -> np.ndarray:
        """Return a mask (V,) bool that is True at these letters and at the apostrophe."""
        if letters not in self._spelled:
            self._spelled[letters] = self.mask(letters + "'")
        return self._spelled[letters]

    def masks(self, last: bool) -> np.ndarray:
        """Return masks (places, V) bool of what may be written at each `Place`.

        Args:
            last: it is the poem's last line, which ends as a sentence does if the vocabulary has the marks.
        """
        word = ascii_lowercase + "'"
        sentence = last and any(mark in self.ids for mark in LAST_MARKS)
        capitals = "".join(c for c in ascii_uppercase if c in self.ids)
        allowed = {
            Place.START: capitals or ascii_lowercase,
            Place.WORD: word,
            Place.OPEN: word + " -" + MARKS,
            Place.FULL: word + (LAST_MARKS if sentence else MARKS + "\n"),
            Place.SPACE: ascii_letters + "'",
            Place.MARK: " ",
            Place.HYPHEN: ascii_lowercase,
            Place.DONE: "\n",
        }
        return np.stack([self.mask(allowed[place]) for place in Place])
