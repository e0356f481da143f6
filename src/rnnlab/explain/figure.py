"""A sheet as a figure: tokens are columns, strips are rows, in bands that fit a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rnnlab.explain.colour import colour_of
from rnnlab.explain.sheet import LEVELS, Grid, Sheet
from rnnlab.report.word_map import drawable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure

WIDEST = 48  # tokens of a band
MOST_BANDS = 12


def draw_sheet(sheet: Sheet) -> Figure:
    """Draw each strip on its own colour scale; the title gives the number of tokens drawn if not all are.

    A sheet with grids shows the first of these instead.
    """
    from matplotlib.figure import Figure

    if sheet.grids:
        return draw_grid(sheet, sheet.grids[0])
    count, rows = len(sheet.tokens), len(sheet.strips)
    bands = min(-(-count // WIDEST), MOST_BANDS)
    wide = min(count, WIDEST)
    size = (max(2.6 + 0.3 * wide, 5.5), max(bands * (1.0 + 0.3 * rows) + 0.6, 2.2))
    figure = Figure(figsize=size, dpi=120, layout="constrained")
    left = count - bands * WIDEST
    title = sheet.title + (f" (the first {bands * WIDEST} of {count} tokens)" if left > 0 else "")
    figure.suptitle(drawable(title) if len(title) < 20 else title, fontsize=10, parse_math=False)
    table = np.array([[strip.strength(v) for v in strip.values] for strip in sheet.strips])  # (R, T)
    for number, axis in enumerate(figure.subplots(bands, 1, squeeze=False)[:, 0]):
        _band(axis, sheet, table, slice(number * WIDEST, (number + 1) * WIDEST), wide)
    return figure


def draw_grid(sheet: Sheet, grid: Grid) -> Figure:
    """Draw source tokens across and written tokens down, at most `WIDEST` of each."""
    from matplotlib.figure import Figure

    rows, across = len(grid.outputs[:WIDEST]), len(sheet.tokens[:WIDEST])
    figure = Figure(figsize=(2.2 + 0.3 * across, 1.8 + 0.27 * rows), dpi=120, layout="constrained")
    axis = figure.subplots()
    table = [[strip.strength(v) for v in strip.values[:WIDEST]] for strip in grid.strips[:WIDEST]]
    axis.imshow(np.array(table), cmap=colours(), vmin=-1, vmax=1, aspect="auto", interpolation="nearest")
    axis.set_xticks(range(across), [drawable(one) for one in sheet.tokens[:WIDEST]], rotation=90, fontsize=8)
    axis.set_yticks(range(rows), [drawable(one) for one in grid.outputs[:WIDEST]], fontsize=8)
    axis.xaxis.tick_top()
    for label in (*axis.get_xticklabels(), *axis.get_yticklabels()):
        label.set_parse_math(False)
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)
    cut = max(len(grid.outputs), len(sheet.tokens)) > WIDEST
    axis.set_xlabel(grid.name + (f" (the first {WIDEST} of each side)" if cut else ""), fontsize=9)
    return figure


def _band(axis: Axes, sheet: Sheet, table: np.ndarray, part: slice, wide: int) -> None:
    values = np.full((len(table), wide), np.nan)
    shown = table[:, part]
    values[:, : shown.shape[1]] = shown
    axis.imshow(values, cmap=colours(), vmin=-1, vmax=1, aspect="auto", interpolation="nearest")
    tokens = [drawable(token) for token in sheet.tokens[part]]
    axis.set_xticks(range(len(tokens)), tokens, rotation=90, fontsize=8)
    axis.set_yticks(range(len(table)), [strip.name for strip in sheet.strips], fontsize=8)
    for label in (*axis.get_xticklabels(), *axis.get_yticklabels()):
        label.set_parse_math(False)
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)


def colours() -> LinearSegmentedColormap:
    """Return a colour map from against to for, with white between."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list(
        "for_against", [colour_of(level) for level in (-LEVELS, 0, LEVELS)]
    )
