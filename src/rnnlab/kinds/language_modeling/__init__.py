"""Language modelling: predict the next token of a running text; `KIND` defines its data, network and use."""

from rnnlab.kinds.language_modeling.kind import KIND

__all__ = ["KIND"]
