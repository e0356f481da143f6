"""A number for a real-valued series: how fast a noisy wave swings."""

from .kind import KIND

__all__ = ["KIND"]
