"""The next token of a running text: `KIND` says what that asks of data, network, training and use."""

from rnnlab.kinds.language_modeling.kind import KIND

__all__ = ["KIND"]
