"""Sections that compare runs."""

from __future__ import annotations

from collections.abc import Sequence

from rnnlab.evaluation.spread import Spread
from rnnlab.report.limited import parts_of
from rnnlab.report.names import declared, label, split_of
from rnnlab.report.page.chart import Frame, colour, figure, letters, straight
from rnnlab.report.page.learning import reduce
from rnnlab.report.page.markup import duration, number, table, text
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
    """Return a table with a row a setting, best first: mean and half of the 95 % interval over its seeds."""
    names, keys = measures(settings, quality), list(settings[0].values)
    columns = ["#", *keys, *([] if keys else ["model"]), "seeds"]
    rows = []
    for place, setting in enumerate(settings[:MOST_ROWS], 1):
        said = [text(brief(value)) or "–" for value in setting.values.values()] or [text(setting.name)]
        cells = [plus_minus(setting.metrics.get(name)) for name in names]
        size, time = setting.metrics.get("parameters"), setting.metrics.get("seconds")
        cost = [short(size.mean) if size else "–", duration(time.mean) if time else "–"]
        rows.append([str(place), *said, str(len(setting.runs)), *cells, *cost])
    heads = [*columns, *(f"{split_of(name)} {label(name)}" for name in names), "parameters", "time"]
    caption = "Mean ± half of the 95 % interval over seeds (Student's t)" + limited_note(settings)
    return table(heads, rows, caption, "sortable", len(columns) - 1)


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
    for place, setting in known:
        x, found = setting.metrics[cost].mean, setting.metrics[quality]
        across = frame.across(x)
        if found.half is not None:
            top, bottom = frame.down(found.mean + found.half), frame.down(found.mean - found.half)
            marks.append(straight("bar", across, bottom, across, top))
        said = f"{place}: {setting.name}, {label(quality)} {number(found.mean)}, {short(x)} {COSTS[cost]}"
        marks.append(frame.dot(x, found.mean, "dot s0", 5, said))
        if len(known) <= 25:
            marks.append(letters(across + 8, frame.down(found.mean) + 3.5, str(place), "start"))
    side = "down" if known[0][1].lower_is_better(quality) else "up"
    return figure(f"{label(quality)} against {COSTS[cost]}", frame, marks, note=f"best is left and {side}")


def overlay(settings: Sequence[Setting]) -> str:
    """Plot the validation metric that chose the checkpoint, for the first run of each setting."""
    name, _ = settings[0].first.monitor
    known = [(i, s) for i, s in enumerate(settings[:MOST_CURVES], 1) if name in s.first.history]
    if all(len(setting.first.history[name].steps) < 2 for _, setting in known):
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
