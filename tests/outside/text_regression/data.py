"""Texts with a number each, from any table that rnnlab reads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnlab.data.classification import ClassificationData
from rnnlab.data.split_spec import SplitSpec
from rnnlab.data.tables import Labelled
from rnnlab.errors import SettingError


@dataclass(frozen=True)
class Numbers(SplitSpec):
    def targets(self, tables, files):
        numbers = {split: self.numbers(table, files[split]) for split, table in tables.items()}
        return Labelled([], dict(tables), numbers, [], {})

    def numbers(self, table, path):
        try:
            return np.array(table.labels, dtype=np.float32)
        except ValueError as error:
            rule = f"holds something else than numbers in {path}: {error}"
            raise SettingError("data.label_column", self.label_column, rule) from error

    def strata(self, targets):
        return np.zeros(len(targets))


class RatedTexts(ClassificationData):
    serves, holds = ("text_regression",), "texts with a number each"
    spec = Numbers
