"""rnnlab evaluate: a run's own splits, files of others, language models, and what is refused."""

import json
import shutil
from argparse import ArgumentParser

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rnnlab.commands import evaluate as evaluate_command
from rnnlab.errors import SettingError, UserError
from rnnlab.kinds.classification.evaluated import file_rows, split_rows
from rnnlab.kinds.use import EvaluationRequest
from rnnlab.sweep.best_run import open_run

FIGURES = {"roc", "precision_recall", "reliability", "confusion_matrix", "by_length", "by_confidence"}
ROWS = [("the plot was good , the cast was fine", "positive"), ("it was dull and bad", "0"), ("good", "1")]


def evaluate(*typed):
    parser = ArgumentParser()
    evaluate_command.add_options(parser)
    evaluate_command.run(parser.parse_args([str(one) for one in typed]))


def printed(capsys):
    return json.loads(capsys.readouterr().out)


def written(path, rows):
    """The rows in a file of the kind that its ending says."""
    texts, labels = zip(*rows, strict=True)
    if path.suffix == ".parquet":
        pq.write_table(pa.table({"text": list(texts), "label": list(labels)}), path)
    elif path.suffix == ".jsonl":
        lines = [json.dumps({"text": text, "label": label}) for text, label in rows]
        path.write_text("\n".join(lines))
    else:
        path.write_text("text,label\n" + "".join(f'"{text}",{label}\n' for text, label in rows))
    return path


@pytest.fixture
def classifier(classifier_run, tmp_path):
    """A copy that may be written into."""
    return shutil.copytree(classifier_run, tmp_path / "run")


def test_the_test_scores_are_the_run_s_own(classifier, capsys):
    evaluate(classifier, "--json")
    found = printed(capsys)
    left = json.loads((classifier / "result.json").read_text())["metrics"]
    left["test/loss"], left["test/ece"] = left["test/loss_calibrated"], left["test/ece_calibrated"]
    for name in ("accuracy", "macro_recall", "macro_f1", "loss", "ece", "recall_negative"):
        assert found["metrics"][name]["value"] == pytest.approx(left[f"test/{name}"], abs=1e-6)
        assert (
            found["metrics"][name]["low"] <= found["metrics"][name]["value"] <= found["metrics"][name]["high"]
        )
    assert json.loads((classifier / "evaluation/metrics.json").read_text()) == found
    assert {path.stem for path in (classifier / "evaluation").glob("*.png")} == FIGURES
    assert np.sum(found["confusion"]) == found["rows"] == 100


def test_rows_of_which_nothing_is_known_are_counted(classifier_run, tmp_path, capsys):
    path = tmp_path / "rows.csv"
    path.write_text('text,label\na good plot,positive\n"",negative\nzzyzx,negative\n')
    evaluate(classifier_run, "--path", path, "--bootstrap", "0", "--output", tmp_path / "out")
    told = capsys.readouterr().out
    assert "2 texts hold nothing that the model knows (1 empty text and 1 no known token" in told
    found = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert found["rows"] == 3
    assert found["unread"] == [{"row": 2, "note": "empty text"}, {"row": 3, "note": "no known token"}]


def test_what_is_predicted_anew_is_what_the_run_predicted(classifier):
    run = open_run(classifier)
    left = split_rows(run, "test")
    (classifier / "predictions.parquet").unlink()
    anew = split_rows(open_run(classifier), "test")
    assert "as the run predicted it" in left.source
    assert anew.source == "test split"
    assert anew.predictions.rows.tolist() == left.predictions.rows.tolist() == list(range(1, 101))
    assert anew.predictions.texts == left.predictions.texts
    np.testing.assert_array_equal(anew.predictions.labels, left.predictions.labels)
    np.testing.assert_allclose(anew.predictions.probabilities, left.predictions.probabilities, atol=1e-5)


def test_the_validation_split_is_what_chose_the_checkpoint(classifier, capsys):
    evaluate(classifier, "--split", "validation", "--json", "--bootstrap", 0)
    found = printed(capsys)
    left = json.loads((classifier / "result.json").read_text())["metrics"]
    monitor = next(name for name in left if name.startswith("val/"))
    value = found["metrics"][monitor.removeprefix("val/")]
    assert value == {"value": pytest.approx(left[monitor], abs=1e-6)}


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".parquet"])
def test_a_file_s_rows(classifier, tmp_path, capsys, ending):
    path = written(tmp_path / f"rows{ending}", ROWS)
    evaluate(classifier, "--path", path, "--output", tmp_path / "out")
    out = capsys.readouterr().out
    assert f"{path}, 3 rows" in out
    assert "| macro_f1" in out
    found = json.loads((tmp_path / "out/metrics.json").read_text())
    assert np.sum(found["confusion"], 1).tolist() == [1, 2]
    assert not (classifier / "evaluation").exists()


def test_probabilities_are_those_of_predict(classifier, tmp_path):
    run = open_run(classifier)
    found = file_rows(run, EvaluationRequest(path=written(tmp_path / "a.csv", ROWS)))
    texts = [text for text, _ in ROWS]
    np.testing.assert_allclose(found.predictions.probabilities, run.probabilities(texts), atol=1e-6)
    assert found.predictions.rows.tolist() == [1, 2, 3]


