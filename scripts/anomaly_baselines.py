"""Measure the simple anomaly detectors on NAB and SKAB, beside the table of TSB-AD.

    RNNLAB_DATA_DIR=... python scripts/anomaly_baselines.py [--data nab skab] [--detectors NAME ...]

NAB: mean VUS-PR over the series with an anomaly among their scored points, and NAB's own score, whose
threshold is chosen on the scored data. `same series` are those that TSB-AD has too, found by their length and
first label; its detectors were fitted on whole series, not causal, and scored on edited labels and on the
training part too. SKAB: F1 of the points of all experiments together, by a threshold from validation scores;
about half of its points are anomalous, so that an alarm everywhere has an F1 of 0.69.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import time
from pathlib import Path

import numpy as np

from rnnlab.data.series.labelled_sets import NabData, SkabData
from rnnlab.data.series.series_data import SeriesData
from rnnlab.evaluation.series.anomalies import vus_window
from rnnlab.evaluation.series.vus import vus_chance, vus_pr
from rnnlab.kinds.anomaly.baselines import AlarmRule, DetectorBaseline, LabelledSeries, tested
from rnnlab.kinds.anomaly.detectors import DETECTORS

RULE = AlarmRule(smoothing=20, threshold="quantile", quantile=0.99, risk=1e-4, alarms_per_day=1.0)
PARTS: dict[str, tuple[type[SeriesData], str, dict[str, float | None]]] = {
    "nab": (NabData, "nab", {"train": 0.1, "validation": 0.05, "test": None}),
    "skab": (SkabData, "skab/data", {"train": 320, "validation": 80, "test": None}),
}
SHOWN = ("vus_pr", "pr_auc", "f1", "event_f1", "best_f1", "nab_standard")
PUBLISHED = ("Sub-PCA", "Sub-KNN", "IForest", "LSTMAD", "USAD", "POLY")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", nargs="+", default=list(PARTS), choices=list(PARTS))
    parser.add_argument("--detectors", nargs="+", default=list(DETECTORS), choices=list(DETECTORS))
    options = parser.parse_args()
    folder = Path(os.environ.get("RNNLAB_DATA_DIR", "data"))
    for name in options.data:
        cls, path, split = PARTS[name]
        data = cls(name=name, path=path, data_dir=folder, split=split, calendar="none", label=None)
        data.read_as(lambda data: {})
        data.prepare()
        published = published_figures(folder / "tsb_ad", data) if name == "nab" else {}
        show(name, data, options.detectors, published)


def show(name: str, data: SeriesData, detectors: list[str], published: dict[str, dict[str, float]]) -> None:
    """Print a table of one benchmark."""
    inputs = inputs_of(data)
    same = sorted({data.table.names.index(series) for series in published})
    extra = [f"vus_pr of {len(same)} same series"] if same else []
    print(f"\n{name}: {len(tested(inputs))} tested series, alarms above the {RULE.quantile} quantile")
    print(" | ".join(["detector", *SHOWN, *extra, "seconds"]))
    for detector in detectors:
        start, baseline = time.perf_counter(), DetectorBaseline(detector)
        found = baseline.measure(inputs).metrics
        row = [f"{found.get(measure, float('nan')):.3f}" for measure in SHOWN]
        seconds = time.perf_counter() - start
        row += [f"{np.mean([own_vus(baseline, inputs, series) for series in same]):.3f}"] if same else []
        print(" | ".join([detector, *row, f"{seconds:.1f}"]), flush=True)
    chances = [chance(inputs, series) for series in tested(inputs)]
    print(f"chance (constant scores): vus_pr {np.nanmean(chances):.3f}")
    for method in PUBLISHED if same else ():
        mean = np.mean([row[method] for row in published.values()])
        print(f"TSB-AD's table, {method}, the same {len(published)} series: vus_pr {mean:.3f}")


def inputs_of(data: SeriesData) -> LabelledSeries:
    """Return what baselines read of a run, from its data."""
    table, bounds = data.table, data.bounds
    assert table.labels is not None
    arrays = (table.values, table.times, table.labels, table.starts)
    return LabelledSeries(*arrays, bounds["validation"], bounds["test"], list(RULE), table.frequency.dated)


def own_vus(baseline: DetectorBaseline, inputs: LabelledSeries, series: int) -> float:
    """Return the VUS-PR of a series' test part; no smoothing."""
    start, (begin, end) = inputs.starts[series], inputs.test[series]
    scores = baseline.scores(inputs, series)
    assert scores is not None
    window = vus_window(inputs.values[start:end])
    return vus_pr(inputs.labels[begin:end], scores[begin - start :], window)


def chance(inputs: LabelledSeries, series: int) -> float:
    """Return what scores without information reach on a series' test part."""
    begin, end = inputs.test[series]
    window = vus_window(inputs.values[inputs.starts[series] : end])
    return vus_chance(inputs.labels[begin:end], window)


def published_figures(folder: Path, data: SeriesData) -> dict[str, dict[str, float]]:
    """Return TSB-AD's VUS-PR by series and method, of its series that only one series of NAB fits."""
    path = folder / "uni_mergedTable_VUS-PR.csv"
    if not path.is_file():
        return {}
    table, found = data.table, {}
    assert table.labels is not None
    for row in csv.DictReader(path.open(encoding="utf-8")):
        first = re.search(r"_NAB_.*_1st_(\d+)", row["file"])
        if first is None:
            continue
        fits = []
        for series, name in enumerate(table.names):
            labels = table.labels[table.starts[series] : table.starts[series + 1]]
            near = labels.any() and abs(int(labels.argmax()) - int(first[1])) <= 2
            fits += [name] if near and 0 <= len(labels) - int(row["ts_len"]) <= 1 else []
        if len(fits) == 1:
            found[fits[0]] = {method: float(row[method]) for method in PUBLISHED}
    return found


if __name__ == "__main__":
    main()
