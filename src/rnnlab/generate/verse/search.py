"""Writes a poem line by line: keeps the likeliest of many drawn lines, backtracks where no rhyme is found."""

from __future__ import annotations

import numpy as np

from rnnlab.errors import UserError
from rnnlab.generate.verse.forms import Form
from rnnlab.generate.verse.lines import Rule, Start, Writer, draw_lines
from rnnlab.generate.verse.pronounce import rhymes
from rnnlab.generate.verse.rhyming import close, partners, trees
from rnnlab.generate.verse.row import Row
from rnnlab.generate.verse.words import WEAK, last_word

DRAWN = 128  # lines at once
WIDTH = 64  # beams on their way to a rhyme
TAIL = 3  # most syllables of a word chosen for its rhyme
FEWEST = 12  # rhymes that the last word of a line must have if its rhyme follows later
TRIES = 6  # of a line, before backtracking to an earlier one
BUDGET = 10  # tries of all lines, for each line of the form


class Search:
    """The search for one poem.

    Args:
        start: where its first line begins.
        seed: numbers that, with the line and the try, seed what is drawn.
    """

    def __init__(self, writer: Writer, form: Form, start: Start, seed: tuple[int, ...]) -> None:
        self.writer, self.form, self.seed = writer, form, seed
        self.rows: list[Row] = []
        self.starts = [start]
        self.tried = 0

    def run(self) -> list[Row]:
        """Write the lines.

        Raises:
            UserError: the model does not find lines of this form.
        """
        failed = 0
        while len(self.rows) < self.form.lines:
            row = self.next_line()
            failed = 0 if row else failed + 1
            if row:
                self.rows.append(row)
                self.starts.append(self.after(row))
            elif self.tried > BUDGET * self.form.lines:
                found = f"{len(self.rows)} of {self.form.lines} lines in {self.tried} tries"
                rule = f"the model found {found}: it has to be trained further, or on verse"
                rule += ", or the prompt to be another one" if self.starts[0].given else ""
                raise UserError(f"--form={self.form.name}: {rule}")
            elif failed == TRIES:
                failed = 0
                self.go_back()
        return self.rows

    def go_back(self) -> None:
        """Backtrack to the line that this one has to rhyme with, or to the one before."""
        line = len(self.rows)
        back = max(line - 1, 0) if not self.form.earlier(line) else self.form.earlier(line)[0]
        del self.rows[back:], self.starts[back + 1 :]

    def next_line(self) -> Row | None:
        """Return the likeliest line found in one try."""
        line, self.tried = len(self.rows), self.tried + 1
        generator = np.random.default_rng((*self.seed, self.tried))
        last, wanted = line == self.form.lines - 1, self.form.syllables[line]
        earlier = [last_word(self.rows[other].text) for other in self.form.earlier(line)]
        if not earlier:
            rule = Rule(wanted, self.may_open if self.form.opens(line) else self.may_end, last)
            drawn, _ = draw_lines(self.writer, self.starts[-1], rule, DRAWN, generator)
            return self.best(drawn)
        rule = Rule(wanted, _never, last, TAIL)
        words = self.words_for(earlier)
        _, parked = draw_lines(self.writer, self.starts[-1], rule, DRAWN, generator)
        if not words or not parked:
            return None
        engine, alphabet = self.writer.engine, self.writer.alphabet
        return self.best(close(engine, alphabet, parked, trees(words, alphabet, last), wanted, WIDTH))

    def words_for(self, earlier: list[str]) -> list[str]:
        """Return the words that rhyme with all of these and do not yet end a line."""
        ends = {last_word(row.text).lower() for row in self.rows}
        strange = ends - {other.lower() for other in earlier}
        return [
            word
            for word in partners(earlier[0].lower(), TAIL)
            if word not in ends
            and all(rhymes(word, other) for other in earlier)
            and not any(rhymes(word, other) for other in strange)
        ]

    def may_end(self, word: str) -> bool:
        """Return whether the word may end a line: it can stand last, and rhymes with no earlier line."""
        ends = [last_word(row.text) for row in self.rows]
        strange = word.lower() not in WEAK and word.lower() not in {end.lower() for end in ends}
        return strange and not any(rhymes(word, end) for end in ends)

    def may_open(self, word: str) -> bool:
        """Return whether the word may end a line whose rhyme follows later."""
        return len(partners(word.lower(), TAIL)) >= FEWEST and self.may_end(word)

    def best(self, rows: list[Row]) -> Row | None:
        """Return the likeliest line, by log probability a character, that is not in the poem yet."""
        there = {row.text.strip().lower() for row in self.rows}
        banned = self.writer.decoding.banned
        fresh = [
            row
            for row in rows
            if row.text.strip().lower() not in there and not any(piece in row.text for piece in banned)
        ]
        return max(fresh, key=lambda row: row.score, default=None)

    def after(self, row: Row) -> Start:
        """Return the start of the next line."""
        logits, state = self.writer.engine.read(np.array([row.tokens]), self.starts[-1].state)
        return Start(state, logits)


def _never(word: str) -> bool:
    return False
