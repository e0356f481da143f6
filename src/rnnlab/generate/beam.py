"""Beam search: the likeliest text instead of a drawn one. Shapes: K beams, V ids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnlab.generate.decoding.draw import Chooser, RandomStream
from rnnlab.generate.decoding.filters import log_softmax
from rnnlab.generate.decoding.forbidden import forbidden
from rnnlab.generate.decoding.pieces import IncrementalDecoder
from rnnlab.generate.decoding.settings import Decoding
from rnnlab.generate.engine import Engine
from rnnlab.generate.state import select
from rnnlab.generate.write import Written, check
from rnnlab.generate.writing import begin
from rnnlab.tokenizer.base import Tokenizer

PENALTY = 0.6  # of Wu et al. (2016), who tried 0 to 1


class Beam(NamedTuple):
    """The chosen tokens, the sum of their log probabilities, and whether a stop string ends them."""

    tokens: tuple[int, ...]
    log_probability: float
    ended: bool = False

    def score(self, penalty: float) -> float:
        """Normalise the score by length: log P / ((5 + tokens) / 6) ^ penalty (Wu et al. 2016, eq. 14)."""
        return self.log_probability / ((5 + len(self.tokens)) / 6) ** penalty


def beam_search(
    engine: Engine,
    tokenizer: Tokenizer,
    prompt: str,
    length: int,
    width: int,
    decoding: Decoding | None = None,
    penalty: float = PENALTY,
) -> list[Written]:
    """Return the `width` best continuations found by a beam, best first; ties go to the lower ids.

    Args:
        width: K >= 1; 1 takes the likeliest token every time.
        decoding: only its bans and stop strings are used; nothing is random.
        penalty: 0 prefers short texts, 1 compares per token.
    """
    check(length, [prompt])
    chosen = decoding or Decoding()
    going = begin(engine, tokenizer, [prompt])
    logits, state, context = going.logits, going.state, going.read[0]
    beams, ended = [Beam((), 0.0)], list[Beam]()
    for number in range(length):
        if number:
            logits, state = engine.step(np.array([beam.tokens[-1] for beam in beams]), state)
        logs = _allowed(tokenizer, chosen, logits, [[*context, *beam.tokens] for beam in beams])
        found, rows = _best(beams, logs, width)
        told = [beam._replace(ended=_ends(tokenizer, chosen.stop, context, beam)) for beam in found]
        ended += [beam for beam in told if beam.ended]
        alive = [place for place, beam in enumerate(told) if not beam.ended]
        beams, state = [told[place] for place in alive], select(state, [rows[place] for place in alive])
        if not beams or len(ended) >= width:
            break
    best = sorted([*ended, *beams], key=lambda beam: -beam.score(penalty))[:width]
    return [_written(tokenizer, chosen.stop, prompt, beam) for beam in best]


def _allowed(
    tokenizer: Tokenizer, decoding: Decoding, logits: np.ndarray, histories: list[list[int]]
) -> np.ndarray:
    """Return log probabilities (K, V) under the model, -inf where the settings forbid a token."""
    still = Decoding(temperature=0, no_repeat=decoding.no_repeat)
    chooser = Chooser(still, RandomStream(0, []), forbidden(tokenizer, decoding), histories, logits.shape[1])
    open_ = np.isfinite(chooser.filtered(logits.astype(np.float64)))
    return np.where(open_, log_softmax(logits.astype(np.float64)), -np.inf)


def _best(beams: Sequence[Beam], logs: np.ndarray, width: int) -> tuple[list[Beam], list[int]]:
    """Return the best beams that are one token longer, and the row that each comes from."""
    scores = np.array([beam.log_probability for beam in beams])[:, None] + logs  # (K, V)
    order = np.argsort(-scores, axis=None, kind="stable")[:width]
    rows, tokens = np.unravel_index(order, scores.shape)
    kept = [(r, t) for r, t in zip(rows.tolist(), tokens.tolist(), strict=True) if np.isfinite(scores[r, t])]
    found = [Beam((*beams[row].tokens, token), float(scores[row, token])) for row, token in kept]
    return found, [row for row, _ in kept]


def _ends(tokenizer: Tokenizer, stop: Sequence[str], context: Sequence[int], beam: Beam) -> bool:
    if not stop:
        return False
    pieces = IncrementalDecoder(tokenizer, stop, context)
    for token in beam.tokens:
        pieces.add(token)
    return pieces.ended


def _written(tokenizer: Tokenizer, stop: Sequence[str], prompt: str, beam: Beam) -> Written:
    pieces = IncrementalDecoder(tokenizer, stop, tokenizer.encode(prompt))
    text = "".join(pieces.add(token) for token in beam.tokens) + pieces.rest()
    return Written(prompt + text, list(beam.tokens), beam.log_probability)
