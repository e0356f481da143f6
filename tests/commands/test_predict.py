"""`rnnlab predict`: typed texts and files, in their order, nothing half-written."""

import csv
import io
import json
import shutil

import pyarrow.parquet as pq
import pytest

from rnnlab.cli import main
from rnnlab.run.folder.predict_file import CHUNK
from rnnlab.sweep.best_run import open_run

TEXTS = ["the plot was not good", "the music was fine though the cast was dull", ""]


@pytest.fixture
def predict(capsys, classifier_run):
    def call(*arguments, run=classifier_run):
        code = main(["predict", str(run), *map(str, arguments)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def test_typed_texts_are_a_table(predict, classifier_run):
    code, out, err = predict(*TEXTS[:2])
    assert (code, err) == (0, "")
    for text, found in zip(TEXTS, open_run(classifier_run).predict(TEXTS[:2]), strict=False):
        line = next(line for line in out.splitlines() if text in line)
        assert found.label in line
        assert f"{found.probability:.4f}" in line


UNREAD = ["", "  ", "zzyzx qwrk", "\x00\u00ad"]
WITHOUT = "it answers these without having read a word"


def test_texts_of_which_nothing_is_known_are_said(predict):
    code, out, err = predict(TEXTS[0], *UNREAD)
    assert code == 0
    assert out.count("(empty)") == 2
    counts = "3 empty text and 1 no known token; the first is row 2"
    assert err == f"note: 4 texts hold nothing that the model knows ({counts}): {WITHOUT}\n"
    _, out, _ = predict(TEXTS[0], *UNREAD, "--json")
    notes = [json.loads(line)["note"] for line in out.splitlines()]
    assert notes == ["", "empty text", "empty text", "no known token", "empty text"]


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".parquet"])
def test_empty_lines_stay_rows_and_are_noted(predict, tmp_path, ending):
    source, output = tmp_path / "in.txt", tmp_path / f"out{ending}"
    texts = ["a good plot", "", "zzyzx", "a bad cast", ""]
    source.write_text("\r\n".join(texts) + "\r\n", newline="")
    code, _, err = predict("--input", source, "--output", output)
    assert code == 0
    rows = read(output)
    assert [(int(row["row"]), row["text"]) for row in rows] == list(enumerate(texts, 1))
    assert [row["note"] for row in rows] == ["", "empty text", "no known token", "", "empty text"]
    assert len({row["label"] for row in rows if row["note"]}) == 1
    assert f"(2 empty text and 1 no known token; the first is row 2): {WITHOUT}" in err


def test_typed_texts_as_json(predict, classifier_run):
    _, out, _ = predict(*TEXTS[:2], "--json")
    answers = [json.loads(line) for line in out.splitlines()]
    assert [answer["text"] for answer in answers] == TEXTS[:2]
    assert [answer["label"] for answer in answers] == [
        p.label for p in open_run(classifier_run).predict(TEXTS[:2])
    ]


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".parquet"])
def test_a_files_rows_keep_their_order(predict, classifier_run, tmp_path, ending):
    source, output = tmp_path / "in.jsonl", tmp_path / f"out{ending}"
    texts = [f"{TEXTS[i % 3]} {i}" for i in range(CHUNK + 10)]  # more than one piece
    source.write_text("".join(json.dumps({"review": text}) + "\n" for text in texts))
    code, out, err = predict("--input", source, "--output", output, "--text-column", "review")
    assert (code, out) == (0, "")
    assert "4,106 texts predicted" in err
    rows = read(output)
    assert [row["text"] for row in rows] == texts
    assert [int(row["row"]) for row in rows] == list(range(1, len(texts) + 1))
    expected = open_run(classifier_run).predict(texts[:20])
    assert [row["label"] for row in rows[:20]] == [prediction.label for prediction in expected]
    assert [path.name for path in tmp_path.glob("out*")] == [output.name]


def read(path):
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text().splitlines()]
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_lines_of_standard_input(predict, monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO("first 😂\nsecond\n".encode()))
    monkeypatch.setattr("sys.stdin", stream)
    _, out, _ = predict("--input", "-")
    assert [row["text"] for row in csv.DictReader(io.StringIO(out))] == ["first 😂", "second"]


