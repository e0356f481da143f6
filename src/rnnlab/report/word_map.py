"""A map of words as a figure: each query word in its own colour, with its neighbours."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnnlab.embedding.project_2d import plane
from rnnlab.report.curves import COLOURS
from rnnlab.report.label_places import place_labels
from rnnlab.text.printable import printable, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LONGEST = 22
GREY = "#555555"


class Spot(NamedTuple):
    """A word on the map: `group` is the index of the query word it belongs to, None if it belongs to none."""

    word: str
    vector: np.ndarray
    group: int | None = None
    asked: bool = False


def draw_map(spots: Sequence[Spot], title: str) -> Figure:
    """Draw the first two principal components of the spots' directions (vectors of length 1)."""
    from matplotlib.figure import Figure

    points, share = plane(np.stack([spot.vector for spot in spots]))
    size = 7.0 if len(spots) <= 40 else 9.0 if len(spots) <= 90 else 12.0
    figure = Figure(figsize=(size * 1.15, size), dpi=120, layout="constrained")
    axis = figure.subplots()
    axis.set_title(f"{title}\n(the plane holds {share:.0%} of their variance)", fontsize=10, loc="left")
    axis.set(xlabel="first component", ylabel="second component")
    axis.tick_params(labelsize=8)
    axis.spines[["top", "right"]].set_visible(False)
    axis.grid(color="#eeeeee")
    axis.margins(0.08)
    axis.set_axisbelow(True)
    for spot, point in zip(spots, points, strict=True):
        look = "o" if not spot.asked else "D"
        axis.plot(*point, look, color=_colour(spot), markersize=7 if spot.asked else 4, zorder=2 + spot.asked)
    _write_labels(figure, axis, spots, points)
    return figure


def _colour(spot: Spot) -> str:
    return GREY if spot.group is None else COLOURS[spot.group % len(COLOURS)]


def _write_labels(figure: Figure, axis: Axes, spots: Sequence[Spot], points: np.ndarray) -> None:
    """Write each label next to its point, query words first; a line leads to a label that is far away."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # run the layout: after it the axes keep their place
    figure.set_layout_engine("none")
    order = sorted(range(len(spots)), key=lambda place: not spots[place].asked)
    small = 8.5 if len(spots) <= 90 else 7.0
    texts = []
    for place in order:
        spot = spots[place]
        x, y = points[place]
        label = axis.text(x, y, drawable(spot.word), color=_colour(spot), parse_math=False)
        label.set(ha="center", va="center", zorder=4, fontsize=small + 2 * spot.asked)
        label.set_fontweight("bold" if spot.asked else "normal")
        texts.append(label)
    frame = axis.get_window_extent()
    corner = np.array([frame.x0, frame.y0])
    pixels = axis.transData.transform(points[order]) - corner
    extents = [text.get_window_extent(canvas.get_renderer()) for text in texts]
    sizes = np.array([(extent.width + 2, extent.height) for extent in extents])
    placed = place_labels(pixels, sizes, (frame.width, frame.height))
    for place, text, middle, pixel, wide in zip(order, texts, placed, pixels, sizes, strict=True):
        x, y = axis.transData.inverted().transform(middle + corner)
        text.set_position((x, y))
        _lead(axis, pixel + corner, middle + corner, wide, _colour(spots[place]))


def _lead(axis: Axes, point: np.ndarray, middle: np.ndarray, size: np.ndarray, colour: str) -> None:
    """Draw a thin line from a point to its label, if they are apart."""
    edge = np.clip(point, middle - size / 2, middle + size / 2)
    if np.linalg.norm(edge - point) > 9:
        ends = axis.transData.inverted().transform(np.stack([point, edge]))
        axis.plot(*ends.T, color=colour, linewidth=0.5, alpha=0.6, zorder=1, scalex=False, scaley=False)


def drawable(word: str) -> str:
    """Replace each character that matplotlib's font lacks, such as an emoji, by its name."""
    known = _characters()
    shown = [
        c if ord(c) in known else f":{unicodedata.name(c, f'U+{ord(c):X}').lower()}:" for c in printable(word)
    ]
    return shortened("".join(shown), LONGEST).replace(" ", "␣" if word.isspace() else " ")


@cache
def _characters() -> frozenset[int]:
    """Return the code points of the figures' font."""
    from matplotlib.font_manager import findfont, get_font

    return frozenset(get_font(findfont("DejaVu Sans")).get_charmap())
