"""Measures how well a text keeps to a form: lines, rhymes, syllables, known words."""

from __future__ import annotations

from dataclasses import dataclass

from rnnlab.generate.verse.forms import Form
from rnnlab.generate.verse.pronounce import rhymes, rhymes_by_spelling
from rnnlab.generate.verse.words import known_share, last_word, line_syllables
from rnnlab.text.characters import lines_of


@dataclass(frozen=True)
class Measured:
    """How well a text keeps to a form, in numbers.

    Attributes:
        lines: number of lines, without empty ones; expected: number of lines of the form.
        rhymes_due: lines that have to rhyme with an earlier one; rhymes_met: those that do, by the
            dictionary, with every earlier line of their letter; rhymes_spelled: others, by their spelling.
        strangers: pairs of lines that rhyme though their letters differ.
        syllable_errors: for each line, the difference between its syllables and the form's.
        known: number of words in the dictionary or derived from it; words: number of all words.
    """

    lines: int
    expected: int
    rhymes_due: int
    rhymes_met: int
    rhymes_spelled: int
    strangers: int
    syllable_errors: tuple[int, ...]
    known: int
    words: int

    @property
    def whole(self) -> bool:
        """Return whether the number of lines and the rhyme scheme match the form."""
        return self.lines == self.expected and self.rhymes_met == self.rhymes_due and not self.strangers

    @property
    def syllable_error(self) -> float:
        """Return the mean syllable error of a line."""
        return sum(self.syllable_errors) / max(len(self.syllable_errors), 1)

    @property
    def constraints(self) -> tuple[int, int]:
        """Return the constraints met, and their number: number of lines, each rhyme, each line's length."""
        met = (self.lines == self.expected) + self.rhymes_met
        met += sum(error == 0 for error in self.syllable_errors)
        return met, 1 + self.rhymes_due + self.expected


def measure(text: str, form: Form) -> Measured:
    """Measure how well a text keeps to a form of verse; surplus lines are counted but not checked."""
    lines = [line for line in lines_of(text) if line.strip()]
    compared = lines[: form.lines]
    ends = [last_word(line) for line in compared]
    due = [line for line in range(form.lines) if form.earlier(line)]
    here = [line for line in due if line < len(ends)]
    met = [line for line in here if all(rhymes(ends[line], ends[other]) for other in form.earlier(line))]
    spelled = [
        line
        for line in set(here) - set(met)
        if all(rhymes_by_spelling(ends[line], ends[other]) for other in form.earlier(line))
    ]
    pairs = [(a, b) for b in range(len(ends)) for a in range(b) if form.scheme[a] != form.scheme[b]]
    shares = [known_share(line) for line in compared]
    return Measured(
        lines=len(lines),
        expected=form.lines,
        rhymes_due=len(due),
        rhymes_met=len(met),
        rhymes_spelled=len(spelled),
        strangers=sum(rhymes(ends[a], ends[b]) for a, b in pairs),
        syllable_errors=tuple(
            abs(line_syllables(line) - wanted) for line, wanted in zip(compared, form.syllables, strict=False)
        ),
        known=sum(known for known, _ in shares),
        words=sum(words for _, words in shares),
    )
