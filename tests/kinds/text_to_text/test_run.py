"""Whole runs on small pairs: what they leave, what they are asked, and how they go on."""

from __future__ import annotations

import json
import os
import random
import signal

import pyarrow.parquet as pq
import pytest
import torch

from rnnlab.cli import main
from rnnlab.evaluation.sequence.measures import corpus_scores
from rnnlab.kinds.text_to_text import task as module
from rnnlab.run.folder.open_run import OpenRun

ENGLISH = ("one", "two", "three", "four", "five", "six", "seven", "eight")
GERMAN = ("eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht")
NUMBERS = dict(zip(ENGLISH, GERMAN, strict=True))
SMALL = [
    "task=text_to_text",
    "tokenizer=word",
    "tokenizer.lowercase=false",
    "model=gru",
    "model.hidden_size=24",
    "model.embedding_size=16",
    "data.batch_size=16",
    "optimizer.lr=0.02",
    "callback.average.decay=0.9",
    "trainer.max_epochs=3",
    "task.decoding.beam=3",
    "report=false",
    "trainer.log_every_n_steps=1",
]


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    """A file of pairs: English numbers and the same in German, each backwards."""
    draw, path = random.Random(0), tmp_path_factory.mktemp("pairs") / "pairs.tsv"
    rows = ["source\ttarget"]
    for _ in range(300):
        words = draw.choices(list(NUMBERS), k=draw.randint(1, 5))
        rows.append(f"{' '.join(words)}\t{' '.join(NUMBERS[word] for word in reversed(words))}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def trained(launch, pairs, tmp_path):
    def train(*overrides, folder=None):
        return launch(*SMALL, f"data.files.train={pairs}", *overrides, folder=folder or tmp_path / "run")

    return train


@pytest.fixture(scope="module")
def run(train_run, pairs, tmp_path_factory):
    """A finished run, to be read and not changed."""
    folder = tmp_path_factory.mktemp("text_to_text") / "run"
    return train_run(folder, *SMALL, f"data.files.train={pairs}", "trainer.max_epochs=12")


def result_of(folder):
    return json.loads((folder / "result.json").read_text())


def rows_of(folder):
    return pq.read_table(folder / "predictions.parquet").to_pydict()


def test_the_test_is_measured_on_the_outputs_that_it_leaves(run):
    rows, result = rows_of(run), result_of(run)
    assert list(rows) == ["row", "source", "label", "predicted", "score"]
    assert rows["row"] == list(range(30))
    found = corpus_scores(["bleu", "ter"], rows["source"], rows["label"], rows["predicted"])
    metrics = result["metrics"]
    assert {name: metrics[f"test/{name}"] for name in found} == pytest.approx(found, rel=1e-5)
    assert found["bleu"] > 50
    assert result["signatures"]["bleu"].startswith("nrefs:1|case:mixed|")
    assert metrics["val/bleu"] > 50
    assert set(result["baselines"]) == {"copied source", "nearest train source", "first words"}


def test_the_length_penalty_is_chosen_on_the_validation_and_kept(run):
    result = result_of(run)
    tried = {one["alpha"]: one["bleu"] for one in result["decoding_choice"]}
    assert list(tried) == [0.0, 0.4, 0.7, 1.0, 1.3, 1.6, 2.0]
    assert tried[result["decoding"]["alpha"]] == max(tried.values())
    assert result["decoding"]["beam"] == 3


def test_a_run_answers_as_its_test_was_written(run):
    rows, opened = rows_of(run), OpenRun(run_folder(run))
    found = opened.predict(rows["source"])
    assert [one["predicted"] for one in found] == rows["predicted"]
    assert [one["score"] for one in found] == pytest.approx(rows["score"], rel=1e-4)
    best, *others = opened.predict("one two", beam=4, nbest=4)[0]["alternatives"]
    assert len(others) == 3
    assert best["score"] >= others[0]["score"]


def run_folder(path):
    from rnnlab.run.folder.run_folder import RunFolder

    return RunFolder(path)


def test_typed_texts_have_a_row_for_each_alternative(run, capsys):
    assert main(["predict", str(run), "one two", "three", "--beam", "4", "--nbest", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split("|")[1:4] == [" text    ", *lines[0].split("|")[2:4]]
    assert [line.split("|")[1].strip() for line in lines[2:]] == ["one two", "", "three", ""]


def test_files_have_a_column_for_each_alternative(run, tmp_path, capsys):
    (tmp_path / "in.txt").write_text("one two\n\nthree\n")
    options = ["--input", str(tmp_path / "in.txt"), "--output", str(tmp_path / "out.jsonl"), "--nbest", "2"]
    assert main(["predict", str(run), *options]) == 0
    found = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert list(found[0]) == ["row", "text", "predicted", "score", "predicted_2", "score_2", "note"]
    assert [one["note"] for one in found] == ["", "empty text", ""]
    assert "1 empty text; the first is row 2" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--beam", "0"], "--beam=0: must be a whole number >= 1"),
        (["--beam", "2", "--nbest", "3"], "--nbest=3: must be at most --beam, 2"),
        (["--length-penalty", "mean"], "--length-penalty=mean: must be one of none, average, gnmt"),
        (["--top-p", "0.9"], "--top-p=0.9: needs --temperature above 0"),
        (["--ngrams"], "--ngrams=True: is no option of a text-to-text model"),
    ],
)
def test_an_option_that_cannot_work_is_refused_in_one_line(run, capsys, options, message):
    assert main(["predict", str(run), "one", *options]) == 2
    assert capsys.readouterr().err.startswith(f"error: {message}")


def test_samples_are_repeatable_by_their_seed(run):
    opened = OpenRun(run_folder(run))
    drawn = [
        opened.predict(["one two three"], temperature=2.0, seed=seed)[0]["predicted"] for seed in (1, 1, 2)
    ]
    assert drawn[0] == drawn[1] != drawn[2]


def evaluated(run, tmp_path, *options):
    assert main(["evaluate", str(run), "--bootstrap", "50", "--output", str(tmp_path / "out"), *options]) == 0
    return json.loads((tmp_path / "out/metrics.json").read_text())


def test_an_evaluation_has_intervals_groups_and_baselines(run, tmp_path, capsys):
    found = evaluated(run, tmp_path)
    bleu = found["metrics"]["bleu"]
    assert bleu["value"] == pytest.approx(result_of(run)["metrics"]["test/bleu"], rel=1e-5)
    assert bleu["low"] <= bleu["value"] <= bleu["high"]
    by_length = found["by"]["source tokens"]
    assert sum(one["rows"] for one in by_length) == found["rows"] == 30
    printed = capsys.readouterr().out
    assert "copied source" in printed
    assert "source tokens" in printed
    assert "run minus copied source, paired" in printed
    assert found["margins"]["metrics"]["bleu"]["low"] > 0


def test_a_file_of_pairs_and_two_parallel_files_measure_the_same(run, tmp_path):
    rows = rows_of(run)
    table = "".join(f"{a}\t{b}\n" for a, b in zip(rows["source"], rows["label"], strict=True))
    (tmp_path / "pairs.tsv").write_text(f"source\ttarget\n{table}")
    for name, column in (("test.en", "source"), ("test.de", "label")):
        (tmp_path / name).write_text("".join(f"{text}\n" for text in rows[column]))
    one = evaluated(run, tmp_path, "--path", str(tmp_path / "pairs.tsv"))
    parallel = ["--path", str(tmp_path / "test.en"), "--target-path", str(tmp_path / "test.de")]
    other = evaluated(run, tmp_path, *parallel)
    assert one["metrics"] == other["metrics"]
    assert one["metrics"]["bleu"]["value"] == pytest.approx(result_of(run)["metrics"]["test/bleu"], rel=1e-5)


def test_parallel_files_of_other_lengths_are_refused_with_both_counts(run, tmp_path, capsys):
    (tmp_path / "test.en").write_text("one\ntwo\n")
    (tmp_path / "test.de").write_text("eins\n")
    files = ["--path", str(tmp_path / "test.en"), "--target-path", str(tmp_path / "test.de")]
    assert main(["evaluate", str(run), *files]) == 2
    error = capsys.readouterr().err
    assert "test.en has 2" in error
    assert "test.de has 1" in error


def test_targets_apart_are_refused_where_a_run_writes_no_texts(classifier_run, tmp_path, capsys):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("one\n")
    files = ["--path", str(tmp_path / "a.txt"), "--target-path", str(tmp_path / "b.txt")]
    assert main(["evaluate", str(classifier_run), *files]) == 2
    assert "--target-path" in capsys.readouterr().err


def test_generate_says_what_there_is(run, capsys):
    assert main(["generate", str(run)]) == 2
    error = capsys.readouterr().err
    assert "is a text-to-text model's: it has no rnnlab generate" in error


def test_two_runs_are_compared_on_the_sentences_of_both(run, trained, tmp_path, capsys):
    _, other, result = trained("trainer.max_epochs=1")
    assert main(["compare", str(run), str(other.path), "--bootstrap", "200", "--json"]) == 0
    apart = json.loads(capsys.readouterr().out)["significance"]["bootstrap"]["bleu"]
    expected = result["metrics"]["test/bleu"] - result_of(run)["metrics"]["test/bleu"]
    assert apart["value"] == pytest.approx(expected, rel=1e-4)
    assert apart["high"] < 0
    assert apart["p"] < 0.05
    assert main(["compare", str(run), str(other.path), "--bootstrap", "200"]) == 0
    assert "A is better by chrf" in capsys.readouterr().out


def stop_at(monkeypatch, number):
    step, calls = module.TextToText.training_step, []

    def stopping(self, batch, index):
        calls.append(index)
        if len(calls) == number:
            os.kill(os.getpid(), signal.SIGTERM)
        return step(self, batch, index)

    monkeypatch.setattr(module.TextToText, "training_step", stopping)


def test_a_run_that_is_stopped_in_mid_epoch_goes_on_to_the_last_bit(trained, tmp_path, monkeypatch):
    choices = ["task.scheduled_sampling=0.5", "trainer.max_epochs=2"]
    _, whole, expected = trained(*choices, folder=tmp_path / "whole")
    with monkeypatch.context() as patch:
        stop_at(patch, 20)
        code, folder, result = trained(*choices, folder=tmp_path / "stopped")
    assert (code, result["status"]) == (143, "preempted")
    code, folder, result = trained(*choices, folder=tmp_path / "stopped")
    assert (code, result["starts"]) == (0, 2)
    assert result["metrics"] == expected["metrics"]
    for name in ("best", "last"):
        mine, theirs = (
            torch.load(getattr(each, name), weights_only=True)["state_dict"] for each in (folder, whole)
        )
        torch.testing.assert_close(mine, theirs, rtol=0, atol=0)
    assert rows_of(folder.path) == rows_of(whole.path)


@pytest.mark.parametrize(
    "choices",
    [
        ["decoder=bahdanau"],
        ["decoder=pointer", "decoder.coverage=0.5"],
        ["decoder=none"],
        ["model.members=2"],
        ["task.decoding.replace_unknown=true", "task.decoding.no_repeat=2"],
    ],
)
def test_every_choice_trains_answers_and_is_opened_again(trained, choices):
    code, folder, result = trained(*choices, "data.shared_vocabulary=true", "trainer.max_epochs=1")
    assert (code, result["status"]) == (0, "finished")
    rows, opened = rows_of(folder.path), OpenRun(folder)
    assert [one["predicted"] for one in opened.predict(rows["source"])] == rows["predicted"]


def test_similarity_is_measured_and_kept_for_each_row(trained):
    names = "[bleu,similarity_train_vectors]"
    _, folder, result = trained(f"task.test_measures={names}", "trainer.max_epochs=1")
    rows = rows_of(folder.path)
    mean = sum(rows["similarity_train_vectors"]) / len(rows["row"])
    assert result["metrics"]["test/similarity_train_vectors"] == pytest.approx(mean, rel=1e-5)


def test_explain_shows_where_each_output_token_looks(run, tmp_path, capsys):
    page = tmp_path / "attention.html"
    assert main(["explain", str(run), "one two three", "--html", str(page)]) == 0
    said = capsys.readouterr().out
    assert "attention, output by source" in said
    assert "<end>" in said
    assert page.read_text(encoding="utf-8").count('<th scope="col">') >= 3
    assert (
        main(["explain", str(run), "one two", "--class", "zwei eins", "--method", "occlusion", "--json"]) == 0
    )
    found = json.loads(capsys.readouterr().out)["explanations"][0]
    assert found["outputs"] == ["zwei", "eins", "<end>"]
    assert main(["explain", str(run), "one two", "--method", "surprisal"]) == 2
    assert "it has attention, occlusion" in capsys.readouterr().err


def test_the_report_has_the_outputs_and_the_attention_of_test_rows(run, tmp_path, capsys):
    page = tmp_path / "report.html"
    assert main(["report", str(run), "--output", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert text.count('aria-label="row ') == 12  # six pictures, each in a part that scrolls
    for said in ("Worst outputs", "BLEU by source length", "nrefs:1|case:mixed"):
        assert said in text
