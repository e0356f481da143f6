"""Compare two sweeps over the same settings: what pruning saved, and what it cost.

    python scripts/compare_sweeps.py outputs/sweeps/asha outputs/sweeps/random

The settings must be the same, as in two sweeps with sampler `random` and the same space and `sweep.seed`.
Steps and validations are a training's cost on any machine; the time includes start-up and test.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

from rnnlab.report.tables import duration, render
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.ledger.ledger import Ledger
from rnnlab.sweep.ledger.row import Row
from rnnlab.sweep.spec import Spec


class Sweep:
    """One of the sweeps: its ended jobs, their validations and steps, and the best finished job."""

    def __init__(self, path: Path) -> None:
        self.folder = SweepFolder(path.absolute())
        self.spec, self.rows = Spec.load(self.folder), Ledger(self.folder).sync().rows
        self.metric, sign = self.spec.metrics[0], 1 if self.spec.directions[0] == "maximize" else -1
        finished = [row for row in self.rows if row.state == "finished" and row.objective]
        self.best = max(finished, key=lambda row: sign * row.objective[0])  # type: ignore[index]

    def steps(self, row: Row) -> int:
        """Return the optimizer steps of a job."""
        return max((int(float(line["step"])) for line in self._lines(row)), default=0)

    def validations(self, row: Row) -> int:
        return sum(bool(line.get(self.metric)) for line in self._lines(row))

    def _lines(self, row: Row) -> list[dict[str, str]]:
        with (self.folder.job(row.number) / "metrics.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def told(self) -> list[str]:
        counts = {
            state: sum(row.state == state for row in self.rows) for state in ("finished", "pruned", "failed")
        }
        states = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
        steps, validations = (sum(map(count, self.rows)) for count in (self.steps, self.validations))
        seconds = sum(row.seconds for row in self.rows)
        best = f"{self.best.objective[0]:.4f} (trial {self.best.trial})"  # type: ignore[index]
        return [self.spec.name, states, f"{steps:,}", str(validations), duration(seconds), best]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pruned", type=Path, help="the folder of the sweep with a pruner")
    parser.add_argument("whole", type=Path, help="that of the sweep without one")
    arguments = parser.parse_args()
    pruned, whole = Sweep(arguments.pruned), Sweep(arguments.whole)
    same = [row.values for row in pruned.rows] == [row.values for row in whole.rows]
    if not same:
        print("error: the two sweeps tried other settings", file=sys.stderr)
        return 2
    head = ["sweep", "jobs", "steps", "validations", "time with start-up", f"best {whole.metric}"]
    print(render(head, [pruned.told(), whole.told()]))
    for name, count in {"steps": Sweep.steps, "validations": Sweep.validations}.items():
        some, all_of = (sum(count(sweep, row) for row in sweep.rows) for sweep in (pruned, whole))
        print(f"{name} saved: {1 - some / all_of:.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
