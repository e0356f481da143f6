"""A poem of a given form from a language model of characters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.generate.decoding.settings import Decoding
from rnnlab.generate.engine import Engine
from rnnlab.generate.verse.alphabet import Alphabet
from rnnlab.generate.verse.choose import check_decoding
from rnnlab.generate.verse.forms import ABC, FORMS, Form, form_of
from rnnlab.generate.verse.lines import Start, Writer
from rnnlab.generate.verse.measure import Measured, measure
from rnnlab.generate.verse.row import Row
from rnnlab.generate.verse.search import Search
from rnnlab.generate.verse.tune_write import write_tune
from rnnlab.text.characters import lines_of
from rnnlab.tokenizer.base import Tokenizer

__all__ = ["FORMS", "Poem", "compose"]


class Poem(NamedTuple):
    """A poem with a report on its form.

    Attributes:
        text: its lines, each with a line's end.
        lines: the same, without.
        report: one line on how well the form is kept.
        nats: mean negative log probability of a character that was drawn, under the model itself.
        measured: the numbers of the report; None for a tune.
    """

    text: str
    lines: tuple[str, ...]
    report: str
    nats: float
    measured: Measured | None


def compose(
    engine: Engine,
    tokenizer: Tokenizer,
    form: str,
    prompt: str,
    decoding: Decoding,
    seed: int,
    number: int = 0,
) -> Poem:
    """Compose a poem of the form; the same arguments give the same poem.

    Args:
        form: one of `FORMS`.
        prompt: its whole lines are read and not shown; what follows the last of them begins the first line.
        decoding: its temperature applies to drawn lines; the search then keeps the likeliest.
        number: index of the poem among those of one seed.

    Raises:
        SettingError: no such form, or the vocabulary cannot write it, or the prompt leaves no room.
        UserError: the model finds no such lines, or there is no pronouncing dictionary.
    """
    chosen = form_of(form)
    if chosen is ABC:
        tune = write_tune(engine, tokenizer, prompt, decoding, seed, number)
        return Poem(tune.text, tuple(lines_of(tune.text)), tune.report, tune.nats, None)
    check_decoding(decoding)
    alphabet = Alphabet(tokenizer, form, decoding)
    start = start_of(engine, tokenizer, chosen, prompt)
    with one_thread():
        rows = Search(Writer(engine, alphabet, decoding), chosen, start, (seed, number)).run()
    return poem_of(rows, chosen)


@contextmanager
def one_thread() -> Iterator[None]:
    """Run torch on one thread: a second core gains nothing for a few dozen rows, and costs much if busy."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def start_of(engine: Engine, tokenizer: Tokenizer, form: Form, prompt: str) -> Start:
    """Read the prompt after an empty line, and return the state that it leads to.

    Raises:
        SettingError: the start of the first line is too long, or ends in letters that begin no word.
    """
    context, _, given = prompt.rpartition("\n")
    given = given.lstrip()
    if Row(given).place(form.syllables[0], lambda word: True) is None:
        rule = f"must begin a line of {form.syllables[0]} syllables, and leave room, in words that there are"
        raise SettingError("--prompt", given, rule)
    tokens = tokenizer.encode(f"{context}\n{given}")
    logits, state = engine.read(np.array([tokens]))
    return Start(state, logits, given)


def poem_of(rows: list[Row], form: Form) -> Poem:
    """Return the lines as shown, with a measure of how well they keep to the form."""
    text = "".join(row.text for row in rows)
    nats = -sum(row.log_probability for row in rows) / max(sum(len(row.tokens) for row in rows), 1)
    measured = measure(text, form)
    return Poem(text, tuple(lines_of(text)), report_of(measured, nats), nats, measured)


def report_of(measured: Measured, nats: float) -> str:
    """Return a summary such as `14 of 14 lines, 7 of 7 rhymes, ...`."""
    met, due = measured.constraints
    parts = [
        f"{measured.lines} of {measured.expected} lines",
        f"{measured.rhymes_met} of {measured.rhymes_due} rhymes",
        f"{measured.syllable_error:.2f} syllables off a line",
        f"{met / due:.0%} of the constraints met",
        f"{measured.known} of {measured.words} words known",
        f"{nats:.3f} nats a character",
    ]
    return ", ".join(parts)
