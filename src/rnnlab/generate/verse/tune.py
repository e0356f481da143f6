"""A strict parser of tunes in ABC notation 2.1: checks the fields, and each bar's length against the meter.

The standard: https://abcnotation.com/wiki/abc:standard:v2.1. What is read: fields, notes, rests, chords,
grace notes, tuplets, broken rhythm, ties, slurs, marks, repeats and endings. A bar may be short where a part
begins (a pickup of half a bar at most), and where a part ends that makes the pickup whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rnnlab.generate.verse.tune_bars import Bar, Bars
from rnnlab.generate.verse.tune_fields import FIELD, KNOWN, NEEDED
from rnnlab.text.characters import lines_of


@dataclass
class Tune:
    """A parsed tune and its errors.

    Attributes:
        title: the first one; key: unchanged.
        bars: in their order.
        problems: errors against the ABC standard, a sentence each.
    """

    title: str = ""
    key: str = ""
    bars: list[Bar] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def full(self) -> int:
        """Return the number of bars of the right length."""
        return sum(bar.right for bar in self.bars)

    @property
    def share(self) -> float:
        """Return the fraction of bars that are full."""
        return self.full / max(len(self.bars), 1)

    @property
    def parses(self) -> bool:
        """Return whether all fields and bars are valid, and there are at least two bars."""
        return not self.problems and len(self.bars) > 1 and self.full == len(self.bars)

    def report(self) -> str:
        """Describe the tune in one line, with another one for each bar of the wrong length."""
        head = f"{self.full} of {len(self.bars)} bars are full, {len(self.problems)} problems"
        wrong = [f"bar {number}: {bar}" for number, bar in enumerate(self.bars, start=1) if not bar.right]
        return "\n".join([head, *self.problems, *wrong])


def parse(text: str) -> Tune:
    """Parse the first tune of a text; it ends at the first empty line."""
    lines = lines_of(text.lstrip("\n").partition("\n\n")[0])
    lines = [line for line in lines if not line.startswith("%")]
    starts = [bool(FIELD.match(line)) for line in lines]
    ends = [n + 1 for n, line in enumerate(lines) if starts[n] and line.startswith("K:")]
    head = ends[0] if ends else next((n for n, start in enumerate(starts) if not start), len(lines))
    tune, bars = Tune(), Bars()
    _header(tune, bars, lines[:head])
    for line in lines[head:]:
        name = line[0] if FIELD.match(line) else ""
        if name in {"w", "W"}:
            continue
        bars.field(line) if name else bars.read(line)
    bars.finish()
    tune.bars = bars.bars
    tune.problems += bars.problems
    return tune


def _header(tune: Tune, bars: Bars, lines: list[str]) -> None:
    """Pass meter and unit to the bars; errors become problems of the tune."""
    order = ""
    for line in lines:
        found = FIELD.match(line)
        if not found or found[1] not in KNOWN:
            tune.problems.append(f"{line[:20]!r} is no field of a header")
            continue
        name, value = found[1], found[2].strip()
        order += name
        bars.field(line)
        if name == "X" and not value.isdecimal():
            tune.problems.append(f"X:{value} is no number")
        elif name == "T":
            tune.title = tune.title or value
        elif name == "K":
            tune.key = value
    lacking = [f"{name}:" for name in NEEDED if name not in order]
    if lacking:
        tune.problems.append(f"the header lacks {', '.join(lacking)}")
    elif not (order.startswith("XT") and order.endswith("K")):
        tune.problems.append("a header begins with X: and T: and ends with K:")
    twice = sorted({a for a in "XMLK" if order.count(a) > 1})
    tune.problems += [f"{name}: stands twice in the header" for name in twice]
