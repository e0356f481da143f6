"""Unlabelled rows beside labelled ones: which come, when, beside whom, and again after an interruption."""

from __future__ import annotations

import csv
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.augment.augmenter import Augmenter
from rnnlab.data.batching import BucketSampler
from rnnlab.data.classification import ClassificationData
from rnnlab.data.paired import PairSampler
from rnnlab.data.rows import Rows
from rnnlab.errors import SettingError
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import WordTokenizer

RNG = np.random.default_rng(0)
REVIEWS = np.minimum(RNG.lognormal(5.3, 0.6, 3000).astype(int) + 1, 500)
OTHERS = np.minimum(RNG.lognormal(5.3, 0.6, 7000).astype(int) + 1, 500)
LENGTHS = st.lists(st.integers(1, 60), min_size=1, max_size=60).map(np.array)


def sampler(lengths=REVIEWS, others=OTHERS, share=1.0, size=32, epoch=0, seed=0, **more: Any) -> PairSampler:
    made = PairSampler(BucketSampler(lengths, size, seed=seed, **more), others, share, seed)
    made.set_epoch(epoch)
    return made


def drawn(made: PairSampler) -> list[int]:
    return [row for pair in made for row in pair.unlabelled]


@given(lengths=LENGTHS, others=LENGTHS, share=st.sampled_from([0.3, 1.0, 2.5]), size=st.integers(1, 9))
def test_the_labelled_batches_stay_as_they_are_and_each_gets_its_share(lengths, others, share, size):
    made = sampler(lengths, others, share, size, epoch=2)
    alone = BucketSampler(lengths, size)
    alone.set_epoch(2)
    pairs = list(made)
    assert [pair.labelled for pair in pairs] == list(alone)
    assert len(pairs) == len(made)
    assert all(len(p.unlabelled) == max(1, round(share * len(p.labelled))) for p in pairs)


@given(lengths=LENGTHS, others=LENGTHS, share=st.sampled_from([0.3, 1.0, 2.5]))
def test_no_row_comes_again_before_each_has_come(lengths, others, share):
    """However the epochs cut them: after each epoch no row is ahead of another by more than one."""
    times = np.zeros(len(others), dtype=int)
    for epoch in range(4):
        times += np.bincount(drawn(sampler(lengths, others, share, 4, epoch)), minlength=len(others))
        assert times.max() - times.min() <= 1


def test_epochs_and_seeds_bring_other_rows_and_the_same_ones_the_same():
    first = drawn(sampler())
    assert first == drawn(sampler())
    assert not set(first) & set(drawn(sampler(epoch=1)))
    assert first != drawn(sampler(seed=1))
    assert sorted(first) != list(range(len(first)))


def test_rows_come_beside_labelled_ones_of_like_length():
    differences, padded = [], 0
    made = sampler()
    for pair in made:
        longest = OTHERS[pair.unlabelled].max()
        differences.append(abs(int(REVIEWS[pair.labelled].max()) - int(longest)))
        padded += longest * len(pair.unlabelled)
    assert np.mean(differences) < 12
    assert 1 - OTHERS[drawn(made)].sum() / padded < 0.05


def test_balanced_draws_and_token_budgets_have_their_share_too():
    labels = np.arange(3000) % 7 == 0
    made = sampler(size=None, batch_tokens=4000, labels=labels.astype(int), epoch=1)
    for pair in made:
        assert len(pair.unlabelled) == len(pair.labelled)


def test_ranks_share_what_one_process_would_see():
    whole = drawn(sampler(epoch=3))
    shares = [sampler(epoch=3, rank=rank, world_size=2) for rank in range(2)]
    both = [row for share in shares for row in drawn(share)]
    assert sorted(both) == sorted(whole)
    assert len(shares[0]) == len(shares[1])
    longest = [[OTHERS[pair.unlabelled].max() for pair in share] for share in shares]
    assert np.abs(np.subtract(*longest)).mean() < 12


def test_it_can_be_entered_anywhere_and_be_fixed():
    made = sampler(epoch=4)
    whole = list(made)
    made.start_at(9)
    assert list(made) == whole[9:]
    fixed = sampler(fixed=True)
    first = list(fixed)
    fixed.set_epoch(5)
    assert list(fixed) == first


