"""Tables of the atlas's page."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, median

from rnnlab.report.page.graded import Grade, graded
from rnnlab.report.page.markup import duration, number, table, text
from rnnlab.sweep.atlas.entry import SOLVED_AT, Entry
from rnnlab.sweep.atlas.grid import Grid, title_of
from rnnlab.sweep.atlas.published import PUBLISHED

COSTS = {"parameters": "parameters", "state_size": "state size", "operations_per_token": "operations a token"}


def heat_map(grid: Grid, farthest: bool) -> str:
    """Return models by probes, at the training length or at the longest length tested."""
    rows = []
    for model in grid.models:
        cells = [_grade(grid.at(model, probe), farthest) for probe in grid.probes]
        rows.append((model, cells))
    lengths = {probe: _length(grid.of_probe(probe)[0], farthest) for probe in grid.probes}
    columns = [f"{title_of(probe)} {lengths[probe]}" for probe in grid.probes]
    title = "at the longest length tested" if farthest else "at the length of the longest training rows"
    return graded(title, columns, rows, "model")


def _length(entry: Entry, farthest: bool) -> int:
    return max(entry.lengths) if farthest else entry.longest


def _grade(entry: Entry | None, farthest: bool) -> Grade | None:
    if entry is None:
        return None
    length = _length(entry, farthest)
    found, values = entry.quartiles(length), entry.accuracies(length)
    if found is None:
        return None
    solved = sum(value >= SOLVED_AT for value in values)
    spread = f"quartiles {found[0]:.3f} to {found[2]:.3f}, {len(values)} seeds"
    said = f"{entry.model} on {title_of(entry.probe)}: {spread}"
    share = entry.scaled(length) or 0.0
    return Grade(f"{found[1]:.2f}", share, f"{solved} of {len(values)}", said, solved == len(values))


def score_table(grid: Grid) -> str:
    """Return quartiles and the fraction of seeds solved for each probe, model and length."""
    rows = []
    for probe in grid.probes:
        for entry in grid.of_probe(probe):
            for length in entry.lengths:
                found, solved = entry.quartiles(length), entry.solved(length)
                if found is not None and solved is not None:
                    chance = entry.chance.get(str(length))
                    values = [*(number(value, 3) for value in found), f"{solved:.2f}", number(chance, 3)]
                    rows.append(
                        [
                            text(title_of(probe)),
                            text(entry.model),
                            str(length),
                            *values,
                            str(len(entry.seeds)),
                        ]
                    )
    columns = [
        "probe",
        "model",
        "length",
        "lower quartile",
        "median",
        "upper quartile",
        "solved",
        "chance",
        "seeds",
    ]
    return table(columns, rows, "test accuracy over fresh seeds", left=2)


def difference_table(grid: Grid) -> str:
    """Return paired differences to the baseline at the training length and at the longest one."""
    rows = []
    for probe in grid.probes:
        for entry in grid.of_probe(probe):
            near, far = (grid.difference(entry, n) for n in (entry.longest, max(entry.lengths)))
            if near is not None and far is not None:
                cells = [_interval(found.value, found.low, found.high) for found in (near, far)]
                rows.append([text(title_of(probe)), text(entry.model), *cells])
    return table(["probe", "model", "at the training length", "at the longest"], rows, left=2)


def _interval(value: float, low: float, high: float) -> str:
    words = f"{_signed(value)} ({_signed(low)} to {_signed(high)})"
    return f"<b>{words}</b>" if low > 0 or high < 0 else words


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")


def cost_table(grid: Grid) -> str:
    """Return sizes of each model and its training time, medians over the probes."""
    rows = []
    for model in grid.models:
        entries = grid.of_model(model)
        cells = []
        for name in COSTS:
            found = [entry.size[name] for entry in entries if name in entry.size]
            cells.append(_range(found))
        seconds = [seed.seconds for entry in entries for seed in entry.seeds]
        steps = [float(seed.steps) for entry in entries for seed in entry.seeds if seed.steps]
        each = fmean(seconds) / fmean(steps) * 1000 if steps else None
        solved = [seed.steps_to_solve for entry in entries for seed in entry.seeds if seed.steps_to_solve]
        cells += [duration(median(seconds)), "" if each is None else f"{each:.1f} ms"]
        rows.append([text(model), *cells, f"{median(solved):,.0f}" if solved else "–"])
    columns = ["model", *COSTS.values(), "a training", "a step", "steps to solve (of those that did)"]
    return table(columns, rows)


def _range(values: Sequence[float]) -> str:
    """Return one number, or the least and the most where the probes' inputs and answers differ."""
    if not values:
        return ""
    low, high = min(values), max(values)
    return f"{low:,.0f}" if low == high else f"{low:,.0f} to {high:,.0f}"


def settings_table(grid: Grid) -> str:
    """Return the chosen setting of each model and probe, and how many settings were tried."""
    rows = []
    for probe in grid.probes:
        for entry in grid.of_probe(probe):
            own = [_short(o) for o in entry.chosen if o.partition("=")[0] not in ("model", "probe")]
            ran = sum(one.state == "finished" for one in entry.tries)
            failed = sum(one.state == "failed" for one in entry.tries)
            said = f"<code>{text(' '.join(own))}</code>"
            rows.append(
                [text(title_of(probe)), text(entry.model), said, f"{ran} of {len(entry.tries)}", str(failed)]
            )
    return table(["probe", "model", "setting", "settings run", "failed"], rows, left=3)


def _short(override: str) -> str:
    """Return an override whose number has four digits: a drawn one has seventeen."""
    key, _, value = override.partition("=")
    try:
        return f"{key}={float(value):.4g}"
    except ValueError:
        return override


def published_table(entries: Sequence[Entry]) -> str:
    """Return published figures beside ours, where there is one of the same model and probe."""
    rows = []
    for one in PUBLISHED:
        for entry in entries:
            if (entry.model, entry.probe) == (one.model, one.probe):
                far = max(entry.lengths)
                ours = entry.scaled(far) if "scaled" in one.note else (entry.quartiles(far) or (0, None))[1]
                said = f"trained to {entry.longest}, tested at {far}; median of {len(entry.seeds)} seeds"
                matched = f"{entry.matched}; " if entry.matched else ""
                cells = [
                    number(one.score, 3),
                    number(ours, 3),
                    text(one.source),
                    text(one.note),
                    text(matched + said),
                ]
                rows.append([text(title_of(one.probe)), text(one.model), *cells])
    columns = ["probe", "model", "published", "ours", "source", "its protocol", "our protocol"]
    return _worded(columns, rows)


def _worded(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table whose words and numbers are mixed: all columns are left-aligned."""
    return table(columns, rows, left=len(columns)) if rows else ""
