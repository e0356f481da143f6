"""Lightning's private parts, and what happens where they may be others: its version is not known."""

from __future__ import annotations

from typing import Any

import pytest
import pytorch_lightning as pl
import torch

from rnnlab.training.loop import inside


@pytest.fixture
def trainer() -> Any:
    return pl.Trainer(logger=False, enable_checkpointing=False, enable_progress_bar=False)


@pytest.fixture
def unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inside, "VERSIONS", ("0.0.",))


def restarting(trainer: Any) -> tuple[bool, bool]:
    return trainer.fit_loop.restarting, trainer.fit_loop.epoch_loop.restarting


def test_an_epoch_begins_anew_and_its_batches_go_on(trainer: Any) -> None:
    trainer.fit_loop._restarting = trainer.fit_loop.epoch_loop._restarting = True
    inside.forget_restart(trainer)
    assert restarting(trainer) == (False, True)


def test_in_an_unknown_version_the_loops_within_begin_anew_too(trainer: Any, unknown: None) -> None:
    trainer.fit_loop._restarting = trainer.fit_loop.epoch_loop._restarting = True
    inside.forget_restart(trainer)
    assert restarting(trainer) == (False, False)


def test_signals_are_left_alone_where_it_is_known_how(trainer: Any) -> None:
    before = trainer._signal_connector.register_signal_handlers
    inside.leave_signals(trainer)
    assert trainer._signal_connector.register_signal_handlers != before


def test_an_unknown_version_keeps_its_parts(trainer: Any, unknown: None) -> None:
    before = trainer._signal_connector.register_signal_handlers
    inside.leave_signals(trainer)
    assert trainer._signal_connector.register_signal_handlers == before
    optimizer = torch.optim.AdamW([torch.ones(1, requires_grad=True)], fused=True)
    inside.allow_clipping(optimizer)
    assert optimizer._step_supports_amp_scaling
