"""Text of a target that was found, at once or piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

import numpy as np

from rnnlab.data.truncation import Truncation, cut
from rnnlab.generate.sequence.hypothesis import Hypothesis
from rnnlab.tokenizer.base import UNKNOWN_ID, Tokenizer

INCOMPLETE = "\N{REPLACEMENT CHARACTER}"  # bytes that may become a character


class TargetTokenizer(Protocol):
    """The part of `rnnlab.tokenizer.pair.PairTokenizer` that writes targets."""

    @property
    def target_size(self) -> int: ...

    def decode_target(self, ids: Iterable[int], words: Sequence[str] = ()) -> str: ...


def text_of(
    hypothesis: Hypothesis, tokenizer: TargetTokenizer, words: Sequence[str] = (), steps: Sequence[str] = ()
) -> str:
    """Return the text of a target.

    Args:
        words: the source's own words, which copied ids name.
        steps: the text of each source step, see `steps_of`: that of the most attended one is written for an
            unknown token.
    """
    ids, own = list(hypothesis.tokens), list(words)
    for place, step in enumerate(hypothesis.aligned):
        if ids[place] == UNKNOWN_ID and step < len(steps):
            ids[place] = tokenizer.target_size + len(own)
            own.append(steps[step])
    return tokenizer.decode_target(ids, own)


def steps_of(text: str, clean: Callable[[str], str], tokenizer: Tokenizer, shape: Truncation) -> list[str]:
    """Return the part of the text, as cleaned, that each source step has read."""
    cleaned = clean(text)
    pieces = [cleaned[start:end] for start, end in tokenizer.offsets(cleaned)]
    return [pieces[place] for place in cut(np.arange(len(pieces)), shape)]


def pieces_of(growing: Iterable[Hypothesis], write: Callable[[Hypothesis], str]) -> Iterator[str]:
    """Yield the text that each step of `rnnlab.generate.sequence.decode.stream` adds.

    Joined, they are the text of the whole target, except for blanks around marks that the tokenizer removes
    when a later token comes.

    Args:
        write: the text of a target, such as `text_of`.
    """
    written = text = ""
    for hypothesis in growing:
        text = write(hypothesis)
        if not text.endswith(INCOMPLETE):
            piece, written = _new(text, written), text
            if piece:
                yield piece
    if text != written:
        yield _new(text, written)


def _new(text: str, written: str) -> str:
    """Return what a text has after one that was written before, which may differ in blanks."""
    if text.startswith(written):
        return text[len(written) :]
    left = sum(not character.isspace() for character in written)
    for place, character in enumerate(text):
        if not left:
            return text[place:]
        left -= not character.isspace()
    return ""
