"""Digits as series: splits by class, the order of the pixels, batches."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from rnnlab.data.digits import Digits
from rnnlab.errors import SettingError


def made(**settings):
    data = Digits("digits", **settings)
    data.prepare()
    return data


def test_each_class_is_split_in_proportion_and_every_digit_is_in_one_part():
    data = made()
    sizes = {split: len(data.rows(split)) for split in ("train", "validation", "test")}
    assert sizes == {"train": 1079, "validation": 359, "test": 359}
    assert data.provenance["rows"] == sizes
    counts = np.stack([np.bincount(data.targets(split)) for split in sizes])
    whole = np.bincount(load_digits().target)
    assert (counts.sum(axis=0) == whole).all()
    assert np.abs(counts[1] - 0.2 * whole).max() <= 0.5
    assert data.class_counts == counts[0].tolist()
    assert data.provenance["official"] is False


def test_a_permutation_is_the_same_for_all_digits_and_of_its_own_seed():
    plain, permuted, other = made(), made(permuted=True), made(permuted=True, permutation_seed=1)
    assert np.array_equal(plain.rows("test").values[:, permuted.order], permuted.rows("test").values)
    assert not np.array_equal(permuted.order, other.order)
    assert np.array_equal(plain.targets("test"), permuted.targets("test"))
    assert made(split_seed=1).provenance["fingerprint"] == plain.provenance["fingerprint"]
    assert permuted.provenance["fingerprint"] != plain.provenance["fingerprint"]


def test_batches_are_series_of_one_value():
    data = made(batch_size=50)
    batch = next(iter(data.train_dataloader()))
    assert batch.values.shape == (len(batch.rows), 64, 1)
    assert batch.values.max() == 1
    assert set(batch.lengths.tolist()) == {64}
    assert torch.equal(batch.labels, torch.from_numpy(data.targets("train"))[batch.rows])
    assert np.allclose(data.inputs("train")[int(batch.rows[0])], batch.values[0])


def test_balanced_epochs_have_every_class_equally_often():
    data = made(sampling="balanced", batch_size=100)
    labels = torch.cat([batch.labels for batch in data.train_dataloader()])
    counts = np.bincount(labels)
    assert counts.max() - counts.min() <= 1


def test_a_split_that_leaves_no_train_is_refused():
    message = "data.test_fraction=0.5: and data.validation_fraction=0.5 leave nothing for train"
    with pytest.raises(SettingError) as error:
        Digits("digits", validation_fraction=0.5, test_fraction=0.5)
    assert str(error.value) == message
