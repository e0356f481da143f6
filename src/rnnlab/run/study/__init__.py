"""Optuna's study of a sweep, for those who choose settings and those who report to it."""

from rnnlab.run.study.storage import open_storage, open_study

__all__ = ["open_storage", "open_study"]
