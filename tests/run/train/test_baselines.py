"""A run's baselines: the same rows and metrics as the network, in result.json and in the table."""

import csv

import numpy as np
import pytest
from sklearn.metrics import f1_score

from rnnlab.kinds.classification.baselines import BASELINES, LinearNgrams
from rnnlab.kinds.classification.baselines import tested_rows as rows_that_are_tested
from rnnlab.report.tables import run_table
from rnnlab.run.build.assemble import build_data
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


def test_linear_n_grams_are_tested_on_the_rows_of_the_network(tmp_path):
    cfg = without_hydra(composed(CLASSIFY, tmp_path / "run"))
    data = build_data(cfg)
    data.prepare()
    data.limits.wanted["test"] = 2
    rows = rows_that_are_tested(data, 1)
    batches = list(data.test_dataloader())
    assert sorted(row for batch in batches for row in batch.rows.tolist()) == rows.tolist()

    class Task:
        class_weights = prior_shift = None

    inputs = LinearNgrams().read(data, Task(), 1)
    labels = data.encoded("test").labels[rows]
    assert np.array_equal(inputs.test.labels, labels)
    offsets = inputs.test.texts.offsets
    for number, row in enumerate(rows[:5]):
        whole = data.encoded("test")
        expected = whole.ids[whole.offsets[row] : whole.offsets[row + 1]]
        assert np.array_equal(inputs.test.texts.ids[offsets[number] : offsets[number + 1]], expected)
    for baseline in BASELINES:
        figures = baseline.measure(baseline.read(data, Task(), 1)).metrics
        assert 0 <= figures["accuracy"] <= 1
    most = int(np.argmax(data.class_counts))
    majority = BASELINES[0].measure(BASELINES[0].read(data, Task(), 1)).metrics
    expected = f1_score(labels, np.full(len(labels), most), average="macro")
    assert majority["macro_f1"] == pytest.approx(expected)


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


def test_a_balanced_training_weighs_the_classes(tmp_path):
    cfg = without_hydra(composed([*CLASSIFY, "task.sampling=balanced"], tmp_path / "run"))
    data = build_data(cfg)
    data.prepare()

    class Task:
        class_weights = prior_shift = None

    counts = data.class_counts
    expected = [sum(counts) / (len(counts) * count) for count in counts]
    assert LinearNgrams().read(data, Task(), 1).class_weights == pytest.approx(expected)


@pytest.mark.parametrize("debug", ["fast", "overfit", "profile"])
def test_a_debugging_run_has_none(tmp_path, debug):
    assert composed([f"debug={debug}"], tmp_path / "run").baselines is False
