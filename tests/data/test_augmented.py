"""Augmented rows through the whole data module: which rows change, when, and into what."""

import csv

import numpy as np
import pytest
import torch

from rnnlab.data.augment.augmenter import Augmenter
from rnnlab.data.augmented import AugmentedRows, Draws
from rnnlab.data.classification import ClassificationData
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import WordTokenizer

ROWS = 60
WORDS = ["good", "bad", "fine", "awful", "plot", "film", "actor", "scene", "score", "end"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path, rng = tmp_path_factory.mktemp("data"), np.random.default_rng(0)
    for split in ("train", "validation", "test"):
        with (path / f"{split}.csv").open("w", newline="", encoding="utf-8") as file:
            texts = [" ".join(rng.choice(WORDS, rng.integers(4, 12))) for _ in range(ROWS)]
            csv.writer(file).writerows(
                [("text", "label"), *((text, int(n % 6 == 0)) for n, text in enumerate(texts))]
            )
    return path


def module(folder, augment=True, **settings):
    files = {split: f"{split}.csv" for split in ("train", "validation", "test")}
    data = ClassificationData(
        "mine",
        files,
        None,
        None,
        WordTokenizer(min_count=1),
        Cleaner({}),
        data_dir=folder,
        cache_dir=folder / "cache",
        batch_size=8,
        workers=1,
        **settings,
    )
    data.prepare()
    if augment:
        data.augmenter = Augmenter(data.tokenizer, swap=0.2, deletion=0.2, typo=0.1)
    return data


def contents(loader, epoch=0):
    loader.sampler.set_epoch(epoch)
    return [[tensor.tolist() for tensor in batch[:4]] for batch in loader]


def texts(batches):
    """The ids of each row of an epoch by row number."""
    return {row: tokens[:length] for batch in batches for tokens, length, _, row in zip(*batch, strict=True)}


def test_train_rows_change_and_validation_and_test_do_not(folder):
    plain, augmented = module(folder, augment=False), module(folder)
    before, after = (texts(contents(data.train_dataloader())) for data in (plain, augmented))
    assert set(before) == set(after) == set(range(ROWS))
    assert sum(before[row] != after[row] for row in before) > 0.9 * ROWS
    for name in ("val_dataloader", "test_dataloader"):
        assert contents(getattr(plain, name)()) == contents(getattr(augmented, name)())


def test_rows_keep_their_labels_numbers_and_batches(folder):
    plain, augmented = (contents(module(folder, augment=a).train_dataloader()) for a in (False, True))
    assert [batch[2:] for batch in plain] == [batch[2:] for batch in augmented]
    assert all(len(tokens[0]) == max(lengths) for tokens, lengths, *_ in augmented)


def test_another_epoch_and_another_seed_are_another_draw_and_the_same_ones_the_same(folder):
    first = contents(module(folder, seed=3).train_dataloader())
    assert first == contents(module(folder, seed=3).train_dataloader())
    by_row = texts(first)
    for other in (
        texts(contents(module(folder, seed=3).train_dataloader(), 1)),
        texts(contents(module(folder, seed=4).train_dataloader())),
    ):
        assert sum(by_row[row] != other[row] for row in by_row) > 0.8 * ROWS


def test_processes_that_stay_make_the_same_rows(folder):
    alone, together = (module(folder, num_workers=n).train_dataloader() for n in (0, 2))
    for epoch in (0, 1):
        assert contents(alone, epoch) == contents(together, epoch)


@pytest.mark.parametrize("sampling", ["natural", "balanced"])
def test_an_interrupted_epoch_goes_on_with_the_same_rows(folder, sampling):
    whole = contents(module(folder, sampling=sampling).train_dataloader(), 2)
    loader = module(folder, sampling=sampling).train_dataloader()
    loader.load_state_dict({"batches": 3, "epoch": 2})
    assert contents(loader, 2) == whole[3:]


def test_a_row_that_comes_again_in_an_epoch_is_changed_another_way(folder):
    seen = {}
    for tokens, lengths, _, rows in contents(module(folder, sampling="balanced").train_dataloader()):
        for line, length, row in zip(tokens, lengths, rows, strict=True):
            seen.setdefault(row, []).append(tuple(line[:length]))
    again = [found for found in seen.values() if len(found) > 1]
    assert len(again) == 10  # the rows of the smaller class
    assert all(len(found) == 3 for found in again)
    assert all(len(set(found)) > 1 for found in again)


def test_a_row_that_grows_is_cut_as_it_would_have_been(folder):
    data = module(folder, max_length=5, truncation="tail", padding="pre")
    table = np.tile(np.arange(2, 5), (data.tokenizer.vocab_size, 1))
    data.augmenter = Augmenter(data.tokenizer, table, insertion=1.0)
    for batch in data.train_dataloader():
        assert batch.tokens.shape[1] <= 5
        assert batch.lengths.max() == 5
        assert (batch.tokens[:, -1] > 0).all()


def test_overfitting_sees_the_same_changes_in_every_epoch(folder):
    from types import SimpleNamespace

    data = module(folder)
    data.trainer = SimpleNamespace(global_rank=0, world_size=1, overfit_batches=2)
    loader = data.train_dataloader()
    assert contents(loader, 0) == contents(loader, 4)


def test_ranks_share_the_epoch_that_one_process_would_see(folder):
    from types import SimpleNamespace

    whole = texts(contents(module(folder).train_dataloader()))
    shares = {}
    for rank in range(2):
        data = module(folder)
        data.trainer = SimpleNamespace(global_rank=rank, world_size=2, overfit_batches=0)
        shares |= texts(contents(data.train_dataloader()))
    assert shares == whole


def test_a_batch_needs_nothing_but_its_draws(folder):
    data = module(folder)
    rows = AugmentedRows(data.rows("train"), data.augmenter, seed=0)
    one, other = (rows[Draws(3, [5, 9], draws)] for draws in ([5, 9], [9, 5]))
    assert torch.equal(one.tokens, rows[Draws(3, [5, 9], [5, 9])].tokens)
    assert one.tokens.tolist() != other.tokens.tolist()
    assert len(rows) == ROWS


def test_an_augmenter_without_a_step_leaves_the_plain_rows(folder):
    data = module(folder, augment=False)
    plain = contents(data.train_dataloader())
    data.augmenter = Augmenter(data.tokenizer, mixup=0.2)
    assert contents(data.train_dataloader()) == plain
