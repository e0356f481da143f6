"""Every command on a finished tagger, as it is typed."""

import json
import re

import pyarrow.parquet as pq
import pytest

from rnnlab.cli import main
from rnnlab.runtime import open_model


def typed(capsys, *arguments, code=0):
    """What a command prints; of an error, what it says."""
    assert main([str(one) for one in arguments]) == code
    out, told = capsys.readouterr()
    return told if code else out


def test_predict_marks_spans_and_lists_them(entity_run, capsys):
    said = typed(capsys, "predict", entity_run, "Dan Wu lives in New York", "nothing happened today")
    marked, plain, *table = said.splitlines()
    assert marked == "[Dan Wu person] lives in [New York place]"
    assert plain == "nothing happened today"
    assert re.search(r"\| 1 +\| +New York \| +place \| +16 \| +24 \|", "\n".join(table))


def test_predict_as_json(entity_run, capsys):
    (line,) = typed(capsys, "predict", entity_run, "Eve in Oslo", "--json").splitlines()
    found = json.loads(line)
    assert [span["type"] for span in found["spans"]] == ["person", "place"]
    assert found["words"] == ["Eve", "in", "Oslo"]


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_predict_files(entity_run, ending, tmp_path, capsys):
    (tmp_path / "in.txt").write_text("Ann lives in Rome .\nnobody saw Eve\n")
    output = tmp_path / f"out.{ending}"
    typed(capsys, "predict", entity_run, "--input", tmp_path / "in.txt", "--output", output)
    if ending == "parquet":
        rows = pq.read_table(output).to_pylist()
        assert [list(row) for row in rows] == [["row", "text", "spans", "tags", "words", "note"]] * 2
        assert [span["text"] for span in json.loads(rows[0]["spans"])] == ["Ann", "Rome"]
    else:
        assert "S-person O O S-place O" in output.read_text()


def test_evaluate_prints_tables_and_writes_them(entity_run, tmp_path, capsys):
    said = typed(capsys, "evaluate", entity_run, "--output", tmp_path, "--bootstrap", "50")
    assert "test split, 60 sentences" in said
    assert "most frequent tag" in said  # the baseline, beside it
    metrics = json.loads((tmp_path / "metrics.json").read_text())["metrics"]
    assert metrics["f1"]["low"] <= metrics["f1"]["value"] <= 1


def test_evaluate_a_file_of_columns(entity_run, tagged_files, tmp_path, capsys):
    said = typed(capsys, "evaluate", entity_run, "--path", tagged_files / "test.conll", "--output", tmp_path)
    assert "60 sentences" in said
    broken = tmp_path / "broken.conll"
    broken.write_text("Ann B-person\nin\n\n")
    told = typed(capsys, "evaluate", entity_run, "--path", broken, "--output", tmp_path, code=2)
    assert "line 2 has 1 columns" in told
    assert "Traceback" not in told


def test_explain_says_what_words_add(entity_run, tmp_path, capsys):
    page = tmp_path / "why.html"
    said = typed(capsys, "explain", entity_run, "Eve in Oslo", "--class", "place", "--html", page)
    assert "Oslo = place" in said
    assert page.read_text().count("Oslo") >= 1
    assert "must be a type that is found" in typed(
        capsys, "explain", entity_run, "Eve", "--class", "place", code=2
    )
    refused = typed(capsys, "explain", entity_run, "Eve", "--method", "units", code=2)
    assert "this one has occlusion" in refused


def test_compare_and_report(entity_run, weak_run, tmp_path, capsys):
    found = json.loads(typed(capsys, "compare", weak_run, entity_run, "--json"))
    assert found["significance"]["bootstrap"]["f1"]["value"] > 0
    typed(capsys, "report", weak_run, "--output", tmp_path / "report.html")
    assert "Errors worth reading" in (tmp_path / "report.html").read_text()


def test_export_is_opened_again(entity_run, tmp_path, capsys):
    pytest.importorskip("onnxruntime")
    typed(capsys, "export", entity_run, "--output", tmp_path / "model")
    card = (tmp_path / "model" / "README.md").read_text()
    assert "A recurrent tagger of words: person, place" in card
    assert open_model(tmp_path / "model").predict("Eve in Oslo").spans[0].text == "Eve"


def test_options_of_other_kinds_are_refused(entity_run, capsys):
    assert "--ngrams" in typed(capsys, "predict", entity_run, "Eve", "--ngrams", code=2)
