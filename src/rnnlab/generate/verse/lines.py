"""Lines of a given length drawn from a model, many at a time. Shapes: B lines, V ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from rnnlab.generate.decoding.filters import log_of
from rnnlab.generate.decoding.settings import Decoding
from rnnlab.generate.engine import Engine
from rnnlab.generate.state import State, select
from rnnlab.generate.verse.alphabet import Alphabet, Place
from rnnlab.generate.verse.choose import choose
from rnnlab.generate.verse.familiar import letters_after
from rnnlab.generate.verse.row import Row


class Start(NamedTuple):
    """The start of a line: the model's state of one row, the logits (1, V) of its first character, and the
    part of the line that is given."""

    state: State
    logits: np.ndarray
    given: str = ""


class Rule(NamedTuple):
    """The requirements of a line.

    Attributes:
        syllables: how many it has.
        may_end: whether it may end in a word.
        last: whether it is the poem's last.
        tail: 0, or the most syllables of the last word, which `rhyming.close` then finds.
    """

    syllables: int
    may_end: Callable[[str], bool]
    last: bool = False
    tail: int = 0


class Prefixes(NamedTuple):
    """Lines without their last word: the model's state and logits (B, V) after the space before it."""

    rows: list[Row]
    state: State
    logits: np.ndarray


class Writer(NamedTuple):
    """The parts used to draw lines."""

    engine: Engine
    alphabet: Alphabet
    decoding: Decoding


def draw_lines(
    writer: Writer, start: Start, rule: Rule, count: int, generator: np.random.Generator
) -> tuple[list[Row], list[Prefixes]]:
    """Draw whole lines that obey the rule and, with a tail, lines that lack only their last word.

    Each of `count` lines is drawn from the model among the characters that still lead to the right number of
    syllables and to known words; lines that get stuck are dropped.
    """
    masks = writer.alphabet.masks(rule.last)
    rows = [Row(start.given) for _ in range(count)]
    everyone = np.zeros(count, np.int64)
    state, logits = select(start.state, everyone), start.logits[everyone]
    done: list[Row] = []
    prefixes: list[Prefixes] = []
    while True:
        prefixes += _parked(rows, state, logits, rule)
        kept, allowed = _allowed(rows, rule, masks, writer.alphabet)  # (B,), (B, V)
        if not len(kept):
            return done, prefixes
        rows, logits = [rows[number] for number in kept], logits[kept]
        drawn = choose(logits, allowed, writer.decoding, generator)
        told = log_of(logits.astype(np.float64), drawn)
        _write(rows, drawn, told, writer.alphabet)
        going = [number for number, token in enumerate(drawn) if token != writer.alphabet.newline]
        done += [row for row in rows if row.text.endswith("\n")]
        if not going:
            return done, prefixes
        rows = [rows[number] for number in going]
        state = select(state, kept[going])
        logits, state = writer.engine.step(drawn[going], state)


def _allowed(
    rows: Sequence[Row], rule: Rule, masks: np.ndarray, alphabet: Alphabet
) -> tuple[np.ndarray, np.ndarray]:
    """Return the indices of the lines that can continue (B,), and a mask of their next characters (B, V)."""
    placed = [(number, _place(row, rule)) for number, row in enumerate(rows)]
    found = [(number, place) for number, place in placed if place is not None]
    allowed = masks[[place for _, place in found]]
    for here, (number, place) in enumerate(found):
        word = rows[number].word
        if place is Place.WORD and "'" not in word:
            allowed[here] &= alphabet.spelling(letters_after(word.lower()))
    some = allowed.any(axis=1)
    return np.array([number for number, _ in found], np.int64)[some], allowed[some]


def _place(row: Row, rule: Rule) -> Place | None:
    """Return the place of a line; None for one that waits for a rhyme and has reached its last word."""
    place = row.place(rule.syllables, rule.may_end)
    over = rule.tail and place is Place.SPACE and rule.syllables - row.told == 1
    return None if over else place


def _write(rows: Sequence[Row], drawn: np.ndarray, told: np.ndarray, alphabet: Alphabet) -> None:
    for row, token, log_probability in zip(rows, drawn.tolist(), told.tolist(), strict=True):
        row.write(alphabet.characters[token] or "")
        row.tokens.append(token)
        row.log_probability += log_probability


def _parked(rows: list[Row], state: State, logits: np.ndarray, rule: Rule) -> list[Prefixes]:
    """Return the lines whose last word may follow now."""
    here = [
        number
        for number, row in enumerate(rows)
        if row.text.endswith(" ") and 1 <= rule.syllables - row.told <= rule.tail
    ]
    if not here:
        return []
    return [Prefixes([rows[number].copy() for number in here], select(state, np.array(here)), logits[here])]
