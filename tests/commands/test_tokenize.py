"""`rnnlab tokenize`, called in this process."""

import json

import pytest

from rnnlab.cli import main


@pytest.fixture
def outputs(make_run, tmp_path):
    make_run("tweets/gru/first")
    return str(tmp_path / "outputs")


def test_several_texts_are_shown_one_after_the_other(outputs, capsys):
    assert main(["tokenize", "last", "good  film", "[bold]x[/bold] \x1b[31m", "--outputs", outputs]) == 0
    output = capsys.readouterr().out
    assert "  + good film" in output
    assert "9 characters, 2 tokens, 0 unknown" in output
    assert r"\x1b" in output
    assert "\x1b" not in output


def test_json_is_an_object_a_line_and_uncut(outputs, capsys):
    texts = ["good", "", "a\nb \ud83d", "film " * 3000]
    assert main(["tokenize", "--outputs", outputs, "--json", "last:tweets", *texts]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["text"] for line in lines] == texts
    assert len(lines[3]["tokens"]) == 3000


def test_a_text_that_looks_like_an_option_goes_behind_two_dashes(outputs, capsys):
    assert main(["tokenize", "last", "--outputs", outputs, "--json", "--", "-_-", "--help"]) == 0
    assert [json.loads(line)["text"] for line in capsys.readouterr().out.splitlines()] == ["-_-", "--help"]
    assert main(["tokenize", "last", "--outputs", outputs, "-_-"]) == 2
    assert "a text that begins with - goes behind --" in capsys.readouterr().err
