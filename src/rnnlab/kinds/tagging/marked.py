"""Sentences with their entities in colour, for a run's page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from rnnlab.evaluation.entities import Span
from rnnlab.evaluation.entity_errors import CORRECT
from rnnlab.evaluation.entity_scores import read_spans
from rnnlab.kinds.tagging.predictions import Error, Predictions, errors_of, marked_words, varied
from rnnlab.report.page.chart import COLOURS
from rnnlab.report.page.markup import text

MOST = 24  # sentences of each list
MOST_TYPES = 40  # in the legend


def legend(found: Predictions) -> str:
    """Return the colour of each type."""
    types = found.counts.types[:MOST_TYPES]
    marks = (f'<mark class="{_colour(found, name)}">{text(name)}</mark>' for name in types)
    return f'<p class="tags">{"".join(marks)}</p>'


def error_cards(found: Predictions) -> str:
    """Return a card for each sentence with an error, the surest of each kind in turn."""
    by_place: dict[int, list[Error]] = {}
    for error in varied(errors_of(found)):
        by_place.setdefault(error.place, []).append(error)
    return _list(_error_card(found, place, errors) for place, errors in list(by_place.items())[:MOST])


def _error_card(found: Predictions, place: int, errors: Sequence[Error]) -> str:
    """Return the sentence with the true and with the predicted entities; words alone where they are tags."""
    true, said = (read_spans(tags[place], found.scheme) for tags in (found.labels, found.predicted))
    wrong = {span for error in errors for span in (error.match.true, error.match.predicted) if span}
    if found.scheme is None:
        true, said = ([span for span in spans if span in wrong] for spans in (true, said))
    told = ", ".join(dict.fromkeys(found.named(error.match.name) for error in errors))
    head = (
        f'<b>{text(told)}</b> <span class="dim">{max(error.probability for error in errors):.1%} sure</span>'
    )
    lines = [_line(found, place, true, "true", wrong), _line(found, place, said, "predicted", wrong)]
    return f'<li class="card">{_head(found, place, head)}{"".join(lines)}</li>'


def right_cards(found: Predictions) -> str:
    """Return sentences with entities that are all right, those with the most of them first."""
    right = [
        (len(own), place)
        for place, own in enumerate(found.matches)
        if own and all(match.name == CORRECT for match in own)
    ]
    chosen = [place for _, place in sorted(right, key=lambda pair: (-pair[0], pair[1]))[:MOST]]
    return _list(
        f'<li class="card">{_head(found, place, "")}'
        f"{_line(found, place, read_spans(found.predicted[place], found.scheme), '', ())}</li>"
        for place in chosen
    )


def _list(cards: Iterable[str]) -> str:
    body = "".join(cards)
    return f'<ol class="cards">{body}</ol>' if body else ""


def _head(found: Predictions, place: int, said: str) -> str:
    return f'<p class="head">{said} <span class="dim">row {found.rows[place] + 1}</span></p>'


def _line(found: Predictions, place: int, spans: Sequence[Span], side: str, wrong: Collection[Span]) -> str:
    """Return a sentence with marks around its spans, those that are wrong outlined."""
    parts = []
    for words, span in marked_words(found.words[place], spans):
        if span is None:
            parts.append(text(words))
            continue
        kind = f"{_colour(found, span.type)}{' wrong' if span in wrong else ''}"
        parts.append(f'<mark class="{kind}">{text(words)}&nbsp;<small>{text(span.type)}</small></mark>')
    name = f'<span class="side">{side}</span>' if side else ""
    return f'<p class="tagged">{name}{" ".join(parts)}</p>'


def _colour(found: Predictions, name: str) -> str:
    """Return the CSS class of a type's colour."""
    return f"s{found.counts.types.index(name) % COLOURS}"
