"""Formulas as MathML, which browsers draw by themselves: no script and no font is loaded."""

from __future__ import annotations

import html
import re

from latex2mathml.converter import convert

FORMULA = re.compile(
    r'<(?P<tag>span|div) class="arithmatex">\\(?:\((?P<inline>.*?)\\\)|\[(?P<block>.*?)\\\])</(?P=tag)>',
    re.DOTALL,
)


def with_mathml(page: str) -> str:
    """Return the HTML of a page with the formulas that `pymdownx.arithmatex` has marked as MathML."""

    def one(match: re.Match[str]) -> str:
        latex, display = (match["inline"], "inline") if match["block"] is None else (match["block"], "block")
        formula = convert(html.unescape(latex).strip(), display=display)
        return f'<div class="formula">{formula}</div>' if display == "block" else formula

    return FORMULA.sub(one, page)
