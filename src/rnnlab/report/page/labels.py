"""Places for the names of points in a chart, so that no name covers another one or leaves the chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rnnlab.report.page.chart import LETTER, RIGHT, Frame

AWAY = 8.0  # from a point's centre to its name beside it
LINE = 12.0  # height of a line of letters
STEPS = 6  # lines that a name may be moved up or down


class Place(NamedTuple):
    """The position of a name: its base line and anchor, as `letters` of a chart takes them."""

    x: float
    y: float
    anchor: str


class Box(NamedTuple):
    """A rectangle in the viewBox."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


def label_places(frame: Frame, points: Sequence[tuple[float, float]], names: Sequence[str]) -> list[Place]:
    """Return the place of each point's name: at its right where there is room, else left, above or below.

    Args:
        points: in the frame's own units; names: plain text, one for each.
    """
    centres = [(frame.across(x), frame.down(y)) for x, y in points]
    taken = [Box(x - 5, y - 5, x + 5, y + 5) for x, y in centres]
    found = []
    for (x, y), name in zip(centres, names, strict=True):
        options = [option for option in _options(x, y) if _inside(frame, _box(option, name))]
        free = [one for one in options if not any(_box(one, name).meets(box) for box in taken)]
        place = (free or options or [Place(x + AWAY, y + 3.5, "start")])[0]
        taken.append(_box(place, name))
        found.append(place)
    return found


def _options(x: float, y: float) -> list[Place]:
    moves = [0.0] + [sign * step * LINE for step in range(1, STEPS + 1) for sign in (-1, 1)]
    return [Place(x + side * AWAY, y + 3.5 + move, anchor) for move in moves for side, anchor in SIDES]


SIDES = ((1, "start"), (-1, "end"))


def _box(place: Place, name: str) -> Box:
    width = LETTER * len(name)
    left = place.x if place.anchor == "start" else place.x - width
    return Box(left, place.y - LINE + 2, left + width, place.y + 2)


def _inside(frame: Frame, box: Box) -> bool:
    return box.left >= frame.left and box.right <= frame.width - RIGHT / 2 and box.top >= 0
