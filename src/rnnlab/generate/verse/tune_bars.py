"""The bars of a tune in ABC notation, and how long they are."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from rnnlab.generate.verse.tune_body import Token, tokens
from rnnlab.generate.verse.tune_fields import FIELD, FieldError, compound, key, meter, unit

# The time that a tuplet of so many notes takes; of 5, 7 and 9 notes it goes by the meter
_TIME = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}


@dataclass
class Bar:
    """
    Attributes:
        length: of its notes, in whole notes; meter: how long it should be, None in a free meter.
        opens: whether a part of the tune begins with it; closes: whether one ends with it, and it makes
            a whole bar with the pickup of some part.
    """

    length: Fraction
    meter: Fraction | None
    opens: bool = False
    closes: bool = False

    @property
    def right(self) -> bool:
        """As long as the meter says, or a pickup, or what makes a pickup whole."""
        return self.meter is None or self.length == self.meter or self.pickup or self.closes

    @property
    def pickup(self) -> bool:
        """Whether a part begins with it and it is half a bar at most."""
        return self.opens and self.meter is not None and 2 * self.length <= self.meter

    def __str__(self) -> str:
        return f"{self.length} of {self.meter}"


class Bars:
    """Music that is read line by line.

    Attributes:
        bars: those that are complete; empty ones, as between two bar lines, are not counted.
        problems: what is not ABC.
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
        """A field of the header or within the music; of meter, unit and key it is checked."""
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
        """A line of music; a bar may go on in the next one."""
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
        """The end of the tune: what is left is a bar that closes."""
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
        """The note before is longer and the next one shorter, or the other way round."""
        if not self.notes:
            self.problems.append(f"{token.text!r} stands before any note of its bar")
            return
        self.broken = len(token.text) if token.text[0] == ">" else -len(token.text)
        self.length += self.notes[-1] * (_broken(self.broken) - 1) * self.unit

    def _tuplet(self, text: str) -> tuple[int, Fraction]:
        """How many notes, and what the time of each is multiplied by."""
        numbers = [*text[1:].split(":"), "", ""]
        count = int(numbers[0])
        time = int(numbers[1] or _TIME.get(count, 3 if self.compound else 2))
        return int(numbers[2] or count), Fraction(time, count)

    def _close(self, line: str) -> None:
        """At a bar line; one that is double or has a colon is a border of parts."""
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
    """What `>`, `>>` make of the note before, and, below 0, of the note after."""
    return 2 - Fraction(1, 2**count) if count > 0 else Fraction(1, 2**-count)
