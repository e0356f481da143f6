"""Calibration and n-grams at the end of whole runs on generated data."""

import csv
import io
import json
import logging
from typing import NamedTuple

import numpy as np
import pyarrow.parquet as pq
import pytest

from rnnlab.kinds.classification.tuning import tune
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.run.train.job import run

from ...run.conftest import SMALL, composed

RUN = [*SMALL["classification"], "data.train_rows=600", "data.test_rows=200", "data.validation_rows=200"]
RUN += ["model.hidden_size=8", "model.embedding_size=8", "threads=1", "trainer.enable_progress_bar=false"]
NGRAMS = ["ngrams=naive_bayes", "ngrams.strengths=[0.1,1]"]
TUNED = {"temperature", "test/ece", "test/ece_calibrated", "test/loss_calibrated"}


class Done(NamedTuple):
    """A finished run: its folder, result.json, printed lines, and what was chosen without test rows."""

    folder: RunFolder
    result: dict
    text: str
    chosen: list


def finished(folder, *overrides):
    chosen, text = [], io.StringIO()

    def blindfolded(work):
        splits = work.data._prepared.corpus.splits
        test = splits.pop("test")
        chosen.append(tune(work))
        splits["test"] = test
        return chosen[-1]

    handler, log = logging.StreamHandler(text), logging.getLogger("rnnlab")
    log.addHandler(handler)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rnnlab.kinds.classification.tuning.tune", blindfolded)
        patch.setattr(log, "level", logging.INFO)
        assert run(composed([*RUN, *overrides], folder), RunFolder(folder), [], "model") == 0
    log.removeHandler(handler)
    result = json.loads((folder / "result.json").read_text())
    return Done(RunFolder(folder), result, text.getvalue(), chosen)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return finished(tmp_path_factory.mktemp("plain") / "run", "task.calibrate=false")


@pytest.fixture(scope="module")
def tuned(tmp_path_factory):
    return finished(tmp_path_factory.mktemp("tuned") / "run", *NGRAMS)


def probabilities(folder, start="probability_"):
    table = pq.read_table(folder.predictions).to_pydict()
    labels = np.array([name == "positive" for name in table["label"]], int)
    return np.stack([table[f"{start}{name}"] for name in ("negative", "positive")], 1), labels


def loss(own, labels):
    return -np.log(own[np.arange(len(labels)), labels]).mean()


def test_a_run_reports_its_calibration_and_draws_it(tuned):
    metrics = tuned.result["metrics"]
    assert "| temperature  " in tuned.text
    assert "| test/ece_calibrated  " in tuned.text
    assert (tuned.folder.figures / "reliability.png").read_bytes().startswith(b"\x89PNG")
    own, labels = probabilities(tuned.folder)  # as they are before the temperature
    assert loss(own, labels) == pytest.approx(metrics["test/loss"], abs=1e-5)
    warm = own ** (1 / metrics["temperature"])
    warm /= warm.sum(1, keepdims=True)
    assert loss(warm, labels) == pytest.approx(metrics["test/loss_calibrated"], abs=1e-5)


def test_the_validation_after_the_training_is_no_row_of_metrics_csv(tuned):
    with tuned.folder.metrics.open() as lines:
        assert len([row for row in csv.DictReader(lines) if row["val/loss"]]) == 1


def test_calibration_and_ngrams_change_none_of_the_networks_own_figures(plain, tuned):
    more = {
        f"test/{name}_{of}" for name in ("loss", "accuracy", "macro_recall") for of in ("ngrams", "ensemble")
    }
    assert set(tuned.result["metrics"]) - set(plain.result["metrics"]) == TUNED | more
    assert {k: tuned.result["metrics"][k] for k in plain.result["metrics"]} == plain.result["metrics"]
    assert not (plain.folder.figures / "reliability.png").exists()
    assert "ngrams" not in plain.result


def test_ngrams_and_the_blend_are_told_apart_from_the_network(tuned):
    metrics, facts = tuned.result["metrics"], tuned.result["ngrams"]
    for kind in ("ngrams", "ensemble"):
        assert 0.6 < metrics[f"test/accuracy_{kind}"] <= 1  # the network has hardly begun to learn
        assert 0.6 < metrics[f"test/macro_recall_{kind}"] <= 1
    assert facts["strength"] in (0.1, 1)
    assert facts["seconds"] > 0
    assert facts["val/loss_ensemble"] <= min(facts["val/loss"], facts["val/loss_ngrams"])
    own, labels = probabilities(tuned.folder, "probability_ensemble_")
    assert own.sum(1) == pytest.approx(1.0)
    assert (own.argmax(1) == labels).mean() == pytest.approx(metrics["test/accuracy_ensemble"])
    table = pq.read_table(tuned.folder.predictions).to_pydict()
    assert table["predicted_ensemble"] == [["negative", "positive"][i] for i in own.argmax(1)]


