"""Covariates as JSON has them: rows of numbers, or a list for each column's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rnnlab.errors import SettingError


def by_row(name: str, given: Any, columns: Sequence[str]) -> Any:
    """Return covariates as rows of numbers, where they are given as a list for each column's name.

    Raises:
        SettingError: a column is missing, or is none, or the lists have other lengths.
    """
    if not isinstance(given, Mapping):
        return given
    wrong = [one for one in (*given, *columns) if one not in given or one not in columns]
    if wrong:
        raise SettingError(name, str(wrong[0])[:40], f"must hold a list for each of {', '.join(columns)}")
    lists = [given[one] for one in columns]
    if not all(isinstance(one, list) and len(one) == len(lists[0]) for one in lists):
        raise SettingError(name, ", ".join(columns), "must be lists of one length")
    return [list(row) for row in zip(*lists, strict=True)]
