"""Batches of probes: functions of seed and step, the same test rows for every run."""

from __future__ import annotations

import pytest
import torch

from rnnlab.data.probe.batches import ProbeBatch, batches_of
from rnnlab.data.probe.data import ProbeData
from rnnlab.data.probe.parity import Parity
from rnnlab.errors import SettingError


def data(**settings):
    chosen = {"shortest": 3, "longest": 8, "test_lengths": [16, 8], "batch_size": 4, "validate_every": 5}
    return ProbeData("probe", Parity(), **{**chosen, "validation_rows": 6, "test_rows": 7, **settings})


def training(made, epoch=0, first=0):
    loader = made.train_dataloader()
    loader.sampler.set_epoch(epoch)
    if first:
        loader.load_state_dict({"batches": first, "epoch": epoch})
    return list(loader)


def same(one: ProbeBatch, other: ProbeBatch) -> bool:
    return one.length == other.length and all(map(torch.equal, one[:3], other[:3]))


def test_a_training_batch_depends_on_seed_and_step_alone():
    torch.manual_seed(1)
    first = training(data())
    torch.manual_seed(2)
    again = training(data())
    assert len(first) == 5
    assert all(map(same, first, again))
    assert not same(first[0], training(data(seed=1))[0])
    assert not same(first[0], training(data(), epoch=1)[0])
    assert not same(first[0], first[1])


def test_a_resumed_loader_goes_on_in_the_epoch():
    whole = training(data(), epoch=2)
    assert all(map(same, whole[3:], training(data(), epoch=2, first=3)))


def test_lengths_are_within_their_range():
    lengths = torch.cat([batch.lengths for epoch in range(20) for batch in training(data(), epoch)])
    assert sorted(set(lengths.tolist())) == [3, 4, 5, 6, 7, 8]


def test_validation_and_test_rows_depend_on_the_evaluation_seed_alone():
    one, other = data(seed=1), data(seed=2)
    pairs = [(one.val_dataloader(), other.val_dataloader()), (one.test_dataloader(), other.test_dataloader())]
    assert all(same(*pair) for loaders in pairs for pair in zip(*loaders, strict=True))
    moved = data(evaluation_seed=1)
    assert not same(next(iter(moved.val_dataloader())), next(iter(one.val_dataloader())))


def test_each_test_length_has_its_rows_and_the_longest_of_training_is_one():
    made = data(test_lengths=[16, 12])
    found = [
        (batch.length, len(batch.lengths), set(batch.lengths.tolist())) for batch in made.test_dataloader()
    ]
    assert found == [(8, 7, {8}), (12, 7, {12}), (16, 7, {16})]


def test_long_rows_come_in_small_batches():
    rows = Parity().sample(5, 20_000, 20_000, torch.Generator())
    parts = batches_of(rows, 20_000)
    assert [len(part.lengths) for part in parts] == [1] * 5
    assert torch.equal(torch.cat([part.inputs for part in parts]), rows.inputs)


def test_facts_and_provenance_say_what_is_drawn():
    made = data()
    made.prepare()
    assert made.facts["tokens"] == ["", "0", "1"]
    assert made.facts["answers"] == ["even", "odd"]
    assert made.facts["chance"] == {"8": 0.5, "16": 0.5}
    assert made.provenance["name"] == "parity"
    other = data(evaluation_seed=3)
    other.prepare()
    assert made.provenance["fingerprint"] != other.provenance["fingerprint"]


@pytest.mark.parametrize("setting", ["shortest", "test_lengths"])
def test_a_length_that_the_probe_lacks_is_refused(setting):
    with pytest.raises(SettingError, match=rf"^data\.{setting}=1: .*2 bits"):
        data(**{setting: [1] if setting == "test_lengths" else 1})
