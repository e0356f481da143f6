"""Tagging: a label for each word of a sentence; `KIND` defines its data, network, training and use."""

from rnnlab.kinds.tagging.kind import KIND

__all__ = ["KIND"]
