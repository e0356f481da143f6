"""Targets that are no classes: a subclass of SplitSpec reads them, and batches carry them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from rnnlab.data.classification import ClassificationData
from rnnlab.data.split_spec import SplitSpec
from rnnlab.data.tables import Labelled
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer.word import WordTokenizer


@dataclass(frozen=True)
class Numbers(SplitSpec):
    def targets(self, tables, files):
        numbers = {split: np.array(table.labels, np.float32) for split, table in tables.items()}
        return Labelled([], dict(tables), numbers, [], {})

    def strata(self, targets):
        return np.zeros(len(targets))


class NumberedData(ClassificationData):
    spec = Numbers


@pytest.fixture
def made(tmp_path):
    lines = [f"text number {row},{row / 4}" for row in range(40)]
    (tmp_path / "rows.csv").write_text("text,label\n" + "\n".join(lines) + "\n", encoding="utf-8")

    def make(kind):
        files = {"train": str(tmp_path / "rows.csv"), "validation": None, "test": None}
        cleaner = Cleaner({"whitespace": True})
        return kind(
            "rows", files, None, None, WordTokenizer(), cleaner, cache_dir=tmp_path / "cache", workers=1
        )

    return make


def test_numbers_reach_batches_as_they_are(made):
    data = made(NumberedData)
    data.prepare()
    assert data.provenance["rows"] == {"train": 29, "validation": 3, "test": 8}
    assert "classes" not in data.provenance
    expected = [float(text.rpartition(" ")[2]) / 4 for text in data.inputs("test")]
    assert data.targets("test").tolist() == expected
    for batch in data.test_dataloader():
        assert batch.labels.tolist() == [expected[row] for row in batch.rows.tolist()]


def test_the_cache_keeps_numbers_and_classes_of_one_file_apart():
    settings = ("text", "label", None, 0.1, 0.2, 0)
    assert SplitSpec(*settings).key({}) != Numbers(*settings).key({})
    assert "targets" not in SplitSpec(*settings).key({})
