"""Text from the ids that a decoder has written, with the row's own words among them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rnnlab.tokenizer.base import Tokenizer

_BEFORE = re.compile(r" ([.,;:!?%)\]}…»”]|'\w)")  # marks that follow a word without a blank
_AFTER = re.compile(r"([(\[{¿¡«„“]) ")
_QUOTED = re.compile(r'" ([^"]*) "')


def joined(tokenizer: Tokenizer, ids: Sequence[int], size: int, words: Sequence[str] = ()) -> str:
    """Return the text of ids, in which `size + i` is the i-th of `words`.

    Subwords, bytes and characters bring their blanks. Words get one between each two, except around
    punctuation, where ordinary text has none.
    """
    parts: list[str] = []
    run: list[int] = []
    for number in ids:
        if number < size:
            run.append(number)
            continue
        parts += [tokenizer.decode(run)] if run else []
        parts.append(words[number - size])
        run = []
    parts += [tokenizer.decode(run)] if run else []
    blank = "" if tokenizer.settings()["type"] == "char" else " "
    text = blank.join(parts)
    return detokenised(text) if _are_words(tokenizer) else text


def detokenised(text: str) -> str:
    """Remove the blanks that splitting into words has put around punctuation.

    A text that was split already before it was read is not changed by this: see `joined`.
    """
    text = _QUOTED.sub(r'"\1"', text)
    return _AFTER.sub(r"\1", _BEFORE.sub(r"\1", text))


def _are_words(tokenizer: Tokenizer) -> bool:
    settings = tokenizer.settings()
    return settings["type"] == "word" and settings.get("pieces", "words") == "words"
