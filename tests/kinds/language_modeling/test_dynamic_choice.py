"""Dynamic evaluation at the end of a run: its own figures, chosen on the validation text."""

import pytest
import torch
from omegaconf import OmegaConf

from rnnlab.data.language_modeling import LanguageModelingData
from rnnlab.kinds.language_modeling.dynamic_choice import dynamic_evaluation
from rnnlab.kinds.language_modeling.dynamic_evaluation import (
    Adaptation,
    dynamic_nats,
    gradient_roots,
    segments_of,
)
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.language_model import LanguageModel
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import CharTokenizer

SETTINGS = {"rule": "rms", "learning_rates": [1e9, 1e-3], "decays": [0.0, 0.1], "epsilon": 1e-3}
SETTINGS |= {"segment": 10, "training_segments": 5, "validation_segments": 8}


@pytest.fixture
def data(tmp_path):
    text = "".join(f"line {n} of the text\n" for n in range(200))
    (tmp_path / "train.txt").write_text(text)
    files = {"train": "train.txt"}
    made = LanguageModelingData(
        *("mine", files, None, None, CharTokenizer(), Cleaner({})),
        data_dir=tmp_path,
        cache_dir=tmp_path / "cache",
        batch_size=2,
        test_fraction=0.1,
        workers=1,
    )
    made.prepare()
    return made


def test_the_best_of_the_validation_is_tested_and_nothing_else_changes(data):
    torch.manual_seed(0)
    network = LanguageModel(data.tokenizer.vocab_size, 8, RecurrentEncoder("gru", 8, 8))
    before = {name: value.clone() for name, value in network.state_dict().items()}
    dynamic = dynamic_evaluation(OmegaConf.create(SETTINGS), network, data)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert set(dynamic.metrics) == {f"test/{n}_dynamic" for n in ("nats", "bits", "perplexity", "accuracy")}

    def segments(split: str, most: int = -1):
        return segments_of(data.stream_dataloader(split), 10, torch.device("cpu"), most)

    roots = gradient_roots(network, segments("train", 5))
    tried = {}
    for decay in (0.0, 0.1):
        tried[decay] = dynamic_nats(
            network, segments("validation", 8), Adaptation("rms", 1e-3, decay, 1e-3), roots
        )
    decay = min(tried, key=lambda d: tried[d].nats)
    assert (dynamic.chosen["learning_rate"], dynamic.chosen["decay"]) == (1e-3, decay)
    test = dynamic_nats(network, segments("test"), Adaptation("rms", 1e-3, decay, 1e-3), roots)
    assert dynamic.metrics["test/nats_dynamic"] == pytest.approx(test.nats / test.tokens)
    assert test.tokens == len(data.encoded("test").ids) - 1


def test_a_run_that_asks_for_it_reports_it_apart(launch):
    small = ["trainer.limit_train_batches=2", "data.train_characters=9000", "data.test_characters=600"]
    small += ["data.validation_characters=600", "task.samples.length=3", "model.hidden_size=8"]
    small += ["task.dynamic_evaluation.enabled=true", "task.dynamic_evaluation.learning_rates=[1e-3]"]
    small += ["task.dynamic_evaluation.decays=[0.01]", "task.activation_regularization=1"]
    code, _, result = launch("task=shakespeare", "data=synthetic_brackets", "trainer.max_epochs=1", *small)
    assert code == 0
    metrics = result["metrics"]
    assert metrics["test/nats_dynamic"] < metrics["test/nats_stream"]
    assert result["dynamic_evaluation"]["learning_rate"] == 1e-3
