"""Several labels a text, or none; `KIND` defines its data, network, training and use."""

from rnnlab.kinds.multi_label.kind import KIND

__all__ = ["KIND"]
