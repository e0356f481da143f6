"""The correction of the class balance that a run predicts with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rnnlab.errors import SettingError

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun


def shift_of(run: FinishedRun) -> list[float] | None:
    """What is added to each class's log probability (C,); None without `task.prior`.

    Raises:
        SettingError: the run has a prior and does not say how many train rows each class had.
    """
    task = run.config.task
    if run.kind != "classification" or task.get("prior") is None:
        return None
    counts = (run.result.get("data") or {}).get("class_counts")
    if counts is None:
        raise SettingError(
            "RUN", run.folder.path, "has task.prior and no class counts: an older rnnlab made it"
        )
    from types import SimpleNamespace

    from rnnlab.kinds.classification.prior import log_shift
    from rnnlab.run.build.assemble import class_settings

    settings = class_settings(task, SimpleNamespace(class_counts=counts, classes=run.classes))
    return log_shift(settings["prior"], settings["trained_prior"], len(run.classes))
