"""Config check for training through the end of a classifier's texts alone."""

from __future__ import annotations

from rnnlab.errors import SettingError
from rnnlab.kinds.work import Settings


def check_bptt(settings: Settings) -> None:
    """Raise SettingError where the start of a text cannot be read before its end."""
    steps = settings.task.get("network", {}).get("bptt")
    if steps is None:
        return
    reason = None
    if "sentence_encoder" in settings.model:
        reason = "model=hierarchical reads sentences one beside the other: choose a flat, causal model"
    elif settings.model.get("bidirectional"):
        reason = "the other direction starts at a text's end: choose model.bidirectional=false"
    elif settings.model.get("input_norm", "none") != "none":
        reason = "the inputs are normalised over all steps: choose model.input_norm=none"
    if reason is not None:
        raise SettingError("task.network.bptt", steps, f"needs a causal model, and {reason}")
