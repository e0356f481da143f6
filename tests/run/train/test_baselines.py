"""A run's baselines: the same rows and metrics as the network, in result.json and in the table."""

import csv
from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.metrics import f1_score

from rnnlab.kinds.baselines import LeftOut
from rnnlab.kinds.classification.baselines import LinearNgrams, MajorityClass
from rnnlab.kinds.classification.ngrams.naive_bayes import Labelled, NaiveBayesNgrams
from rnnlab.kinds.classification.scores import Scored
from rnnlab.kinds.work import Work
from rnnlab.report.tables import run_table
from rnnlab.run.build.assemble import build_data
from rnnlab.run.train.baselines import to_log
from rnnlab.run.train.command import without_hydra

from ..conftest import SMALL, composed

FEW = ["data.train_rows=300", "data.validation_rows=60", "data.test_rows=80", "model.hidden_size=4"]
CLASSIFY = [*SMALL["classification"], *FEW, "report=false"]
LANGUAGE = [*SMALL["language_modeling"], "model=lstm", "model.hidden_size=4", "report=false"]
LANGUAGE += ["trainer.limit_train_batches=3", "task.samples.length=10"]


def logged(folder):
    with folder.metrics.open() as file:
        rows = list(csv.DictReader(file))
    return [{k: v for k, v in row.items() if "per_second" not in k} for row in rows]


def test_a_classifier_has_two_beside_it(launch):
    code, folder, result = launch(*CLASSIFY)
    assert code == 0
    found = result["baselines"]
    assert list(found) == ["majority class", "linear n-grams"]
    network = set(result["metrics"])
    for entry in found.values():
        assert {"test/accuracy", "test/macro_f1", "test/loss"} <= set(entry["metrics"]) <= network
        assert entry["judged_by"] == "test/accuracy"
    assert found["linear n-grams"]["metrics"]["test/accuracy"] > result["metrics"]["test/accuracy"]
    table = run_table(result, folder.path)
    assert "| majority class | linear n-grams |" in table
    assert "\nworse than linear n-grams: accuracy " in table


def test_the_majority_class_by_hand(launch):
    _, _, result = launch(*CLASSIFY, "trainer.limit_test_batches=1", "data.batch_size=4")
    figures = result["baselines"]["majority class"]["metrics"]
    assert result["limited"]["test"]["read"] == 16  # four times a training batch
    counts = result["data"]["class_counts"]
    assert figures["test/accuracy"] * 16 == pytest.approx(round(figures["test/accuracy"] * 16))
    assert figures["test/macro_recall"] == pytest.approx(1 / len(counts))


class Task:
    """What a baseline asks of a tested classifier."""

    prior_shift = None

    def __init__(self, data, rows):
        labels = torch.from_numpy(data.encoded("test").labels[rows])
        self.scored = Scored(torch.from_numpy(rows), labels, torch.zeros(len(rows), 2))


def after_test(tmp_path, rows, *overrides):
    """The work of a run whose network has been tested on these rows."""
    cfg = without_hydra(composed([*CLASSIFY, *overrides], tmp_path / "run"))
    data = build_data(cfg)
    data.prepare()
    return Work(cfg, None, None, data, {}, task=Task(data, np.asarray(rows)))


def test_linear_n_grams_read_the_rows_of_the_network(tmp_path):
    rows = [1, 4, 7, 8, 20, 33]
    work = after_test(tmp_path, rows)
    inputs, whole = LinearNgrams().read(work), work.data.encoded("test")
    assert np.array_equal(inputs.test.labels, whole.labels[rows])
    offsets = inputs.test.texts.offsets
    for number, row in enumerate(rows):
        expected = whole.ids[whole.offsets[row] : whole.offsets[row + 1]]
        assert np.array_equal(inputs.test.texts.ids[offsets[number] : offsets[number + 1]], expected)


