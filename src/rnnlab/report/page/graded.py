"""A heat map as a table: a number in each cell, on a shade that shows how high it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rnnlab.report.page.markup import breakable, text


class Grade(NamedTuple):
    """A cell.

    Attributes:
        words: what stands in it; below: small print under that; said: shown under the pointer.
        share: its shade, 0 to 1. strong: whether it is printed bold.
    """

    words: str
    share: float
    below: str = ""
    said: str = ""
    strong: bool = False


def graded(
    title: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[Grade | None]]], corner: str = ""
) -> str:
    """Return the table; None leaves a cell empty.

    Args:
        title: plain text, the caption.
        columns: plain names; rows: a plain name and as many cells each; corner: plain, above the names.
    """
    head = "".join(f'<th scope="col">{breakable(name)}</th>' for name in columns)
    body = "".join(
        f'<tr><th scope="row">{text(name)}</th>{"".join(map(_cell, cells))}</tr>' for name, cells in rows
    )
    return (
        f'<div class="wide" tabindex="0" role="group" aria-label="{text(title)}"><table class="graded">'
        f"<caption>{text(title)}</caption><thead><tr><th scope='col'>{text(corner)}</th>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _cell(grade: Grade | None) -> str:
    if grade is None:
        return '<td class="none"></td>'
    share = min(max(grade.share, 0.0), 1.0)
    words = f"<b>{text(grade.words)}</b>" if grade.strong else text(grade.words)
    below = f"<span>{text(grade.below)}</span>" if grade.below else ""
    said = f' title="{text(grade.said)}"' if grade.said else ""
    return f'<td style="--share:{share:.3f}"{said}>{words}{below}</td>'
