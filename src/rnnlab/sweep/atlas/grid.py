"""The atlas as a grid of models and probes: their order, the models' ranks, and the grid as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from rnnlab.evaluation.bootstrap import Interval
from rnnlab.evaluation.paired_seeds import paired_difference
from rnnlab.evaluation.tuning_curve import expected_best
from rnnlab.report.tables import render
from rnnlab.sweep.atlas.entry import SOLVED_AT, Entry

BASELINE = "lstm"  # the model that the others are compared with
TITLES = {"s3": "S3", "a5": "A5", "mqar": "MQAR", "dyck": "Dyck"}  # of probes; others have words for names
SOLVED = f"solved: test accuracy of at least {SOLVED_AT:g}"


@dataclass(frozen=True)
class Grid:
    """Entries of one budget and one way of matching, by model and probe.

    Attributes:
        models: by their mean scaled accuracy at the training length, best first; probes: as they came.
    """

    budget: str
    matched: str
    models: tuple[str, ...]
    probes: tuple[str, ...]
    cells: dict[tuple[str, str], Entry]

    def at(self, model: str, probe: str) -> Entry | None:
        return self.cells.get((model, probe))

    def of_model(self, model: str) -> list[Entry]:
        return [self.cells[model, probe] for probe in self.probes if (model, probe) in self.cells]

    def of_probe(self, probe: str) -> list[Entry]:
        return [self.cells[model, probe] for model in self.models if (model, probe) in self.cells]

    def shared(self) -> tuple[str, ...]:
        """Return the probes that every model has; all of them where there is none."""
        found = (p for p in self.probes if all((model, p) in self.cells for model in self.models))
        return tuple(found) or self.probes

    def mean(self, model: str) -> float:
        """Return the mean over the shared probes of the median accuracy, scaled so that chance is 0."""
        shared = self.shared()
        found = [entry.scaled(entry.longest) for entry in self.of_model(model) if entry.probe in shared]
        return fmean([value for value in found if value is not None] or [0.0])

    def difference(self, entry: Entry, length: int) -> Interval | None:
        """Return the difference of an entry's accuracy to the baseline's, over their common seeds."""
        base = self.at(BASELINE, entry.probe)
        return (
            None
            if base is None or base is entry
            else paired_difference(by_seed(entry, length), by_seed(base, length))
        )


def grids_of(entries: Sequence[Entry]) -> list[Grid]:
    """Return a grid for each budget and each way of matching, those matched by parameters first."""
    kinds = sorted({(entry.budget, entry.matched) for entry in entries})
    kinds.sort(key=lambda kind: ("state_size" in kind[1], kind))
    return [_grid([entry for entry in entries if (entry.budget, entry.matched) == kind]) for kind in kinds]


def _grid(entries: Sequence[Entry]) -> Grid:
    cells = {(entry.model, entry.probe): entry for entry in entries}
    models, probes = (tuple(dict.fromkeys(names)) for names in zip(*cells, strict=True))
    grid = Grid(entries[0].budget, entries[0].matched, models, probes, cells)
    ordered = sorted(models, key=lambda model: (-grid.mean(model), models.index(model)))
    return Grid(grid.budget, grid.matched, tuple(ordered), probes, cells)


def by_seed(entry: Entry, length: int) -> dict[int, float]:
    """Return the test accuracy at a length by seed."""
    found = ((seed.seed, seed.accuracy(length)) for seed in entry.seeds)
    return {seed: value for seed, value in found if value is not None}


def tuning_curve(entry: Entry) -> list[float]:
    """Return the expected test accuracy of the best of k = 1 ... N settings by validation.

    Where tuning ended early, the last setting that ran is left out: it ran because the others had not yet
    been enough, so that the fraction of good settings is (r - 1) / (n - 1) and not r / n (Haldane 1945). A
    setting that failed, as by diverging, counts as one of accuracy 0.
    """
    ran = [one for one in entry.tries if one.state in ("finished", "failed")]
    ran = ran[:-1] if entry.enough and len(ran) > 1 else ran
    validation = [0.0 if one.validation is None else one.validation for one in ran]
    test = [0.0 if one.test is None else one.test for one in ran]
    return expected_best(validation, test) if ran else []


def title_of(probe: str) -> str:
    """Return a probe's name to be read: `selective copy` of `selective_copy`."""
    return TITLES.get(probe, probe.replace("_", " "))


def heading(grid: Grid) -> str:
    """Return `budget laptop, parameters=20000`."""
    return ", ".join(part for part in (f"budget {grid.budget}" if grid.budget else "", grid.matched) if part)


def text_of(grid: Grid) -> str:
    """Return a table of median accuracies at the training length, and how many seeds solved the probe."""
    rows = []
    for model in grid.models:
        cells = [_cell(grid.at(model, probe)) for probe in grid.probes]
        rows.append([model, *cells, f"{grid.mean(model):.3f}"])
    counts = sorted({len(entry.seeds) for entry in grid.cells.values()})
    seeds = f"{counts[0]} to {counts[-1]}" if len(counts) > 1 else str(counts[0])
    lines = [
        f"{heading(grid)}: median test accuracy at the training length over {seeds} fresh seeds, "
        "and how many of them solved the probe",
        render(["model", *grid.probes, "mean"], rows),
        f"{SOLVED}; mean: of the medians over the probes that all models have, scaled so that chance is 0",
    ]
    return "\n".join(lines)


def _cell(entry: Entry | None) -> str:
    found = entry.quartiles(entry.longest) if entry else None
    if entry is None or found is None:
        return ""
    values = entry.accuracies(entry.longest)
    return f"{found[1]:.3f} {sum(value >= SOLVED_AT for value in values)}/{len(values)}"