def test_broken_rows_stop_or_are_counted(classifier, tmp_path, capsys):
    path = written(tmp_path / "rows.csv", [*ROWS, ("fine", "splendid")])
    with path.open("ab") as file:
        file.write(b"one cell\n\xff\xfe,1\n")
    with pytest.raises(
        SettingError, match=r"row 4 \(line 5\) has the label 'splendid', which is none of negative, pos"
    ):
        evaluate(classifier, "--path", path)
    evaluate(classifier, "--path", path, "--on-error", "skip", "--json")
    found = printed(capsys)
    assert found["rows"] == 3
    assert [one["row"] for one in found["skipped"]] == [4, 5, 6]
    evaluate(classifier, "--path", path, "--on-error", "skip")
    assert "3 left out, the first is row 4" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"text,label\n", "has no rows"),
        ("a.csv", b"words,label\ngood,1\n", r"--text-column=text: no such column"),
        ("a.csv", b"text,class\ngood,1\n", r"--label-column=label: no such column"),
        ("a.csv", b"\x7fELF\0\0\0", "is no text file"),
        ("a.jsonl", b"{]\n", r"row 1 \(line 1\) is not JSON"),
        ("a.jsonl", b'{"text": "good"}\n', "--label-column=label: no such column"),
        ("a.parquet", b"PAR1", "cannot be read"),
        ("a.xlsx", b"PK", "unknown file ending"),
        ("none.csv", None, "there is no such file"),
    ],
)
def test_files_that_cannot_be_read_are_refused_in_a_line(classifier, tmp_path, name, content, said):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(SettingError, match=said) as error:
        evaluate(classifier, "--path", tmp_path / name)
    assert str(error.value).count("\n") <= 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["--bootstrap", "-1"], r"must be in \[0, 100,000\]"),
        (["--data", "csv"], "--data=csv: needs --path"),
        (["--on-error", "skip"], "--on-error=skip: needs --path"),
        (["--split", "test", "--path", "a.csv"], "--split=test"),
        (["--data", "jsonl", "--path", "a.csv"], "is no jsonl by its ending"),
    ],
)
def test_options_that_do_not_go_together(classifier, typed, said):
    with pytest.raises(UserError, match=said):
        evaluate(classifier, *typed)


def test_a_place_that_cannot_be_written_is_said(classifier, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingError, match="cannot be written"):
        evaluate(classifier, "--output", tmp_path / "file")


def test_a_file_of_tabs_with_quotes_and_labels_in_two_spellings(classifier, tmp_path, capsys):
    path = tmp_path / "a.tsv"
    path.write_text('text\tlabel\n"never good\tpos\u200bitive\n"dull\t negative\nfine\tpositive\n', "utf-8")
    evaluate(classifier, "--path", path, "--json", "--bootstrap", 0)
    found = printed(capsys)
    assert (found["rows"], np.sum(found["confusion"], 1).tolist()) == (3, [1, 2])
    assert found["notes"] == ["the quotes in a.tsv are characters of the text (--quoting none)"]
    evaluate(classifier, "--path", path, "--bootstrap", 0)
    assert "note: the quotes in a.tsv are characters" in capsys.readouterr().out


def test_a_run_from_before_labels_were_text_takes_truth_values(classifier, tmp_path, capsys):
    path = classifier / "result.json"
    result = json.loads(path.read_text())
    result["data"]["classes"] = ["0", "1"]
    path.write_text(json.dumps(result))
    evaluate(
        classifier,
        "--path",
        written(tmp_path / "a.csv", [("good", "true"), ("bad", "False"), ("fine", "1")]),
        "--json",
        "--bootstrap",
        0,
    )
    assert np.sum(printed(capsys)["confusion"], 1).tolist() == [1, 2]


def test_integers_of_a_typed_file_are_places(classifier, tmp_path, capsys):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": ["good", "bad", "dull"], "label": [1, 0, 0]}), path)
    evaluate(classifier, "--path", path, "--json", "--bootstrap", 0)
    assert np.sum(printed(capsys)["confusion"], 1).tolist() == [2, 1]


def test_a_language_model_s_test_is_the_run_s_own(language_run, tmp_path, capsys):
    evaluate(language_run, "--output", tmp_path, "--json")
    found = printed(capsys)["metrics"]
    left = json.loads((language_run / "result.json").read_text())["metrics"]
    for name in ("nats_windows", "nats_stream", "perplexity_stream", "accuracy_windows", "bits_stream"):
        assert found[name]["value"] == pytest.approx(left[f"test/{name}"], rel=1e-5)
    assert found["bits_per_character_stream"]["value"] == pytest.approx(found["bits_stream"]["value"])
    assert json.loads((tmp_path / "metrics.json").read_text())["metrics"] == found


def test_a_language_model_reads_a_text_file(language_run, tmp_path, capsys):
    run = open_run(language_run)
    ids = run.data().encoded("test").ids[:700].tolist()
    (tmp_path / "a.txt").write_text(run.tokenizer.decode(ids))
    evaluate(language_run, "--path", tmp_path / "a.txt", "--output", tmp_path)
    out = capsys.readouterr().out
    assert "nats_stream" in out
    found = json.loads((tmp_path / "metrics.json").read_text())["metrics"]
    assert found["tokens"]["value"] == len(ids) - 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"ab\xff\xfe", "is not UTF-8"),
        (None, "no such file"),
        (b"(", "fewer than two tokens"),
    ],
)
def test_texts_that_cannot_be_read(language_run, tmp_path, content, said):
    if content is not None:
        (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(SettingError, match=said):
        evaluate(language_run, "--path", tmp_path / "a.txt", "--output", tmp_path / "out")
