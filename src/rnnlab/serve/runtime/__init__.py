"""Exported models of every kind, without torch."""

from rnnlab.serve.runtime.model import open_model
from rnnlab.serve.runtime.pool import Pool

__all__ = ["Pool", "open_model"]
