from __future__ import annotations

import pytest

from rnnlab.cli import main
from rnnlab.serve.rating.answers import create

WRONG = [
    ([], "RUN is missing"),
    (["RUN", "--count", "0"], "--count=0: must be a whole number >= 1 and <= 1000"),
    (["RUN", "--length", "5"], "--length=5: must be between 40 and 4000 characters"),
    (["RUN", "--temperature", "-1"], "--temperature=-1.0: must be a number >= 0"),
    (["RUN", "--rater", " "], "--rater=: must have between 1 and 40 characters"),
    (["RUN", "--rater", "n" * 41], "must have between 1 and 40 characters"),
    (["--show"], "--results is missing"),
    (["--show", "--results", "nowhere.jsonl"], "--results=nowhere.jsonl: there is no such file"),
]


@pytest.mark.parametrize(("options", "message"), WRONG)
def test_what_cannot_be_is_told(options, message, capsys, language_run):
    options = [str(language_run) if option == "RUN" else option for option in options]
    assert main(["rate", *options]) == 2
    assert message in capsys.readouterr().err


def test_a_classifier_and_a_file_of_other_runs_are_refused(
    plan, classifier_run, language_run, tmp_path, capsys
):
    assert main(["rate", str(classifier_run), "--port", "0"]) == 2
    assert "classifier" in capsys.readouterr().err
    create(tmp_path / "ratings.jsonl", plan)
    options = ["--results", str(tmp_path / "ratings.jsonl"), "--port", "0"]
    assert main(["rate", str(language_run), *options]) == 2
    assert "name another file with --results" in capsys.readouterr().err


def test_results_are_shown(plan, tmp_path, capsys):
    create(tmp_path / "ratings.jsonl", plan)
    assert main(["rate", "--show", "--results", str(tmp_path / "ratings.jsonl")]) == 0
    assert "real text" in capsys.readouterr().out
