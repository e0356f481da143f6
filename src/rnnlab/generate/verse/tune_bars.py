"""The bars of a tune in ABC notation, and their lengths."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from rnnlab.generate.verse.tune_body import Token, tokens
from rnnlab.generate.verse.tune_fields import FIELD, FieldError, compound, key, meter, unit

# The time that a tuplet of so many notes takes; of 5, 7 and 9 notes it goes by the meter
_TIME = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}


@dataclass
class Bar:
    """A bar of a tune and its length.

    Attributes:
        length: total of its notes, in whole notes; meter: the required length, None in a free meter.
        opens: whether a part of the tune begins with it; closes: whether one ends with it, and it makes
            a whole bar with the pickup of some part.
    """

    length: Fraction
    meter: Fraction | None
    opens: bool = False
    closes: bool = False

    @property
    def right(self) -> bool:
        """Return whether the bar is as long as its meter, a pickup, or the bar that completes a pickup."""
        return self.meter is None or self.length == self.meter or self.pickup or self.closes

    @property
    def pickup(self) -> bool:
        """Return whether the bar begins a part and is at most half a bar long."""
        return self.opens and self.meter is not None and 2 * self.length <= self.meter

    def __str__(self) -> str:
        return f"{self.length} of {self.meter}"


class Bars:
    """Collects the bars of music, read line by line.

    Attributes:
        bars: those that are complete; empty ones, as between two bar lines, are not counted.
        problems: errors against the ABC standard.
    """

    def __init__(self) -> None:
        self.meter: Fraction | None = None
        self.unit, self.compound = Fraction(1, 8), False
        self.bars: list[Bar] = []
        self.problems: list[str] = []
        self.opens = True
        self._empty()

    def _empty(self) -> None:
        self.length = Fraction(0)
        self.notes: list[Fraction] = []  # of the bar, in units, for broken rhythm
        self.broken, self.tuplet = 0, (0, Fraction(1))

    def field(self, line: str) -> None:
        """Read a field of the header or within the music; meter, unit and key are checked."""
        found = FIELD.match(line)
        name, value = found.groups() if found else ("", "")
        try:
            if name == "M":
                self.meter, self.compound = meter(value), compound(value)
            elif name == "L":
                self.unit = unit(value)
            elif name == "K":
                key(value)
        except FieldError as error:
            self.problems.append(str(error))

    def read(self, line: str) -> None:
        """Read a line of music; a bar may continue on the next one."""
        for token in tokens(line):
            if token.kind == "bar":
                self._close(token.text)
            elif token.kind in {"note", "chord"}:
                self._note(token)
            elif token.kind == "rest":
                self.length += (self.meter or Fraction(1)) * int(token.text[1:] or 1)
            elif token.kind == "tuplet":
                self.tuplet = self._tuplet(token.text)
            elif token.kind == "broken":
                self._break(token)
            elif token.kind == "field":
                self.field(token.text.strip("[]"))
            elif token.kind == "wrong":
                self.problems.append(f"{token.text!r} has no meaning in {line.strip()[:30]!r}")

    def finish(self) -> None:
        """End the tune: what is left is a closing bar."""
        self._close("|]")
        for bar in self.bars:
            bar.closes = bar.closes and any(
                other.pickup and bar.length + other.length == bar.meter for other in self.bars
            )

    def _note(self, token: Token) -> None:
        left, time = self.tuplet
        length = token.length
        if left:
            length, self.tuplet = length * time, (left - 1, time)
        if not length:
            self.problems.append(f"{token.text!r} has no length")
        if self.broken:
            length *= _broken(-self.broken)
            self.broken = 0
        self.notes.append(length)
        self.length += length * self.unit

    def _break(self, token: Token) -> None:
        """Apply a broken rhythm: lengthen the last note and shorten the next one, or vice versa."""
        if not self.notes:
            self.problems.append(f"{token.text!r} stands before any note of its bar")
            return
        self.broken = len(token.text) if token.text[0] == ">" else -len(token.text)
        self.length += self.notes[-1] * (_broken(self.broken) - 1) * self.unit

    def _tuplet(self, text: str) -> tuple[int, Fraction]:
        """Return the number of notes in a tuplet, and the factor of their time."""
        numbers = [*text[1:].split(":"), "", ""]
        count = int(numbers[0])
        time = int(numbers[1] or _TIME.get(count, 3 if self.compound else 2))
        return int(numbers[2] or count), Fraction(time, count)

    def _close(self, line: str) -> None:
        """Close the bar at a bar line; a double one, or one with a colon, separates parts."""
        border = line != "|"
        if self.broken or self.tuplet[0]:
            self.problems.append(f"bar {len(self.bars) + 1} ends within a broken rhythm or a tuplet")
        if self.length:
            self.bars.append(Bar(self.length, self.meter, self.opens, border))
            self.opens = border
        elif self.bars and border:
            self.bars[-1].closes = self.opens = True
        self._empty()


def _broken(count: int) -> Fraction:
    """Return the factor that `>` or `>>` applies to the note before or, below 0, to the note after."""
    return 2 - Fraction(1, 2**count) if count > 0 else Fraction(1, 2**-count)
