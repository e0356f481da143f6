"""Attention as a picture: source tokens across, output tokens down, darker cells for larger weights."""

from __future__ import annotations

from collections.abc import Sequence

from rnnlab.report.page.chart import letters
from rnnlab.report.page.markup import text
from rnnlab.text.printable import printable, shortened

CELL, GAP = 22, 2
LETTER = 7.2  # width of a letter
LONGEST = 18  # letters of a token
MOST = 60  # tokens of each side
NARROW = 340  # width that leaves room for others beside it


def heatmap(
    title: str, across: Sequence[str], down: Sequence[str], weights: Sequence[Sequence[float]]
) -> str:
    """Return a figure of the weights of each output token over the source tokens.

    Args:
        title: plain text.
        across: S source tokens; down: T output tokens; those after the 60th are left out, which is said.
        weights: T rows of S numbers in [0, 1].
    """
    columns, rows = ([_token(one) for one in tokens[:MOST]] for tokens in (across, down))
    left = 8 + LETTER * max(map(len, rows), default=1)
    top = 10 + LETTER * max(map(len, columns), default=1)
    width, height = left + CELL * len(columns) + 4, top + CELL * len(rows) + 4
    marks = []
    for place, token in enumerate(columns):
        turned = f"translate({left + CELL * (place + 0.66):.1f},{top - 6:.1f}) rotate(-90)"
        marks.append(f'<g transform="{turned}">{letters(0, 0, token, "start")}</g>')
    for line, token in enumerate(rows):
        marks.append(letters(left - 6, top + CELL * (line + 0.66), token, "end"))
        for place, name in enumerate(columns):
            marks.append(
                _cell(left + CELL * place, top + CELL * line, weights[line][place], f"{token} ← {name}")
            )
    cut = max(len(across), len(down)) > MOST
    note = f'<p class="small">the first {MOST} tokens of each side</p>' if cut else ""
    shown = f"max-width:{width:.0f}px;min-width:{0.6 * width:.0f}px"
    size, said = f'viewBox="0 0 {width:.0f} {height:.0f}" style="{shown}"', text(printable(title))
    return (
        f'<figure class="chart{" broad" * (width > NARROW)}"><figcaption>{said}</figcaption>'
        f'<div class="wide" tabindex="0" role="group" aria-label="{said}">'
        f'<svg {size} role="img" aria-label="{said}">{"".join(marks)}</svg></div>{note}</figure>'
    )


def _cell(x: float, y: float, weight: float, said: str) -> str:
    strength = min(max(float(weight), 0.0), 1.0)
    inside = CELL - GAP
    return (
        f'<rect class="fill s0" x="{x:.1f}" y="{y:.1f}" width="{inside}" height="{inside}" rx="3" '
        f'opacity="{0.06 + 0.94 * strength:.3f}"><title>{text(said)}: {strength:.3f}</title></rect>'
    )


def _token(token: str) -> str:
    return shortened(printable(token), LONGEST).replace(" ", "␣") or "␣"
