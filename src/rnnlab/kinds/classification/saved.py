"""Classes and prior of a finished classifier, from its folder. C classes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnnlab.errors import SettingError
from rnnlab.kinds.classification.labels import class_weights
from rnnlab.kinds.classification.prior import log_shift, target_prior, trained_prior

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun
    from rnnlab.kinds.work import Facts

START, ENSEMBLE = "probability_", "probability_ensemble_"  # columns of predictions.parquet


def facts_of(run: FinishedRun) -> Facts:
    """Return names of classes, rows of each in train, and padding.

    The names are from result.json, else from the config, else from the columns of predictions.parquet.

    Raises:
        SettingError: none of them has the names.
    """
    data, told = run.settings.get("data") or {}, run.result.get("data") or {}
    named = told.get("classes") or data.get("classes")
    if not named and run.folder.predictions.is_file():
        named = _classes_of_columns(run.folder.predictions)
    if not named:
        rule = "does not tell the names of its classes: it never finished"
        raise SettingError("RUN", run.folder.path, rule)
    counts, padding = told.get("class_counts"), data.get("padding", "post")
    pair = {} if run.shape.separator is None else {"separator": run.shape.separator}
    return {"classes": [str(name) for name in named], "class_counts": counts, "padding": padding, **pair}


def _classes_of_columns(path: Path) -> list[str]:
    import pyarrow.parquet as pq

    columns = [name for name in pq.read_schema(path).names if not name.startswith(ENSEMBLE)]
    return [name.removeprefix(START) for name in columns if name.startswith(START)]


def saved_shift(task: Mapping[str, Any], facts: Facts, folder: Path) -> list[float] | None:
    """Return the shift of the log probability of each class (C,) by `task.prior`; None without a prior.

    Args:
        task: the settings under `task`; facts: those of `facts_of`.
        folder: of the run, for the error.

    Raises:
        SettingError: the run has a prior and does not record the number of train rows of each class.
    """
    if task.get("prior") is None:
        return None
    counts = facts["class_counts"]
    if counts is None:
        raise SettingError("RUN", folder, "has task.prior and no class counts: an older rnnlab made it")
    weights = class_weights(task.get("class_weights"), counts)
    trained = trained_prior(counts, weights, task.get("sampling") == "balanced")
    return log_shift(target_prior(task["prior"], counts), trained, len(facts["classes"]))
