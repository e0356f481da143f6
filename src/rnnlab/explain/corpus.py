"""Texts to compare hidden units on, with the predicates that hold at each token."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.explain.explanation import Reading
from rnnlab.explain.predicates import predicates, senseless

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun
    from rnnlab.tokenizer import Tokenizer

MOST_TOKENS = 40_000
Piece = tuple[list[int], dict[str, np.ndarray]]  # ids, and the values of each predicate at them
PIECES = 64  # pieces of a running text, read in parallel, each from an empty state


class Corpus(NamedTuple):
    """Texts as ids, and facts: each predicate's name to its values at the tokens of each text.

    Predicates that make no sense for the run's tokens are left out: those of letters for a model of words.
    """

    texts: list[list[int]]
    facts: dict[str, list[np.ndarray]]


def corpus_of(run: FinishedRun, file: Path | None = None) -> Corpus:
    """Read the corpus from the file or, without one, from the run: the texts that its kind offers.

    Raises:
        SettingError: the file cannot be read or is too short; a run without an explainer or texts.
    """
    pieces = run.explainer.pieces(file)
    if len(pieces) < 2:
        place = run.folder.path if file is None else file
        raise SettingError("--file", place, "must hold at least two texts, or a running text of some length")
    letters = len(run.tokenizer.decode(pieces[0][0])) / max(len(pieces[0][0]), 1)
    left_out = senseless(letters)
    names = [name for name in pieces[0][1] if name not in left_out]
    return Corpus([ids for ids, _ in pieces], {name: [facts[name] for _, facts in pieces] for name in names})


def pieces_of_lines(lines: Iterable[str], read: Callable[[str], Reading]) -> list[Piece]:
    """Read texts, each one a piece, until there are enough tokens; blank ones are skipped.

    Args:
        read: returns a text as the network reads it.
    """
    pieces, count = list[Piece](), 0
    for line in lines:
        if count >= MOST_TOKENS:
            break
        if line.strip():
            reading = read(line)
            pieces.append((reading.ids, at(reading.text, reading.spans)))
            count += len(reading.ids)
    return pieces


def pieces_of_text(text: str, tokenizer: Tokenizer) -> list[Piece]:
    """Split the first tokens of a running text into pieces of equal length."""
    start = text[: 8 * MOST_TOKENS]
    ids, facts = tokenizer.encode(start), at(start, tokenizer.offsets(start))
    size = min(len(ids), MOST_TOKENS) // PIECES
    places = [slice(number * size, (number + 1) * size) for number in range(PIECES if size > 1 else 0)]
    return [(ids[part], {name: values[part] for name, values in facts.items()}) for part in places]


def at(text: str, spans: Sequence[tuple[int, int]]) -> dict[str, np.ndarray]:
    """Return each predicate at the end of each token (T,), where the network has just read the token."""
    last = np.array([max(end - 1, 0) for _, end in spans], dtype=np.int64)
    return {
        name: values[last] if len(values) else np.zeros(len(last))
        for name, values in predicates(text).items()
    }


def text_of(file: Path) -> str:
    """Return the contents of a text file.

    Raises:
        SettingError: it cannot be read.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise SettingError("--file", file, f"cannot be read as UTF-8 text: {error}") from error
