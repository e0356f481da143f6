"""One label for each text: `KIND` says what that asks of data, network, training and use."""

from rnnlab.kinds.classification.kind import KIND

__all__ = ["KIND"]
