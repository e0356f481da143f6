"""Sections that compare runs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

import numpy as np

from rnnlab.evaluation.spread import Spread
from rnnlab.report.label_places import place_labels
from rnnlab.report.limited import parts_of
from rnnlab.report.names import declared, label, split_of
from rnnlab.report.page.chart import BOTTOM, Frame, colour, figure, letters, straight
from rnnlab.report.page.learning import is_single, reduce
from rnnlab.report.page.markup import breakable, duration, number, table, text
from rnnlab.report.page.scale import Scale, scale_of, short
from rnnlab.report.page.settings import Setting, brief

WHOLE = (
    "accuracy",
    "macro_recall",
    "macro_f1",
    "loss",
    "ece",
    "bits_stream",
    "bits_windows",
    "perplexity_stream",
)
MOST_ROWS, MOST_CURVES = 200, 24
MOST_NUMBERED = 25  # settings whose numbers are written into a chart
MOST_COLUMNS = 5  # of choices; more of them are one column, so that the results are not cut off
LONG = 18  # letters of a choice that may be broken
MOST_METRICS = 5  # of a table
COSTS = {"seconds": "seconds", "parameters": "parameters"}


def measures(settings: Sequence[Setting], quality: str | None) -> list[str]:
    """Return the metrics of a table: the quality first, then other test metrics that some setting has."""
    names = shown_metrics(settings, WHOLE) or shown_metrics(settings, declared(settings[0].first.result))
    first = [quality] if quality else []
    chosen = settings[0].first.monitor[0]
    last = [chosen] if any(chosen in s.metrics for s in settings) else []
    return list(dict.fromkeys([*first, *names, *last]))


def shown_metrics(settings: Sequence[Setting], names: Sequence[str]) -> list[str]:
    """Return those of these test metrics that some setting has."""
    return [name for name in (f"test/{one}" for one in names) if any(name in s.metrics for s in settings)]


def settings_table(settings: Sequence[Setting], quality: str | None) -> str:
    """Return a table with a row a setting, best first: mean and half of the 95 % interval over its seeds.

    The first few metrics stand beside the choices; a second table, by the settings' numbers, has the others.
    """
    names, keys = measures(settings, quality), list(settings[0].values)
    chosen = settings[0].first.monitor[0]
    first = [name for name in names if name in (quality, chosen)] or names[:1]
    others = [name for name in names if name not in first]
    is_long = len(keys) > MOST_COLUMNS
    columns = ["#", *(["setting"] if is_long else keys or ["model"]), "seeds"]
    rows = []
    for place, setting in enumerate(settings[:MOST_ROWS], 1):
        said = [_choice(value) for value in setting.values.values()] or [text(setting.name)]
        said = [f'<code class="long">{text(setting.name)}</code>'] if is_long else said
        cells = [plus_minus(setting.metrics.get(name)) for name in first]
        size, time = setting.metrics.get("parameters"), setting.metrics.get("seconds")
        cost = [short(size.mean) if size else "–", duration(time.mean) if time else "–"]
        rows.append([str(place), *said, str(len(setting.runs)), *cells, *cost])
    heads = [*columns, *map(heading_of, first), "parameters", "time"]
    caption = "Mean ± half of the 95 % interval over seeds (Student's t)" + limited_note(settings)
    main = table(heads, rows, caption, "sortable", len(columns) - 1)
    return main + _further(settings, others)


def _choice(value: str) -> str:
    """Return a choice as markup; a long one, such as a path, may break anywhere."""
    said = breakable(brief(value)) or "–"
    return f'<span class="long">{said}</span>' if len(value) > LONG else said


def _further(settings: Sequence[Setting], names: Sequence[str]) -> str:
    """Return the other metrics, in tables that a page can hold without cutting them."""
    parts = []
    for start in range(0, len(names), MOST_METRICS):
        part = names[start : start + MOST_METRICS]
        rows = [
            [str(place), *(plus_minus(setting.metrics.get(name)) for name in part)]
            for place, setting in enumerate(settings[:MOST_ROWS], 1)
        ]
        parts.append(
            table(["#", *map(heading_of, part)], rows, "Other metrics of the same settings", "sortable")
        )
    return f'<div class="beside">{"".join(f"<div>{part}</div>" for part in parts)}</div>' if parts else ""


def heading_of(name: str) -> str:
    """Return `test macro recall` of `test/macro_recall`."""
    return f"{split_of(name)} {label(name)}"


def limited_note(settings: Sequence[Setting]) -> str:
    """Name the settings whose splits were only partly read; "" if there are none."""
    parts: dict[str, list[str]] = {}
    for place, setting in enumerate(settings, 1):
        for part in dict.fromkeys(part for run in setting.runs for part in parts_of(run.result)):
            parts.setdefault(part, []).append(str(place))
    if not parts:
        return ""
    said = [f"{part} (setting {', '.join(places[:10])})" for part, places in parts.items()]
    return f"; not whole: {'; '.join(said[:6])}"


def plus_minus(found: Spread | None) -> str:
    """Format `0.6448 ± 0.0021`; a dash if nothing was measured."""
    if found is None:
        return "–"
    return number(found.mean) + (
        f' <span class="dim">± {number(found.half)}</span>' if found.half is not None else ""
    )


def cost_charts(settings: Sequence[Setting], quality: str) -> str:
    """Plot quality against seconds and against parameters; numbers are the table's rows."""
    charts = []
    for cost in COSTS:
        known = [(i, s) for i, s in enumerate(settings[:MOST_ROWS], 1) if cost in s.metrics]
        if len({s.metrics[cost].mean for _, s in known}) > 1:
            charts.append(_cost_chart(known, cost, quality))
    return "".join(charts)


