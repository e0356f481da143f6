"""The task: its training loss, and what a validation and a test measure of free-running output."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F

from rnnlab.evaluation.sequence.measures import corpus_scores
from rnnlab.generate.sequence.decode import decode
from rnnlab.generate.sequence.engine import Source
from rnnlab.generate.sequence.settings import SequenceDecoding
from rnnlab.generate.sequence_engine import TorchEngine
from rnnlab.kinds.text_to_text.free_running import spread


def nats_of(network, batch):
    """Cross-entropy of every real target token (N,), given the reference before it."""
    with torch.no_grad():
        scores = network(batch.sources, batch.lengths, network.inputs_of(batch.targets)).scores
    real = batch.targets != 0
    return F.cross_entropy(scores[real], batch.targets[real], reduction="none")


def test_the_training_loss_is_smoothed_and_the_logged_one_is_not(letters, network, around):
    one, batch = network().eval(), letters.batches("train")[0]
    task = around(one, label_smoothing=0.2)
    loss = task.training_step(batch, 0)
    real = batch.targets != 0
    scores = one(batch.sources, batch.lengths, one.inputs_of(batch.targets)).scores[real]
    torch.testing.assert_close(loss, F.cross_entropy(scores, batch.targets[real], label_smoothing=0.2))
    assert task.running.epoch() == pytest.approx({"loss": float(nats_of(one, batch).mean())}, rel=1e-5)


def test_the_loss_of_a_split_is_over_its_tokens_however_they_are_batched(letters, network, around, trainer):
    one, run = network(), trainer()
    task = around(one, measures=["bleu"])
    run.validate(task, datamodule=letters, verbose=False)
    nats = torch.cat([nats_of(one, batch) for batch in letters.batches("validation")])
    assert float(run.callback_metrics["val/loss"]) == pytest.approx(float(nats.mean()), rel=1e-5)
    assert float(run.callback_metrics["val/perplexity"]) == pytest.approx(math.exp(nats.mean()), rel=1e-5)


def test_outputs_run_free_and_are_measured_against_the_raw_references(letters, network, around, trainer):
    one, run = network(), trainer(max_epochs=4)
    names = ["exact_match", "edit_distance", "chrf"]
    task = around(one, monitor="val/chrf", measures=names, decoding={"beam": 3, "max_extra": 2})
    run.fit(task, datamodule=letters)
    logged = {name: float(value) for name, value in run.callback_metrics.items()}
    assert set(logged) >= {"train/loss", "val/loss", "val/token_accuracy", *(f"val/{name}" for name in names)}
    sources, references = letters.inputs("validation"), letters.targets("validation")
    given = [Source(torch.tensor(letters.tokenizer.encode(text)).numpy()) for text in sources]
    found = decode(TorchEngine(one), given, SequenceDecoding(beam=1, max_extra=2))
    texts = [letters.tokenizer.decode_target(best.tokens) for best, *_ in found]
    expected = corpus_scores(names, sources, references, texts)
    assert {name: logged[f"val/{name}"] for name in names} == pytest.approx(expected, rel=1e-5)
    assert expected["chrf"] > 30  # four epochs teach most letters


def test_the_test_is_written_with_its_own_decoding_and_kept_in_row_order(letters, network, around, trainer):
    one, run = network(), trainer()
    task = around(one, measures=["chrf"], test_measures=["exact_match", "ter"], decoding={"beam": 4})
    run.test(task, datamodule=letters, verbose=False)
    given = [Source(torch.tensor(letters.tokenizer.encode(t)).numpy()) for t in letters.inputs("test")]
    found = decode(TorchEngine(one), given, SequenceDecoding(beam=4))
    assert list(task.outputs) == list(range(9))
    assert [task.outputs[row][0].tokens for row in range(9)] == [best.tokens for best, *_ in found]
    assert {"test/exact_match", "test/ter", "test/loss"} <= set(run.callback_metrics)
    assert "test/chrf" not in run.callback_metrics


def test_some_rows_of_a_validation_are_written_and_all_count_for_the_loss(letters, network, around, trainer):
    one, run = network(), trainer()
    task = around(one, validation_rows=5)
    run.validate(task, datamodule=letters, verbose=False)
    assert list(task.outputs) == [0, 3, 6, 9, 12]
    assert len(task.columns["nats"]) == 13


@pytest.mark.parametrize(
    ("count", "most", "expected"), [(4, None, [0, 1, 2, 3]), (3, 5, [0, 1, 2]), (9, 3, [0, 4, 8])]
)
def test_rows_are_drawn_from_the_first_to_the_last(count, most, expected):
    assert spread(range(count), most) == expected


def test_scheduled_sampling_rises_over_the_training_and_is_logged(letters, network, around, trainer):
    task, logged = around(network(), scheduled_sampling=0.5), []
    task._log_running = lambda more=None: logged.append(task.running.recent().get("teacher_forcing", 0.0))
    trainer(max_steps=40, log_every_n_steps=10, limit_val_batches=0).fit(task, datamodule=letters)
    first, *_, last = [share for share in logged if share]
    assert 0.9 < first < 1
    assert 0.5 < last < 0.7
    assert "teacher_forcing" not in around(network()).running.names


def test_a_coverage_loss_is_added_with_its_weight_and_logged_apart(letters, network, around):
    one, batch = network(coverage=1.0).eval(), letters.batches("train")[0]
    plain, covered = around(one), around(one, coverage=2.0)
    apart = covered.training_step(batch, 0) - plain.training_step(batch, 0)
    found = covered.running.epoch()
    assert found["coverage_loss"] > 0
    assert apart.item() == pytest.approx(2 * found["coverage_loss"], rel=1e-4)
    assert found["loss"] == pytest.approx(plain.running.epoch()["loss"])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"label_smoothing": 1.0}, r"label_smoothing=1.0 must be a number >= 0 and < 1"),
        ({"scheduled_sampling": -0.1}, r"scheduled_sampling=-0.1 must be a number >= 0 and <= 1"),
        ({"measures": ["blue"]}, r"measures=\['blue'\] must be a list"),
        ({"validation_rows": 0}, r"validation_rows=0 must be a whole number >= 1"),
    ],
)
def test_an_argument_out_of_range_is_refused(network, around, settings, message):
    with pytest.raises(ValueError, match=message):
        around(network(), **settings)