def test_figures_are_those_of_scikit_learn(tmp_path):
    work = after_test(tmp_path, np.arange(80))
    labels = work.task.scored.labels.numpy()
    most = int(np.argmax(work.data.class_counts))
    majority = MajorityClass()
    found = majority.measure(majority.read(work)).metrics
    assert found["macro_f1"] == pytest.approx(f1_score(labels, np.full(80, most), average="macro"))
    linear = LinearNgrams()
    inputs = linear.read(work)
    model = NaiveBayesNgrams(longest=2)
    model.fit(Labelled(*inputs.train), Labelled(*inputs.validation), inputs.vocab_size, [1.0, 1.0])
    predicted = model.log_probabilities(inputs.test.texts).argmax(1).numpy()
    found = linear.measure(inputs).metrics
    assert found["accuracy"] == pytest.approx((predicted == labels).mean())
    assert found["macro_f1"] == pytest.approx(f1_score(labels, predicted, average="macro"))


def test_the_classes_weigh_as_in_the_training_of_the_network(tmp_path):
    work = after_test(tmp_path, [0], "task.sampling=balanced")
    counts = work.data.class_counts
    expected = [sum(counts) / (len(counts) * count) for count in counts]
    assert LinearNgrams().read(work).class_weights == pytest.approx(expected)
    work.settings.task.sampling = "natural"
    assert LinearNgrams().read(work).class_weights == [1.0, 1.0]
    work.settings.task.class_weights = [1.0, 3.0]
    assert LinearNgrams().read(work).class_weights == [1.0, 3.0]


def test_what_linear_n_grams_cannot_learn_is_left_out(tmp_path, monkeypatch):
    work = after_test(tmp_path, [0])
    monkeypatch.setattr("rnnlab.kinds.classification.baselines.MOST_TOKENS", 10)
    with pytest.raises(LeftOut, match=r"train tokens are more than 10"):
        LinearNgrams().read(work)
    monkeypatch.undo()
    work.data.class_counts = [300, 0]
    with pytest.raises(LeftOut, match="1 of 2 classes have no train row"):
        LinearNgrams().read(work)
    with pytest.raises(LeftOut, match="data of the class Own are no encoded texts"):
        LinearNgrams().read(replace(work, data=type("Own", (), {})()))


def test_a_language_model_has_an_n_gram_model_beside_it(launch):
    code, _, result = launch(*LANGUAGE)
    assert code == 0
    (name,) = result["baselines"]
    entry = result["baselines"][name]
    assert name == "Kneser-Ney n-grams"
    assert entry["judged_by"] == "test/nats_windows"
    assert {"test/perplexity_windows", "test/bits_stream"} <= set(entry["metrics"]) <= set(result["metrics"])
    assert entry["chosen"]["order"] >= 2
    assert entry["metrics"]["test/nats_windows"] < result["metrics"]["test/nats_windows"]


def test_they_can_be_left_out_and_change_nothing_of_the_network(launch, tmp_path):
    _, with_them, result = launch(*CLASSIFY, folder=tmp_path / "with")
    _, without, plain = launch(*CLASSIFY, "baselines=false", folder=tmp_path / "without")
    assert "baselines" not in plain
    assert plain["metrics"] == result["metrics"]
    assert logged(without) == logged(with_them)
    again = launch(*CLASSIFY, folder=tmp_path / "again")[2]["baselines"]
    assert all(entry["cached"] for entry in again.values())
    assert {n: e["metrics"] for n, e in again.items()} == {
        n: e["metrics"] for n, e in result["baselines"].items()
    }


def test_where_nothing_is_tested_there_is_nothing_to_compare(launch):
    code, _, result = launch(*CLASSIFY, "trainer.limit_test_batches=0")
    assert code == 0
    assert "baselines" not in result


def test_loggers_get_them_under_names_of_their_own():
    found = {"majority class": {"metrics": {"test/loss": 0.7}}, "linear n-grams": {"left_out": "no text"}}
    assert to_log(found) == {"baseline/majority_class/test/loss": 0.7}


@pytest.mark.parametrize("debug", ["fast", "overfit", "profile"])
def test_a_debugging_run_has_none(tmp_path, debug):
    assert composed([f"debug={debug}"], tmp_path / "run").baselines is False
