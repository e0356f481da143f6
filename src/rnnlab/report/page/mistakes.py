"""The most confident mistakes, with each class's probability."""

from __future__ import annotations

from rnnlab.evaluation.groups import most_confident_mistakes
from rnnlab.report.page.chart import colour
from rnnlab.report.page.markup import text
from rnnlab.report.page.predictions import Predictions

MOST, MOST_CHARACTERS = 20, 320
MOST_CLASSES = 6  # whose probabilities are shown


def mistakes(predictions: Predictions) -> str:
    """Return a card a mistake, the most confident first; empty if all rows are correct."""
    places = most_confident_mistakes(predictions.labels, predictions.probabilities, MOST)
    return (
        f'<ol class="cards">{"".join(_card(predictions, int(place)) for place in places)}</ol>'
        if len(places)
        else ""
    )


def _card(predictions: Predictions, place: int) -> str:
    names, row = predictions.classes, predictions.probabilities[place]
    truth, said = predictions.labels[place], predictions.predicted[place]
    order = sorted(range(len(names)), key=lambda index: -row[index])[:MOST_CLASSES]
    bars = "".join(_bar(names[index], float(row[index]), index, index == truth) for index in order)
    head = f'<b>{text(names[truth])}</b> <span class="dim">taken for</span> <b>{text(names[said])}</b>'
    number = f'<span class="dim">row {int(predictions.rows[place]) + 1}</span>'
    words = _words(predictions.texts[place])
    return f'<li class="card"><p class="head">{head} {number}</p><blockquote>{words}</blockquote>{bars}</li>'


def _bar(name: str, probability: float, index: int, is_truth: bool) -> str:
    mark = ' <span class="dim">(truth)</span>' if is_truth else ""
    bar = f'<i class="{colour(index)}" style="--share:{probability:.4f}"></i>'
    return f'<div class="bar"><span>{text(name)}{mark}</span>{bar}<span>{probability:.1%}</span></div>'


def _words(said: str) -> str:
    """Return the text; a long one is folded after its start."""
    if len(said) <= MOST_CHARACTERS:
        return text(said)
    start = said[:MOST_CHARACTERS].rsplit(" ", 1)[0]
    rest = text(said[len(start) :])
    return f"{text(start)}<details><summary>… the rest</summary>{rest}</details>"
