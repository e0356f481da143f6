"""Probes: what a recurrence can remember, count and compute, measured at lengths beyond the training's."""

from rnnlab.kinds.probing.kind import KIND

__all__ = ["KIND"]