def _cost_chart(known: Sequence[tuple[int, Setting]], cost: str, quality: str) -> str:
    ends = [
        s.metrics[quality].mean + sign * (s.metrics[quality].half or 0) for _, s in known for sign in (-1, 1)
    ]
    frame = Frame(
        scale_of([s.metrics[cost].mean for _, s in known], True), scale_of(ends), COSTS[cost], label(quality)
    )
    marks = []
    places = [(frame.across(s.metrics[cost].mean), frame.down(s.metrics[quality].mean)) for _, s in known]
    centres = _apart(places, [str(place) for place, _ in known], frame) if len(known) <= MOST_NUMBERED else []
    for (place, setting), centre in zip_longest(known, centres):
        x, found = setting.metrics[cost].mean, setting.metrics[quality]
        across = frame.across(x)
        if found.half is not None:
            top, bottom = frame.down(found.mean + found.half), frame.down(found.mean - found.half)
            marks.append(straight("bar", across, bottom, across, top))
        said = f"{place}: {setting.name}, {label(quality)} {number(found.mean)}, {short(x)} {COSTS[cost]}"
        marks.append(frame.dot(x, found.mean, "dot s0", 5, said))
        if centre is not None:
            marks.append(letters(centre[0], centre[1] + 3.5, str(place), kind="tick halo"))
    side = "down" if known[0][1].lower_is_better(quality) else "up"
    return figure(f"{label(quality)} against {COSTS[cost]}", frame, marks, note=f"best is left and {side}")


def _apart(
    points: Sequence[tuple[float, float]], names: Sequence[str], frame: Frame
) -> list[tuple[float, float]]:
    """Return where the points' names are written so that they cover neither each other nor a point."""
    sizes = np.array([(6.5 * len(name), 11.0) for name in names])
    found = place_labels(np.array(points), sizes, (frame.width, frame.height - BOTTOM))
    return [(float(x), float(y)) for x, y in found]


def overlay(settings: Sequence[Setting]) -> str:
    """Plot the validation metric that chose the checkpoint, for the first run of each setting."""
    name, _ = settings[0].first.monitor
    known = [
        (i, s)
        for i, s in enumerate(settings[:MOST_CURVES], 1)
        if name in s.first.history and not is_single(s.first.history[name])
    ]
    if not known:
        return ""
    reduced = {i: reduce(s.first.history[name]) for i, s in known}
    last = max(max(steps) for steps, _ in reduced.values())
    frame = Frame(
        Scale(0, max(last, 1) * 1.02), scale_of([v for _, values in reduced.values() for v in values]), "step"
    )
    marks, legend = [], {}
    for place, setting in known:
        look = colour(place - 1)
        steps, values = reduced[place]
        body = frame.line(steps, values, f"{'line' if len(known) <= 8 else 'faint'} {look}")
        marks.append(body.replace("/>", f"><title>{text(f'{place}: {setting.name}')}</title></path>"))
        if len(known) <= 8:
            said = f"{place}: {setting.name}"
            legend[said if len(said) < 40 else f"setting {place}"] = look
    return figure(f"{label(name)}, validation", frame, marks, legend, note="the first seed of each setting")
