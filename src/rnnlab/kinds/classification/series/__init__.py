"""Classification of real-valued series, without text: the same task and scores, other inputs."""

from rnnlab.kinds.classification.series.kind import KIND

__all__ = ["KIND"]
