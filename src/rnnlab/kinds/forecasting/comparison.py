"""Comparison of two forecasters on the same test windows: paired bootstrap, and the test of Diebold and
Mariano.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnlab.evaluation.series.diebold_mariano import DieboldMariano, diebold_mariano
from rnnlab.evaluation.significance import Difference
from rnnlab.kinds.forecasting.predicted import Kept, read_predictions
from rnnlab.kinds.forecasting.saved import blocks, numbered, paired, same_rows
from rnnlab.kinds.use import NO_TEST, OTHER_ROWS, Comparison
from rnnlab.report.tables import number, render

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun

LOSSES = {"mae": "absolute", "squared error": "square", "mase": "mase", "quantile loss": "quantile_"}
FEW = "no test of Diebold and Mariano: fewer origins than two horizons"


def compare(first: FinishedRun, second: FinishedRun, resamples: int, examples: int) -> Comparison:
    """Test each measure that both runs have, and the losses of their origins.

    Args:
        resamples: of the paired bootstrap over series and blocks of origins.
        examples: most windows to show in which they differ most.
    """
    one, other = (read_predictions(run.folder.predictions) for run in (first, second))
    if one is None or other is None or not same_rows(one, other):
        return Comparison({"significance": None}, [f"{NO_TEST}{OTHER_ROWS}"])
    found, tests = paired(one, other, resamples), diebold_marianos(one, other)
    results = {
        "bootstrap": {name: {**each.interval._asdict(), "p": each.p_value} for name, each in found.items()},
        "diebold_mariano": {name: test._asdict() for name, test in tests.items()},
    }
    text = [bootstrap_table(found) if found else f"{NO_TEST}too few blocks of origins for a bootstrap"]
    text += [test_table(tests) if tests else FEW]
    text += [apart(one, other, examples)] if examples else []
    return Comparison({"significance": results}, text)


def diebold_marianos(one: Kept, other: Kept) -> dict[str, DieboldMariano]:
    """Return the test of each loss that both have; none for too few origins.

    The loss of an origin is the mean over the windows that begin at that time, their steps and targets. Where
    every series has one origin, as in M4, series take the place of origins, as if independent.
    """
    horizon = overlap(one)
    found: dict[str, DieboldMariano] = {}
    for name, term in LOSSES.items():
        losses = [origin_losses(kept, term) for kept in (one, other)]
        if losses[0] is not None and losses[1] is not None:
            test = diebold_mariano(losses[0], losses[1], horizon)
            found |= {} if test is None else {name: test}
    return found


def single_origins(kept: Kept) -> bool:
    """Return whether each series has one window."""
    return len(np.unique(kept.series)) == len(kept.series)


def overlap(kept: Kept) -> int:
    """Return over how many neighbouring origins targets overlap, at least 1."""
    return 1 if single_origins(kept) else int(np.median(blocks(kept).overlap))


def origin_losses(kept: Kept, term: str) -> np.ndarray | None:
    """Return the mean loss (T,) of each origin in the order of time; None for a run without the term.

    Args:
        term: name of a term, or with `_` at its end the beginning of several, whose mean is taken.
    """
    names = [name for name in kept.sums if name == term or (term.endswith("_") and name.startswith(term))]
    if not names:
        return None
    groups = numbered(kept) if single_origins(kept) else np.unique(kept.times, return_inverse=True)[1]
    points = kept.sums["mase_count" if term == "mase" else "count"]
    loss = np.mean([kept.sums[name] for name in names], axis=0)
    above, below = (np.bincount(groups, values.sum(1)) for values in (loss, points))
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)[below > 0]


def bootstrap_table(found: Mapping[str, Difference]) -> str:
    """Return the paired bootstrap as a table."""
    rows = [
        [name.replace("_", " "), *(f"{value:+.4f}" for value in one.interval), f"{one.p_value:.4f}"]
        for name, one in found.items()
    ]
    return render(["test, paired block bootstrap", "B - A", "from", "to", "p"], rows)


def test_table(tests: Mapping[str, DieboldMariano]) -> str:
    """Return the tests of Diebold and Mariano as a table."""
    rows = [
        [
            name,
            f"{one.difference:+.4f}",
            f"{one.statistic:+.3f}",
            f"{one.p_value:.4f}",
            f"{one.origins:,}",
            f"{one.lags}",
        ]
        for name, one in tests.items()
    ]
    return render(["Diebold-Mariano (Harvey)", "B - A", "t", "p", "origins", "lags"], rows)


def apart(one: Kept, other: Kept, examples: int) -> str:
    """Return a table of the windows whose errors differ most, by MASE or else the absolute error."""
    term = "mase" if one.sums["mase_count"].any() else "absolute"
    errors = [kept.sums[term].sum(1) / np.maximum(kept.sums["count"].sum(1), 1) for kept in (one, other)]
    far = np.argsort(-np.abs(errors[0] - errors[1]), kind="stable")[:examples]
    rows = [[window_name(one, row), *(number(float(error[row])) for error in errors)] for row in far.tolist()]
    named = "MASE" if term == "mase" else "MAE"
    return render([f"{named} farthest apart, window", "A", "B"], rows)


def window_name(kept: Kept, row: int) -> str:
    """Return the series and the first time of a window."""
    return f"{kept.series[row]} {moment(kept.times[row])}".strip()


def moment(time: Any) -> str:
    """Return a time as text; of data without dates their step."""
    found = np.datetime64(int(time), "ns")
    return str(int(time)) if abs(int(time)) < 10**12 else np.datetime_as_string(found, "m").replace("T", " ")
