"""Pictures of scored series, for the run's folder and for loggers. T times of a series."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rnnlab.atomic import save_figure
from rnnlab.kinds.anomaly.scored import ScoredSeries
from rnnlab.kinds.anomaly.sections import shown_channel


def draw_scores(path: Path, series: Sequence[tuple[str, ScoredSeries]], threshold: float) -> None:
    """Draw values, labelled times shaded and alarms as dots, and below them scores with the threshold.

    Args:
        series: headings and scored series.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 3.2 * len(series)), layout="constrained")
    axes = figure.subplots(2 * len(series), 1, squeeze=False)[:, 0]
    for place, (name, one) in enumerate(series):
        above, below = axes[2 * place], axes[2 * place + 1]
        times = np.arange(len(one.times))
        values = one.values[:, shown_channel(one)]
        above.plot(times, values, linewidth=0.6)
        above.plot(times[one.alarms], values[one.alarms], ".", markersize=2, color="tab:red")
        above.set_title(name, fontsize="small")
        below.plot(times, one.scores, linewidth=0.6, color="tab:purple")
        below.axhline(threshold, color="black", linewidth=0.6)
        below.set_ylabel("score")
        for axis in (above, below):
            if one.labels is not None:
                marked = one.labels != 0
                over = axis.get_xaxis_transform()
                axis.fill_between(times, 0, 1, where=marked, alpha=0.2, color="tab:red", transform=over)
            axis.margins(x=0)
    save_figure(figure, path)
