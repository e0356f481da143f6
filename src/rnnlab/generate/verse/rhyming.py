"""Rhyming last words, and a beam search for the likeliest of them. Shapes: B beams, V ids."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from rnnlab.generate.decoding.filters import log_softmax
from rnnlab.generate.engine import Engine
from rnnlab.generate.state import join, select
from rnnlab.generate.verse.alphabet import LAST_MARKS, MARKS, Alphabet
from rnnlab.generate.verse.dictionary import dictionary
from rnnlab.generate.verse.familiar import proposed
from rnnlab.generate.verse.lines import Prefixes
from rnnlab.generate.verse.pronounce import say
from rnnlab.generate.verse.row import Row
from rnnlab.generate.verse.sounds import onset, rhyme_part, syllable_count
from rnnlab.generate.verse.words import WEAK

Node = dict[int, Any]  # maps each next id to its node; a complete line has none


class Beam(NamedTuple):
    """A partial line on its way to a rhyme: its prefix, the tree node, and the added text with its nats."""

    prefix: int
    node: Node
    added: str
    log_probability: float


@cache
def partners(word: str, longest: int) -> tuple[str, ...]:
    """Return the rhymes of a word of at most `longest` syllables, by the first pronunciation of both."""
    ways = say(word)
    if not ways:
        return ()
    own, family = onset(ways[0]), _family(rhyme_part(ways[0]))
    return tuple(other for other, start, count in family if start != own and count <= longest)


@cache
def _family(part: str) -> list[tuple[str, str, int]]:
    """Return the words of one rhyme that may end a line, each with its onset and its syllables."""
    words = [word for word in dictionary().rhyming.get(part, ()) if word not in WEAK and proposed(word)]
    said = [(word, dictionary().first[word]) for word in words if len(word) > 1]
    return [(word, onset(sounds), syllable_count(sounds)) for word, sounds in said]


def trees(words: Iterable[str], alphabet: Alphabet, last: bool) -> dict[int, Node]:
    """Build a tree for each number of syllables: the words, each with or without a mark, and the line end."""
    sentence = last and any(mark in alphabet.ids for mark in LAST_MARKS)
    marks = [*LAST_MARKS] if sentence else ["", *MARKS]
    endings = [[alphabet.ids[c] for c in (*mark, "\n")] for mark in marks if mark in {"", *alphabet.ids}]
    found: dict[int, Node] = {}
    for word in words:
        if not set(word) <= set(alphabet.ids):
            continue
        node = found.setdefault(syllable_count(dictionary().first[word]), {})
        for character in word:
            node = node.setdefault(alphabet.ids[character], {})
        for ending in endings:
            place = node
            for token in ending:
                place = place.setdefault(token, {})
    return found


def close(
    engine: Engine,
    alphabet: Alphabet,
    parked: Sequence[Prefixes],
    trees: dict[int, Node],
    syllables: int,
    width: int,
) -> list[Row]:
    """Complete prefixes with words of their trees: the likeliest lines found by a beam of `width`."""
    rows = [row for prefixes in parked for row in prefixes.rows]
    state = join([prefixes.state for prefixes in parked])
    logits = np.concatenate([prefixes.logits for prefixes in parked])  # (B, V)
    beams = [Beam(n, trees.get(syllables - row.told, {}), "", 0.0) for n, row in enumerate(rows)]
    closed: list[Beam] = []
    while True:
        grown = list(_grown(beams, log_softmax(logits.astype(np.float64)), alphabet))
        closed += [beam for _, beam, _ in grown if not beam.node]
        going = [(parent, beam, token) for parent, beam, token in grown if beam.node]
        going = heapq.nlargest(width, going, key=lambda item: _score(rows, item[1]))
        if not going:
            return [_row(rows, beam, alphabet) for beam in closed]
        beams = [beam for _, beam, _ in going]
        state = select(state, np.array([parent for parent, _, _ in going]))
        logits, state = engine.step(np.array([token for _, _, token in going]), state)


def _grown(beams: Sequence[Beam], nats: np.ndarray, alphabet: Alphabet) -> Iterable[tuple[int, Beam, int]]:
    for number, beam in enumerate(beams):
        for token, node in beam.node.items():
            added = beam.added + (alphabet.characters[token] or "")
            told = beam.log_probability + float(nats[number, token])
            yield number, Beam(beam.prefix, node, added, told), token


def _score(rows: Sequence[Row], beam: Beam) -> float:
    """Return the log probability, in nats a character, of the line so far."""
    row = rows[beam.prefix]
    return (row.log_probability + beam.log_probability) / (len(row.tokens) + len(beam.added))


def _row(rows: Sequence[Row], beam: Beam, alphabet: Alphabet) -> Row:
    row = rows[beam.prefix].copy()
    for character in beam.added:
        row.write(character)
        row.tokens.append(alphabet.ids[character])
    row.log_probability += beam.log_probability
    return row
