"""Whole runs in this process, as in tests/run."""

from ...run.conftest import launch

__all__ = ["launch"]
