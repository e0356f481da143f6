"""Text classification: one label for each text; `KIND` defines its data, network, training and use."""

from rnnlab.kinds.classification.kind import KIND

__all__ = ["KIND"]
