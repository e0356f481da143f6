"""Whole runs on small data: what they leave, that they repeat, and how they end when something goes wrong."""

import csv

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
import yaml

from rnnlab.tokenizer.file import load

from ..conftest import SMALL


def write_reviews(path, texts, labels):
    pq.write_table(pa.table({"text": texts, "label": labels}), path)


def test_a_classification_run_leaves_everything_in_its_folder(launch):
    code, folder, result = launch(*SMALL["classification"])
    assert code == 0
    assert result["status"] == "finished"
    for path in (folder.config, folder.overrides, folder.tokenizer, folder.metrics, folder.best, folder.last):
        assert path.is_file(), path
    assert 0 <= result["metrics"]["test/accuracy"] <= 1
    assert {"test/macro_precision", "test/macro_recall", "test/macro_f1", "val/accuracy"} <= set(
        result["metrics"]
    )
    assert (folder.figures / "confusion_matrix.png").is_file()
    assert (folder.figures / "loss.png").is_file()
    assert result["data"]["source"] == "files"
    assert result["model"]["parameters"] > 0
    assert result["tokens_per_second"] > 0
    assert set(result["versions"]) >= {"python", "torch", "pytorch-lightning"}


def test_predictions_hold_each_test_row_once_with_its_own_text(launch):
    _, folder, result = launch(*SMALL["classification"])
    table = pq.read_table(folder.predictions).to_pydict()
    assert len(table["text"]) == result["data"]["rows"]["test"]
    assert len(set(table["row"])) == len(table["row"])
    right = sum(a == b for a, b in zip(table["label"], table["predicted"], strict=True))
    assert right / len(table["label"]) == pytest.approx(result["metrics"]["test/accuracy"], abs=1e-6)
    sums = [a + b for a, b in zip(table["probability_negative"], table["probability_positive"], strict=True)]
    assert sums == pytest.approx([1.0] * len(sums), abs=1e-5)


def test_a_language_model_run_reports_both_protocols_and_writes_samples(launch):
    code, folder, result = launch(*SMALL["language_modeling"], "task.samples.length=20")
    assert code == 0
    metrics = result["metrics"]
    assert metrics["test/bits_windows"] == pytest.approx(metrics["test/nats_windows"] / 0.6931471805599453)
    assert metrics["test/nats_stream"] > 0
    assert folder.samples.read_text().count("--- temperature") == 3


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others(launch, tmp_path):
    runs = [
        launch(*SMALL["classification"], f"seed={s}", folder=tmp_path / f"{i}")
        for i, s in enumerate([1, 1, 2])
    ]
    weights = [torch.load(folder.best, weights_only=True)["state_dict"] for _, folder, _ in runs]
    assert runs[0][2]["metrics"] == runs[1][2]["metrics"]
    assert all(torch.equal(weights[0][k], weights[1][k]) for k in weights[0])
    assert not all(torch.equal(weights[0][k], weights[2][k]) for k in weights[0])


def test_the_saved_tokenizer_and_config_are_those_of_the_run(launch):
    _, folder, _ = launch(*SMALL["classification"], "tokenizer.vocab_size=20")
    tokenizer = load(folder.tokenizer)
    assert tokenizer.vocab_size <= 20
    saved = yaml.safe_load(folder.config.read_text())
    assert saved["tokenizer"]["vocab_size"] == 20
    assert "${" not in folder.config.read_text()
    assert (
        yaml.safe_load(folder.overrides.read_text())[: len(SMALL["classification"])]
        == SMALL["classification"]
    )


