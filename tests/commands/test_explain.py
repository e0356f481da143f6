"""`rnnlab explain`, called in this process on finished runs."""

import io
import json
import shutil
import sys
from types import SimpleNamespace

import pytest

from rnnlab import cli

TEXT = "the plot was not good"


def explained(capsys, *arguments):
    """What the command prints as JSON."""
    assert cli.main(["explain", *map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_every_method_of_a_classifier(classifier_run, capsys):
    found = explained(capsys, classifier_run, TEXT, "--method", "all")
    assert [one["method"] for one in found["explanations"]] == ["gradients", "occlusion", "attention"]
    names = {gates["name"] for gates in found["gates"]}
    assert {"layer 1, forget gate", "layer 1, backward, forget gate", "layer 1, movement"} <= names
    assert all(len(gates["values"]) == 5 for gates in found["gates"])
    assert all(len(unit["values"]) == 5 for unit in found["units"])
    assert found["tokens"] == TEXT.split()


def test_every_method_of_a_language_model(language_run, capsys):
    found = explained(capsys, language_run, "(([]))\n", "--method", "all")
    assert [one["method"] for one in found["explanations"]] == ["surprisal"]
    predicates = {unit["predicate"]: unit for unit in found["units"]}
    assert "line end" in predicates
    assert all(abs(unit["correlation"]) >= 0.1 for unit in found["units"])
    assert found["notes"] == []


def test_units_that_cannot_be_looked_for_leave_the_rest_and_say_why(language_run, tmp_path, capsys):
    copied = tmp_path / "run"
    shutil.copytree(language_run, copied)
    result = json.loads((copied / "result.json").read_text())
    result["data"]["fingerprint"] = "0" * 64
    (copied / "result.json").write_text(json.dumps(result))
    found = explained(capsys, copied, "(([]))", "--method", "all")
    assert found["explanations"]
    assert "its data have changed since: fingerprint was 000000000000, is" in found["notes"][0]
    assert cli.main(["explain", str(copied), "(([]))", "--method", "units"]) == 2


def test_people_get_a_table_a_page_and_a_picture(classifier_run, tmp_path, capsys):
    page, figure = tmp_path / "new" / "a.html", tmp_path / "new" / "a.png"
    arguments = [str(classifier_run), TEXT, "--html", str(page), "--figure", str(figure)]
    assert cli.main(["explain", *arguments]) == 0
    output = capsys.readouterr().out
    assert "what each adds to the log-odds of" in output
    assert all(f"  {word}\n" in output for word in TEXT.split())
    assert f"html: {page}\nfigure: {figure}\n" in output
    assert "<title>imdb" in page.read_text(encoding="utf-8")
    assert figure.read_bytes()[1:4] == b"PNG"


def test_a_text_comes_from_standard_input_whole(classifier_run, monkeypatch, capsys):
    typed = SimpleNamespace(buffer=io.BytesIO(b"the plot\nwas \xff good"))
    monkeypatch.setattr(sys, "stdin", typed)
    assert explained(capsys, classifier_run, "-")["tokens"][:3] == ["the", "plot", "was"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--class", "positiv"], "did you mean positive?"),
        (["--method", "surprisal"], "it has gradients, occlusion, attention"),
        (["--method", "gradient"], "invalid choice: 'gradient'"),
        (["--steps", "0"], "must be a whole number >= 1"),
        (["--figure", "x.pgn"], "did you mean png?"),
        (["--html", "{file}/x.html"], "--html={file}/x.html: cannot be written"),
    ],
)
def test_wrong_options_get_two_lines_and_exit_code_2(classifier_run, tmp_path, capsys, options, message):
    file = tmp_path / "file"
    file.touch()
    options = [option.format(file=file) for option in options]
    assert cli.main(["explain", str(classifier_run), TEXT, *options]) == 2
    error = capsys.readouterr().err.strip()
    assert message.format(file=file) in error
    assert len(error.splitlines()) <= 2
