"""The atlas as a page: tables and charts of every model on every probe."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rnnlab.atomic import write_whole
from rnnlab.report.page.document import document
from rnnlab.report.page.markup import fold, section, text
from rnnlab.sweep.atlas.charts import (
    budget_charts,
    length_charts,
    memory_charts,
    size_chart,
    styles_of,
)
from rnnlab.sweep.atlas.entry import SOLVED_AT, Entry
from rnnlab.sweep.atlas.grid import Grid, grids_of, heading
from rnnlab.sweep.atlas.tables import (
    cost_table,
    difference_table,
    heat_map,
    published_table,
    score_table,
    settings_table,
)

GRID_NOTE = (
    "Median test accuracy over fresh seeds, at the length of the longest training rows and at the "
    "longest length tested; below it how many seeds solved the probe (test accuracy of at least "
    f"{SOLVED_AT:g}), bold where all did. The shade is the accuracy scaled so that chance has none; "
    "models are ordered by its mean over the probes that all have. Each model was tuned on each probe with "
    "the same list of settings, by validation rows of the training lengths, and the seeds here are none of "
    "those of tuning."
)
CURVE_NOTE = (
    "Median over the seeds; the band reaches from the lower to the upper quartile; dashed grey: chance."
)
SIZE_NOTE = (
    "State size: numbers that a row carries from one step to the next, on a logarithmic axis. The "
    "accuracy is scaled so that chance is 0, and a mean over the probes that all models have."
)
GRADIENT_NOTE = (
    "Norm of the gradient of the last output with respect to the input so many steps before, on a "
    "logarithmic axis. Of the trained networks, mean over the seeds."
)
FORGETTING_NOTE = (
    "Relative change of the last output where the input so many steps before is replaced by another "
    "row's. Of the trained networks, mean over the seeds."
)
BUDGET_NOTE = (
    "Expected test accuracy, at the training length, of the best by validation of k settings drawn from"
    " those tried (Dodge et al. 2019). Where tuning ended early because enough settings had solved the "
    "probe, the last of them is left out, which keeps the fraction of good settings unbiased; a setting"
    " that diverged counts as 0."
)
DIFFERENCE_NOTE = (
    "Mean difference of the test accuracy to lstm on the same probe, over the seeds that both have, "
    "with a 95 % bootstrap interval over the seeds (10,000 resamples). So few seeds make it too narrow "
    "rather than too wide."
)
PUBLISHED_NOTE = (
    "Ours is the median accuracy at the longest length tested, scaled so that chance is 0 for sources "
    "that scale theirs. Sizes, steps, lengths and tuning differ: the figures agree on what a recurrence"
    " can do, not on its digits."
)


def write_page(entries: Sequence[Entry], notes: Sequence[str], path: Path) -> None:
    """Write the page, which makes no network requests.

    Args:
        notes: what was left out, in plain sentences.
    """
    grids = grids_of(entries)
    models = list(dict.fromkeys(model for grid in grids for model in grid.models))
    styles = styles_of(models)
    sections = [part for number, grid in enumerate(grids) for part in _grid(grid, styles, number)]
    sections.append(
        section("published", "Published and ours", published_table(entries), text(PUBLISHED_NOTE))
    )
    listed = "".join(f"<li>{text(note)}</li>" for note in notes)
    sections.append(section("notes", "Left out", f"<ul>{listed}</ul>" if listed else ""))
    probes = dict.fromkeys(entry.probe for entry in entries)
    trainings = sum(
        len(entry.seeds) + sum(one.state == "finished" for one in entry.tries) for entry in entries
    )
    below = f'<p class="dim">{len(models)} models, {len(probes)} probes, {trainings:,} trainings</p>'
    title = "Atlas of recurrences"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, document(title, title, below, [part for part in sections if part], "rnnlab atlas"))


def _grid(grid: Grid, styles: dict[str, int], number: int) -> list[str]:
    """Return the sections of a grid; those after the first one say what they are matched by."""
    end, named = (f"-{number}" if number else ""), (f", {heading(grid)}" if number else "")

    def part(name: str, title: str, body: str, note: str = "") -> str:
        return section(f"{name}{end}", f"{title}{named}", body, text(note))

    gradients, forgetting = (memory_charts(grid, styles, name) for name in ("gradient", "forgetting"))
    maps = heat_map(grid, farthest=False) + heat_map(grid, farthest=True)
    missing = len(grid.cells) < len(grid.models) * len(grid.probes)
    note = f"{GRID_NOTE} An empty cell was not run." if missing else GRID_NOTE
    settings = fold("the setting chosen for each", settings_table(grid))
    return [
        part("map", "Which cell can do what", maps, f"{heading(grid)}. {note}".removeprefix(". ")),
        part("lengths", "Beyond the training length", _charts(length_charts(grid, styles)), CURVE_NOTE),
        part("sizes", "Accuracy and state size", _charts([size_chart(grid, styles)]), SIZE_NOTE),
        part("gradients", "Gradients through time", _charts(gradients), GRADIENT_NOTE),
        part("forgetting", "Forgetting", _charts(forgetting), FORGETTING_NOTE),
        part("budget", "Accuracy against tuning", _charts(budget_charts(grid, styles)), _budget_note(grid)),
        part("differences", "Differences to lstm", difference_table(grid), DIFFERENCE_NOTE),
        part("costs", "What it costs", cost_table(grid)),
        part("numbers", "All numbers", fold("every model, probe and length", score_table(grid)) + settings),
    ]


def _budget_note(grid: Grid) -> str:
    """Return what the curves are; where tuning had settings of its own, its accuracies are of those."""
    settings = dict.fromkeys(one for entry in grid.cells.values() for one in entry.tune)
    more = f" The trainings of tuning, whose accuracies these are, had {', '.join(settings)}."
    return BUDGET_NOTE + (more if settings else "")


def _charts(charts: Sequence[str]) -> str:
    body = "".join(charts)
    return f'<div class="charts">{body}</div>' if body else ""


def trainings_of(entry: Entry) -> int:
    """Return how many trainings of an entry have finished."""
    return len(entry.seeds) + sum(one.state == "finished" for one in entry.tries)
