"""Outputs worth reading: the worst and the best of a test, beside their sources and references."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from rnnlab.evaluation.sequence.measures import row_scores, statistics
from rnnlab.evaluation.sequence.pairs import Written
from rnnlab.kinds.text_to_text.texts import Texts
from rnnlab.report.page.differences import marked
from rnnlab.report.page.markup import fold, number, text

MOST = 12  # outputs of each end
JUDGE = "chrf"  # of single rows; longer ones come first of equal ones
LONG = 400  # characters of a source that is folded


def extremes(texts: Texts, most: int = MOST) -> tuple[list[int], list[int]]:
    """Return places of the rows with the lowest and with the highest chrF, at most half of the rows each."""
    found = statistics([JUDGE], Written(texts.sources, texts.references, texts.outputs))[JUDGE]
    scores, lengths = row_scores(JUDGE, found), [len(reference) for reference in texts.references]
    count = min(most, len(scores) // 2) or 1
    worst = np.lexsort((np.negative(lengths), scores))[:count]
    best = np.lexsort((np.negative(lengths), -scores))[:count]
    return worst.tolist(), best.tolist()


def output_cards(texts: Texts, places: Iterable[int]) -> str:
    """Return a card for each place, with differing words marked; empty without any."""
    cards = "".join(_card(texts, place) for place in places)
    return f'<ol class="cards">{cards}</ol>' if cards else ""


def _card(texts: Texts, place: int) -> str:
    source, (reference, output) = texts.sources[place], marked(texts.references[place], texts.outputs[place])
    shown = text(source) if len(source) <= LONG else fold(f"{source[:LONG]} …", text(source))
    score = row_scores(JUDGE, _of_row(texts, place))[0]
    marks = f"row {texts.rows[place] + 1}", f"chrF {number(score, 1)}"
    head = " ".join(f'<span class="dim">{one}</span>' for one in marks)
    pairs = {"source": shown, "reference": reference, "output": output or '<span class="dim">nothing</span>'}
    lines = "".join(f"<dt>{name}</dt><dd>{said}</dd>" for name, said in pairs.items())
    return f'<li class="card"><p class="head">{head}</p><dl class="pairs">{lines}</dl></li>'


def _of_row(texts: Texts, place: int) -> np.ndarray:
    one = Written([texts.sources[place]], [texts.references[place]], [texts.outputs[place]])
    return statistics([JUDGE], one)[JUDGE]
