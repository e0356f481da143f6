"""`rnnlab compare RUN RUN`: the differences between two runs, and whether they matter."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rnnlab.commands.comparing.configs import Change, changes
from rnnlab.errors import SettingError
from rnnlab.kinds.use import NO_TEST, OTHER_ROWS, Comparison
from rnnlab.report.limited import parts_of
from rnnlab.report.tables import number, render, short_path
from rnnlab.run.config.saved import config_of
from rnnlab.run.folder.find import OUTPUTS
from rnnlab.run.folder.open_run import OpenRun
from rnnlab.sweep.best_run import open_run

SUMMARY = "two runs: settings, metrics, a paired test, texts on which they differ"
EXAMPLES = """\
examples:
  rnnlab compare last:tweets best:MY_SWEEP
  rnnlab compare outputs/tweets/gru/A outputs/tweets/bilstm/B --examples 10
  rnnlab compare A B --json | jq .significance

Both runs have to have predicted the same test rows for a test of significance: a paired bootstrap of the rows
(95 % interval and p-value of the difference) and McNemar's exact test of the rows that only one has right.
It compares the networks as they were tested, before calibration."""


@dataclass(frozen=True)
class Pair:
    """Two opened runs."""

    first: OpenRun
    second: OpenRun

    @cached_property
    def changes(self) -> list[Change]:
        return changes(config_of(self.first.folder.config), config_of(self.second.folder.config))

    @property
    def metrics(self) -> dict[str, tuple[float | None, float | None]]:
        """Return every metric of either run, by its name."""
        names = dict.fromkeys([*self.first.metrics, *self.second.metrics])
        return {name: (self.first.metrics.get(name), self.second.metrics.get(name)) for name in names}

    def compared(self, resamples: int, examples: int) -> Comparison:
        """Return the comparison by their kind; runs of two kinds have no rows in common."""
        kind = self.first.problem
        if kind is not self.second.problem:
            return Comparison({"significance": None}, [f"{NO_TEST}{OTHER_ROWS}"])
        return kind.compare(self.first, self.second, resamples, examples)


def add_options(parser: ArgumentParser) -> None:
    which = "a run's folder, a part of its path, last, last:TASK, or best:SWEEP"
    parser.add_argument("first", metavar="RUN", help=which)
    parser.add_argument("second", metavar="RUN", help="another one")
    parser.add_argument("--examples", metavar="N", type=int, default=5, help="texts a side (default: 5)")
    parser.add_argument(
        "--bootstrap", metavar="N", type=int, default=10_000, help="resamples (default: 10000)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object with everything")
    parser.add_argument(
        "--outputs", metavar="DIR", type=Path, default=OUTPUTS, help="the folder that holds the runs"
    )


def run(arguments: Namespace) -> None:
    for name, least in (("examples", 0), ("bootstrap", 100)):
        if getattr(arguments, name) < least:
            raise SettingError(f"--{name}", getattr(arguments, name), f"must be at least {least}")
    first, second = (open_run(name, arguments.outputs) for name in (arguments.first, arguments.second))
    if first.folder.path.resolve() == second.folder.path.resolve():
        raise SettingError("RUN", arguments.second, "is the first run: name two different ones")
    pair = Pair(first, second)
    if arguments.json:
        print(json.dumps(as_json(pair, arguments.bootstrap, arguments.examples)))
    else:
        print("\n\n".join(text(pair, arguments.bootstrap, arguments.examples)))


def text(pair: Pair, resamples: int, examples: int) -> list[str]:
    """Return the printed report, as paragraphs."""
    parts = [f"A  {short_path(pair.first.folder.path)}\nB  {short_path(pair.second.folder.path)}"]
    rows = [[change.key, str(change.first), str(change.second)] for change in pair.changes]
    parts.append(render(["setting", "A", "B"], rows) if rows else "no setting differs")
    metrics = [[name, *cells(a, b)] for name, (a, b) in pair.metrics.items()]
    parts.append(render(["metric", "A", "B", "B - A"], metrics) if metrics else "no metrics")
    limited = [
        f"{side}: {part} were read"
        for side, run in (("A", pair.first), ("B", pair.second))
        for part in parts_of(run.result)
    ]
    parts += ["\n".join(limited)] if limited else []
    return [*parts, *pair.compared(resamples, examples).text]


def cells(a: float | None, b: float | None) -> list[str]:
    apart = "" if a is None or b is None else f"{b - a:+.4f}"
    return [number(a), number(b), apart]


def as_json(pair: Pair, resamples: int, examples: int) -> dict[str, object]:
    return {
        "runs": [str(pair.first.folder.path), str(pair.second.folder.path)],
        "settings": {change.key: [change.first, change.second] for change in pair.changes},
        "metrics": pair.metrics,
        "limited": [run.result.get("limited") or {} for run in (pair.first, pair.second)],
        **pair.compared(resamples, examples).results,
    }
