"""Text regression: one number for each text; `KIND` defines its data, network, training and use."""

from rnnlab.kinds.regression.kind import KIND

__all__ = ["KIND"]