FORMULAS = ["=1+1", "+cmd", "-a good plot", "@x", "\tgood", "-1", "+1.5", "'=x", "good = bad", ""]


def test_a_spreadsheet_computes_no_text(predict, tmp_path):
    source, output = tmp_path / "in.jsonl", tmp_path / "out.csv"
    source.write_text("".join(json.dumps({"text": text}) + "\n" for text in FORMULAS))
    code, _, err = predict("--input", source, "--output", output)
    assert code == 0
    assert (
        "note: 5 cells that a spreadsheet would compute are written behind a ' mark (--formulas keep" in err
    )
    assert [row["text"] for row in read(output)] == [f"'{text}" for text in FORMULAS[:5]] + FORMULAS[5:]
    for name, more in (("kept.csv", ["--formulas", "keep"]), ("kept.jsonl", []), ("kept.parquet", [])):
        _, _, err = predict("--input", source, "--output", tmp_path / name, *more)
        assert "would compute" not in err
        assert [row["text"] for row in read(tmp_path / name)] == FORMULAS
    _, out, _ = predict("--input", source)
    assert "\n1,'=1+1," in out


def test_what_was_predicted_is_read_again(predict, tmp_path):
    source, first, again = tmp_path / "in.jsonl", tmp_path / "a.csv", tmp_path / "b.csv"
    source.write_text("".join(json.dumps({"text": text}) + "\n" for text in FORMULAS))
    predict("--input", source, "--output", first, "--formulas", "keep")
    predict("--input", first, "--output", again, "--formulas", "keep")
    assert first.read_bytes() == again.read_bytes()


def test_how_a_file_is_written_is_found_or_set(predict, tmp_path):
    source, output = tmp_path / "in.csv", tmp_path / "out.jsonl"
    source.write_bytes("n;text\n1;a güt plot\n".encode("cp1252"))
    code, _, err = predict("--input", source, "--output", output)
    assert (code, "has a text that is not UTF-8: --encoding cp1252 may read it" in err) == (2, True)
    code, _, err = predict("--input", source, "--output", output, "--encoding", "cp1252")
    assert "note: the cells of in.csv are parted by ';' (--delimiter semicolon)" in err
    assert [row["text"] for row in read(output)] == ["a güt plot"]
    for option, value in (("--delimiter", ";;"), ("--max-row", "0"), ("--encoding", "utf9")):
        code, _, err = predict("--input", source, option, value)
        assert (code, f"{option}=" in err) == (2, True), err


def test_a_broken_row_stops_and_leaves_nothing(predict, tmp_path):
    source, output = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("text,n\na,1\nb\n")
    code, _, err = predict("--input", source, "--output", output)
    assert code == 2
    assert "row 2 (line 3) has 1 cell and the heading 2; --on-error skip" in err
    assert list(tmp_path.glob("out*")) == []


def test_broken_rows_are_skipped_and_counted(predict, tmp_path):
    source, output = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("text,n\na,1\nb\nc,3\n")
    code, _, err = predict("--input", source, "--output", output, "--on-error", "skip")
    assert code == 0
    assert "2 texts predicted" in err
    assert "1 left out, the first is row 2" in err
    assert [row["row"] for row in read(output)] == ["1", "3"]


def test_what_cannot_work_is_refused(predict, tmp_path, language_run):
    source = tmp_path / "in.txt"
    source.write_text("a\n")
    for arguments, rule in [
        ([], "type texts, or name a file"),
        (["a", "--input", source], "one of the two"),
        (["a", "--output", "x.csv"], "needs --input"),
        (["--input", source, "--output", tmp_path / "x.txt"], "must end with .csv, .jsonl, .parquet"),
        (["--input", source, "--output", tmp_path / "none" / "x.csv"], "cannot be written"),
    ]:
        code, _, err = predict(*arguments)
        assert (code, rule in err) == (2, True), err
    code, _, err = predict("a", run=language_run)
    assert code == 2
    assert "is a language model's" in err


def test_a_run_without_weights(predict, classifier_run, tmp_path):
    folder = shutil.copytree(classifier_run, tmp_path / "run")
    shutil.rmtree(folder / "checkpoints")
    code, _, err = predict("a", run=folder)
    assert code == 2
    assert "ended before its first checkpoint" in err