def test_all_is_chosen_while_the_test_rows_are_not_there(tuned):
    (chosen,) = tuned.chosen
    assert chosen.temperature.value == tuned.result["metrics"]["temperature"]
    assert tuned.result["calibration"] == {**chosen.temperature._asdict(), "said": str(chosen.temperature)}
    assert f"temperature: {chosen.temperature}" in tuned.text
    assert chosen.temperature.rows == 200
    weights = [tuned.result["ngrams"][f"weight_{name}"] for name in ("network", "ngrams")]
    assert chosen.ensemble.scales.tolist() == weights


@pytest.mark.slow
def test_weights_that_are_given_are_those_of_the_blend(tuned, tmp_path):
    given = finished(tmp_path / "run", *NGRAMS, "ngrams.blend=[0.7,0.2]")
    facts = given.result["ngrams"]
    assert (facts["weight_network"], facts["weight_ngrams"]) == (0.7, 0.2)
    alone, _ = probabilities(given.folder)
    both, labels = probabilities(given.folder, "probability_ensemble_")
    assert given.result["metrics"]["test/loss_ngrams"] == tuned.result["metrics"]["test/loss_ngrams"]
    assert loss(both, labels) == pytest.approx(given.result["metrics"]["test/loss_ensemble"], abs=1e-5)
    assert loss(both, labels) != pytest.approx(tuned.result["metrics"]["test/loss_ensemble"], abs=1e-4)
    assert loss(both, labels) < loss(alone, labels)


def test_a_temperature_of_few_rows_stays_one_and_the_run_says_why(launch):
    few = ["data.train_rows=60", "data.validation_rows=20", "data.test_rows=20", "ngrams=naive_bayes"]
    small = ["model.hidden_size=4", "model.embedding_size=4", "ngrams.strengths=[0.1,1]"]
    code, folder, result = launch(*SMALL["classification"], *few, *small)
    assert code == 0
    assert result["metrics"]["temperature"] == 1.0
    assert result["metrics"]["test/ece_calibrated"] == result["metrics"]["test/ece"]
    said = "kept 1.0, as 20 validation rows are fewer than 200"
    assert result["calibration"] == {"value": 1.0, "rows": 20, "gain": None, "error": None, "said": said}
    assert said in folder.report.read_text()
    assert [result["ngrams"][f"weight_{name}"] for name in ("network", "ngrams")] == [0.5, 0.5]
    assert result["ngrams"]["kept"] == "equal weights, as 20 validation rows are fewer than 200"


@pytest.mark.slow
def test_few_batches_and_three_classes_are_enough(launch, tmp_path):
    path = tmp_path / "three.csv"
    words = {"sad": "awful rain", "calm": "quiet sea", "glad": "lovely sun"}
    lines = [f"{a} {i} {a},{c}" for i in range(60) for c, a in words.items()]
    path.write_text("\n".join(["text,label", *lines]), encoding="utf-8")
    code, _, result = launch(
        *("task=classification", "data=csv", f"data.files.train='{path}'", "ngrams=naive_bayes"),
        *("debug=fast", "task.class_weights=balanced", "model.hidden_size=8", "model.embedding_size=8"),
    )
    assert code == 0
    assert result["metrics"]["test/macro_recall_ngrams"] == 1.0
    assert result["metrics"]["test/accuracy_ensemble"] == 1.0


def test_a_class_without_train_rows_is_refused_before_the_training(launch, tmp_path):
    path = tmp_path / "two.csv"
    lines = [f"word {i} {c},{c}" for i in range(40) for c in ("bad", "good")]
    path.write_text("\n".join(["text,label", *lines]), encoding="utf-8")
    code, folder, result = launch(
        *("task=classification", "data=csv", f"data.files.train='{path}'", "ngrams=naive_bayes"),
        "data.classes=[bad,good,odd]",
    )
    assert code == 2
    assert result["error"] == (
        "ngrams=naive_bayes: each class is told from the rest, and no train row is of class odd"
    )
    assert not folder.best.exists()
