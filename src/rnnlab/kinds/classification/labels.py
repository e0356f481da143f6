"""Class names of a run, from its config and its result.json, and class weights in the loss."""

from __future__ import annotations

from typing import Any

from rnnlab.data.labels import given_names
from rnnlab.errors import SettingError
from rnnlab.kinds.work import Settings


def class_choice(settings: Settings) -> tuple[str, ...] | None:
    """Return the class names of `data.classes`, None where they are not given.

    Raises:
        SettingError: a data set cannot have these names.
    """
    given = settings.data.get("classes")
    return given_names(given if isinstance(given, str | None) else list(given))


def class_weights(setting: Any, counts: list[int]) -> list[float] | None:
    """Return a weight a class; `balanced` is rows / (classes x rows of the class): mean over rows 1."""
    if setting is None:
        return None
    if setting == "balanced":
        return [
            sum(counts) / (len(counts) * max(count, 1)) for count in counts
        ]  # an absent class never counts
    if len(setting) != len(counts):
        raise SettingError("task.class_weights", setting, f"must have {len(counts)} weights, one a class")
    return [float(weight) for weight in setting]
