"""The measured costs in a JSON file, their slopes as a table, and one page of plots."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from rnnlab.atomic import write_whole
from rnnlab.report.tables import render

Costs = dict[str, float]


class Curve(NamedTuple):
    """The costs of one part of the work by its size, ascending."""

    part: str
    unit: str
    costs: dict[float, Costs]

    def slope(self, name: str) -> float | None:
        """Return the exponent of a cost's growth from the second largest to the largest size; 1 is linear."""
        points = [(size, costs[name]) for size, costs in self.costs.items() if costs.get(name, 0) > 0]
        if len(points) < 2:
            return None
        (one, low), (other, high) = list(pairwise(points))[-1]
        return math.log(high / low) / math.log(other / one)


class Results:
    """Costs that were measured so far; each is written at once and whole, whatever ends this process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}

    def has(self, part: str, size: float) -> bool:
        return f"{size:g}" in self.found.get(part, {}).get("costs", {})

    def put(self, part: str, unit: str, size: float, costs: Costs) -> None:
        entry = self.found.setdefault(part, {"unit": unit, "costs": {}})
        entry["costs"][f"{size:g}"] = costs
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self.path, json.dumps(self.found, indent=1) + "\n")

    def curves(self) -> list[Curve]:
        found = []
        for part, entry in self.found.items():
            costs = {float(size): costs for size, costs in entry["costs"].items()}
            found.append(Curve(part, entry["unit"], dict(sorted(costs.items()))))
        return found


def table(curves: list[Curve]) -> str:
    """Return a row for each cost of each part: the costs by size, and the slope at the end."""
    rows = []
    for curve in curves:
        for name in dict.fromkeys(name for costs in curve.costs.values() for name in costs):
            shown = ", ".join(f"{size:g}: {costs[name]:.4g}" for size, costs in curve.costs.items())
            slope = curve.slope(name)
            rows.append(
                [f"{curve.part} ({curve.unit})", name, shown, "" if slope is None else f"{slope:.2f}"]
            )
    return render(["work", "cost", "by size", "slope at the end"], rows)


def draw(curves: list[Curve], path: Path) -> None:
    """Draw each part's costs over its sizes, both axes logarithmic, with a line of slope 1."""
    from matplotlib.figure import Figure

    columns = min(len(curves), 3)
    rows = -(-len(curves) // columns)
    figure = Figure(figsize=(4.6 * columns, 3.6 * rows), dpi=110, layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False).flatten()
    for axis, curve in zip(axes, curves, strict=False):
        draw_curve(axis, curve)
    for axis in axes[len(curves) :]:
        axis.set_visible(False)
    figure.savefig(path)


def draw_curve(axis: Any, curve: Curve) -> None:
    names = dict.fromkeys(name for costs in curve.costs.values() for name in costs)
    for number, name in enumerate(names):
        points = [(size, costs[name]) for size, costs in curve.costs.items() if costs.get(name, 0) > 0]
        if not points:
            continue
        sizes, costs = zip(*points, strict=True)
        axis.plot(sizes, costs, marker="o", color=f"C{number}", label=name)
        axis.plot(sizes, [costs[-1] * size / sizes[-1] for size in sizes], ":", color=f"C{number}", lw=0.8)
    axis.set(xscale="log", yscale="log", title=curve.part, xlabel=curve.unit)
    axis.grid(alpha=0.3, which="both", lw=0.4)
    axis.legend(fontsize=7, frameon=False)
