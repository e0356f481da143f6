"""A number for a text: the stars of a review."""

from .kind import KIND

__all__ = ["KIND"]
