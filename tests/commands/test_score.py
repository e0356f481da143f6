"""`rnnlab score`, called in this process."""

import json
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sacrebleu
from sklearn.metrics import accuracy_score, f1_score, log_loss, recall_score

from rnnlab.cli import main

PREDICTED = ["the cat sat down", "it rained all day", "he was here"]
REFERENCES = ["the cat sat", "it rained all the day", "he was here"]
SECOND = ["a cat sat down", "rain all day", "he has been here"]
LABELS = ["pos", "neg", "neutral", "pos", "neg", "pos", "neg", "neutral"]
SAID = ["pos", "neg", "pos", "pos", "neutral", "pos", "neg", "neutral"]
BETTER = ["pos", "neg", "neutral", "pos", "neg", "pos", "neg", "pos"]


@pytest.fixture
def files(tmp_path, monkeypatch):
    """files(name=lines, ...) writes text files in the working folder."""
    monkeypatch.chdir(tmp_path)

    def write(**lines):
        for name, texts in lines.items():
            (tmp_path / f"{name}.txt").write_text("".join(f"{text}\n" for text in texts))

    return write


def found(capsys, *arguments):
    assert main(["score", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys, *arguments):
    assert main(["score", *arguments]) == 2
    return capsys.readouterr().err


def test_texts_have_the_scores_of_the_libraries_with_intervals(files, capsys):
    files(a=PREDICTED, b=REFERENCES)
    results = found(capsys, "--predictions", "a.txt", "--references", "b.txt")
    assert (results["rows"], results["rows_are"], results["bootstrap"]) == (3, "texts", 1000)
    scores = results["scores"]
    assert scores["bleu"]["value"] == sacrebleu.corpus_bleu(PREDICTED, [REFERENCES]).score
    assert scores["exact_match"]["value"] == pytest.approx(1 / 3)
    assert scores["word_error_rate"]["value"] == pytest.approx(100 * (1 + 1 + 0) / (3 + 5 + 3))
    assert scores["edit_distance"]["value"] == pytest.approx((5 + 4 + 0) / 3)
    assert all(one["low"] <= one["value"] <= one["high"] for one in scores.values())
    assert results["signatures"]["bleu"].startswith("nrefs:1|case:mixed")


def test_the_printed_table_says_what_is_better(files, capsys):
    files(a=PREDICTED, b=REFERENCES)
    assert main(["score", "--predictions", "a.txt", "--references", "b.txt", "--examples", "1"]) == 0
    output = capsys.readouterr().out
    assert output.startswith("a.txt: 3 texts (--as labels takes them for labels), against b.txt")
    assert "| exact_match          |  0.3333 |" in output
    assert "| word_error_rate      | 18.1818 |" in output
    assert output.count("| lower |") + output.count("lower |") > 2
    assert "| worst rows |    chrf | prediction" in output or "worst rows" in output


def test_several_references_take_the_best_one(files, capsys):
    files(a=PREDICTED, b=REFERENCES, c=SECOND)
    several = ["--references", "b.txt", "--references", "c.txt", "--metric", "bleu", "--metric", "rougeL"]
    results = found(capsys, "--predictions", "a.txt", *several)
    assert list(results["scores"]) == ["bleu", "rougeL"]
    assert results["scores"]["bleu"]["value"] == sacrebleu.corpus_bleu(PREDICTED, [REFERENCES, SECOND]).score
    assert "nrefs:2" in results["signatures"]["bleu"]


def test_labels_have_the_scores_of_sklearn(files, capsys):
    files(a=SAID, b=LABELS)
    results = found(capsys, "--predictions", "a.txt", "--references", "b.txt")
    assert (results["rows_are"], results["classes"]) == ("labels", ["neg", "neutral", "pos"])
    scores = {name: one["value"] for name, one in results["scores"].items()}
    assert scores["accuracy"] == accuracy_score(LABELS, SAID)
    assert scores["macro_recall"] == pytest.approx(recall_score(LABELS, SAID, average="macro"))
    assert scores["macro_f1"] == pytest.approx(f1_score(LABELS, SAID, average="macro"))
    assert scores["recall_neg"] == pytest.approx(2 / 3)
    assert results["confusion"] == [[2, 1, 0], [0, 1, 1], [0, 0, 3]]
    assert "loss" not in scores


def test_the_tables_of_labels_show_each_class_and_the_confusion(files, capsys):
    files(a=SAID, b=LABELS)
    assert main(["score", "--predictions", "a.txt", "--references", "b.txt", "--examples", "2"]) == 0
    output = capsys.readouterr().out
    assert "8 labels (--as texts takes them for texts)" in output
    assert "| label, and predicted as | neg | neutral | pos |" in output
    assert "| wrong rows |   label | predicted |" in output


def test_one_table_holds_predictions_labels_and_probabilities(files, capsys, tmp_path):
    shares = np.random.default_rng(0).dirichlet(np.ones(3), 8)
    table = {"label": LABELS, "predicted": SAID}
    table |= {f"probability_{name}": shares[:, i] for i, name in enumerate(["neg", "neutral", "pos"])}
    table["probability_ensemble_neg"] = shares[:, 0]
    pq.write_table(pa.table(table), tmp_path / "predictions.parquet")
    results = found(capsys, "--predictions", "predictions.parquet", "--examples", "3")
    assert results["scores"]["loss"]["value"] == pytest.approx(log_loss(LABELS, shares))
    assert {"brier", "ece"} <= set(results["scores"])
    assert any("not the class with the highest probability" in note for note in results["notes"])
    assert "probability" in results["examples"][0]


def test_the_output_of_predict_is_scored_against_the_labels_of_another_file(files, capsys, tmp_path):
    (tmp_path / "said.csv").write_text("row,text,label\n1,x,pos\n2,y,neg\n3,z,neg\n4,w,pos\n")
    (tmp_path / "new.csv").write_text("text;label\nx;pos\ny;neg\nz;pos\nw;pos\n")
    results = found(capsys, "--predictions", "said.csv", "--references", "new.csv")
    assert results["scores"]["accuracy"]["value"] == 0.75
    assert any("';'" in note for note in results["notes"])


@pytest.mark.parametrize("kind", ["texts", "labels"])
def test_two_files_are_compared_on_the_same_resamples(files, capsys, kind):
    files(a=SAID, b=LABELS, c=BETTER)
    told = ["--predictions", "a.txt", "--references", "b.txt", "--against", "c.txt", "--as", kind]
    results = found(capsys, *told)
    name = {"texts": "exact_match", "labels": "accuracy"}[kind]
    apart = results["against"]["differences"][name]
    assert apart["value"] == pytest.approx(7 / 8 - 6 / 8)
    assert apart["low"] <= apart["value"] <= apart["high"]
    assert 0 < apart["p"] <= 1
    assert results["against"]["scores"][name]["value"] == 7 / 8
    assert main(["score", *told]) == 0
    output = capsys.readouterr().out
    assert output.startswith("A  a.txt\nB  c.txt\n8 ")
    assert "+0.1250" in output
    if kind == "labels":
        assert "only A is correct in 1 rows, only B in 2: p 1.0000 (McNemar's exact test)" in output


def test_without_resamples_there_are_no_intervals(files, capsys):
    files(a=SAID, b=LABELS, c=BETTER)
    told = ["--predictions", "a.txt", "--references", "b.txt", "--bootstrap", "0"]
    assert found(capsys, *told)["scores"]["accuracy"] == {"value": 0.75}
    apart = found(capsys, *told, "--against", "c.txt", "--as", "texts")["against"]["differences"]
    assert apart["exact_match"] == {"value": 0.125}


def test_lines_come_from_standard_input_too(files, tmp_path):
    files(b=["1", "0", "1", "1"])
    command = [sys.executable, "-m", "rnnlab.cli", "score", "--predictions", "-", "--references", "b.txt"]
    done = subprocess.run(command, input="1\n1\n1\n1\n", text=True, capture_output=True, check=True)
    assert "| accuracy        | 0.7500 |" in done.stdout


def test_nothing_imports_torch(files):
    files(a=PREDICTED, b=REFERENCES)
    line = "main(['score', '--predictions', 'a.txt', '--references', 'b.txt'])"
    code = f"import sys; from rnnlab.cli import main; {line}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "missing: --predictions"),
        (["--predictions", "a.txt"], "has lines alone: name the file of the references with --references"),
        (
            ["--predictions", "x.txt", "--references", "b.txt"],
            "--predictions=x.txt: there is no such file in",
        ),
        (
            ["--predictions", "a.txt", "--references", "few.txt"],
            "--references=few.txt: has 2 rows and a.txt 8",
        ),
        (
            ["--predictions", "a.txt", "--references", "empty.txt"],
            "--references=empty.txt: the file is empty",
        ),
        (["--predictions", "a.txt", "--references", "b.txt", "--metric", "blue"], "did you mean bleu?"),
        (
            ["--predictions", "a.txt", "--references", "b.txt", "--metric", "bleu", "--metric", "accuracy"],
            "--metric=accuracy: is a score of labels, and the rows are texts here",
        ),
        (
            ["--predictions", "a.txt", "--references", "b.txt", "--metric", "ece"],
            "--metric=ece: needs columns probability_CLASS in a.txt",
        ),
        (
            ["--predictions", "a.txt", "--references", "b.txt", "--metric", "similarity"],
            "--metric=similarity: needs --sentence-model DIR",
        ),
        (
            ["--predictions", "a.txt", "--references", "b.txt", "--sentence-model", "none", "--as", "texts"],
            "--sentence-model=none: must be a folder with a sentence-transformers model",
        ),
        (
            ["--predictions", "a.txt", "--references", "b.txt", "--references", "b.txt", "--as", "labels"],
            "--references=b.txt: is a second file: a label has one reference",
        ),
        (["--predictions", "a.txt", "--references", "b.txt", "--bootstrap", "-1"], "must be in [0, 100,000]"),
        (
            ["--predictions", "a.txt", "--references", "b.txt", "--label-column", "y"],
            "--label-column=y: b.txt has lines and no columns",
        ),
        (["--predictions", "t.csv", "--label-column", "lable"], "did you mean label?"),
        (["--predictions", "other.csv"], "has no column predicted or prediction or output"),
        (["--predictions", "gap.csv"], "--predictions=gap.csv: row 2 has no label"),
        (["--predictions", "sum.csv"], "row 2 has the probabilities 0.5, 0.6: each must be in [0, 1]"),
        (["--predictions", "word.csv"], "row 1 (line 2) has the probability 'x', which is no number"),
        (["--predictions", "class.csv"], "has the label 'c', which is none of a, b"),
    ],
)
def test_what_cannot_be_scored_is_refused_in_a_line_or_two(files, capsys, tmp_path, arguments, said):
    files(a=SAID, b=LABELS, few=LABELS[:2], empty=[])
    head = "label,predicted,probability_a,probability_b\n"
    tables = {
        "t": "label,predicted\na,a\n",
        "other": "label,mine\na,a\n",
        "gap": "label,predicted\na,a\n,a\na,b\nb,b\na,a\nb,a\n",
        "sum": f"{head}a,a,0.5,0.5\nb,a,0.5,0.6\n",
        "word": f"{head}a,a,x,0.5\n",
        "class": f"{head}a,a,0.5,0.5\nc,a,0.5,0.5\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text)
    error = refused(capsys, *arguments)
    assert said in error
    assert error.startswith("error: ")
    assert len(error.splitlines()) <= 2
