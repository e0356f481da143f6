"""Export of a finished classifier of series."""

from __future__ import annotations

from dataclasses import replace

from rnnlab.errors import SettingError
from rnnlab.export.exportable import Exportable
from rnnlab.finished import FinishedRun
from rnnlab.kinds.classification.saved import saved_shift
from rnnlab.kinds.row_export import series_exportable
from rnnlab.model.ensemble import Ensemble


def exportable(run: FinishedRun) -> Exportable:
    """Return the run's network, ready to export; prior and temperature are applied to its logits.

    Raises:
        SettingError: a network that cannot be exported.
    """
    if isinstance(run.network, Ensemble):
        rule = "cannot be exported: a graph of series holds one network; choose 1"
        raise SettingError("model.members", len(run.network.members), rule)
    found = series_exportable(run, f"A recurrent classifier of series into {', '.join(run.classes)}")
    shift = saved_shift(run.settings["task"], run.facts, run.folder.path)
    own = {"classes": list(run.classes), "shift": shift, "temperature": run.temperature}
    return replace(found, settings={**own, **found.settings})
