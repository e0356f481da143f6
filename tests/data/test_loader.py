from contextlib import suppress

import numpy as np
import pytest
import pytorch_lightning as pl
import torch
from torch.utils.data import Dataset

from rnnlab.data.batching import BucketSampler
from rnnlab.data.loader import make_loader

ROWS, SIZE = 40, 4


class Numbers(Dataset):
    def __len__(self):
        return ROWS

    def __getitem__(self, rows):
        return torch.tensor(rows, dtype=torch.float32)


def loader(num_workers=0):
    return make_loader(Numbers(), BucketSampler(np.arange(ROWS) % 5 + 1, SIZE, seed=5), num_workers)


def epoch(number=0):
    source = loader()
    source.sampler.set_epoch(number)
    return [batch.tolist() for batch in source]


def test_a_loader_counts_the_batches_that_it_handed_out():
    source = loader()
    assert source.state_dict() == {"batches": 0, "epoch": None}
    batches = iter(source)
    for _ in range(3):
        next(batches)
    assert source.state_dict() == {"batches": 3, "epoch": 0}
    assert len(source) == 10


@pytest.mark.parametrize("num_workers", [0, 1])
@pytest.mark.parametrize("state", [{"batches": 3, "epoch": 2}, {"batches": 3}])
def test_it_goes_on_with_the_next_batch_and_then_with_whole_epochs(num_workers, state):
    source = loader(num_workers)
    source.load_state_dict(state)
    iter(source)  # Lightning asks for an iterator before it says which epoch it is
    source.sampler.set_epoch(2)
    assert [batch.tolist() for batch in source] == epoch(2)[3:]
    assert source.state_dict() == {"batches": 10, "epoch": 2}
    assert [batch.tolist() for batch in source] == epoch(2)
    source.sampler.set_epoch(3)
    assert [batch.tolist() for batch in source] == epoch(3)


def test_a_state_of_another_epoch_skips_nothing():
    source = loader()
    source.load_state_dict({"batches": 6, "epoch": 1})
    source.sampler.set_epoch(2)
    assert [batch.tolist() for batch in source] == epoch(2)


def test_an_epoch_draws_no_random_number_of_the_run():
    torch.manual_seed(0)
    before = torch.get_rng_state()
    list(loader())
    assert torch.equal(torch.get_rng_state(), before)


class Stop(KeyboardInterrupt):
    pass


class Line(pl.LightningModule):
    """A weight that is fitted to the batches in their order, and a list of what came."""

    def __init__(self, stop_after=None):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(()))
        self.seen, self.stop_after = [], stop_after

    def training_step(self, batch, batch_idx):
        self.seen.append((self.current_epoch, batch_idx, batch.tolist()))
        return ((batch.mean() - self.weight) ** 2) / 100

    def validation_step(self, batch, batch_idx):
        return None

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.1)


class StopAfter(pl.Callback):
    """Saves after some batches, or at the end of something, and stops the process as Ctrl-C would."""

    def __init__(self, path, batches=None, hook=None):
        self.path, self.batches, self.hook = path, batches, hook

    def _stop(self, trainer):
        trainer.save_checkpoint(self.path)
        raise Stop

    def on_train_batch_end(self, trainer, *args):
        if trainer.global_step == self.batches:
            self._stop(trainer)

    def on_validation_end(self, trainer, module):
        if self.hook == "validation" and trainer.current_epoch == 1:
            self._stop(trainer)

    def on_train_epoch_end(self, trainer, module):
        if self.hook == "epoch" and trainer.current_epoch == 1:
            self._stop(trainer)


def fit(module, tmp_path, callbacks=(), checkpoint=None, **settings):
    trainer = pl.Trainer(
        max_epochs=3,
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        default_root_dir=tmp_path,
        callbacks=list(callbacks),
        num_sanity_val_steps=0,
        **settings,
    )
    validation = make_loader(Numbers(), BucketSampler(np.ones(ROWS), 16, shuffle=False))
    with suppress(Stop, SystemExit):
        trainer.fit(module, loader(), validation, ckpt_path=checkpoint, weights_only=True)
    return module


@pytest.mark.parametrize(
    ("stop", "settings"),
    [
        ({"batches": 13}, {}),
        ({"batches": 4}, {}),
        ({"batches": 10}, {}),
        ({"batches": 20}, {"val_check_interval": 4}),
        ({"hook": "validation"}, {}),
        ({"hook": "epoch"}, {}),
        ({"batches": 10}, {"limit_train_batches": 7}),
        ({"batches": 7}, {"limit_train_batches": 7}),
        ({"hook": "epoch"}, {"limit_train_batches": 7}),
    ],
)
def test_training_that_was_interrupted_ends_as_if_it_had_not_been(tmp_path, stop, settings):
    whole = fit(Line(), tmp_path, **settings)
    checkpoint = tmp_path / "last.ckpt"
    first = fit(Line(), tmp_path, [StopAfter(checkpoint, **stop)], **settings)
    assert len(first.seen) < len(whole.seen)
    second = fit(Line(), tmp_path, checkpoint=checkpoint, **settings)
    assert first.seen + second.seen == whole.seen
    assert torch.equal(second.weight, whole.weight)


def test_overfitting_sees_the_same_batches_in_every_epoch(tmp_path):
    module = Line()
    trainer = pl.Trainer(
        max_epochs=2,
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        default_root_dir=tmp_path,
        overfit_batches=3,
    )
    fixed = make_loader(Numbers(), BucketSampler(np.arange(ROWS) % 5 + 1, SIZE, seed=5, fixed=True))
    trainer.fit(module, fixed, make_loader(Numbers(), BucketSampler(np.ones(ROWS), 16, shuffle=False)))
    batches = [batch for _, _, batch in module.seen]
    assert batches == epoch(0)[:3] * 2
