"""The language modelling task: the state it carries, and its two protocols."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
import pytorch_lightning as pl
import torch
import torch.nn.functional as F

from rnnlab.data.batch import Window
from rnnlab.kinds.language_modeling import KIND
from rnnlab.kinds.language_modeling.task import LanguageModeling
from rnnlab.kinds.language_modeling.token_loss import NO_TARGET, real_targets
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.language_model import LanguageModel
from rnnlab.training.scheduler.lr_curve import Constant

MONITORED = {name for metric in KIND.metrics if not metric.by for name in metric.monitored}


def window(tokens: list[list[int]], targets: list[list[int]], lengths: list[int], fresh: bool) -> Window:
    return Window(torch.tensor(tokens), torch.tensor(targets), torch.tensor(lengths), fresh)


def loader(*batches: Window) -> torch.utils.data.DataLoader:
    return torch.utils.data.DataLoader(list(batches), batch_size=None)


def trainer(tmp_path: Any, val_check_interval: int | None = None) -> pl.Trainer:
    return pl.Trainer(
        accelerator="cpu",
        devices=1,
        max_epochs=1,
        num_sanity_val_steps=0,
        val_check_interval=val_check_interval,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        default_root_dir=tmp_path,
    )


def test_the_state_is_carried_detached_and_zeroed_where_a_batch_is_fresh(language_modeling: Any) -> None:
    for fresh in (True, False, False, True):
        language_modeling.training_step(window([[1, 1], [2, 2]], [[1, 2], [2, 3]], [2, 2], fresh), 0)
    seen = language_modeling.network.seen
    assert seen[0] is None
    assert seen[3] is None
    assert [state[0].flatten().tolist() for state in seen[1:3]] == [[2.0, 2.0], [4.0, 4.0]]
    assert not any(state[0].requires_grad for state in seen[1:3])


def test_the_training_loss_is_the_mean_over_real_tokens(language_modeling: Any) -> None:
    right, wrong = [[1, 2, 3]], [[7, 7, 7]]
    sure = language_modeling.training_step(window([[1, 1, 1]], right, [3], True), 0).item()
    half = language_modeling.training_step(window([[1, 1, 1]], [[1, 7, 7]], [1], True), 0).item()
    lost = language_modeling.training_step(window([[1, 1, 1]], wrong, [1], True), 0).item()
    assert half == pytest.approx(sure, rel=1e-5)
    assert lost == pytest.approx(sure + 5, rel=1e-5)
    assert language_modeling.running.epoch()["loss"] == pytest.approx((3 * sure + sure + lost) / 5, rel=1e-5)


def test_a_validation_neither_uses_nor_changes_the_carried_state(
    language_modeling: Any, tmp_path: Any
) -> None:
    train = [window([[1, 1]], [[1, 2]], [2], i == 0) for i in range(4)]
    run = trainer(tmp_path, val_check_interval=2)
    run.fit(language_modeling, loader(*train), loader(window([[1, 1]], [[1, 2]], [2], True)))
    states = [None if state is None else state[0].item() for state in language_modeling.network.seen]
    read = [None if state is None else round(state) for state in states]
    assert read == [None, 2, None, 4, 6, None]  # the third and the last are validations


def test_windows_start_empty_and_a_stream_goes_on(language_modeling: Any, tmp_path: Any) -> None:
    first, second = window([[1, 1]], [[1, 2]], [2], True), window([[1, 1]], [[3, 4]], [2], False)
    stream = language_modeling.evaluate_stream([first, second])
    assert stream["test/accuracy_stream"] == 1.0
    assert set(stream) == {f"test/{name}_stream" for name in ("nats", "bits", "perplexity", "accuracy")}
    run = trainer(tmp_path)
    run.test(language_modeling, loader(first, second), verbose=False)
    assert float(run.callback_metrics["test/accuracy_windows"]) == 0.5
    assert float(run.callback_metrics["test/nats_windows"]) > stream["test/nats_stream"]


def test_a_stream_is_read_in_eval_mode_and_training_goes_on(language_modeling: Any) -> None:
    modes = []
    language_modeling.network.register_forward_hook(lambda module, *rest: modes.append(module.training))
    language_modeling.train()
    language_modeling.evaluate_stream([window([[1]], [[1]], [1], True)])
    assert modes == [False]
    assert language_modeling.network.training


def test_every_name_that_can_be_monitored_is_logged(language_modeling: Any, tmp_path: Any) -> None:
    run, one = trainer(tmp_path), window([[1, 1]], [[1, 2]], [2], True)
    run.fit(language_modeling, loader(one), loader(one))
    assert set(run.callback_metrics) == MONITORED


def test_lanes_are_emptied_as_often_as_the_setting_says(language_modeling: Any) -> None:
    torch.manual_seed(0)
    language_modeling.state_reset = 0.25
    language_modeling.state = (torch.ones(2, 4000, 3),)
    batch = window([[1]] * 4000, [[1]] * 4000, [1] * 4000, False)
    (state,) = language_modeling._carried(batch)
    emptied = (state == 0).all(dim=2).all(dim=0)
    assert (state[:, ~emptied] == 1).all()
    assert emptied.float().mean() == pytest.approx(0.25, abs=0.03)


def test_a_state_reset_of_one_is_refused(language_modeling: Any) -> None:
    with pytest.raises(ValueError, match=r"state_reset=1 must be a number >= 0 and < 1"):
        type(language_modeling)(None, None, None, state_reset=1)


def regularised(**settings: Any) -> LanguageModeling:
    torch.manual_seed(0)
    network = LanguageModel(7, 5, RecurrentEncoder("lstm", 5, 5), dropout=0.5)
    return LanguageModeling(network, partial(torch.optim.SGD, lr=0.1), Constant(), **settings)


BATCH = window([[1, 2, 3, 4], [4, 3, 2, 0]], [[2, 3, 4, 5], [3, 2, 1, 0]], [4, 3], True)


def test_penalties_train_and_are_not_logged() -> None:
    alone = regularised().training_step
    torch.manual_seed(1)
    plain = alone(BATCH, 0).item()
    task = regularised(activation_regularization=2.0, temporal_activation_regularization=1.0)
    torch.manual_seed(1)
    loss = task.training_step(BATCH, 0).item()
    assert task.running.epoch()["loss"] == pytest.approx(plain, rel=1e-6)
    torch.manual_seed(1)
    outputs = task.network.read(BATCH.tokens).outputs
    penalty = task.penalty(outputs, task.network.dropout(outputs), BATCH.lengths).item()
    assert loss == pytest.approx(plain + penalty, rel=1e-6)
    assert penalty > 0


def test_a_sampled_loss_is_that_of_the_real_tokens_and_evaluation_is_exact() -> None:
    task = regularised(sampled_softmax=6)
    task.network.eval()
    full = F.cross_entropy(
        task.network(BATCH.tokens).logits.flatten(0, 1),
        real_targets(BATCH.targets, BATCH.lengths).flatten(),
        ignore_index=NO_TARGET,
    ).item()
    torch.manual_seed(1)
    loss, head = task.training_step(BATCH, 0).item(), task.network.head
    torch.manual_seed(1)
    features = task.network.read(BATCH.tokens).outputs
    real = torch.cat((features[0], features[1, :3])), torch.tensor([2, 3, 4, 5, 3, 2, 1])
    assert task.candidates is not None
    assert loss == pytest.approx(task.candidates(*real, head.weight, head.bias).item(), rel=1e-6)
    task.validation_step(BATCH, 0)
    assert task._nats.metrics("windows")["nats_windows"] == pytest.approx(full, rel=1e-6)


def test_a_windows_step_has_its_own_learning_rate(tmp_path: Any) -> None:
    moved = []
    for scale in (1.0, 0.25):
        task = regularised()
        task.network.eval()
        before = task.network.head.bias.detach().clone()
        trainer(tmp_path).fit(task, loader(BATCH._replace(scale=scale)))
        moved.append((task.network.head.bias - before).abs().sum().item())
        assert task.trainer.optimizers[0].param_groups[0]["lr"] == 0.1
    assert moved[1] < 0.9 * moved[0]


def test_more_candidates_than_tokens_are_refused() -> None:
    with pytest.raises(
        ValueError, match="sampled_softmax=7 must be at least 1 and less than the vocabulary's 7"
    ):
        regularised(sampled_softmax=7)