WORDS = ["good", "bad", "fine", "awful", "plot", "film", "actor", "scene", "score", "end"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path, rng = tmp_path_factory.mktemp("data"), np.random.default_rng(0)
    for split, rows in (("train", 60), ("validation", 20), ("test", 20), ("unlabelled", 90)):
        texts = [" ".join(rng.choice(WORDS, rng.integers(4, 12))) for _ in range(rows)]
        with (path / f"{split}.csv").open("w", newline="", encoding="utf-8") as file:
            if split == "unlabelled":
                csv.writer(file).writerows([("text",), *((text,) for text in texts)])
            else:
                csv.writer(file).writerows([("text", "label"), *((t, n % 2) for n, t in enumerate(texts))])
    return path


def module(
    folder, share=1.0, splits=("train", "validation", "test", "unlabelled"), prepare=True, **more: Any
):
    files = {split: f"{split}.csv" for split in splits}
    parts = (WordTokenizer(min_count=1), Cleaner({}))
    data = ClassificationData(
        "mine", files, None, None, *parts, "files", folder, folder / "cache", batch_size=8, workers=1, **more
    )
    data.unlabelled_share = share
    if prepare:
        data.prepare()
    return data


def contents(loader, epoch=0):
    loader.sampler.set_epoch(epoch)
    return [[None if part is None else part.tolist() for part in batch] for batch in loader]


@pytest.mark.parametrize("padding", ["post", "pre"])
def test_batches_hold_unlabelled_texts_as_they_are_in_their_file(folder, padding):
    data = module(folder, padding=padding)
    rows = data.rows("train")
    more = data.unlabelled()
    known = {tuple(more.ids[a:b].tolist()) for a, b in zip(more.offsets, more.offsets[1:], strict=False)}
    alone = contents(module(folder, share=0.0, padding=padding).train_dataloader())
    found = contents(data.train_dataloader())
    assert [batch[:4] for batch in found] == [batch[:4] for batch in alone]
    assert len(rows) == 60
    for *_, tokens, lengths, _ in found:
        assert max(lengths) == len(tokens[0])
        for line, length in zip(tokens, lengths, strict=True):
            own, rest = (
                (line[:length], line[length:]) if padding == "post" else (line[-length:], line[:-length])
            )
            assert tuple(own) in known
            assert not any(rest)


def test_validation_and_test_hold_none_and_without_a_share_training_neither(folder):
    data = module(folder)
    for loader in (
        data.val_dataloader(),
        data.test_dataloader(),
        module(folder, share=0.0).train_dataloader(),
    ):
        assert all(batch[4:] == [None] * 3 for batch in contents(loader))


def test_what_a_teacher_says_comes_with_its_row(folder):
    data = module(folder)
    lengths = Rows(data.unlabelled(), *data.shape).lengths
    data.taught = np.stack([lengths / 20, 1 - lengths / 20], axis=1).astype(np.float32)
    for batch in data.train_dataloader():
        torch.testing.assert_close(batch.unlabelled_targets[:, 0], batch.unlabelled_lengths / 20)


def test_any_split_can_be_read_without_a_trainer(folder):
    data = module(folder)
    rows = [batch.rows for batch in data.reading_loader(data.unlabelled())]
    assert sorted(torch.cat(rows).tolist()) == list(range(90))


@pytest.mark.parametrize("num_workers", [0, 1])
def test_an_interrupted_epoch_goes_on_with_the_same_rows_of_both_kinds(folder, num_workers):
    whole = contents(module(folder).train_dataloader(), 2)
    loader = module(folder, num_workers=num_workers).train_dataloader()
    loader.load_state_dict({"batches": 3, "epoch": 2})
    assert contents(loader, 2) == whole[3:]


def test_labelled_rows_are_augmented_and_the_others_are_not(folder):
    plain, data = module(folder), module(folder)
    data.augmenter = Augmenter(data.tokenizer, swap=0.5)
    before, after = (contents(made.train_dataloader()) for made in (plain, data))
    assert [batch[4:] for batch in before] == [batch[4:] for batch in after]
    assert [batch[0] for batch in before] != [batch[0] for batch in after]


def test_ranks_read_their_own_place_from_the_trainer(folder):
    whole, shares = contents(module(folder).train_dataloader()), []
    for rank in range(2):
        data = module(folder)
        data.trainer = SimpleNamespace(global_rank=rank, world_size=2, overfit_batches=0)
        shares += contents(data.train_dataloader())
    texts = [
        sorted(str(line[:n]) for b in made for line, n in zip(b[4], b[5], strict=True))
        for made in (whole, shares)
    ]
    assert texts[0] == texts[1]


def test_a_data_set_without_such_texts_is_refused_as_it_is_prepared(folder):
    with pytest.raises(SettingError, match=r"objective.unlabelled_share=1.0: data=mine has no texts without"):
        module(folder, splits=("train", "validation", "test"))
    assert torch.is_tensor(next(iter(module(folder).train_dataloader())).unlabelled_tokens)