def test_a_resumed_run_repeats_no_epoch_and_ends_like_an_uninterrupted_one(launch, tmp_path, monkeypatch):
    choices = [*SMALL["classification"], "trainer.max_epochs=3", "trainer.log_every_n_steps=1"]
    _, whole, expected = launch(*choices, folder=tmp_path / "whole")
    import rnnlab.kinds.classification.task as module

    step = module.Classification.training_step
    calls = []

    def killed(self, batch, index):
        calls.append(index)
        if len(calls) == 5:  # in the middle of the second epoch
            raise RuntimeError("killed")
        return step(self, batch, index)

    monkeypatch.setattr(module.Classification, "training_step", killed)
    code, part, result = launch(*choices, folder=tmp_path / "part")
    assert (code, result["status"], result["error"]) == (1, "failed", "RuntimeError: killed")
    monkeypatch.setattr(module.Classification, "training_step", step)
    code, part, result = launch(*choices, folder=tmp_path / "part")
    assert (code, result["status"], result["starts"]) == (0, "finished", 2)
    assert rows(part.metrics) == rows(whole.metrics)
    assert result["metrics"] == pytest.approx(expected["metrics"])
    a, b = (torch.load(f.last, weights_only=True)["state_dict"] for f in (whole, part))
    assert all(torch.equal(a[k], b[k]) for k in a)


def rows(path):
    with path.open() as lines:
        table = list(csv.DictReader(lines))
    return [(row["epoch"], row["step"], row.get("train/loss"), row.get("val/loss")) for row in table]


DATA_ERRORS = {
    "missing split": (["data=imdb"], "test.parquet"),
    "missing column": (["data=imdb", "data.text_column=txt"], "did you mean text?"),
    "label outside the classes": (["data=imdb", "data.classes=[only]"], "label"),
}


@pytest.mark.parametrize(("overrides", "part"), DATA_ERRORS.values(), ids=DATA_ERRORS)
def test_bad_data_is_one_error_with_exit_code_2(launch, tmp_path, caplog, overrides, part):
    folder = tmp_path / "data" / "imdb"
    folder.mkdir(parents=True)
    texts = [f"review number {i} was fine" for i in range(40)]
    write_reviews(folder / "train.parquet", texts, [i % 2 for i in range(40)])
    if "test" not in part:
        write_reviews(folder / "test.parquet", texts, [i % 2 for i in range(40)])
    code, _, result = launch("task=imdb", *overrides, data_dir=tmp_path / "data")
    assert code == 2
    assert result["status"] == "failed"
    assert part in result["error"]
    assert "data." in caplog.text


def test_a_train_split_of_one_class_is_refused(launch, tmp_path):
    folder = tmp_path / "data" / "imdb"
    folder.mkdir(parents=True)
    for split in ("train", "test"):
        write_reviews(folder / f"{split}.parquet", [f"text {i}" for i in range(40)], [1] * 40)
    code, _, result = launch("task=imdb", "data=imdb", data_dir=tmp_path / "data")
    assert code == 2
    assert "class" in result["error"]


TEXT_ERRORS = {
    "an empty file": (b"", "is empty"),
    "bytes that are not UTF-8": (b"To be, or not \xff\xfe to be" * 100, "UTF-8"),
    "a text too short for one window": (b"Short.", "data."),
}


@pytest.mark.parametrize(("content", "part"), TEXT_ERRORS.values(), ids=TEXT_ERRORS)
def test_a_bad_text_is_one_error_with_exit_code_2(launch, tmp_path, content, part):
    path = tmp_path / "mine.txt"
    path.write_bytes(content)
    code, _, result = launch(
        "task=language_modeling",
        "data=textfile",
        f"data.files.train='{path}'",
        "tokenizer=char",
        "model=lstm",
    )
    assert code == 2
    assert part in result["error"]


def test_no_source_in_reach_says_what_was_tried_and_what_to_do(launch, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("rnnlab.data.source.SOURCES", ("files", "hub"))
    code, _, result = launch("task=imdb", "data=imdb", data_dir=tmp_path / "nothing")
    assert code == 2
    for part in ("data.source=auto", "tried files", "tried hub", "what to do", "RNNLAB_DATA_DIR"):
        assert part in result["error"]


@pytest.mark.skipif(torch.cuda.is_available(), reason="needs a machine without a GPU")
def test_a_gpu_that_is_not_there_is_refused_before_data_are_read(launch):
    code, _, result = launch(*SMALL["classification"], "trainer=gpu")
    assert code == 2
    assert result["error"].startswith("trainer=gpu: this machine has no gpu")
    assert "data" not in result


def test_a_task_refuses_data_of_the_other_kind(launch):
    code, _, result = launch("task=imdb", "data=synthetic_brackets")
    assert code == 2
    assert "needs labelled texts" in result["error"]
