"""Writes a tune in ABC notation with a language model: draws tunes until one parses."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from rnnlab.errors import SettingError
from rnnlab.generate.decoding.settings import Decoding
from rnnlab.generate.engine import Engine
from rnnlab.generate.verse.tune import Tune, parse
from rnnlab.generate.write import write
from rnnlab.tokenizer.base import Tokenizer

TRIES = 64
_BATCH = 16
_LONGEST = 800  # tokens of a tune
_START = "X:"
_BORDER = "\n\n"  # between two tunes of a book
_FAULTS = 3  # listed in a report


class Written(NamedTuple):
    """A tune that was written, with its parsed form.

    Attributes:
        text: the tune's text. tune: its parsed form. tries: number of tunes drawn.
        nats: mean negative log probability of a drawn token.
    """

    text: str
    tune: Tune
    tries: int
    nats: float

    @property
    def merit(self) -> tuple[int, float]:
        """Return the sort key of a tune: fewer problems first, then more full bars; larger is better."""
        return -len(self.tune.problems), self.tune.share

    @property
    def report(self) -> str:
        """Return one line: whether the tune parses, and the first errors."""
        verdict = f"parses at try {self.tries}" if self.tune.parses else f"none of {self.tries} tries parses"
        head, *faults = self.tune.report().splitlines()
        return "; ".join([f"{verdict}, {head}, {self.nats:.3f} nats a token", *faults[:_FAULTS]])


def write_tune(
    engine: Engine, tokenizer: Tokenizer, prompt: str, decoding: Decoding, seed: int, number: int
) -> Written:
    """Return the first tune that parses, or else the one with the fewest problems of `TRIES`.

    Args:
        prompt: the beginning of a tune, which has to begin with `X:`; empty for that alone.

    Raises:
        SettingError: the vocabulary cannot write ABC, or the prompt is no beginning of a tune.
    """
    lacking = [repr(c) for c in "XTMLK:|\n" if tokenizer.unknown_id in tokenizer.encode(c)]
    if lacking:
        rule = f"the run's vocabulary cannot write it: it lacks {', '.join(lacking)}"
        raise SettingError("--form", "abc", rule)
    start = prompt.lstrip("\n") or _START
    if not start.startswith(_START):
        raise SettingError("--prompt", prompt, f"must begin as a tune does, with {_START}")
    ended = replace(decoding, stop=(*decoding.stop, _BORDER))
    best: Written | None = None
    for tried in range(0, TRIES, _BATCH):
        prompts, first = [_BORDER + start] * _BATCH, number * TRIES + tried
        for place, text in enumerate(write(engine, tokenizer, prompts, _LONGEST, ended, seed, first), 1):
            nats = -text.log_probability / max(len(text.tokens), 1)
            tune = text.text.strip("\n") + "\n"
            found = Written(tune, parse(tune), tried + place, nats)
            if found.tune.parses:
                return found
            if best is None or found.merit > best.merit:
                best = found
    assert best is not None
    return best._replace(tries=TRIES)
