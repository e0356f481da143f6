"""The evaluation of a forecaster as text."""

from __future__ import annotations

from typing import Any

from rnnlab.kinds.use import beside
from rnnlab.report.tables import number, render

SHOWN_STEPS = 6  # of the horizon in the terminal, evenly spread
MAIN = ("mase", "weighted_quantile_loss", "smape", "mae")


def text_of(results: dict[str, Any]) -> str:
    """Format the measurements as tables."""
    rolling = results["rolling"]
    what = "windows" if "origins" not in rolling else "rolling origins"
    title = (
        f"{results['task']} with {results['model']}: {results['data']}, {results['rows']:,} {what} of "
        f"{results['series']:,} series, horizon {results['horizon']}, MASE at season {results['season']}"
    )
    title += "".join(f"\nnote: {note}" for note in results["notes"])
    parts = [title, score_table(results)]
    parts += [f"{name} left out: {reason}" for name, reason in (results.get("left_out") or {}).items()]
    parts += (results.get("failed_fits") or {}).values()
    parts += [conformal_line(results)] if "conformal" in results else []
    parts += [step_table(results["by_horizon"])]
    return "\n\n".join(filter(None, parts))


def score_table(results: dict[str, Any]) -> str:
    """Return every measure with its interval, beside the baselines'."""
    baselines, refit = results["baselines"], results.get("refit")
    lines = []
    for name, one in results["metrics"].items():
        ends = f"{number(one['low'])} to {number(one['high'])}" if "low" in one else ""
        again = [number(refit["metrics"].get(name))] if refit else []
        lines.append([name.replace("_", " "), number(one["value"]), ends, *again, *beside(baselines, name)])
    more = [f"refit ({refit['steps']} steps)"] if refit else []
    failed = results.get("failed_fits") or {}
    columns = [f"{name} *" if name in failed else name for name in baselines]
    return render(["score", "value", "95 % interval", *more, *columns], lines)


def conformal_line(results: dict[str, Any]) -> str:
    """Return coverage and width of the network's own intervals, beside the conformal ones in the table."""
    found = results["conformal"]
    earlier = f" after {found['earlier_origins']:,} earlier origins" if found["earlier_origins"] else ""
    before = ", ".join(f"{name.replace('_', ' ')} {number(value)}" for name, value in found["before"].items())
    return f"{found['method']} conformal intervals{earlier}; before: {before or 'none'}"


def step_table(by_horizon: dict[str, list[float | None]]) -> str:
    """Return the main measures at a few steps of the horizon."""
    names = [name for name in MAIN if name in by_horizon]
    count = len(by_horizon["mae"])
    steps = sorted({round(place * (count - 1) / (SHOWN_STEPS - 1)) for place in range(SHOWN_STEPS)})
    rows = [[str(step + 1), *(number(by_horizon[name][step]) for name in names)] for step in steps]
    return render(["step", *(name.replace("_", " ") for name in names)], rows)
