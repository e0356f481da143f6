"""Optuna's study of a sweep, for those who choose settings and those who report to it."""
