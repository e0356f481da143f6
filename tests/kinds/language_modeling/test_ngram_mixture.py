"""The network mixed with n-grams: both give probabilities of their own, the validation chooses the weight."""

import numpy as np
import pytest
import torch
from omegaconf import OmegaConf

from rnnlab.data.language_modeling import LanguageModelingData
from rnnlab.kinds.language_modeling import ngram_mixture as module
from rnnlab.kinds.language_modeling.kneser_ney import KneserNey
from rnnlab.kinds.language_modeling.ngram_mixture import Chances, best_weight, ngram_mixture
from rnnlab.kinds.language_modeling.task import LanguageModeling
from rnnlab.kinds.language_modeling.token_loss import TokenLoss, real_targets
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.language_model import LanguageModel
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import CharTokenizer

SETTINGS = OmegaConf.create({"enabled": True, "validation_tokens": 300})
WRITTEN = {f"test/{n}_mixed_{p}" for n in ("nats", "bits", "perplexity") for p in ("windows", "stream")}


@pytest.fixture
def data(tmp_path):
    text = "".join(f"line {n} of {n * 7 % 13} and {n * n % 17}\n" for n in range(200))
    (tmp_path / "train.txt").write_text(text)
    made = LanguageModelingData(
        *("mine", {"train": "train.txt"}, None, None, CharTokenizer(), Cleaner({})),
        data_dir=tmp_path,
        cache_dir=tmp_path / "cache",
        batch_size=2,
        eval_window=20,
        test_fraction=0.1,
        workers=1,
    )
    made.prepare()
    return made


@pytest.fixture
def task(data):
    torch.manual_seed(0)
    network = LanguageModel(data.tokenizer.vocab_size, 8, RecurrentEncoder("gru", 8, 8))
    return LanguageModeling(network, lambda named: torch.optim.SGD([p for _, p in named], 0.1), None)


def test_the_network_alone_has_the_loss_of_the_test(data, task):
    nats = TokenLoss()
    for batch in data.splits()["test"]:
        nats.add(task.logits_of(batch).logits, real_targets(batch.targets, batch.lengths))
    model = KneserNey(data.tokenizer.vocab_size)
    model.fit(module.reading_order(data.encoded("train"), False), module.evaluated(data, "validation", 1))
    found = module.chances(task, model, data.splits()["test"])
    assert found.nats(1.0) == pytest.approx(nats.nats / nats.tokens, rel=1e-6)
    assert found.nats(0.0) == pytest.approx(model.nats(module.evaluated(data, "test", 1)))
    stream = module.chances(task, model, data.stream_dataloader("test"))
    expected = task.evaluate_stream(data.stream_dataloader("test"))["test/nats_stream"]
    assert stream.nats(1.0) == pytest.approx(expected, rel=1e-6)


def test_the_weight_is_that_of_the_least_loss_on_the_first_tokens():
    good, bad = np.full(50, 0.9), np.full(50, 0.1)
    first_good = Chances(np.append(good, bad), np.append(bad, good))
    assert (best_weight(first_good, 50), best_weight(first_good, 100)) == (1.0, 0.5)
    assert first_good.nats(0.5) == pytest.approx(-np.log(0.5))


def test_a_mixture_is_at_least_as_good_as_its_better_part_and_says_what_it_chose(data, task):
    outputs = ngram_mixture(SETTINGS, task, data)
    assert set(outputs.metrics) == WRITTEN
    facts = outputs.facts["ngram_mixture"]
    assert facts["validation_tokens"] == 300
    assert facts["network_weight"] < 0.5  # a network that has learned nothing
    alone = task.evaluate_stream(data.stream_dataloader("test"))["test/nats_stream"]
    assert outputs.metrics["test/nats_mixed_stream"] < alone
    assert not task.network.training or task.training


def test_a_train_text_that_is_too_long_is_told(data, task, monkeypatch, caplog):
    monkeypatch.setattr(module, "MOST_TOKENS", 100)
    assert ngram_mixture(SETTINGS, task, data).metrics == {}
    assert "n-gram mixture left out" in caplog.text


def test_a_run_that_asks_for_it_reports_it_apart(launch):
    small = ["trainer.limit_train_batches=2", "data.train_characters=9000", "data.test_characters=600"]
    small += ["data.validation_characters=600", "task.samples.length=3", "model.hidden_size=8"]
    code, _, result = launch(
        *("task=shakespeare", "data=synthetic_brackets", "trainer.max_epochs=1", *small),
        *("task.ngram_mixture.enabled=true", "task.ngram_mixture.validation_tokens=200"),
    )
    assert code == 0
    assert set(result["metrics"]) >= WRITTEN
    assert result["metrics"]["test/nats_mixed_windows"] < result["metrics"]["test/nats_windows"]
    assert 0 <= result["ngram_mixture"]["network_weight"] <= 1
