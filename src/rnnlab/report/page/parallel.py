"""Parallel coordinates: a line a setting through its choices, stronger in colour for better results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite

from rnnlab.report.names import label
from rnnlab.report.page.chart import LETTER, letters, straight
from rnnlab.report.page.markup import number, text
from rnnlab.report.page.scale import scale_of, short
from rnnlab.report.page.settings import Setting

TOP, FLOOR, SIDE = 24, 250, 60
LEAST_GAP, MOST_GAP, WIDTH = 130, 240, 980  # between axes, and of the whole
MOST_AXES, MOST_LINES = 7, 200
LEAST_APART = 11.5  # between the labels of an axis

Place = Callable[[str], float]


def parallel_chart(settings: Sequence[Setting], quality: str) -> str:
    """Plot an axis for each choice that differs, and one for the result; empty for a single setting."""
    keys = list(settings[0].values)[:MOST_AXES]
    drawn = settings[:MOST_LINES]
    if len(drawn) < 2 or not keys:
        return ""
    values = [setting.metrics[quality].mean for setting in drawn]
    columns = [_axis([setting.values[key] for setting in drawn]) for key in keys]
    columns.append(_numbers([f"{value:.6g}" for value in values], False))
    gap = min(max((WIDTH - 2 * SIDE) // len(keys), LEAST_GAP), MOST_GAP)
    width = 2 * SIDE + gap * len(keys)
    marks = []
    finite = [value for value in values if isfinite(value)]
    low, high = min(finite, default=0.0), max(finite, default=1.0)
    lower = drawn[0].lower_is_better(quality)
    for setting, value in reversed(list(zip(drawn, values, strict=True))):  # the best on top
        row = [*(setting.values[key] for key in keys), f"{value:.6g}"]
        share = (value - low) / (high - low) if high > low and isfinite(value) else 1.0
        share = 1 - share if lower else share
        marks.append(
            _line(row, [column[0] for column in columns], gap, share, f"{setting.name}: {number(value)}")
        )
    names, most = [*keys, label(quality)], int(gap / LETTER) - 1
    for index, (name, (place, ticks)) in enumerate(zip(names, columns, strict=True)):
        across = SIDE + gap * index
        marks.append(straight("axis", across, TOP, across, FLOOR))
        marks.append(letters(across, 14, name if len(name) <= most else f"…{name[1 - most :]}"))
        marks += [
            letters(across + 6, down + 3.5, _tick(tick), "start", "tick halo")
            for down, tick in _apart([(_down(place(tick)), tick) for tick in ticks])
        ]
    said = "parallel coordinates"
    box = f'viewBox="0 0 {width} {FLOOR + 12}" style="min-width:{width}px;max-width:{width}px"'
    svg = f'<svg {box} role="img" aria-label="{said}">{"".join(marks)}</svg>'
    body = f'<div class="wide" tabindex="0" role="group" aria-label="{said}">{svg}</div>'
    return (
        f'<figure class="chart broad"><figcaption>Choices and what they reached</figcaption>{body}</figure>'
    )


def _line(row: Sequence[str], places: Sequence[Place], gap: int, share: float, said: str) -> str:
    points = " ".join(
        f"{SIDE + gap * i:.0f},{_down(place(v)):.1f}"
        for i, (v, place) in enumerate(zip(row, places, strict=True))
    )
    look = f'style="opacity:{0.18 + 0.82 * share**2:.2f};stroke-width:{1 + 1.6 * share**3:.2f}"'
    return f'<polyline class="through" points="{points}" {look}><title>{text(said)}</title></polyline>'


def _axis(values: Sequence[str]) -> tuple[Place, list[str]]:
    """Return the map from a value to its place on the axis, 0 to 1, and the values that are labelled."""
    distinct = sorted(set(values))
    found = [_float(value) for value in distinct]
    if all(value is not None for value in found) and len(distinct) > 2:
        numbers = sorted(value for value in found if value is not None)
        return _numbers(distinct, numbers[0] > 0 and numbers[-1] / numbers[0] > 20)
    if len(distinct) > 24:
        distinct = distinct[:24]
    places = {value: (index + 0.5) / len(distinct) for index, value in enumerate(distinct)}
    return (lambda value: places.get(value, 0.0)), distinct


def _numbers(values: Sequence[str], is_log: bool) -> tuple[Place, list[str]]:
    scale = scale_of([float(value) for value in values], is_log)
    return (lambda value: min(max(scale.place(float(value)), 0.0), 1.0)), [
        repr(tick) for tick in scale.ticks()
    ]


def _float(value: str) -> float | None:
    try:
        number_ = float(value)
    except ValueError:
        return None
    return number_ if isfinite(number_) else None


def _down(place: float) -> float:
    return FLOOR - place * (FLOOR - TOP)


def _apart(ticks: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """Return the ticks whose labels do not cover the one before, from the bottom up."""
    kept: list[tuple[float, str]] = []
    for down, tick in sorted(ticks, reverse=True):
        if not kept or kept[-1][0] - down >= LEAST_APART:
            kept.append((down, tick))
    return kept


def _tick(value: str) -> str:
    found = _float(value)
    return short(found) if found is not None else value if len(value) <= 16 else f"{value[:15]}…"
